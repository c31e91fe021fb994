"""Who was wrong lately, and how often."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from authsvc.engine.clock import Clock

CAPACITY: Final = 10_000
"""Names remembered. Each was put here by a hash of tens of milliseconds, so the oldest has long been forgiven when it goes."""


class Failures:
    """Counts failures by name, and forgives one each period.

    Args:
        clock: Its own clock.
        most: Failures at once after which there is no room for another; no more are counted.
        period: Microseconds.
    """

    def __init__(self, clock: Clock, most: int, period: int) -> None:
        self._clock = clock
        self._most = most
        self._period = period
        self._forgiven: dict[Hashable, int] = {}
        """When all failures of a name are forgiven, own clock."""

    def note(self, name: Hashable) -> None:
        """One more."""
        now = self._clock.own()
        until = max(self._forgiven.pop(name, 0), now) + self._period
        self._forgiven[name] = min(until, now + self._most * self._period)
        if len(self._forgiven) > CAPACITY:
            del self._forgiven[next(iter(self._forgiven))]

    def is_full(self, name: Hashable) -> bool:
        """Whether there is no room for another one."""
        return self._forgiven.get(name, 0) > self._clock.own() + (self._most - 1) * self._period
