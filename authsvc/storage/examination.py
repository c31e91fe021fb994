"""What a doctor asks of the store: the server's own state, and keys that somebody should look at."""

from __future__ import annotations

from typing import Final, NamedTuple

from authsvc.storage.pool import Part

# Through an index each: keys without an expiry, and living ones by their last use.
_SERVER: Final = """
SELECT current_setting('server_version_num')::int AS version, current_setting('synchronous_commit') AS synchronous_commit,
    current_setting('fsync') AS fsync, pg_is_in_recovery() AS standby, clock_timestamp() AS clock
"""
_LIVING: Final = "k.state <> 4 AND k.delete_time IS NULL"
_KEYS: Final = f"""
SELECT count(*) AS living, count(*) FILTER (WHERE k.expire_time IS NULL) AS lasting,
    count(*) FILTER (WHERE coalesce(u.last_used_time, k.create_time) < $1) AS unused
FROM keys k LEFT JOIN key_usage u ON u.key_id = k.key_id WHERE {_LIVING}
"""  # noqa: S608 - constants


class Server(NamedTuple):
    """The PostgreSQL behind the store. `clock` in microseconds since the epoch."""

    version: int
    synchronous_commit: str
    fsync: str
    standby: bool
    clock: int


class Census(NamedTuple):
    """Keys that are neither revoked nor deleted; of them those without an expiry, and those not used for long."""

    living: int
    lasting: int
    unused: int


class Examination(Part):
    """Reads for `authsvc doctor`."""

    async def server(self) -> Server:
        """How the server is set up, and what time it has."""
        row = (await self._pools.reads.rows(_SERVER))[0]
        return Server(row["version"], row["synchronous_commit"], row["fsync"], row["standby"], row["clock"])

    async def census(self, unused_since: int) -> Census:
        """Count keys."""
        row = (await self._pools.reads.rows(_KEYS, unused_since))[0]
        return Census(row["living"], row["lasting"], row["unused"])
