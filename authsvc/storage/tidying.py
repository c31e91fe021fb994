"""Housekeeping: what has outlived its use is deleted in small batches, by any process, passing over what another one holds."""

from __future__ import annotations

from typing import Final

from authsvc.storage.boundary import WRITING, transaction
from authsvc.storage.driver import Session
from authsvc.storage.pool import Part
from authsvc.storage.requests import REMEMBERED

BATCH: Final = 1000
HOUR: Final = 3_600_000_000
DAY: Final = 24 * HOUR
PURGE: Final = 30 * DAY
"""For deleted keys and dead secrets."""
LOG: Final = DAY
DEAD: Final = HOUR
SKEW: Final = HOUR
"""A revoked token stays this much longer than it lives, for processes whose clocks are behind."""

_DELETE = """
DELETE FROM {table} WHERE ({id}) IN (
    SELECT {id} FROM {table} WHERE {time} < $1 ORDER BY {time} LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING 1
"""
# Ids are 131 random bits, so a purged one needs no tombstone to be never used again.
_DOOMED_KEYS = "SELECT key_id FROM keys WHERE delete_time < $1 ORDER BY delete_time LIMIT $2 FOR UPDATE SKIP LOCKED"
# The log is cut at one revision and never thinned out: a reader that comes too late sees the gap. The newest change stays.
_CUT_LOG = """
DELETE FROM change_log WHERE (revision, position) IN (
    SELECT revision, position FROM change_log
    WHERE revision <= (SELECT revision FROM change_log WHERE time < $1 ORDER BY time DESC LIMIT 1)
        AND revision < (SELECT n FROM revision)
    ORDER BY revision, position LIMIT $2
) RETURNING 1
"""


class Tidying(Part):
    """`engine.ports.Tidying`."""

    async def tidy(self, now: int) -> None:
        """Delete keys deleted and secrets dead for 30 days, expired revoked tokens, requests older than 10 minutes, changes
        older than a day, processes dead for an hour. None of this can be seen in a decision.
        """  # noqa: D205 - one sentence
        await self._delete("requests", "caller, request_id", "time", now - REMEMBERED)
        await self._delete("revoked_tokens", "token_id", "expire_time", now - SKEW)
        await self._delete("processes", "process_id", "dead_time", now - DEAD)
        await self._repeat(_CUT_LOG, now - LOG)
        while await self._pools.writes.use(lambda session: _purge_keys(session, now - PURGE)) == BATCH:
            pass
        await self._delete("secrets", "secret_id", "expire_time", now - PURGE)

    async def _delete(self, table: str, identity: str, time: str, before: int) -> None:
        await self._repeat(_DELETE.format(table=table, id=identity, time=time), before)

    async def _repeat(self, sql: str, before: int) -> None:
        while len(await self._pools.writes.rows(sql, before, BATCH)) == BATCH:
            pass


async def _purge_keys(session: Session, before: int) -> int:
    """Purge one batch; how many."""
    async with transaction(session, WRITING):
        key_ids = [row[0] for row in await session.rows(_DOOMED_KEYS, before, BATCH)]
        for table in ("secrets", "key_usage", "keys"):
            await session.rows(f"DELETE FROM {table} WHERE key_id = ANY($1::text[])", key_ids)  # noqa: S608 - one of the three
    return len(key_ids)
