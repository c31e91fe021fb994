"""uvicorn as a listener among others: in our event loop, without signals, access log or banner of its own."""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from starlette.types import ASGIApp

from authsvc.address import TcpAddress
from authsvc.domain.errors import FailedPrecondition

BACKLOG = 256
MOST_CONNECTIONS = 512
"""Connections at once; a further one is answered 503."""


class HttpListener:
    """One address that serves one application."""

    def __init__(self, app: ASGIApp, address: TcpAddress) -> None:
        self._app = app
        self._address = address
        self._running: tuple[uvicorn.Server, socket.socket, asyncio.Task[None]] | None = None

    async def start(self) -> str:
        """Listen; the address with its real port.

        Raises:
            FailedPrecondition: The address cannot be listened on.
        """
        listening = _listen(self._address)
        server = uvicorn.Server(_config(self._app))
        # The steps of uvicorn's own `serve`, without its signal handlers: the worker decides what a signal means.
        server.config.load()
        server.lifespan = server.config.lifespan_class(server.config)
        await server.startup([listening])
        self._running = server, listening, asyncio.create_task(server.main_loop())
        return str(TcpAddress(self._address.host, listening.getsockname()[1]))

    async def stop(self, grace: float) -> None:
        """Accept no more, and let what runs take `grace` seconds."""
        if self._running is None:
            return
        (server, listening, ticking), self._running = self._running, None
        server.config.timeout_graceful_shutdown = max(1, round(grace))
        server.should_exit = True
        ticking.cancel()
        # Before anything is awaited, so that whoever has no time for the rest has at least stopped listening.
        await server.shutdown([listening])


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="none",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=30,
    )


def _listen(address: TcpAddress) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # The supervisor holds the address; every worker listens on it.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind((address.host, address.port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise FailedPrecondition(f"cannot listen on {address} ({error.strerror})") from None
    listening.setblocking(False)
    return listening
