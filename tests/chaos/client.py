"""A gRPC client that finds its server again quickly, and tells an answer from none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import grpc
from google.protobuf.message import Message
from grpc import aio

from authsvc.v1 import auth_service_pb2_grpc, key_service_pb2_grpc

_OPTIONS = (
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.min_reconnect_backoff_ms", 50),
    ("grpc.max_reconnect_backoff_ms", 200),
    ("grpc.use_local_subchannel_pool", 1),
)
UNANSWERED = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED})
"""It was done, or it was not."""


class Client:
    """Stubs with a caller's key, on a channel of their own."""

    def __init__(self, target: str, caller: str) -> None:
        self._channel = aio.insecure_channel(target, options=_OPTIONS)
        authenticated: Any = _Authenticated(self._channel, caller)
        self.auth: auth_service_pb2_grpc.AuthServiceAsyncStub = auth_service_pb2_grpc.AuthServiceStub(authenticated)
        self.keys: key_service_pb2_grpc.KeyServiceAsyncStub = key_service_pb2_grpc.KeyServiceStub(authenticated)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._channel.close()


class _Authenticated:
    """A channel whose calls carry a caller's key."""

    def __init__(self, channel: aio.Channel, caller: str) -> None:
        self._channel = channel
        self._metadata = (("authorization", f"Bearer {caller}"),)

    def unary_unary(self, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        call = self._channel.unary_unary(*args, **kwargs)

        def invoke(request: Message, *, timeout: float) -> Any:
            return call(request, timeout=timeout, metadata=self._metadata)

        return invoke
