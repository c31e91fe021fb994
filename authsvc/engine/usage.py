"""Counting uses: in memory on the hot path, added up in the store about once a second."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from authsvc.domain.errors import Unavailable
from authsvc.engine import ids
from authsvc.engine.clock import Clock
from authsvc.engine.counters import Counters
from authsvc.engine.ports import Counting
from authsvc.engine.records import UsageDelta

MOST_KEYS = 1_000_000
"""Keys whose uses are kept while the store is away; uses of further keys are dropped and counted as lost."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Flush:
    """What is on its way to the store, under an id that the store knows it by if it is there already."""

    flush_id: str
    deltas: tuple[UsageDelta, ...]


class UsageCounter:
    """At most one flush interval of uses is lost on kill -9, and none is counted twice."""

    def __init__(self, store: Counting, counters: Counters, clock: Clock, *, interval: float = 1.0) -> None:
        self._store = store
        self._counters = counters
        self._interval = interval
        self._uses: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._flushing = asyncio.Lock()
        self._sent: _Flush | None = None
        """Sent, and neither answered nor given up: it may be in the store or not."""
        self._clock = clock
        self._flushed = clock.now()

    @property
    def pending(self) -> int:
        """Keys with uses that the store does not have yet."""
        return len(self._uses) + (len(self._sent.deltas) if self._sent is not None else 0)

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
                log.warning("usage_not_flushed", error=error.message, keys=self.pending)

    async def flush(self) -> None:
        """Write what was counted so far; what cannot be written is kept for the next time.

        Raises:
            StoreUnavailable: Nothing is lost by it.
        """
        async with self._flushing:
            started = self._clock.now()
            # Its COMMIT may have happened without an answer, or with one that a cancelled caller did not wait for. So it is sent
            # again as it was, under its own id, and never mixed with what was counted since.
            await self._send()
            if self._uses:
                uses, last = self._uses, self._last
                deltas = tuple(UsageDelta(key_id, uses[key_id], last[key_id]) for key_id in sorted(uses))
                self._uses, self._last, self._sent = {}, {}, _Flush(ids.flush_id(), deltas)
                await self._send()
            self._flushed = started

    async def _send(self) -> None:
        sent = self._sent
        if sent is not None:
            await self._store.add_usage(sent.deltas, sent.flush_id)
            self._counters.usage_flushed += sum(delta.uses for delta in sent.deltas)
            self._sent = None
