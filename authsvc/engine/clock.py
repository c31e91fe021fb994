"""The two clocks. Nothing else in the service reads time."""

from __future__ import annotations

import time
from typing import Protocol

_BOOTTIME = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock(Protocol):
    """Wall time for what people set; the own clock for leases."""

    def now(self) -> int:
        """Wall time, microseconds since the epoch."""

    def own(self) -> int:
        """Microseconds of a clock that never steps and counts suspended time (CLOCK_BOOTTIME)."""


class SystemClock:
    """The machine's clocks. A loop's cached time is not one of them: it stands still while the loop is busy."""

    __slots__ = ()

    def now(self) -> int:
        """Wall time, microseconds since the epoch."""
        return time.time_ns() // 1000

    def own(self) -> int:
        """Microseconds since boot."""
        return time.clock_gettime_ns(_BOOTTIME) // 1000
