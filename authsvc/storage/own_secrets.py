"""Which peppers, tag keys and key-encryption keys belong to this store, and what still depends on each.

A row is locked FOR KEY SHARE by whoever stores something under it, until that is committed, and FOR UPDATE by whoever retires it.
So nothing is ever stored under a secret that is retired, however long a transaction was on its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from authsvc.domain.errors import FailedPrecondition, Unavailable
from authsvc.domain.own_secret import OwnKind, OwnSecret
from authsvc.engine.records import Dependent, OwnSecretUse, SecretMove
from authsvc.storage.boundary import WRITING, transaction
from authsvc.storage.driver import Row, Session
from authsvc.storage.pool import Part

COLUMNS: Final = "kind, id, fingerprint, current, create_time, use_time, retire_time"
ALL: Final = f"SELECT {COLUMNS} FROM own_secrets ORDER BY kind, create_time, id"  # noqa: S608 - constants
_LOCKED: Final = f"SELECT {COLUMNS} FROM own_secrets ORDER BY kind, id FOR UPDATE"  # noqa: S608 - constants
_PUT: Final = f"""
INSERT INTO own_secrets ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (kind, id) DO UPDATE SET
    current = excluded.current, use_time = excluded.use_time, retire_time = excluded.retire_time
"""  # noqa: S608 - constants
_CLAIM: Final = """
SELECT o.kind, o.id, o.retire_time IS NOT NULL
FROM own_secrets o JOIN unnest($1::text[], $2::text[]) AS used (kind, id) ON used.kind = o.kind AND used.id = o.id
ORDER BY o.kind, o.id FOR KEY SHARE OF o
"""
# Adopters take turns here.
_TURN: Final = "SELECT epoch FROM store FOR UPDATE"

# What lives: of a key that is not revoked, and not past the end of a grace period. Expired keys can be prolonged.
_LIVING: Final = """
FROM secrets s JOIN keys k ON k.key_id = s.key_id AND k.state <> 4
LEFT JOIN key_usage u ON u.key_id = k.key_id
WHERE (s.expire_time IS NULL OR s.expire_time > $1)
"""
# Whose generation is not known may be of any.
_UNDER: Final = {
    OwnKind.PEPPER: f"{_LIVING} AND s.pepper_id = $2",
    OwnKind.TAG_KEY: f"{_LIVING} AND s.generation IN ($2, '?')",
}
_SEALED_UNDER: Final = "FROM signing_keys WHERE kek_id = $1 AND sealed_private_key <> ''"
_USES: Final = f"""
SELECT 'peppers', s.pepper_id, count(*), min(coalesce(u.last_used_time, k.create_time)) {_LIVING} GROUP BY s.pepper_id
UNION ALL
SELECT 'tag-keys', s.generation, count(*), min(coalesce(u.last_used_time, k.create_time)) {_LIVING} GROUP BY s.generation
UNION ALL
SELECT 'keks', kek_id, count(*), NULL FROM signing_keys WHERE sealed_private_key <> '' GROUP BY kek_id
"""  # noqa: S608 - constants
_FOREIGN_KEYS: Final = f"SELECT DISTINCT s.foreign_key {_LIVING} AND s.foreign_key <> ''"

_LOCK_MOVED: Final = "SELECT secret_id FROM secrets WHERE secret_id = ANY($1::text[]) ORDER BY secret_id FOR UPDATE"
# A secret that changed meanwhile is left as it is: it will be used again.
_MOVE: Final = """
UPDATE secrets s
SET pepper_id = m.pepper_id, digest = m.digest, generation = m.generation
FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bytea[], $6::text[])
    AS m (secret_id, old_pepper_id, old_digest, pepper_id, digest, generation)
WHERE s.secret_id = m.secret_id AND s.pepper_id = m.old_pepper_id AND s.digest = m.old_digest
    AND NOT EXISTS (
        SELECT 1 FROM secrets o WHERE o.digest = m.digest AND o.pepper_id = m.pepper_id AND o.secret_id <> m.secret_id
    )
