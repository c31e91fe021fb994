"""From a gRPC error to what a person can do about it. "Could not decide" never ends like a DENY."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import grpc
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status

from authsvc.cli.exits import Exit
from authsvc.cli.failure import Failure

if TYPE_CHECKING:
    from authsvc.cli.caller import Caller

_DETAILS: Final = "grpc-status-details-bin"

_UNANSWERED: Final = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNKNOWN,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.DATA_LOSS,
    }
)
_ENCRYPTED: Final = (
    "this connection is encrypted: name who signed the server's certificate with --ca, or say --insecure where the server speaks "
    "plaintext on purpose"
)
_HINTS: Final = {
    "ETAG_MISMATCH": "somebody changed it in between: read it again, and repeat with what is there now",
    "RESOURCE_EXHAUSTED": "try again later",
    "UNAVAILABLE": "the server is there and cannot answer right now; try again",
    "STORE_UNAVAILABLE": "the server is there and cannot reach its database; see its log and: authsvc db status",
    "LEASE_LOST": "the server is there and may not decide before it has reached its database again; try again",
    "DEADLINE_EXCEEDED": "try again, or allow more time with --timeout",
    "UNIMPLEMENTED": "this server is of another version; compare with: authsvc version",
    "INTERNAL": "the server's log has the cause",
}


@dataclass(frozen=True, slots=True)
class RpcFailure:
    """What a gRPC error says. `reason` is empty when it comes from the network rather than from authsvc."""

    code: grpc.StatusCode
    message: str
    reason: str = ""
    key_id: str = ""
    violations: tuple[str, ...] = ()


def explain(error: grpc.RpcError, target: str, caller: Caller, *, encrypted: bool = False) -> Failure:
    """Say what went wrong and what to do."""
    failure = read_error(error)
    if failure.code is grpc.StatusCode.UNAVAILABLE and not failure.reason:
        return _unreachable(failure, target, encrypted=encrypted)
    code = Exit.UNREACHABLE if failure.code in _UNANSWERED else Exit.USAGE
    reason = failure.reason or failure.code.name
    message = f"{target} did not answer in time" if _is_late(failure) else failure.message
    return Failure(f"{reason}: {message}", *failure.violations, hint=_hint(failure, reason, caller), code=code, reason=reason)


def read_error(error: grpc.RpcError) -> RpcFailure:
    """Read the details of the rich error model from the trailers."""
    status = Status()
    trailers = cast("Iterable[tuple[str, str | bytes]]", error.trailing_metadata() or ())
    for name, value in trailers:
        if name == _DETAILS and isinstance(value, bytes):
            _read(status, value)
    info = ErrorInfo()
    request = BadRequest()
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(request)
    return RpcFailure(
        code=error.code(),
        message=error.details() or "no message",
        reason=info.reason if info.domain == "authsvc" else "",
        key_id=info.metadata.get("key_id", ""),
        violations=tuple(f"{each.field}: {each.description}" for each in request.field_violations),
    )


def _read(status: Status, value: bytes) -> None:
    try:
        status.ParseFromString(value)
    except DecodeError:  # a proxy's; what the status itself says is enough
        status.Clear()


def _unreachable(failure: RpcFailure, target: str, *, encrypted: bool) -> Failure:
    cause = failure.message.rpartition(": ")[2]
    return Failure(
        f"no authsvc server at {target} ({cause}); start one with: authsvc serve, or name another with --target, AUTHSVC_TARGET",
        hint=_ENCRYPTED if encrypted else "",
        code=Exit.UNREACHABLE,
    )


def _is_late(failure: RpcFailure) -> bool:
    return failure.code is grpc.StatusCode.DEADLINE_EXCEEDED and not failure.reason


def _hint(failure: RpcFailure, reason: str, caller: Caller) -> str:
    match failure.code:
        case grpc.StatusCode.UNAUTHENTICATED if not caller.key:
            return f"there is no caller key at {caller.file}; name yours with --key-file or AUTHSVC_KEY_FILE"
        case grpc.StatusCode.UNAUTHENTICATED:
            return f"the server does not accept the key in {caller.file}; name another with --key-file or AUTHSVC_KEY_FILE"
        case grpc.StatusCode.PERMISSION_DENIED:
            return f"the key in {caller.file} may not do this; use one that has the scope, with --key-file or AUTHSVC_KEY_FILE"
        case grpc.StatusCode.ALREADY_EXISTS if failure.key_id:
            return (
                f"it was done before, for {failure.key_id}, and its secret cannot be shown again; "
                f"get a new one with: authsvc keys rotate {failure.key_id}"
            )
        case _:
            return _HINTS.get(reason, "")
