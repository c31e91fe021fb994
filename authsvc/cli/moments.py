"""Points in time as people write and read them. In the code they are microseconds since the epoch, UTC."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from authsvc.cli.durations import DAY, parse_duration, show_roughly
from authsvc.domain.errors import InvalidValue

if TYPE_CHECKING:
    from google.protobuf.timestamp_pb2 import Timestamp

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_RULE: Final = "a time is a duration such as 90d, a date such as 2027-01-31, or RFC 3339 such as 2027-01-31T12:00:00Z"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LAST: Final = (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - _EPOCH) // _MICROSECOND


def now() -> int:
    """The time on this machine."""
    return time.time_ns() // 1000


def parse_expiry(text: str, reference: int) -> int:
    """Read when something ends: a duration from `reference` on, the end of a date (UTC), or an RFC 3339 time.

    Raises:
        InvalidValue: it is none of these.
    """
    if _DATE.fullmatch(text):
        return _parse_time(f"{text}T00:00:00Z") + DAY - 1
    return _parse_time(text) if _TIME.fullmatch(text) else reference + _parse_span(text)


def parse_past(text: str, reference: int) -> int:
    """Read a time to look back to: a duration before `reference`, the start of a date (UTC), or an RFC 3339 time.

    Raises:
        InvalidValue: it is none of these.
    """
    if _DATE.fullmatch(text):
        return _parse_time(f"{text}T00:00:00Z")
    return _parse_time(text) if _TIME.fullmatch(text) else max(0, reference - _parse_span(text))


def _parse_span(text: str) -> int:
    try:
        return parse_duration(text)
    except InvalidValue:
        raise InvalidValue(_RULE) from None


def _parse_time(text: str) -> int:
    try:
        moment = (datetime.fromisoformat(text.upper()) - _EPOCH) // _MICROSECOND
    except ValueError:
        raise InvalidValue(_RULE) from None
    if not 0 <= moment <= _LAST:
        raise InvalidValue(_RULE)
    return moment


def show_moment(moment: Timestamp) -> str:
    """Write a time for people: UTC, to the second."""
    return moment.ToDatetime(tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def show_age(moment: int | None, reference: int) -> str:
    """Write when something happened last, if ever: `5m ago`, `never`."""
    return "never" if moment is None else _show_distance(moment - reference)


def show_distance(moment: Timestamp, reference: int) -> str:
    """Write how far away a time is: `5m ago`, `in 3d`, `now`."""
    return _show_distance(moment.ToMicroseconds() - reference)


def _show_distance(distance: int) -> str:
    rough = show_roughly(abs(distance))
    if rough == "0s":
        return "now"
    return f"in {rough}" if distance > 0 else f"{rough} ago"