RETURNING s.secret_id
"""


class OwnSecrets(Part):
    """`engine.ports.Recognizing` and `engine.ports.Moving`."""

    async def own_secrets(self) -> tuple[OwnSecret, ...]:
        """All of them, retired ones too; the oldest of a kind first."""
        return tuple(map(own_secret, await self._pools.state.rows(ALL)))

    async def adopt_own_secrets(self, offered: Sequence[OwnSecret]) -> None:
        """Take in every secret of a kind that has no current one yet: a new store, or one of an older release.

        Raises:
            FailedPrecondition: The store knows another secret under one of these names. Nothing was changed.
        """

        async def adopt(session: Session) -> None:
            async with transaction(session, WRITING):
                await session.value(_TURN)
                rows = {row.name: row for row in map(own_secret, await session.rows(_LOCKED))}
                settled = {row.kind for row in rows.values() if row.current}
                for each in offered:
                    known = rows.get(each.name, each)
                    if known.fingerprint != each.fingerprint:
                        raise FailedPrecondition(f"the store knows another secret under the name {each.name}")
                    if each.kind not in settled and (each.current or each.name not in rows):
                        await put(session, each)

        await self._pools.state.use(adopt)

    async def foreign_keys(self, now: int) -> tuple[str, ...]:
        """The marks of foreign keys that living secrets need at `now`."""
        return tuple(row[0] for row in await self._pools.reads.rows(_FOREIGN_KEYS, now))

    async def own_secret_uses(self, now: int) -> tuple[OwnSecretUse, ...]:
        """How much depends on each at `now`; those on which nothing does are left out."""
        return tuple(OwnSecretUse(*row) for row in await self._pools.reads.rows(_USES, now))

    async def dependents(self, kind: OwnKind, own_id: str, now: int, limit: int) -> tuple[Dependent, ...]:
        """Keys with a living secret under a pepper or tag key, those not used for longest first; none for other kinds."""
        if kind not in _UNDER:
            return ()
        sql = f"""
            SELECT k.key_id, k.tenant, k.display_name, u.last_used_time {_UNDER[kind]}
            GROUP BY k.key_id, u.last_used_time ORDER BY u.last_used_time NULLS FIRST, k.key_id LIMIT $3
        """
        return tuple(Dependent(*row) for row in await self._pools.reads.rows(sql, now, own_id, limit))

    async def move_secrets(self, moves: Sequence[SecretMove]) -> int:
        """Store secrets under another pepper; how many. Those that are not stored as a move says are left as they are.

        Raises:
            Unavailable: The pepper is retired.
        """
        if not moves:
            return 0
        columns = [list(column) for column in zip(*moves, strict=True)]

        async def move(session: Session) -> int:
            async with transaction(session, WRITING):
                await claim(session, {(OwnKind.PEPPER, each.pepper_id) for each in moves})
                await session.rows(_LOCK_MOVED, columns[0])
                return len(await session.rows(_MOVE, *columns))

        return await self._pools.writes.use(move)


async def locked(session: Session) -> tuple[OwnSecret, ...]:
    """All of them, locked."""
    return tuple(map(own_secret, await session.rows(_LOCKED)))


async def put(session: Session, secret: OwnSecret) -> None:
    """Insert one, or change its times and whether it is current."""
    values = (secret.fingerprint, secret.current, secret.create_time, secret.use_time, secret.retire_time)
    await session.rows(_PUT, secret.kind, secret.id, *values)


async def claim(session: Session, used: Iterable[tuple[OwnKind, str]]) -> None:
    """Hold what something is about to be stored under, until the transaction ends.

    Raises:
        Unavailable: One was retired while this was on its way; done again it uses the current one.
    """
    kinds, ids = zip(*sorted(set(used)), strict=True)
    for row in await session.rows(_CLAIM, kinds, ids):
        if row[2]:
            raise Unavailable(f"{row[0]}/{row[1]} was retired at this moment; try again")


async def count_dependents(session: Session, kind: OwnKind, own_id: str, now: int) -> int:
    """How many living secrets or sealed signing keys there are under one."""
    if kind is OwnKind.KEK:
        return int(await session.value(f"SELECT count(*) {_SEALED_UNDER}", own_id))
    return int(await session.value(f"SELECT count(*) {_UNDER[kind]}", now, own_id))


def own_secret(row: Row) -> OwnSecret:
    """One row of COLUMNS."""
    return OwnSecret(
        kind=OwnKind(row[0]),
        id=row[1],
        fingerprint=row[2],
        current=row[3],
        create_time=row[4],
        use_time=row[5],
        retire_time=row[6],
    )
