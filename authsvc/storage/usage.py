"""Usage counters: written in batches, in the order of keys, so that two processes never wait for each other in a circle."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from authsvc.engine.records import UsageDelta
from authsvc.storage.boundary import WRITING, transaction
from authsvc.storage.driver import Session
from authsvc.storage.pool import Part

BATCH = 1000
ATTEMPTS = 4

# A flush leaves its id behind, so that one whose COMMIT was not answered can be sent again: it counts once. The second waits
# here for the first if that is still under way.
_STAMP = """
INSERT INTO requests (caller, request_id, method, body_digest, key_id, time) VALUES ('local:usage', $1, 'usage', '', '', now())
ON CONFLICT (caller, request_id) DO NOTHING
RETURNING request_id
"""
_ADD = """
WITH delta AS (
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::timestamptz[]) AS d (key_id, uses, last_used_time)
), locked AS (
    SELECT key_id FROM key_usage WHERE key_id = ANY($1::text[]) ORDER BY key_id FOR UPDATE
)
UPDATE key_usage u
SET use_count = u.use_count + delta.uses, last_used_time = greatest(u.last_used_time, delta.last_used_time)
FROM delta JOIN locked ON locked.key_id = delta.key_id
WHERE u.key_id = delta.key_id
"""


class Usage(Part):
    """`engine.ports.Counting`."""

    async def add_usage(self, deltas: Sequence[UsageDelta], flush_id: str = "") -> None:
        """Add counts and raise last-used times: all of them, once, or none. Keys that are gone are passed over.

        Args:
            deltas: What to add.
            flush_id: Sent again with the same id within 10 minutes, it adds nothing; empty: a new one.
        """
        if not deltas:
            return
        flush = flush_id or uuid4().hex
        merged = _merged(deltas)

        async def add(session: Session) -> None:
            async with transaction(session, WRITING):
                if await session.value(_STAMP, flush) is None:
                    return
                for start in range(0, len(merged), BATCH):
                    columns = zip(*merged[start : start + BATCH], strict=True)
                    await session.rows(_ADD, *map(list, columns))

        await self._pools.writes.use(add, attempts=ATTEMPTS)


def _merged(deltas: Sequence[UsageDelta]) -> list[UsageDelta]:
    """One delta for each key, in order: an UPDATE applies only one of several rows that match."""
    merged: dict[str, UsageDelta] = {}
    for key_id, uses, last_used_time in deltas:
        before = merged.get(key_id, UsageDelta(key_id, 0, last_used_time))
        merged[key_id] = UsageDelta(key_id, before[1] + uses, max(before[2], last_used_time))
    return [merged[key_id] for key_id in sorted(merged)]
