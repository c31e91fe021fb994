"""Durations as people write them: `3`, `3s`, `200ms`, `5m`, `1h`, `30d`."""

from __future__ import annotations

import re

from authsvc.domain.errors import InvalidValue

_UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
_FORM = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*(us|ms|s|m|h|d)?", re.ASCII)


def parse_duration(text: str) -> int:
    """Microseconds. Without a unit, seconds.

    Raises:
        InvalidValue: This is no duration.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise InvalidValue("a duration is a number of seconds, or a number with a unit: 200ms, 3s, 5m, 1h, 30d")
    return round(float(match[1]) * _UNITS[match[2] or "s"])


def show_duration(duration: int) -> str:
    """The shortest way to write it: `3s`, `1.5s`, `200ms`."""
    for unit, size in reversed(_UNITS.items()):
        if duration % size == 0 and duration:
            return f"{duration // size}{unit}"
    return "0s"
