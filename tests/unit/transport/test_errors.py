from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import grpc
import pytest
import structlog
from google.rpc.error_details_pb2 import (
    BadRequest,
    ErrorInfo,
    RetryInfo,
)
from google.rpc.status_pb2 import Status

import authsvc
from authsvc.domain.errors import (
    AlreadyExists,
    AuthsvcError,
    Exhausted,
    InvalidArgument,
    LeaseLost,
    StoreUnavailable,
    Unavailable,
    Violation,
)
from authsvc.transport.errors import BUDGET, CODES, code_of, status_of
from authsvc.v1 import error_reason_pb2

SECRET = "chy_sdk_S3cretS3cretS3cretS3cretS3cretS3cret"


def every_error() -> Iterator[type[AuthsvcError]]:
    for module in pkgutil.walk_packages(authsvc.__path__, "authsvc."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    pending = [AuthsvcError]
    while pending:
        kind = pending.pop()
        yield kind
        pending += kind.__subclasses__()


def details(status: Status, kind: type) -> list[object]:
    found = []
    for detail in status.details:
        message = kind()
        if detail.Unpack(message):
            found.append(message)
    return found


def test_every_error_has_a_status_and_a_reason_of_the_contract() -> None:
    kinds = set(every_error())
    assert len(kinds) >= 15
    for kind in kinds:
        error = kind.__new__(kind)
        AuthsvcError.__init__(error)
        if isinstance(error, InvalidArgument):
            error.violations = ()
        if isinstance(error, AlreadyExists):
            error.key_id = ""
        assert code_of(error) is not grpc.StatusCode.INTERNAL or kind is AuthsvcError, kind
        [info] = details(status_of(error, "x"), ErrorInfo)
        assert isinstance(info, ErrorInfo)
        assert f"ERROR_REASON_{info.reason}" in error_reason_pb2.ErrorReason.keys(), kind  # noqa: SIM118 - an enum wrapper


def test_every_reason_of_the_contract_belongs_to_an_error() -> None:
    reasons = {f"ERROR_REASON_{kind.reason}" for kind in every_error()}
    assert set(error_reason_pb2.ErrorReason.keys()) - reasons == {"ERROR_REASON_UNSPECIFIED"}


@pytest.mark.parametrize("kind", CODES)
def test_the_status_carries_error_info(kind: type[AuthsvcError]) -> None:
    status = status_of(InvalidArgument(Violation("a", "b")) if kind is InvalidArgument else kind(), "AuthService/Verify")
    [info] = details(status, ErrorInfo)
    assert isinstance(info, ErrorInfo)
    assert (info.domain, info.reason) == ("authsvc", kind.reason)
    assert status.code == CODES[kind].value[0]
    assert status.message


def test_a_violation_travels_as_bad_request() -> None:
    status = status_of(InvalidArgument(Violation("cost", "1 to 1000"), Violation("key.type", "one of")), "x")
    [bad] = details(status, BadRequest)
    assert isinstance(bad, BadRequest)
    assert [(each.field, each.description) for each in bad.field_violations] == [("cost", "1 to 1000"), ("key.type", "one of")]
    assert status.message == "cost: 1 to 1000 (and 1 more)"


def test_many_violations_are_cut_so_that_the_trailers_are_accepted() -> None:
    violations = [Violation(f"key.scopes[{number}]", "x" * 100) for number in range(64)]
    status = status_of(InvalidArgument(*violations), "x")
    [bad] = details(status, BadRequest)
    assert isinstance(bad, BadRequest)
    *kept, last = bad.field_violations
    assert 10 < len(kept) < 64
    assert last.description == f"and {64 - len(kept)} more"
    assert len(status.SerializeToString()) < 2 * BUDGET


def test_what_was_done_before_names_its_key() -> None:
    [info] = details(status_of(AlreadyExists(key_id="key_1"), "x"), ErrorInfo)
    assert isinstance(info, ErrorInfo)
    assert dict(info.metadata) == {"key_id": "key_1"}


@pytest.mark.parametrize("kind", [Exhausted, Unavailable, StoreUnavailable, LeaseLost])
def test_where_waiting_helps_the_status_says_how_long(kind: type[AuthsvcError]) -> None:
    [retry] = details(status_of(kind(), "x"), RetryInfo)
    assert isinstance(retry, RetryInfo)
    assert 0.1 <= retry.retry_delay.ToTimedelta().total_seconds() <= 1


def test_a_timeout_is_a_deadline() -> None:
    assert status_of(TimeoutError(), "x").code == grpc.StatusCode.DEADLINE_EXCEEDED.value[0]


def test_an_unexpected_error_says_nothing_and_its_log_line_holds_no_value() -> None:
    def fail(credential: str) -> None:
        raise ValueError(f"cannot read {credential}")

    with pytest.raises(ValueError, match="cannot read") as raised:
        fail(SECRET)
    with structlog.testing.capture_logs() as logs:
        status = status_of(raised.value, "AuthService/Verify")
    [info] = details(status, ErrorInfo)
    assert isinstance(info, ErrorInfo)
    assert status.code == grpc.StatusCode.INTERNAL.value[0]
    assert info.metadata["error_id"] in status.message
    [line] = logs
    assert (line["event"], line["error_id"]) == ("rpc_failed", info.metadata["error_id"])
    assert line["exception"] == "builtins.ValueError"
    assert any("test_an_unexpected_error" in frame for frame in line["frames"])
    assert SECRET not in str(line) + str(status)
