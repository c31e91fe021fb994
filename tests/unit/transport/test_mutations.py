from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.engine.callers import trusted
from authsvc.transport.codec.mutations import body_digest, read_call
from authsvc.transport.codec.violations import Violations
from authsvc.v1 import key_pb2, key_service_pb2, receipt_pb2

CALLER = trusted("unix")


def create(**fields: Any) -> key_service_pb2.CreateKeyRequest:
    return key_service_pb2.CreateKeyRequest(**fields)


def fields_of(request: Any) -> list[str]:
    violations = Violations()
    read_call(CALLER, 9, request, violations)
    return [violation.field for violation in violations.found]


def test_a_repeated_request_has_the_same_digest() -> None:
    key = key_pb2.Key(display_name="a")
    first = create(key=key, request_id="1", wait=receipt_pb2.WAIT_NONE)
    assert body_digest(first) == body_digest(create(key=key, request_id="2"))
    assert first.request_id == "1"


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=8))
def test_the_digest_does_not_depend_on_the_order_of_a_map(metadata: dict[str, str]) -> None:
    reverse = dict(reversed(metadata.items()))
    assert body_digest(create(key=key_pb2.Key(metadata=metadata))) == body_digest(create(key=key_pb2.Key(metadata=reverse)))


def test_another_body_has_another_digest() -> None:
    assert body_digest(create(key=key_pb2.Key(display_name="a"))) != body_digest(create(key=key_pb2.Key(display_name="b")))
    assert body_digest(create(reason="a")) != body_digest(create(reason="b"))


@pytest.mark.parametrize(("wait", "expected"), [(0, True), (receipt_pb2.WAIT_FLEET, True), (receipt_pb2.WAIT_NONE, False)])
def test_waiting_for_the_fleet_is_the_default(wait: int, expected: bool) -> None:
    request = key_service_pb2.RevokeKeyRequest()
    request.wait = wait  # type: ignore[assignment]
    assert read_call(CALLER, 9, request, Violations()).wait is expected


def test_an_unknown_wait_is_refused() -> None:
    request = key_service_pb2.RevokeKeyRequest()
    request.wait = 9  # type: ignore[assignment]
    assert fields_of(request) == ["wait"]


def test_what_is_too_long_is_refused() -> None:
    assert fields_of(create(request_id="x" * 65, reason="x" * 257)) == ["request_id", "reason"]


def test_a_request_without_an_id_needs_no_digest() -> None:
    call = read_call(CALLER, 9, create(reason="why"), Violations())
    assert (call.caller, call.deadline, call.reason, call.request_id, call.body_digest) == (CALLER, 9, "why", "", b"")
