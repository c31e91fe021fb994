"""Connections, kept apart by who must never wait for whom."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import asyncpg

from authsvc.domain.errors import StoreUnavailable
from authsvc.storage.driver import PRIMARY, Connection, Row, Session, Transient, answer
from authsvc.storage.rows import from_timestamptz, to_timestamptz

T = TypeVar("T")
LEASE_TIMEOUT = 1.5
"""Seconds: half a lease of the default length, so that a connection to a host that vanished is given up before the lease is."""
CLOSING = 5.0
"""Seconds that statements under way may still take when the store is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to connect. Durations in seconds."""

    dsn: str = field(repr=False)
    application_name: str = "authsvc"
    pooler: bool = False
    """A transaction pooler such as PgBouncer is in between: nothing may live longer than a transaction."""
    connect_timeout: float = 5.0
    statement_timeout: float = 5.0
    """For one statement, and for the wait for a free connection."""

    def arguments(self, purpose: str, settings: dict[str, str] | None = None) -> dict[str, Any]:
        """Keyword arguments for the driver."""
        name = {"application_name": f"{self.application_name} {purpose}"}
        return {
            "dsn": self.dsn,
            "timeout": self.connect_timeout,
            "command_timeout": self.statement_timeout,
            "statement_cache_size": 0 if self.pooler else 200,
            "max_cached_statement_lifetime": 0,
            "target_session_attrs": PRIMARY,
            # A pooler refuses settings that it does not know, and shares a session's settings among its clients.
            "server_settings": name if self.pooler else name | self._settings() | (settings or {}),
        }

    def _settings(self) -> dict[str, str]:
        """The driver gives up on a statement first; the server's own bound is for a client that is gone."""
        return {
            "jit": "off",
            "default_transaction_isolation": "read committed",
            "statement_timeout": f"{2 * self.statement_timeout:.3f}s",
            "idle_in_transaction_session_timeout": f"{2 * self.statement_timeout:.3f}s",
        }


def pauses(attempts: int) -> Iterator[float]:
    """Seconds to wait before each further attempt: random, so that those who collided do not meet again, and longer each time."""
    for attempt in range(attempts - 1):
        yield random.uniform(0.2, 1.0) * 0.02 * 2**attempt  # noqa: S311 - spreads load, keeps no secret


async def connect(options: Options, purpose: str) -> asyncpg.Connection[Row]:
    """A connection outside every pool."""
    return await answer(asyncpg.connect, **options.arguments(purpose))


class Pool:
    """Up to `size` connections for one purpose. One that broke is replaced when it is next asked for."""

    def __init__(
        self, options: Options, purpose: str, size: int, *, floor: int = 1, settings: dict[str, str] | None = None
    ) -> None:
        self._arguments = options.arguments(purpose, settings)
        self._timeout = options.statement_timeout
        self._size = size
        self._floor = floor
        self._pool: asyncpg.Pool[Row] | None = None

    async def open(self) -> None:
        """Connect `floor` connections."""
        self._pool = await answer(
            asyncpg.create_pool,
            **self._arguments,
            min_size=self._floor,
            max_size=self._size,
            max_queries=2**63,
            init=_speak_microseconds,
            reset=_leave_alone,
        )

    async def close(self) -> None:
        """Wait for what is under way, a few seconds at most, then disconnect."""
        pool, self._pool = self._pool, None
        if pool is not None:
            with contextlib.suppress(Exception):  # it terminates the connections then
                await asyncio.wait_for(pool.close(), CLOSING)

    async def use(self, work: Callable[[Session], Awaitable[T]], *, attempts: int = 2) -> T:
        """Run `work` with a connection, again with another one if that one was lost: for what may be done twice.

        Raises:
            StoreUnavailable: No connection became free in time, or the store does not answer.
        """
        for pause in pauses(attempts):
            with contextlib.suppress(Transient):
                return await self._once(work)
            await asyncio.sleep(pause)
        return await self._once(work)

    async def rows(self, sql: str, *arguments: object) -> list[Row]:
        """Every row of one statement."""
        return await self.use(lambda session: session.rows(sql, *arguments))

    async def row(self, sql: str, *arguments: object) -> Row | None:
        """The first row of one statement."""
        return await self.use(lambda session: session.row(sql, *arguments))

    async def value(self, sql: str, *arguments: object) -> Any:
        """The first column of the first row of one statement; None without a row."""
        return await self.use(lambda session: session.value(sql, *arguments))

    async def _once(self, work: Callable[[Session], Awaitable[T]]) -> T:
        if self._pool is None:
            raise StoreUnavailable("the store is not open")
        pool = self._pool
        connection = await answer(pool.acquire, timeout=self._timeout)
        try:
            return await work(Session(connection))
        finally:
            # A release that fails ends the connection, not the result: what was committed stays committed.
            with contextlib.suppress(Exception):
                await pool.release(connection)


@dataclass(frozen=True, slots=True)
class Pools:
    """The pools of one process: with the listener 12 connections at most, 4 when idle."""

    lease: Pool
    """Joining and renewing, nothing else: no burst of anything may cost a lease."""
    state: Pool
    """Lookups, changes, the fleet: short statements on the way to a decision or a receipt."""
    reads: Pool
    """Lists for operators."""
    writes: Pool
    """Mutations, usage, housekeeping."""

    @classmethod
    def of(cls, options: Options) -> Pools:
        """Closed pools."""
        # Filters come in all combinations and tenants in all sizes: a list is planned for its own arguments.
        planned = {"plan_cache_mode": "force_custom_plan"}
        hurried = replace(options, statement_timeout=min(LEASE_TIMEOUT, options.statement_timeout))
        return cls(
            lease=Pool(hurried, "lease", 2),
            state=Pool(options, "state", 4),
            reads=Pool(options, "reads", 2, floor=0, settings=planned),
            writes=Pool(options, "writes", 3),
        )

    async def open(self) -> None:
        """Open all of them, or none."""
        try:
            for pool in (self.lease, self.state, self.reads, self.writes):
                await pool.open()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close all of them at once."""
        await asyncio.gather(*(pool.close() for pool in (self.lease, self.state, self.reads, self.writes)))


async def _speak_microseconds(connection: Connection) -> None:
    """Times are integers on both ways, not `datetime`: exact, and a third of the cost."""
    await connection.set_type_codec(
        "timestamptz", schema="pg_catalog", encoder=to_timestamptz, decoder=from_timestamptz, format="tuple"
    )


async def _leave_alone(_connection: Connection) -> None:
    """Nothing here outlives its transaction, so the driver's reset query would only cost a round trip (half the throughput)."""


class Part:
    """What every part of the store works with."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools
