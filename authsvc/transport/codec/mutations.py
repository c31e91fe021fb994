"""What every mutation carries: why, until when to wait, and what makes it repeatable."""

from __future__ import annotations

import hashlib
from typing import Any

from google.protobuf.message import Message

from authsvc.engine.callers import Call, Caller
from authsvc.transport.codec.texts import read_reason, read_request_id
from authsvc.transport.codec.violations import Violations
from authsvc.v1 import receipt_pb2

_NOT_BODY = ("request_id", "wait")


def read_call(caller: Caller, deadline: int, request: Any, violations: Violations) -> Call:
    """Circumstances of a mutation: every such request has `reason` and `wait`, and `request_id` where it creates something."""
    repeatable = "request_id" in request.DESCRIPTOR.fields_by_name
    request_id = violations.read("request_id", read_request_id, request.request_id, "") if repeatable else ""
    return Call(
        caller=caller,
        reason=violations.read("reason", read_reason, request.reason, ""),
        wait=read_wait(request.wait, violations),
        deadline=deadline,
        request_id=request_id,
        body_digest=body_digest(request) if request_id else b"",
    )


def read_wait(wait: int, violations: Violations) -> bool:
    """Whether to wait for the fleet."""
    if wait not in receipt_pb2.Wait.values():
        violations.add("wait", "one of the values of Wait")
    return wait != receipt_pb2.WAIT_NONE


def body_digest(request: Message) -> bytes:
    """SHA-256 of what a request asks for, whatever its id is and however long it waits."""
    body = type(request)()
    body.CopyFrom(request)
    for name in _NOT_BODY:
        if name in body.DESCRIPTOR.fields_by_name:
            body.ClearField(name)
    return hashlib.sha256(body.SerializeToString(deterministic=True)).digest()
