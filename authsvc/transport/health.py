"""gRPC health (grpc.health.v1), for whoever asks: no credential is needed.

A watcher is told that we drain, and then let go: a stop must not wait for streams that have nothing to say any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import grpc
from grpc_health.v1 import health_pb2

SERVICE: Final = "grpc.health.v1.Health"
Status = int


class Health:
    """The state of this process in gRPC's words. One for all listeners; the process as a whole is named ``.

    Args:
        services: Full names of the services that share its state.
    """

    def __init__(self, services: tuple[str, ...]) -> None:
        self._names = frozenset(("", SERVICE, *services))
        self._serving = False
        self._draining = False
        self._changed = asyncio.Event()

    def serve(self, *, serving: bool) -> None:
        """Say whether calls can be answered; ignored once draining."""
        if not self._draining:
            self._set(serving=serving)

    def drain(self) -> None:
        """Say for good that no more calls should come."""
        self._draining = True
        self._set(serving=False)

    def handlers(self) -> dict[str, grpc.RpcMethodHandler[Any, Any]]:
        """The methods of the health service."""
        read, write = health_pb2.HealthCheckRequest.FromString, health_pb2.HealthCheckResponse.SerializeToString
        return {
            "Check": grpc.unary_unary_rpc_method_handler(self.check, read, write),
            "Watch": grpc.unary_stream_rpc_method_handler(self.watch, read, write),
        }

    async def check(self, request: Any, context: Any) -> Any:
        """The state now."""
        if request.service not in self._names:
            await context.abort(grpc.StatusCode.NOT_FOUND, "there is no such service here")
        return health_pb2.HealthCheckResponse(status=self._status(request.service))

    async def watch(self, request: Any, _context: Any) -> AsyncIterator[Any]:
        """The state now and whenever it changes."""
        told = None
        while True:
            changed, draining, status = self._changed, self._draining, self._status(request.service)
            if status != told:
                told = status
                yield health_pb2.HealthCheckResponse(status=status)
            if draining:
                return
            await changed.wait()

    def _status(self, service: str) -> Status:
        response = health_pb2.HealthCheckResponse
        if service not in self._names:
            return int(response.SERVICE_UNKNOWN)
        return int(response.SERVING if self._serving else response.NOT_SERVING)

    def _set(self, *, serving: bool) -> None:
        self._serving = serving
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
