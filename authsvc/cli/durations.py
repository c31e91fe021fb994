"""Durations as people type them: with a unit, so that nobody's 90 days become 90 seconds. In the code, microseconds."""

from __future__ import annotations

from typing import Final

from authsvc import durations
from authsvc.domain.errors import InvalidValue
from authsvc.durations import show_duration

__all__ = ["DAY", "HOUR", "MINUTE", "SECOND", "parse_duration", "show_duration", "show_roughly"]

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
_MAX_DURATION: Final = 36_500 * DAY
_RULE: Final = "a duration is a number with ms, s, m, h or d, such as 500ms, 60s, 10m, 12h or 90d; at most 36500d"
_ROUGH: Final = (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND))


def parse_duration(text: str) -> int:
    """Read a duration as microseconds; only `0` needs no unit.

    Raises:
        InvalidValue: it is none, or too long.
    """
    if text != "0" and not text[-1:].isalpha():
        raise InvalidValue(_RULE)
    try:
        duration = durations.parse_duration(text)
    except InvalidValue:
        raise InvalidValue(_RULE) from None
    if duration > _MAX_DURATION:
        raise InvalidValue(_RULE)
    return duration


def show_roughly(duration: int) -> str:
    """Write microseconds with the largest unit of which there is one at least: `5m`, `3d`."""
    unit, length = next(((unit, length) for unit, length in _ROUGH if duration >= length), _ROUGH[-1])
    return f"{duration // length}{unit}"
