"""Durations, rates and times as people type them."""

from __future__ import annotations

from google.protobuf.timestamp_pb2 import Timestamp

from authsvc import durations
from authsvc.cli.durations import parse_duration, show_duration, show_roughly
from authsvc.cli.moments import parse_expiry, parse_past, show_distance, show_moment
from authsvc.cli.rates import parse_rate, show_rate
from tests.fuzz.target import Target, refused, text_target

NOW = 1_800_000_000_000_000
UNITS = ("us", "ms", "s", "m", "h", "d", "min", "/", ":", ".", "-", "T", "Z", "+00:00")
TIMES = (
    "90d",
    "2027-01-31",
    "2027-01-31T12:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999-23:59",
    "2027-02-30",
)


def duration(text: str) -> None:
    length = parse_duration(text)
    assert 0 <= length <= 36_500 * 86_400_000_000
    assert parse_duration(show_duration(length)) == length
    assert show_roughly(length)[-1] in "dhms"


def setting(text: str) -> None:
    length = durations.parse_duration(text)
    assert durations.parse_duration(durations.show_duration(length)) == length


def rate(text: str) -> None:
    window = parse_rate(text)
    period = window.period.ToMicroseconds()
    assert parse_rate(show_rate(window.limit, period, window.burst)) == window


def moment(text: str) -> None:
    for parse in (parse_expiry, parse_past):
        time = refused(lambda parse=parse: parse(text, NOW))  # type: ignore[misc]  # bound at once
        if time is not None:
            message = Timestamp()
            message.FromMicroseconds(time)
            assert show_moment(message).endswith("Z")
            assert show_distance(message, NOW)


TARGETS: tuple[Target, ...] = (
    text_target("duration", duration, ("90d", "1.5s", "500ms", "0", "-1s", "1e9s", "999999999d"), UNITS),
    text_target("setting", setting, ("3s", "200 ms", "1.0000001s", "5"), UNITS),
    text_target("rate", rate, ("60/min", "600/60s", "10/s:1", "1/366d", "0/s"), UNITS),
    text_target("moment", moment, TIMES, UNITS),
)
