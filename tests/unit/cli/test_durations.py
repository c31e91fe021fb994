from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.cli.durations import DAY, HOUR, MINUTE, SECOND, parse_duration, show_duration, show_roughly
from authsvc.domain.errors import InvalidValue


@pytest.mark.parametrize(
    ("text", "duration"),
    [("0", 0), ("0s", 0), ("500ms", SECOND // 2), ("60s", MINUTE), ("10m", 10 * MINUTE), ("12h", 12 * HOUR), ("90d", 90 * DAY)],
)
def test_a_duration_is_a_number_with_a_unit(text: str, duration: int) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "90", "d", "-1d", "1y", "90 days", "1d1", "36501d", "٣d"])
def test_anything_else_is_refused_and_the_rule_named(text: str) -> None:
    with pytest.raises(InvalidValue, match="such as 500ms, 60s"):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=36_500 * DAY // 1000))
def test_what_is_shown_reads_as_the_same(milliseconds: int) -> None:
    duration = milliseconds * 1000
    shown = show_duration(duration)
    if len(shown) <= 11:  # nine digits are enough for what people type
        assert parse_duration(shown) == duration


@pytest.mark.parametrize(
    ("duration", "shown"),
    [
        (0, "0s"),
        (SECOND - 1, "0s"),
        (59 * SECOND, "59s"),
        (119 * SECOND, "1m"),
        (23 * HOUR, "23h"),
        (36 * HOUR, "1d"),
        (400 * DAY, "400d"),
    ],
)
def test_roughly_is_the_largest_unit_there_is_one_of(duration: int, shown: str) -> None:
    assert show_roughly(duration) == shown
