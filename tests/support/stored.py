"""Things to put into a store, and short ways to put them there."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from authsvc.domain.key import Hash, Key, Secret, State, Tenant
from authsvc.domain.limits import RateLimit
from authsvc.domain.token import SigningKey, SigningKeyState
from authsvc.engine.ports import Transaction
from authsvc.engine.records import AuditEntry, Committed, Kind, RequestStamp
from authsvc.storage.store import PostgresStore

SECOND = 1_000_000
DAY = 86_400 * SECOND
NOW = 1_800_000_000 * SECOND + 123_456
_numbers = itertools.count(1)


def a_secret(**fields: Any) -> Secret:
    number = next(_numbers)
    return Secret(
        **{
            "secret_id": f"sec_{number:06}",
            "prefix": f"sdk_{number:04}",
            "pepper_id": "p1",
            "digest": secrets.token_bytes(32),
            "create_time": NOW + number,
            **fields,
        }
    )


def a_key(**fields: Any) -> Key:
    number = next(_numbers)
    return Key(
        **{
            "key_id": f"key_{number:06}",
            "display_name": f"Key {number}",
            "type": "sdk",
            "tenant": "acme",
            "subject": "svc",
            "created_by": "key_root",
            "create_time": NOW,
            "update_time": NOW,
            "etag": secrets.token_hex(6),
            "secrets": (a_secret(),),
            **fields,
        }
    )


def a_full_key() -> Key:
    """Every member set."""
    return a_key(
        display_name="Ünïcode 'quoted' \\ name",
        environment="production",
        scopes=("a:read", "a:*"),
        resources=("workflows/wf_1", "workflows/*"),
        allowed_cidrs=("10.0.0.0/8", "2001:db8::/32"),
        rate_limits=(RateLimit(60, 60 * SECOND, 10), RateLimit(1000, DAY, 1)),
        metadata={"team": "Zürich", "": "empty"},
        state=State.REVOKED,
        expire_time=NOW + DAY,
        revoke_time=NOW + 1,
        revoke_reason="leaked",
        delete_time=NOW + 2,
        secrets=(
            a_secret(expire_time=NOW + 5),
            a_secret(),
            a_secret(pepper_id="p2"),
            a_secret(hash=Hash.HMAC_SHA256, foreign_key="old"),
            a_secret(hash=Hash.ARGON2ID, phc="$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"),
        ),
    )


def a_signing_key(**fields: Any) -> SigningKey:
    number = next(_numbers)
    return SigningKey(
        **{
            "signing_key_id": f"sig_{number:06}",
            "algorithm": "ES256",
            "state": SigningKeyState.NEXT,
            "public_jwk": {"kty": "EC", "crv": "P-256", "x": "abc", "y": "def"},
            "kek_id": "k1",
            "sealed_private_key": secrets.token_bytes(48),
            "create_time": NOW + number,
            **fields,
        }
    )


def a_tenant(path: str = "acme", **fields: Any) -> Tenant:
    return Tenant(**{"path": path, "update_time": NOW, "etag": secrets.token_hex(6), **fields})


def an_entry(**fields: Any) -> AuditEntry:
    number = next(_numbers)
    return AuditEntry(
        **{
            "audit_id": f"aud_{number:06}",
            "time": NOW + number,
            "actor": "key_root",
            "actor_tenant": "/",
            "peer": "127.0.0.1",
            "action": "CreateKey",
            "target_kind": "key",
            "target": f"key_{number:06}",
            "tenant": "acme",
            **fields,
        }
    )


def a_request(**fields: Any) -> RequestStamp:
    return RequestStamp(
        **{
            "caller": "key_root",
            "request_id": "req-1",
            "method": "CreateKey",
            "body_digest": b"b" * 32,
            "key_id": "key_new",
            "now": NOW,
            **fields,
        }
    )


async def put(store: PostgresStore, *keys: Key) -> Committed:
    """Create keys in one mutation."""

    async def work(tx: Transaction) -> None:
        for key in keys:
            await tx.insert_key(key)
            tx.log(Kind.KEY, key.key_id)

    return (await store.mutate(work))[1]


async def log(
    store: PostgresStore, kind: Kind, ref: str, act: Callable[[Transaction], Awaitable[Any]] | None = None
) -> Committed:
    """One mutation that does one thing."""

    async def work(tx: Transaction) -> None:
        if act is not None:
            await act(tx)
        tx.log(kind, ref)

    return (await store.mutate(work))[1]


async def eventually(condition: Callable[[], Awaitable[Any]], what: str) -> Any:
    """The first true value of `condition`; fails with `what` after 20 seconds."""
    try:
        async with asyncio.timeout(20):
            while not (value := await condition()):  # noqa: ASYNC110 - the condition lies in the database
                await asyncio.sleep(0.005)
            return value
    except TimeoutError:
        raise AssertionError(f"not within 20 s: {what}") from None
