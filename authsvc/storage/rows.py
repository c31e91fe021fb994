"""Rows to domain and back. Columns are named by position in the lists here, so a statement and its reader cannot drift apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from authsvc.domain.key import NO_METADATA, Hash, Key, KeyRecord, Secret, State, Tenant, Usage
from authsvc.domain.limits import RateLimit
from authsvc.domain.token import SigningKey, SigningKeyState
from authsvc.storage.driver import Row

_EPOCH_2000 = 946_684_800_000_000
"""PostgreSQL counts microseconds from 2000-01-01, the domain from 1970-01-01."""

KEY = (
    "k.key_id, k.display_name, k.type, k.tenant, k.subject, k.environment, k.scopes, k.resources, k.allowed_cidrs, "
    "k.rate_limits, k.metadata, k.state, k.created_by, k.create_time, k.update_time, k.expire_time, k.revoke_time, "
    "k.revoke_reason, k.delete_time, k.etag, k.revision"
)
_HASH = "s.hash, s.phc, s.foreign_key, s.generation"
SECRET = f"s.secret_id, s.prefix, s.pepper_id, s.digest, s.create_time, s.expire_time, {_HASH}"
USAGE = "u.use_count, u.last_used_time"
SIGNING_KEY = "signing_key_id, algorithm, state, public_jwk, kek_id, sealed_private_key, create_time, activate_time, retire_time"
TENANT = "path, allowed_cidrs, suspended, suspend_reason, update_time, etag"
OWNERS = "SELECT digest, key_id FROM secrets WHERE digest = ANY($1::bytea[])"

_KEY_WIDTH = KEY.count(",") + 1
_SECRET_WIDTH = SECRET.count(",") + 1


def to_timestamptz(time: int) -> tuple[int]:
    """From microseconds since 1970."""
    return (time - _EPOCH_2000,)


def from_timestamptz(time: tuple[int]) -> int:
    """To microseconds since 1970."""
    return time[0] + _EPOCH_2000


def keys(rows: Iterable[Row], at: int = 0) -> list[Key]:
    """Keys from rows of KEY and then SECRET from column `at` on; the rows of one key follow each other."""
    found: list[tuple[Row, list[Secret]]] = []
    for row in rows:
        if not found or found[-1][0][at] != row[at]:
            found.append((row, []))
        if row[at + _KEY_WIDTH] is not None:
            found[-1][1].append(secret(row, at + _KEY_WIDTH))
    return [key(row, tuple(secrets), at) for row, secrets in found]


def records(rows: Iterable[Row]) -> list[KeyRecord]:
    """Keys with their usage from rows of KEY, SECRET, USAGE."""
    rows = list(rows)
    usage = {row[0]: Usage(row[_KEY_WIDTH + _SECRET_WIDTH] or 0, row[_KEY_WIDTH + _SECRET_WIDTH + 1]) for row in rows}
    return [KeyRecord(each, usage[each.key_id]) for each in keys(rows)]


def key(row: Row, secrets: tuple[Secret, ...] = (), at: int = 0) -> Key:
    """One key from KEY."""
    return Key(
        key_id=row[at],
        display_name=row[at + 1],
        type=row[at + 2],
        tenant=row[at + 3],
        subject=row[at + 4],
        environment=row[at + 5],
        scopes=tuple(row[at + 6]),
        resources=tuple(row[at + 7]),
        allowed_cidrs=tuple(row[at + 8]),
        rate_limits=_rate_limits(row[at + 9]),
        metadata=_metadata(row[at + 10]),
        state=State(row[at + 11]),
        created_by=row[at + 12],
        create_time=row[at + 13],
        update_time=row[at + 14],
        expire_time=row[at + 15],
        revoke_time=row[at + 16],
        revoke_reason=row[at + 17],
        delete_time=row[at + 18],
        etag=row[at + 19],
        revision=row[at + 20],
        secrets=secrets,
    )


def secret(row: Row, at: int = 0) -> Secret:
    """One secret from SECRET."""
    return Secret(
        secret_id=row[at],
        prefix=row[at + 1],
        pepper_id=row[at + 2],
        digest=row[at + 3],
        create_time=row[at + 4],
        expire_time=row[at + 5],
        hash=Hash(row[at + 6]),
        phc=row[at + 7],
        foreign_key=row[at + 8],
        generation=row[at + 9],
    )


def signing_key(row: Row) -> SigningKey:
    """One signing key from SIGNING_KEY."""
    return SigningKey(
        signing_key_id=row[0],
        algorithm=row[1],
        state=SigningKeyState(row[2]),
        public_jwk=json.loads(row[3]),
        kek_id=row[4],
        sealed_private_key=row[5],
        create_time=row[6],
        activate_time=row[7],
        retire_time=row[8],
    )


def tenant(row: Row) -> Tenant:
    """One tenant from TENANT."""
    return Tenant(row[0], tuple(row[1]), row[2], row[3], row[4], row[5])


def to_json(value: Any) -> str:
    """For a jsonb column."""
    return json.dumps(value, separators=(",", ":"))


def rate_limits_to_json(limits: Iterable[RateLimit]) -> str:
    """For `keys.rate_limits`."""
    return to_json([[each.limit, each.period, each.burst] for each in limits])


def _rate_limits(text: str) -> tuple[RateLimit, ...]:
    return () if text == "[]" else tuple(RateLimit(*each) for each in json.loads(text))


def _metadata(text: str) -> Mapping[str, str]:
    return NO_METADATA if text == "{}" else json.loads(text)
