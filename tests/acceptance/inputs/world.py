"""What there is before a row is sent: keys in every state, callers of every kind, tokens, and a look at the whole database."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg

from authsvc.v1 import audit_service_pb2, key_service_pb2
from tests.support.service import RunningService, seconds

POLICY: Final = """
version: 1
tokens: {ttl: 300s, max_ttl: 1h}
environments: [production, staging]
scopes:
  projects:read: {description: Read}
  projects:write: {description: Write, implies: [projects:read]}
  billing:write: {description: Pay}
key_types:
  sdk: {prefix: chy_sdk_, default_scopes: [projects:read]}
  tight:
    prefix: chy_ci_
    default_scopes: [projects:read]
    allowed_scopes: ["projects:*"]
    min_scopes: 1
    max_rate_limit: {limit: 600, per: 60s}
    min_lifetime: 1h
    max_lifetime: 30d
    environment_required: true
  old: {prefix: old_, accepts_imported: true, public_id: {length: 22}}
routes:
  - {path: /open, allow: anonymous}
  - {path: /p/**, require: {scopes: [projects:read]}}
  - {path: "/r/{id}", require: {resource: "p/{id}"}}
"""
CONFINED: Final = ("verify", "mint", "keys:read", "keys:write", "tokens:revoke", "audit:read", "fleet:read", "policy:read")
_UNCHANGED_BY_ROWS: Final = ("processes", "key_usage")
"""Leases are renewed and use is counted whatever a row does."""


@dataclass
class World:
    """One service with its keys. Members are key_ids unless they say something else."""

    service: RunningService
    connection: asyncpg.Connection[Any]
    callers: dict[str, str] = field(default_factory=lambda: {"nobody": ""})
    """Caller credentials by what is the matter with them."""
    secrets: list[str] = field(default_factory=list)
    """Everything that nobody but its owner may see."""
    key: str = ""
    etag: str = ""
    secret: str = ""
    inactive: str = ""
    revoked: str = ""
    expired: str = ""
    deleted: str = ""
    foreign: str = ""
    """Of the tenant `other`, which a confined caller does not see."""
    builtin: str = ""
    """Of authsvc's own type, with a scope that the confined caller lacks."""
    limited: str = ""
    """A secret, of a key with a burst of 5."""
    listed: str = ""
    """A secret, of a key with a network allowlist."""
    restricted: str = ""
    """A secret, of a key restricted to `p/*`."""
    token: str = ""
    """An access token of `key`."""
    foreign_token: str = ""
    page: str = ""
    """A page token of ListKeys for the tenant `acme`."""
    audit_page: str = ""
    """A page token of ListAuditEntries without a filter."""
    transport: str = ""
    tables: list[str] = field(default_factory=list)
    """What a row could change."""
    before: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The database as it was last seen."""
    request_id: str = "req-1"
    """Used for `key`."""

    async def create(self, **fields: Any) -> str:
        """A key; its id. Its secret is remembered."""
        created = await self.service.create_key(**fields)
        self.secrets.append(created.secret)
        return created.key_id

    async def look(self) -> dict[str, tuple[int, str]]:
        """Every table: number of rows, digest of all that is in it."""
        rows = await self.connection.fetch(_look_at(self.tables))
        return {name: (count, digest) for name, count, digest in rows}

    async def changed(self) -> list[str]:
        """What is not as it was when this was last asked."""
        before, self.before = self.before, await self.look()
        return [f"{name} {before[name]} -> {now}" for name, now in self.before.items() if now != before[name]]


def _look_at(tables: list[str]) -> str:
    one = "SELECT '{0}', count(*), md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {0} t WHERE {1}"
    return " UNION ALL ".join(one.format(table, "method <> 'usage'" if table == "requests" else "true") for table in tables)


async def settle(service: RunningService, connection: asyncpg.Connection[Any]) -> World:
    """Make all there is."""
    world = World(service, connection)
    world.secrets.append(service.root_key)
    await _make_keys(world)
    await _make_secrets(world)
    await _make_callers(world)
    listed = await service.keys.ListKeys(key_service_pb2.ListKeysRequest(tenant="acme", page_size=1))
    world.page = listed.next_page_token
    entries = await service.audit.ListAuditEntries(audit_service_pb2.ListAuditEntriesRequest(page_size=1))
    world.audit_page = entries.next_page_token
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    world.tables = [row[0] for row in rows if row[0] not in _UNCHANGED_BY_ROWS]
    world.before = await world.look()
    return world


async def _make_keys(world: World) -> None:
    service, keys = world.service, world.service.keys
    created = await keys.CreateKey(
        key_service_pb2.CreateKeyRequest(
            key={"display_name": "first", "type": "sdk", "tenant": "acme"},  # type: ignore[arg-type]
            request_id=world.request_id,
        )
    )
    world.key, world.etag, world.secret = created.key.key_id, created.key.etag, created.secret
    world.secrets.append(created.secret)
    names = ("inactive", "revoked", "deleted")
    world.inactive, world.revoked, world.deleted = [await world.create(display_name=name) for name in names]
    await keys.DeactivateKey(key_service_pb2.DeactivateKeyRequest(key_id=world.inactive))
    await keys.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=world.revoked))
    await keys.DeleteKey(key_service_pb2.DeleteKeyRequest(key_id=world.deleted))
    world.foreign = await world.create(tenant="other")
    world.builtin = await world.create(type="authsvc", tenant="acme", scopes=["authsvc:signing:write"])
    now = time.time_ns() // 1000 + service.clock.ahead
    world.expired = await world.create(expire_time={"seconds": now // 1_000_000 + 60})
    service.clock.ahead += 120_000_000


async def _make_secrets(world: World) -> None:
    service = world.service
    window = {"limit": 5, "period": seconds(60), "burst": 5}
    world.limited = (await service.create_key(rate_limits=[window])).secret
    world.listed = (await service.create_key(allowed_cidrs=["10.0.0.0/8"])).secret
    world.restricted = (await service.create_key(resources=["p/*"])).secret
    foreign = await service.create_key(tenant="other")
    world.token = (await service.mint(world.secret)).access_token
    world.foreign_token = (await service.mint(foreign.secret)).access_token
    world.secrets += [world.limited, world.listed, world.restricted, foreign.secret, world.token, world.foreign_token]


async def _make_callers(world: World) -> None:
    service = world.service
    confined = await service.create_caller(*(f"authsvc:{scope}" for scope in CONFINED), tenant="acme")
    gone = await service.create_key(type="authsvc", tenant="/", scopes=["authsvc:*"])
    await service.keys.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=gone.key_id))
    world.callers |= {
        "root": service.root_key,
        "confined": confined,
        "powerless": await service.create_caller("authsvc:mint:act"),
        "ungranting": await service.create_caller("authsvc:keys:read", "authsvc:keys:write"),
        "unsuiting": await service.create_caller("authsvc:mint"),
        "ordinary": world.secret,
        "revoked": gone.secret,
        "mistyped": service.root_key[:-1] + ("a" if service.root_key[-1] != "a" else "b"),
        "forged token": "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJhIn0.AAAA",
        "token without power": world.token,
        "very long": "authsvc_" + "a" * 9000,
    }
    world.secrets += [secret for secret in world.callers.values() if secret]
