"""One row of the table of malformed and hostile requests: what is sent, and what has to come back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from typing_extensions import override

from tests.acceptance.inputs.world import World

LEAK: Final = "chy_sdk_" + "S3cret" * 7
"""A secret in the wrong place. It may be in no answer, message or log line."""
CONTROL: Final = "a\x00b"
REVERSED: Final = "abc\u202etxt.exe"
"""Shown backwards from the middle on."""
NOBODY: Final = "key_" + "A" * 22
EARLIEST, LATEST = -(2**63), 2**63 - 1
REASONS: Final = {
    "INVALID_ARGUMENT": "INVALID_ARGUMENT",
    "NOT_FOUND": "NOT_FOUND",
    "ALREADY_EXISTS": "ALREADY_EXISTS",
    "FAILED_PRECONDITION": "FAILED_PRECONDITION",
    "ABORTED": "ETAG_MISMATCH",
    "UNAUTHENTICATED": "CALLER_UNAUTHENTICATED",
    "PERMISSION_DENIED": "CALLER_PERMISSION_DENIED",
    "UNAVAILABLE": "UNAVAILABLE",
    "UNIMPLEMENTED": "UNIMPLEMENTED",
    "OK": "",
}

Request = Message | bytes
Sent = Request | Callable[[World], Request]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One request. Whatever comes back, nothing has changed."""

    rpc: str
    """`AuthService/Verify`."""
    name: str
    request: Sent
    """The message, its bytes, or what makes it of the keys that there are."""
    status: str
    fields: tuple[str, ...] = ()
    """Every field that the answer names as wrong; the empty one is the request as a whole."""
    deny: str = ""
    """With OK: the reason of the DENY. Empty: the answer is no decision, or an ALLOW."""
    results: tuple[int, ...] = ()
    """With OK from BatchVerify: the status of each result."""
    caller: str = "root"
    """One of `World.callers`."""
    metadata: tuple[tuple[str, str | bytes], ...] = ()
    bare: bool = False
    """The gRPC library answers, before us: no details."""

    @override
    def __str__(self) -> str:
        return f"{self.rpc.partition('/')[2]}: {self.name}"


def wrong(rpc: str, name: str, request: Sent, *fields: str, caller: str = "root") -> Row:
    """A request that names these fields as wrong."""
    return Row(rpc=rpc, name=name, request=request, status="INVALID_ARGUMENT", fields=fields, caller=caller)


def failing(rpc: str, name: str, request: Sent, status: str, caller: str = "root") -> Row:
    """A request that is right and cannot be done."""
    return Row(rpc=rpc, name=name, request=request, status=status, caller=caller)


def answered(rpc: str, name: str, request: Sent, deny: str = "", caller: str = "root") -> Row:
    """A request that looks bad and is answered all the same."""
    return Row(rpc=rpc, name=name, request=request, status="OK", deny=deny, caller=caller)


def long(number: int, content: bytes) -> bytes:
    """A length-delimited field as it is on the wire."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def number(field: int, value: int) -> bytes:
    """A varint field as it is on the wire."""
    return _varint(field << 3) + _varint(value % 2**64)


def also(message: Message, more: bytes) -> bytes:
    """A message followed by fields that its class would not write."""
    return message.SerializeToString() + more


def span(seconds: int = 0, nanos: int = 0) -> Duration:
    """A duration, right or not."""
    return Duration(seconds=seconds, nanos=nanos)


def time(seconds: int = 0, nanos: int = 0) -> Timestamp:
    """A time, right or not."""
    return Timestamp(seconds=seconds, nanos=nanos)


def _varint(value: int) -> bytes:
    head = b""
    while value > 0x7F:
        head += bytes([value & 0x7F | 0x80])
        value >>= 7
    return head + bytes([value])


UNKNOWN: Final = long(999, b"x")
"""A field of a contract that does not exist yet."""
