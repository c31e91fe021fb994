"""Counting uses: in memory on the hot path, added up in the store about once a second."""

from __future__ import annotations

import asyncio

import structlog

from authsvc.domain.errors import Unavailable
from authsvc.engine.clock import Clock
from authsvc.engine.counters import Counters
from authsvc.engine.ports import Counting, UsageDelta

MOST_KEYS = 1_000_000
"""Keys whose uses are kept while the store is away; uses of further keys are dropped and counted as lost."""

log = structlog.get_logger(__name__)


class UsageCounter:
    """At most one flush interval of uses is lost on kill -9."""

    def __init__(self, store: Counting, counters: Counters, clock: Clock, *, interval: float = 1.0) -> None:
        self._store = store
        self._counters = counters
        self._interval = interval
        self._uses: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._flushing = asyncio.Lock()
        self._clock = clock
        self._flushed = clock.now()

    @property
    def pending(self) -> int:
        """Keys with uses that the store does not have yet."""
        return len(self._uses)

    @property
    def lag(self) -> int:
        """Microseconds since everything was written."""
        return self._clock.now() - self._flushed

    def count(self, key_id: str, now: int) -> None:
        """One use."""
        uses = self._uses
        if key_id in uses:
            uses[key_id] += 1
        elif len(uses) < MOST_KEYS:
            uses[key_id] = 1
        else:
            self._counters.usage_lost += 1
            return
        self._last[key_id] = now

    async def run(self) -> None:
        """Flush until cancelled."""
        while True:
            await asyncio.sleep(self._interval)
            try:
                await self.flush()
            except Unavailable as error:
                self._counters.usage_flush_failures += 1
                log.warning("usage_not_flushed", error=error.message, keys=len(self._uses))

    async def flush(self) -> None:
        """Write what was counted so far; what cannot be written is kept for the next time.

        Raises:
            StoreUnavailable: Nothing is lost by it.
        """
        async with self._flushing:
            uses, last = self._uses, self._last
            started = self._clock.now()
            if not uses:
                self._flushed = started
                return
            self._uses, self._last = {}, {}
            try:
                await self._store.add_usage([UsageDelta(key_id, uses[key_id], last[key_id]) for key_id in sorted(uses)])
            except BaseException:
                self._keep(uses, last)
                raise
            self._counters.usage_flushed += sum(uses.values())
            self._flushed = started

    def _keep(self, uses: dict[str, int], last: dict[str, int]) -> None:
        for key_id, count in uses.items():
            self._uses[key_id] = self._uses.get(key_id, 0) + count
            self._last[key_id] = max(self._last.get(key_id, 0), last[key_id])
