from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.cli.durations import DAY, HOUR, MINUTE, SECOND
from authsvc.cli.rates import parse_rate, show_rate
from authsvc.domain.errors import InvalidValue


@pytest.mark.parametrize(
    ("text", "limit", "period", "burst"),
    [
        ("60/min", 60, MINUTE, 60),
        ("60/min:5", 60, MINUTE, 5),
        ("600/60s", 600, MINUTE, 600),
        ("10/s:1", 10, SECOND, 1),
        ("5/h", 5, HOUR, 5),
        ("1000/day:100", 1000, DAY, 100),
        ("7/10m", 7, 10 * MINUTE, 7),
    ],
)
def test_a_rate_is_limit_period_and_burst(text: str, limit: int, period: int, burst: int) -> None:
    window = parse_rate(text)
    assert (window.limit, window.period.ToMicroseconds(), window.burst) == (limit, period, burst)


@pytest.mark.parametrize(
    "text", ["", "60", "60/", "/min", "60/min:", "60/fortnight", "6.5/min", "-1/min", "60/min:5:5", "60 / min"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="such as 60/min"):
        parse_rate(text)


@pytest.mark.parametrize("text", ["0/min", "1000001/min", "60/0", "60/500ms", "60/400d", "60/min:0", "60/min:1000001"])
def test_a_rate_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_rate(text)


@given(
    st.integers(min_value=1, max_value=1_000_000),
    st.integers(min_value=1, max_value=366 * 86_400),
    st.integers(min_value=1, max_value=1_000_000),
)
def test_what_is_shown_reads_as_the_same(limit: int, seconds: int, burst: int) -> None:
    window = parse_rate(show_rate(limit, seconds * SECOND, burst))
    assert (window.limit, window.period.ToMicroseconds(), window.burst) == (limit, seconds * SECOND, burst)
