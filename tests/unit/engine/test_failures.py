from __future__ import annotations

from typing_extensions import override

from authsvc.engine.clock import SystemClock
from authsvc.engine.hashing.failures import CAPACITY, Failures

SECOND = 1_000_000


class StandingClock(SystemClock):
    __slots__ = ("time",)

    def __init__(self) -> None:
        self.time = 50 * SECOND

    @override
    def own(self) -> int:
        return self.time


def test_so_many_failures_fill_a_name_and_each_period_forgives_one() -> None:
    clock = StandingClock()
    failures = Failures(clock, most=3, period=SECOND)
    full = []
    for _ in range(4):
        failures.note("a")
        full.append(failures.is_full("a"))
    assert full == [False, False, True, True]
    clock.time += SECOND - 1
    assert failures.is_full("a")
    clock.time += 1
    assert not failures.is_full("a")
    failures.note("a")
    assert failures.is_full("a")
    clock.time += 2 * SECOND
    failures.note("a")
    assert not failures.is_full("a")


def test_names_do_not_share_failures() -> None:
    failures = Failures(StandingClock(), most=1, period=SECOND)
    failures.note(("a", None))
    assert failures.is_full(("a", None))
    assert not failures.is_full("a")


def test_no_more_are_counted_than_there_is_room_for() -> None:
    clock = StandingClock()
    failures = Failures(clock, most=1, period=60 * SECOND)
    for _ in range(1000):
        failures.note("a")
    clock.time += 60 * SECOND
    assert not failures.is_full("a")


def test_memory_is_bounded_and_the_name_that_was_wrong_longest_ago_goes_first() -> None:
    failures = Failures(StandingClock(), most=1, period=SECOND)
    failures.note("again")
    failures.note("old")
    failures.note("again")
    for number in range(CAPACITY - 1):
        failures.note(number)
    assert len(failures._forgiven) == CAPACITY
    assert not failures.is_full("old")
    assert failures.is_full("again")
