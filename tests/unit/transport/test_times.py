from __future__ import annotations

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidValue
from authsvc.transport.codec.times import MAX_DURATION, MAX_SECONDS, SECOND, read_duration, read_time, write_duration, write_time
from authsvc.v1 import auth_service_pb2


@given(st.integers(0, MAX_SECONDS * SECOND + SECOND - 1))
def test_a_time_survives_the_way_out_and_back(time: int) -> None:
    message = Timestamp()
    write_time(message, time)
    assert read_time(message) == time


@given(st.integers(0, MAX_DURATION * SECOND))
def test_a_duration_survives_the_way_out_and_back(duration: int) -> None:
    message = Duration()
    write_duration(message, duration)
    assert read_duration(message) == duration


@pytest.mark.parametrize(
    "message",
    [Timestamp(seconds=-1), Timestamp(seconds=MAX_SECONDS + 1), Timestamp(nanos=-1), Timestamp(nanos=1_000_000_000)],
)
def test_a_time_out_of_range_is_refused(message: Timestamp) -> None:
    with pytest.raises(InvalidValue):
        read_time(message)


@pytest.mark.parametrize(
    "message",
    [
        Duration(seconds=-1),
        Duration(nanos=-1),
        Duration(seconds=1, nanos=-1),
        Duration(nanos=1_000_000_000),
        Duration(seconds=MAX_DURATION + 1),
        Duration(nanos=1),
    ],
)
def test_a_duration_out_of_range_or_finer_than_a_microsecond_is_refused(message: Duration) -> None:
    with pytest.raises(InvalidValue):
        read_duration(message)


def test_a_time_is_never_read_later_than_it_is() -> None:
    assert read_time(Timestamp(seconds=1, nanos=1_999)) == SECOND + 1


def test_zero_is_set_and_not_unset() -> None:
    answer = auth_service_pb2.VerifyResponse()
    write_time(answer.expire_time, 0)
    write_duration(answer.retry_after, 0)
    assert answer.HasField("expire_time")
    assert answer.HasField("retry_after")
