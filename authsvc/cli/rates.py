"""Rate windows as people write them: `60/min`, `600/60s`, `10/s:1` (limit, period, burst)."""

from __future__ import annotations

import re
from typing import Final

from authsvc.cli.durations import DAY, HOUR, MINUTE, SECOND, parse_duration, show_duration
from authsvc.domain.errors import InvalidValue
from authsvc.domain.limits import check_rate_limit
from authsvc.v1.rate_limit_pb2 import RateLimit

_RATE: Final = re.compile(r"([0-9]{1,9})/([0-9a-z]{1,16})(?::([0-9]{1,9}))?")
_PERIODS: Final = {"s": SECOND, "min": MINUTE, "h": HOUR, "day": DAY}
_NAMES: Final = {**_PERIODS, "sec": SECOND, "second": SECOND, "m": MINUTE, "minute": MINUTE, "hour": HOUR, "d": DAY}
_RULE: Final = "a rate is LIMIT/PERIOD or LIMIT/PERIOD:BURST, such as 60/min, 600/60s or 10/s:1"


def parse_rate(text: str) -> RateLimit:
    """Read one window; without a burst the whole limit may come at once.

    Raises:
        InvalidValue: it is none, or out of bounds.
    """
    found = _RATE.fullmatch(text)
    if not found:
        raise InvalidValue(_RULE)
    limit, period, burst = found.groups()
    if burst is not None and int(burst) == 0:
        raise InvalidValue("a burst is 1 or more; 1 spaces the calls strictly")
    checked = check_rate_limit(int(limit), _period(period), int(burst or 0))
    window = RateLimit(limit=checked.limit, burst=checked.burst)
    window.period.FromMicroseconds(checked.period)
    return window


def _period(text: str) -> int:
    try:
        return _NAMES.get(text) or parse_duration(text)
    except InvalidValue:
        raise InvalidValue(_RULE) from None


def show_rate(limit: int, period: int, burst: int) -> str:
    """Write one window as `parse_rate` reads it; a burst of the whole limit goes without saying."""
    name = next((name for name, length in _PERIODS.items() if length == period), "") or show_duration(period)
    return f"{limit}/{name}" if burst in (0, limit) else f"{limit}/{name}:{burst}"
