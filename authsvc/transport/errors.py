"""From an error to a gRPC status: the only table of its kind.

Every status carries `google.rpc.ErrorInfo` (domain `authsvc`, a reason of `authsvc.v1.ErrorReason`), besides it `BadRequest` for
fields that are wrong and `RetryInfo` where waiting helps. All of it travels in a header of limited size, so long lists are cut.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Final

import grpc
import structlog
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import (
    BadRequest,
    ErrorInfo,
    RetryInfo,
)
from google.rpc.status_pb2 import Status

from authsvc.domain.errors import (
    AlreadyExists,
    AuthsvcError,
    Conflict,
    DeadlineExceeded,
    Exhausted,
    FailedPrecondition,
    InvalidArgument,
    LeaseLost,
    NotFound,
    NotImplementedYet,
    PermissionDenied,
    StoreUnavailable,
    Unauthenticated,
    Unavailable,
    Violation,
)
from authsvc.engine import ids
from authsvc.v1 import error_reason_pb2

DOMAIN: Final = "authsvc"
DETAILS: Final = "grpc-status-details-bin"
"""The trailer that carries the whole `google.rpc.Status`."""
BUDGET: Final = 2048
"""Bytes of violations in one status. Clients accept 8 KB of trailers, in which a status appears in base64 beside its message."""

CODES: Final[Mapping[type[AuthsvcError], grpc.StatusCode]] = {
    AuthsvcError: grpc.StatusCode.INTERNAL,
    InvalidArgument: grpc.StatusCode.INVALID_ARGUMENT,
    NotFound: grpc.StatusCode.NOT_FOUND,
    AlreadyExists: grpc.StatusCode.ALREADY_EXISTS,
    FailedPrecondition: grpc.StatusCode.FAILED_PRECONDITION,
    Conflict: grpc.StatusCode.ABORTED,
    Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
    PermissionDenied: grpc.StatusCode.PERMISSION_DENIED,
    Exhausted: grpc.StatusCode.RESOURCE_EXHAUSTED,
    Unavailable: grpc.StatusCode.UNAVAILABLE,
    DeadlineExceeded: grpc.StatusCode.DEADLINE_EXCEEDED,
    NotImplementedYet: grpc.StatusCode.UNIMPLEMENTED,
}
RETRY: Final[Mapping[type[AuthsvcError], float]] = {Exhausted: 1.0, Unavailable: 0.2, StoreUnavailable: 1.0, LeaseLost: 0.5}
"""Seconds after which another attempt is worth it."""

_REASONS: Final = frozenset(name.removeprefix("ERROR_REASON_") for name, _ in error_reason_pb2.ErrorReason.items())
_BY_NUMBER: Final = {code.value[0]: code for code in grpc.StatusCode}
log = structlog.get_logger(__name__)


def code_of(error: AuthsvcError) -> grpc.StatusCode:
    """The status code of an error: that of the nearest class in the table."""
    return next(CODES[kind] for kind in type(error).__mro__ if kind in CODES)


def code_of_number(number: int) -> grpc.StatusCode:
    """The status code with this number."""
    return _BY_NUMBER[number]


def status_of(error: Exception, rpc: str) -> Status:
    """What the caller learns of an error. One that is no `AuthsvcError` becomes INTERNAL, and its cause goes to the log alone."""
    if isinstance(error, TimeoutError):
        error = DeadlineExceeded()
    if not isinstance(error, AuthsvcError):
        return _unexpected(error, rpc)
    details: list[Message] = [_error_info(error)]
    message = error.message
    if isinstance(error, InvalidArgument):
        kept = _within_budget(error.violations)
        details.append(BadRequest(field_violations=[BadRequest.FieldViolation(field=f, description=d) for f, d in kept]))
        message = _summary(kept, len(error.violations)) or message
    seconds = next((RETRY[kind] for kind in type(error).__mro__ if kind in RETRY), 0.0)
    if seconds:
        details.append(RetryInfo(retry_delay=Duration(nanos=int(seconds % 1 * 1e9), seconds=int(seconds))))
    return Status(code=code_of(error).value[0], message=message, details=[_packed(detail) for detail in details])


async def abort(context: grpc.aio.ServicerContext[bytes, bytes], status: Status) -> None:
    """End a call with a status. Never returns."""
    trailers = ((DETAILS, status.SerializeToString()),)
    await context.abort(code_of_number(status.code), status.message, trailers)


def _error_info(error: AuthsvcError) -> ErrorInfo:
    # Errors of a start, such as a schema of another version, have reasons of their own that the contract need not know.
    reasons = (kind.reason for kind in type(error).__mro__ if issubclass(kind, AuthsvcError))
    info = ErrorInfo(reason=next(reason for reason in reasons if reason in _REASONS), domain=DOMAIN)
    if isinstance(error, AlreadyExists) and error.key_id:
        info.metadata["key_id"] = error.key_id
    return info


def _unexpected(error: Exception, rpc: str) -> Status:
    """Neither the text of the exception nor the locals of its frames are logged: both may hold what a caller sent."""
    error_id = f"err_{ids.base62(12)}"
    kind = type(error)
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("rpc_failed", rpc=rpc, error_id=error_id, exception=f"{kind.__module__}.{kind.__qualname__}", frames=frames)
    info = ErrorInfo(reason=AuthsvcError.reason, domain=DOMAIN, metadata={"error_id": error_id})
    message = f"a fault of the server; its log has the cause under {error_id}"
    return Status(code=grpc.StatusCode.INTERNAL.value[0], message=message, details=[_packed(info)])


def _within_budget(violations: tuple[Violation, ...]) -> list[tuple[str, str]]:
    kept: list[tuple[str, str]] = []
    left = BUDGET
    for number, violation in enumerate(violations):
        left -= len(violation.field.encode()) + len(violation.description.encode())
        if left < 0 and kept:
            return [*kept, ("", f"and {len(violations) - number} more")]
        kept.append((violation.field, violation.description))
    return kept


def _summary(kept: list[tuple[str, str]], count: int) -> str:
    if not kept:
        return ""
    field, description = kept[0]
    return f"{field}: {description}" + (f" (and {count - 1} more)" if count > 1 else "")


def _packed(message: Message) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(message)
    return packed
