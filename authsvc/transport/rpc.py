"""One RPC as it is served: caller, permission, deadline, decoding, errors, counting. No chain of interceptors; this is all of it.

Order of events:
1. The deadline: what cannot be answered in time is refused at once.
2. The caller, and whether it may: strangers cost no decoding.
3. The request. Bytes that are none, or too many, are INVALID_ARGUMENT, on either transport.
4. The answer. What memory can answer is answered without an await; the rest has until the deadline.
   Where a late answer could be taken for a timely one, time is looked at once more before it leaves.
5. An error, by the table in `errors`. Only here is a call ever aborted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from google.protobuf.message import DecodeError, Message

from authsvc.domain.errors import DeadlineExceeded, InvalidArgument, Violation
from authsvc.engine.callers import Caller
from authsvc.engine.parts import Engine
from authsvc.transport.errors import abort, code_of_number, status_of
from authsvc.transport.gate import Context, Gate
from authsvc.transport.incoming import Incoming
from authsvc.transport.permissions import Permission

Q = TypeVar("Q", bound=Message)

DEFAULT_DEADLINE: Final = 15.0
"""Seconds, for clients that send no deadline."""
MAX_REQUEST: Final = 256 * 1024
"""Bytes of a request. A right one is far smaller, and others would wait for the checks of a million fields."""
MAX_LARGE_REQUEST: Final = 4 * 1024 * 1024
"""Bytes of one that holds many questions, a policy, or what somebody sent to Envoy."""
LEAST_TIME: Final = 0.001
"""Seconds below which an answer would come too late anyway."""
HEAD_START: Final = 0.02
"""Seconds before the deadline at which we give up, so that the client learns why from us."""
NO_DEADLINE: Final = 1e9
"""Seconds from which on a deadline means none: grpc's ways to say so differ."""


@dataclass(frozen=True, slots=True)
class Method(Generic[Q]):
    """One RPC of the contract."""

    name: str
    """`AuthService/Verify`."""
    request: type[Q]
    permission: Permission
    handle: Callable[[Incoming, Q], Awaitable[Message]]
    at_once: Callable[[Caller, Q], Message | None] | None = None
    """Answers from memory, or None to have `handle` awaited."""
    package: str = "authsvc.v1"
    """Of its service."""
    most: int = MAX_REQUEST
    """Bytes of a request."""
    punctual: bool = False
    """An answer that is ready too late is refused like a question that came too late."""


class Rpc(Generic[Q]):
    """Serves one method. `serve` is what is registered with a server: bytes in, bytes out."""

    def __init__(self, method: Method[Q], gate: Gate, engine: Engine) -> None:
        self._method = method
        self._name = method.name.rpartition("/")[2]
        self._gate = gate
        self._own = engine.clock.own
        self._calls = engine.counters.calls
        self._served = (self._name, "OK")

    async def serve(self, payload: bytes, context: Context) -> bytes:
        """Answer one call."""
        try:
            answer = await self._answer(payload, context)
        except asyncio.CancelledError:
            self._count("CANCELLED")
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the caller gets a status, and an unexpected one is logged
            status = status_of(error, self._method.name)
            self._count(code_of_number(status.code).name)
            await abort(context, status)
            raise AssertionError("abort raises") from None
        calls = self._calls
        calls[self._served] = calls.get(self._served, 0) + 1
        return answer

    async def _answer(self, payload: bytes, context: Context) -> bytes:
        remaining = _time_remaining(context)
        if remaining < LEAST_TIME:
            raise DeadlineExceeded
        caller = self._gate.known(context)
        request = None
        if caller is not None:
            request = self._admit(caller, payload)
            if self._method.at_once is not None:
                answer = self._method.at_once(caller, request)
                if answer is not None:
                    return self._ready(answer, context)
        deadline = self._own() + int(remaining * 1e6)
        async with asyncio.timeout(max(remaining - HEAD_START, remaining / 2)):
            if caller is None or request is None:
                caller = await self._gate.authenticate(context)
                request = self._admit(caller, payload)
            await self._gate.ready()
            return self._ready(await self._method.handle(Incoming(caller, deadline), request), context)

    def _ready(self, answer: Message, context: Context) -> bytes:
        payload = answer.SerializeToString()
        if self._method.punctual and _time_remaining(context) < LEAST_TIME:
            raise DeadlineExceeded
        return payload

    def _admit(self, caller: Caller, payload: bytes) -> Q:
        self._method.permission.require(caller)
        if len(payload) > self._method.most:
            raise InvalidArgument(Violation("", f"a request of this method has at most {self._method.most} bytes"))
        try:
            return self._method.request.FromString(payload)
        except DecodeError:
            raise InvalidArgument(
                Violation("", "these bytes are no message of this method, or hold text that is not UTF-8")
            ) from None

    def _count(self, code: str) -> None:
        label = (self._name, code)
        self._calls[label] = self._calls.get(label, 0) + 1


def _time_remaining(context: Any) -> float:
    """Seconds."""
    remaining = context.time_remaining()
    return DEFAULT_DEADLINE if remaining is None or remaining > NO_DEADLINE else float(remaining)
