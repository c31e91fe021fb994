"""The fleet's table (DESIGN section 6, rules 2, 3, 6 and 7). Every statement may run twice: a lost answer is asked for again."""

from __future__ import annotations

from collections.abc import Sequence

from authsvc.domain.errors import AlreadyExists
from authsvc.engine.records import Process, Renewal
from authsvc.storage.pool import Part

_JOIN = """
INSERT INTO processes AS p (process_id, replica_id, lease, allowance) VALUES ($1, $2, $3, $4)
ON CONFLICT (process_id) DO UPDATE SET lease = excluded.lease
    WHERE p.replica_id = excluded.replica_id AND p.beat = 0 AND p.dead_time IS NULL
RETURNING p.process_id
"""
# The snapshot of this statement is taken after it was sent, so `n` counts everything that was committed before.
_RENEW = """
UPDATE processes SET beat = beat + 1, acknowledged = $2
WHERE process_id = $1 AND dead_time IS NULL
RETURNING
    (SELECT n FROM revision),
    (SELECT change_id FROM change_log WHERE change_log.revision = $2 AND position = 1)
"""
_PROCESSES = """
SELECT process_id, replica_id, acknowledged, beat, dead_time IS NOT NULL, lease, allowance, join_time, own_secrets
FROM processes ORDER BY join_time, process_id
"""
_FENCE = """
UPDATE processes SET dead_time = coalesce(dead_time, now()) WHERE process_id = $1 AND beat = $2 RETURNING process_id
"""
_FENCE_REPLICA = """
WITH fenced AS (
    UPDATE processes SET dead_time = now() WHERE replica_id = $1 AND dead_time IS NULL RETURNING process_id
)
SELECT count(*) FROM fenced
"""


class Processes(Part):
    """`engine.ports.Joining`."""

    async def join(self, process_id: str, replica_id: str, lease: int, allowance: int) -> None:
        """Commit the own row (acknowledged 0); read state only afterwards.

        Raises:
            AlreadyExists: The id has been in use.
        """
        joined = await self._pools.lease.value(_JOIN, process_id, replica_id, lease, allowance)
        if joined is None:
            raise AlreadyExists("this process_id has been in use")

    async def renew(self, process_id: str, applied: int) -> Renewal | None:
        """Raise the beat, acknowledge `applied`, return the current revision; None when fenced."""
        row = await self._pools.lease.row(_RENEW, process_id, applied)
        return None if row is None else Renewal(row[0], "" if row[1] is None else row[1].hex)

    async def announce(self, process_id: str, marks: Sequence[str]) -> None:
        """Say which of the service's secrets this process has."""
        await self._pools.lease.row("UPDATE processes SET own_secrets = $2 WHERE process_id = $1", process_id, list(marks))

    async def leave(self, process_id: str) -> None:
        """Take the own row away: this process answers no more."""
        await self._pools.lease.row("DELETE FROM processes WHERE process_id = $1", process_id)

    async def processes(self) -> tuple[Process, ...]:
        """Every row, dead ones too, with a fresh snapshot."""
        return tuple(Process(*row) for row in await self._pools.state.rows(_PROCESSES))

    async def fence(self, process_id: str, beat: int) -> bool:
        """Mark a row dead if its beat is still this; whether it was."""
        return await self._pools.state.value(_FENCE, process_id, beat) is not None

    async def fence_replica(self, replica_id: str) -> int:
        """Mark dead every row of a replica whose processes are known to have ended; how many."""
        return int(await self._pools.state.value(_FENCE_REPLICA, replica_id))
