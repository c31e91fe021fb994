"""Timestamps and durations: protobuf's seconds and nanoseconds against our microseconds."""

from __future__ import annotations

from typing import Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from authsvc.domain.errors import InvalidValue

SECOND: Final = 1_000_000
MAX_SECONDS: Final = 253_402_300_799
"""The last second of the year 9999, where Timestamp ends."""
MAX_DURATION: Final = 315_576_000_000
"""Seconds; about 10,000 years, where Duration ends."""
_NANOS: Final = 1_000_000_000
_TIME_RULE: Final = "a time is between the years 1970 and 9999, with 0 to 999,999,999 nanoseconds"
_DURATION_RULE: Final = "a duration is not negative, at most 315,576,000,000 seconds, and a whole number of microseconds"


def read_time(message: Timestamp) -> int:
    """Microseconds since the epoch; a rest of nanoseconds is dropped, so that nothing ends later than was asked.

    Raises:
        InvalidValue: it is out of range.
    """
    if not 0 <= message.seconds <= MAX_SECONDS or not 0 <= message.nanos < _NANOS:
        raise InvalidValue(_TIME_RULE)
    return message.seconds * SECOND + message.nanos // 1000


def read_duration(message: Duration) -> int:
    """Microseconds.

    Raises:
        InvalidValue: it is negative, out of range, or no whole number of microseconds.
    """
    if not 0 <= message.seconds <= MAX_DURATION or not 0 <= message.nanos < _NANOS or message.nanos % 1000:
        raise InvalidValue(_DURATION_RULE)
    return message.seconds * SECOND + message.nanos // 1000


def write_time(message: Timestamp, time: int) -> None:
    """Set a timestamp, also to the epoch itself."""
    message.SetInParent()
    message.seconds = time // SECOND
    message.nanos = time % SECOND * 1000


def write_duration(message: Duration, duration: int) -> None:
    """Set a duration of at least 0, also to 0 itself."""
    message.SetInParent()
    message.seconds = duration // SECOND
    message.nanos = duration % SECOND * 1000
