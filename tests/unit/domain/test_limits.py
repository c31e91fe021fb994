from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidValue
from authsvc.domain.limits import (
    MAX_LIMIT,
    SECOND,
    RateLimit,
    admit,
    carry_over,
    check_cost,
    check_rate_limit,
    standing,
)

START = 1_763_600_000 * SECOND
MINUTE = 60 * SECOND
LEAP_YEAR = 366 * 24 * 60 * MINUTE

# Periods of a second to a minute and few calls: limits are reached all the time. 7 and 999,983 leave fractions of microseconds.
LIMITS = st.builds(
    check_rate_limit,
    st.sampled_from([1, 2, 3, 7, 60, 999_983]),
    st.sampled_from([SECOND, 10 * SECOND, MINUTE]),
    st.integers(1, 5),
)
WINDOWS = st.lists(LIMITS, min_size=1, max_size=3).map(tuple)
# Steps of time that often hit the very microsecond of an emission interval.
STEPS = st.one_of(
    st.integers(0, 20 * SECOND), st.sampled_from([0, 1, SECOND // 7, SECOND // 7 + 1, SECOND - 1, SECOND, SECOND + 1])
)
CALLS = st.lists(st.tuples(STEPS, st.integers(1, 3)), min_size=1, max_size=40)


class SlidingLog:
    """The naive oracle: remembers every admission and looks at every window that ends now."""

    def __init__(self, windows: tuple[RateLimit, ...]) -> None:
        self.windows = windows
        self.log: list[tuple[int, int]] = []

    def within_bounds(self) -> bool:
        """Whether cost in [a, b] <= limit * (b - a) / period + burst for every pair of admissions, compared without division."""
        times = sorted({time for time, _ in self.log})
        return all(
            (sum(cost for time, cost in self.log if start <= time <= end) - window.burst) * window.period
            <= window.limit * (end - start)
            for window in self.windows
            for start in times
            for end in times
            if end >= start
        )


def run(windows: tuple[RateLimit, ...], calls: list[tuple[int, int]]) -> tuple[SlidingLog, tuple[int, ...]]:
    """Make `calls` (time to wait, which may be negative; cost) and return what was admitted."""
    log, now = SlidingLog(windows), START
    tats: tuple[int, ...] = ()
    for step, cost in calls:
        now += step
        admission = admit(windows, tats, now, min(cost, *(window.burst for window in windows)))
        tats = admission.tats
        if admission.allowed:
            log.log.append((now, min(cost, *(window.burst for window in windows))))
    return log, tats


@pytest.mark.parametrize(("limit", "period", "burst"), [(1, SECOND, 1), (MAX_LIMIT, LEAP_YEAR, MAX_LIMIT), (60, MINUTE, 1)])
def test_rate_limit_keeps_its_numbers(limit: int, period: int, burst: int) -> None:
    assert check_rate_limit(limit, period, burst) == RateLimit(limit, period, burst)


def test_an_unset_burst_is_the_limit() -> None:
    assert check_rate_limit(60, MINUTE).burst == 60
    assert check_rate_limit(60, MINUTE, 0).burst == 60


@pytest.mark.parametrize(
    ("limit", "period", "burst"),
    [
        (0, SECOND, 1),
        (-1, SECOND, 1),
        (MAX_LIMIT + 1, SECOND, 1),
        (1, SECOND - 1, 1),
        (1, LEAP_YEAR + 1, 1),
        (1, SECOND, -1),
        (1, SECOND, MAX_LIMIT + 1),
    ],
)
def test_rate_limit_refuses_numbers_out_of_bounds(limit: int, period: int, burst: int) -> None:
    with pytest.raises(InvalidValue):
        check_rate_limit(limit, period, burst)


def test_a_cost_above_the_smallest_burst_is_refused() -> None:
    windows = (check_rate_limit(60, MINUTE, 10), check_rate_limit(600, 60 * MINUTE, 3))
    check_cost(windows, 1)
    check_cost(windows, 3)
    for cost in (4, 0, -1, 1001):
        with pytest.raises(InvalidValue):
            check_cost(windows, cost)
    check_cost((), 1000)
    with pytest.raises(InvalidValue):
        check_cost((), 1001)


def test_a_fresh_key_may_use_its_burst_at_once_and_then_one_per_interval() -> None:
    windows = (check_rate_limit(60, MINUTE),)
    log, tats = run(windows, [(0, 1)] * 100)
    assert len(log.log) == 60
    assert admit(windows, tats, START).retry_after == SECOND
    assert not admit(windows, tats, START + SECOND - 1).allowed
    assert admit(windows, tats, START + SECOND).allowed


def test_a_burst_of_one_is_strict_spacing() -> None:
    windows = (check_rate_limit(60, MINUTE, 1),)
    log, _ = run(windows, [(SECOND // 2, 1)] * 21)
    assert [time - log.log[0][0] for time, _ in log.log] == [index * SECOND for index in range(11)]


def test_a_fractional_interval_does_not_drift() -> None:
    windows = (check_rate_limit(7, SECOND, 2),)
    tats = admit(windows, (), START).tats
    for index in range(1, 7001):
        now = START - (1 - index) * SECOND // 7  # the first microsecond at or after the nominal time
        assert index == 1 or not admit(windows, tats, now - 1).allowed
        admission = admit(windows, tats, now)
        assert admission.allowed
        tats = admission.tats


def test_several_windows_are_all_or_nothing() -> None:
    windows = (check_rate_limit(10, SECOND, 10), check_rate_limit(1, MINUTE, 1))
    first = admit(windows, (), START)
    refused = admit(windows, first.tats, START)
    assert first.allowed
    assert not refused.allowed
    assert refused.tats == first.tats
    assert refused.retry_after == MINUTE


def test_no_windows_admit_everything() -> None:
    assert admit((), (), START).allowed


@given(WINDOWS, CALLS)
def test_no_window_of_time_ever_holds_more_than_its_bound(windows: tuple[RateLimit, ...], calls: list[tuple[int, int]]) -> None:
    log, _ = run(windows, calls)
    assert log.within_bounds()


@given(WINDOWS, st.lists(st.tuples(st.one_of(STEPS, STEPS.map(lambda step: -step)), st.integers(1, 3)), max_size=40))
def test_a_clock_going_backwards_never_admits_more(windows: tuple[RateLimit, ...], calls: list[tuple[int, int]]) -> None:
    log, _ = run(windows, calls)
    assert log.within_bounds()


@given(WINDOWS, CALLS, STEPS, st.integers(1, 3))
def test_what_is_refused_would_have_broken_the_spacing_of_one_window(
    windows: tuple[RateLimit, ...], calls: list[tuple[int, int]], step: int, cost: int
) -> None:
    # No stricter than it says either: a leaky bucket, rebuilt from what was admitted, has no room for what is refused.
    log, tats = run(windows, calls)
    now = START + sum(each for each, _ in calls) + step
    cost = min(cost, *(window.burst for window in windows))
    room = True
    for window in windows:
        level, last = 0, START  # a leaky bucket in units of 1/limit microsecond
        for time, spent in [*log.log, (now, 0)]:
            level = max(0, level - (time - last) * window.limit) + spent * window.period
            last = time
        room = room and level + cost * window.period <= window.burst * window.period
    assert admit(windows, tats, now, cost).allowed == room


@given(WINDOWS, CALLS, STEPS, st.integers(1, 3))
def test_retry_after_is_the_earliest_moment(
    windows: tuple[RateLimit, ...], calls: list[tuple[int, int]], step: int, cost: int
) -> None:
    _, tats = run(windows, calls)
    now = START + sum(each for each, _ in calls) + step
    cost = min(cost, *(window.burst for window in windows))
    admission = admit(windows, tats, now, cost)
    assert admission.allowed == (admission.retry_after == 0)
    if not admission.allowed:
        assert admit(windows, tats, now + admission.retry_after, cost).allowed
        assert not admit(windows, tats, now + admission.retry_after - 1, cost).allowed


@given(WINDOWS, CALLS)
def test_remaining_and_reset_say_what_admit_does(windows: tuple[RateLimit, ...], calls: list[tuple[int, int]]) -> None:
    _, tats = run(windows, calls)
    now = START + sum(each for each, _ in calls)
    for window, tat, (remaining, reset_after) in zip(windows, tats, standing(windows, tats, now), strict=True):
        alone = (window,)
        assert remaining == 0 or admit(alone, (tat,), now, remaining).allowed
        assert remaining == window.burst or not admit(alone, (tat,), now, remaining + 1).allowed
        assert admit(alone, (tat,), now + reset_after, window.burst).allowed
        assert reset_after == 0 or not admit(alone, (tat,), now + reset_after - 1, window.burst).allowed


def test_an_unused_key_stands_at_its_burst() -> None:
    assert standing((check_rate_limit(60, MINUTE, 5),), (), START) == ((5, 0),)


def test_standing_after_the_clock_went_back_shows_nothing_left() -> None:
    windows = (check_rate_limit(60, MINUTE, 5),)
    tats = admit(windows, (), START).tats
    assert standing(windows, tats, START - MINUTE)[0].remaining == 0


@given(WINDOWS, CALLS, st.integers(1, 5))
def test_an_update_of_a_limit_gives_back_nothing(
    windows: tuple[RateLimit, ...], calls: list[tuple[int, int]], burst: int
) -> None:
    _, tats = run(windows, calls)
    now = START + sum(each for each, _ in calls)
    assert carry_over(windows, tats, windows, now) == tats
    changed = tuple(replace(window, burst=burst) for window in windows)
    carried = carry_over(windows, tats, changed, now)
    for before, old, after, new in zip(
        windows, standing(windows, tats, now), changed, standing(changed, carried, now), strict=True
    ):
        assert new.remaining <= max(0, after.burst - (before.burst - old.remaining))
        assert admit(
            (after,), (carried[changed.index(after)],), now + after.burst * after.period // after.limit + 1, after.burst
        ).allowed


@given(LIMITS, CALLS, st.integers(1, 5))
def test_what_was_used_stays_used_in_a_changed_window(window: RateLimit, calls: list[tuple[int, int]], burst: int) -> None:
    _, tats = run((window,), calls)
    now = START + sum(each for each, _ in calls)
    changed = (replace(window, limit=window.limit + 1, burst=burst),)
    used = window.burst - standing((window,), tats, now)[0].remaining
    carried = carry_over((window,), tats, changed, now)
    assert standing(changed, carried, now)[0].remaining == max(0, burst - used)


def test_a_state_of_other_windows_is_a_bug_and_raises() -> None:
    windows = (check_rate_limit(60, MINUTE), check_rate_limit(600, 60 * MINUTE))
    for ask in (admit, standing):
        with pytest.raises(ValueError, match="shorter"):
            ask(windows, (START,), START)
    with pytest.raises(ValueError, match="shorter"):
        carry_over(windows, (START,), windows, START)


def test_a_new_window_starts_unused() -> None:
    before, after = (check_rate_limit(60, MINUTE, 5),), (check_rate_limit(10, SECOND, 3),)
    for tats in ((), admit(before, (), START).tats):
        assert standing(after, carry_over(before, tats, after, START), START) == ((3, 0),)


def test_a_looser_limit_does_not_inherit_a_long_wait() -> None:
    before, after = (check_rate_limit(1, 86_400 * SECOND, 10),), (check_rate_limit(600, MINUTE),)
    _, tats = run(before, [(0, 1)] * 10)
    assert admit(after, carry_over(before, tats, after, START), START).allowed
    slow, fast = (check_rate_limit(1, MINUTE, 10),), (check_rate_limit(60, MINUTE, 10),)
    _, tats = run(slow, [(0, 1)] * 10)
    assert admit(fast, carry_over(slow, tats, fast, START), START).retry_after == SECOND
