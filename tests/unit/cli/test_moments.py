from __future__ import annotations

from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from authsvc.cli.durations import DAY, HOUR, MINUTE, SECOND
from authsvc.cli.moments import parse_expiry, parse_past, show_distance, show_moment
from authsvc.domain.errors import InvalidValue


def at(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * SECOND  # type: ignore[arg-type, misc] # year, month, day, ...


NOW = at(2026, 3, 1, 12)


def test_an_expiry_counts_a_duration_from_now() -> None:
    assert parse_expiry("90d", NOW) == NOW + 90 * DAY


def test_an_expiry_on_a_date_includes_that_day() -> None:
    assert parse_expiry("2027-01-31", NOW) == at(2027, 2, 1) - 1


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-31T12:00:00Z",
        "2027-01-31t12:00:00z",
        "2027-01-31 12:00:00+00:00",
        "2027-01-31T14:30:00+02:30",
        "2027-01-31T12:00:00.0Z",
    ],
)
def test_an_expiry_is_any_rfc_3339_time(text: str) -> None:
    assert parse_expiry(text, NOW) == at(2027, 1, 31, 12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90",
        "2027",
        "2027-02-30",
        "2027-01-31T12:00:00",
        "2027-01-31T25:00:00Z",
        "tomorrow",
        "9999-12-31T23:59:59-01:00",
        "1969-12-31T23:59:59Z",
    ],
)
@pytest.mark.parametrize("parse", [parse_expiry, parse_past])
def test_anything_else_is_refused(parse: object, text: str) -> None:
    with pytest.raises(InvalidValue, match="a time is a duration such as 90d"):
        parse(text, NOW)  # type: ignore[operator]


def test_looking_back_counts_a_duration_before_now_and_a_date_from_its_start() -> None:
    assert parse_past("1h", NOW) == NOW - HOUR
    assert parse_past("2026-02-28", NOW) == at(2026, 2, 28)
    assert parse_past("36500d", NOW) == 0


@pytest.mark.parametrize(
    ("offset", "shown"),
    [(-5 * MINUTE, "5m ago"), (3 * DAY + HOUR, "in 3d"), (0, "now"), (-SECOND // 2, "now"), (-SECOND, "1s ago")],
)
def test_a_distance_is_shown_roughly_and_with_its_direction(offset: int, shown: str) -> None:
    moment = Timestamp()
    moment.FromMicroseconds(NOW + offset)
    assert show_distance(moment, NOW) == shown


def test_a_time_is_shown_in_utc() -> None:
    moment = Timestamp()
    moment.FromMicroseconds(NOW)
    assert show_moment(moment) == "2026-03-01 12:00:00Z"
