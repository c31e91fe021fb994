"""Rate limits: the generic cell rate algorithm (GCRA) in exact integers.

A limit of `limit` per `period` with `burst` admits, in any window of length W, at most `limit * W / period + burst`. Its state is
one integer, the theoretical arrival time (TAT): when the limit would be wholly unused again. Emission intervals such as 60 s / 7
are no whole number of microseconds, so a TAT counts in units of 1/limit microsecond: `now` is `now * limit` there and one
interval is exactly `period`. Nothing is ever rounded in favour of the caller, or at all, so nothing drifts.

Why the bound holds: let calls of costs c1..cn be admitted at times within [a, a + W]. Every admission raises the TAT by its cost
in intervals T, the first one starting from at least `a`; the last one leaves it at most `burst` intervals after its own time. So
`(c1 + .. + cn) * T <= W + burst * T`. Order of the times plays no part: a clock that was set back makes calls wait, no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from authsvc.domain.errors import InvalidValue

SECOND: Final = 1_000_000
MAX_LIMIT: Final = 1_000_000
MIN_PERIOD: Final = SECOND
MAX_PERIOD: Final = 366 * 86_400 * SECOND
MAX_COST: Final = 1000
MAX_WINDOWS: Final = 8


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One window. Made by `check_rate_limit`, which is what keeps the members in bounds.

    Attributes:
        limit: calls per period, 1 to 1,000,000.
        period: microseconds, one second to 366 days.
        burst: calls that may come at once after a pause, 1 to 1,000,000; 1 is strict spacing.
    """

    limit: int
    period: int
    burst: int


class Admission(NamedTuple):
    """The answer of `admit`.

    Attributes:
        allowed: whether every window had room.
        tats: the state from now on; the same as before when refused.
        retry_after: microseconds until the same call can pass at the earliest; 0 when allowed.
    """

    allowed: bool
    tats: tuple[int, ...]
    retry_after: int


class Standing(NamedTuple):
    """How one window stands.

    Attributes:
        remaining: cost that would be admitted at once.
        reset_after: microseconds until the whole burst is available again.
    """

    remaining: int
    reset_after: int


def check_rate_limit(limit: int, period: int, burst: int = 0) -> RateLimit:
    """Check one window; a burst of 0 means `limit`.

    Raises:
        InvalidValue: a number is out of bounds.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidValue(f"a rate limit is 1 to {MAX_LIMIT} calls")
    if not MIN_PERIOD <= period <= MAX_PERIOD:
        raise InvalidValue("the period of a rate limit is 1 second to 366 days")
    if not 0 <= burst <= MAX_LIMIT:
        raise InvalidValue(f"a burst is 1 to {MAX_LIMIT} calls; 0 means the limit itself")
    return RateLimit(limit, period, burst or limit)


def check_cost(limits: tuple[RateLimit, ...], cost: int) -> None:
    """Check that a call of this cost can ever pass.

    Raises:
        InvalidValue: it cannot.
    """
    if not 1 <= cost <= MAX_COST:
        raise InvalidValue(f"a cost is 1 to {MAX_COST}")
    for window in limits:
        if cost > window.burst:
            raise InvalidValue(f"a cost is at most the smallest burst of the key, {min(each.burst for each in limits)}")


def admit(limits: tuple[RateLimit, ...], tats: tuple[int, ...], now: int, cost: int = 1) -> Admission:
    """Take `cost` from every window, or from none.

    Args:
        limits: the windows.
        tats: the state as the last call returned it, one per window; empty: never used.
        now: microseconds since the epoch. Going backwards is no error: it makes calls wait.
        cost: at least 1; `check_cost` has refused what is larger than a burst.
    """
    tats = tats or (0,) * len(limits)
    taken = []
    retry_after = 0
    for window, tat in zip(limits, tats, strict=True):
        period = window.period
        time = now * window.limit
        start = tat if tat > time else time  # noqa: FURB136 -- max() costs a call, here on every decision
        early = start - time - (window.burst - cost) * period
        if early > 0:
            retry_after = max(retry_after, -(-early // window.limit))
        taken.append(start + cost * period)
    if retry_after:
        return Admission(False, tats, retry_after)
    return Admission(True, tuple(taken), 0)


def standing(limits: tuple[RateLimit, ...], tats: tuple[int, ...], now: int) -> tuple[Standing, ...]:
    """Say how each window stands at `now`; nothing is taken."""
    return tuple(_standing(window, tat, now) for window, tat in zip(limits, tats or (0,) * len(limits), strict=True))


def _standing(window: RateLimit, tat: int, now: int) -> Standing:
    used = max(0, tat - now * window.limit)
    remaining = max(0, window.burst - -(-used // window.period))
    return Standing(remaining, -(-used // window.limit))


def carry_over(before: tuple[RateLimit, ...], tats: tuple[int, ...], after: tuple[RateLimit, ...], now: int) -> tuple[int, ...]:
    """Translate the state to changed limits: what a window has used stays used in the new window of the same period.

    So an update neither gives a new burst nor locks a key out for longer than a new burst takes to come back.
    """
    tats = tats or (0,) * len(before)
    used: dict[int, int] = {}
    for window, tat in zip(before, tats, strict=True):
        spent = -(-max(0, tat - now * window.limit) // window.period)
        used[window.period] = max(spent, used.get(window.period, 0))
    kept = dict(zip(before, tats, strict=True))
    return tuple(
        kept.get(window, now * window.limit + min(used.get(window.period, 0), window.burst) * window.period) for window in after
    )
