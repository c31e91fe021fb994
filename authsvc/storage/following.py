"""State in full and what changed since, each at one revision."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from authsvc.engine.records import Change, Changes, Kind, PolicyVersion, RevokedToken, Snapshot
from authsvc.storage.boundary import READING, transaction
from authsvc.storage.driver import Row, Session
from authsvc.storage.own_secrets import ALL as _OWN_SECRETS
from authsvc.storage.own_secrets import own_secret
from authsvc.storage.pool import Part
from authsvc.storage.rows import SIGNING_KEY, TENANT, signing_key, tenant

_HEAD = "SELECT n, (SELECT change_id FROM change_log WHERE change_log.revision = n AND position = 1) FROM revision"
_CHANGES = "SELECT revision, kind, ref FROM change_log WHERE revision > $1 ORDER BY revision, position"
_POLICY = "SELECT version, source FROM policies ORDER BY version DESC LIMIT 1"
_SIGNING_KEYS = f"SELECT {SIGNING_KEY} FROM signing_keys ORDER BY create_time, signing_key_id"  # noqa: S608 - constants
_TENANTS = f"SELECT {TENANT} FROM tenants"  # noqa: S608 - constants
_TOKENS = "SELECT token_id, expire_time FROM revoked_tokens"


class Following(Part):
    """`engine.ports.Following` without `listen`."""

    async def snapshot(self) -> Snapshot:
        """Policy, signing keys, tenants and revoked tokens at one revision."""
        return await self._pools.state.use(_snapshot)

    async def changes(self, after: int) -> Changes:
        """The changes after a revision, and what they are about, at one revision."""
        return await self._pools.state.use(lambda session: _changes(session, after))


async def _snapshot(session: Session) -> Snapshot:
    async with transaction(session, READING):
        revision, change_id = await _head(session)
        return Snapshot(
            revision=revision,
            change_id=change_id,
            policy=await _policy(session),
            signing_keys=tuple(map(signing_key, await session.rows(_SIGNING_KEYS))),
            tenants=tuple(map(tenant, await session.rows(_TENANTS))),
            revoked_tokens=tuple(RevokedToken(*row) for row in await session.rows(_TOKENS)),
            own_secrets=tuple(map(own_secret, await session.rows(_OWN_SECRETS))),
        )


async def _changes(session: Session, after: int) -> Changes:
    async with transaction(session, READING):
        revision, change_id = await _head(session)
        changes = tuple(Change(*row) for row in await session.rows(_CHANGES, after))
        refs: dict[str, list[str]] = {}
        for change in changes:
            refs.setdefault(change.kind, []).append(change.ref)
        return Changes(
            revision=revision,
            change_id=change_id,
            changes=changes,
            policy=await _policy(session) if Kind.POLICY in refs else None,
            signing_keys=tuple(map(signing_key, await session.rows(_SIGNING_KEYS))) if Kind.SIGNING_KEY in refs else None,
            tenants=tuple(map(tenant, await _named(session, f"{_TENANTS} WHERE path = ANY($1::text[])", refs.get(Kind.TENANT)))),
            revoked_tokens=tuple(
                RevokedToken(*row)
                for row in await _named(session, f"{_TOKENS} WHERE token_id = ANY($1::text[])", refs.get(Kind.TOKEN))
            ),
            own_secrets=tuple(map(own_secret, await session.rows(_OWN_SECRETS))) if Kind.OWN_SECRET in refs else None,
        )


async def _head(session: Session) -> tuple[int, str]:
    """The revision and the id of the change that made it; REPEATABLE READ makes it the revision of every other statement."""
    row = await session.row(_HEAD)
    change_id: UUID | None = None if row is None else row[1]
    return (0 if row is None else row[0]), ("" if change_id is None else change_id.hex)


async def _policy(session: Session) -> PolicyVersion | None:
    row = await session.row(_POLICY)
    return None if row is None else PolicyVersion(*row)


async def _named(session: Session, sql: str, refs: Sequence[str] | None) -> Sequence[Row]:
    return await session.rows(sql, refs) if refs else ()
