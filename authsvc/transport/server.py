"""Listeners: pygrpc-native or grpcio on TCP or a unix socket, with the same methods (ADR 2).

`build_listeners` is the only place that knows which library serves.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import grpc
import pygrpc_native.aio
from grpc import aio
from grpc_reflection.v1alpha import reflection

from authsvc.address import Address, TcpAddress, UnixAddress
from authsvc.domain.errors import FailedPrecondition
from authsvc.engine.parts import Engine
from authsvc.transport import health as health_service
from authsvc.transport.gate import Gate
from authsvc.transport.health import Health
from authsvc.transport.methods import SERVICES, handlers, methods
from authsvc.transport.sockets import private_socket
from authsvc.transport.tls import Certificates

Transport = Literal["native", "grpcio"]

MAX_MESSAGE: Final = 4 * 1024 * 1024
"""Bytes of one request. Answers are not limited: a page of 1000 keys may be larger."""
MAX_METADATA: Final = 16 * 1024
"""Bytes of the metadata of one call."""
MAX_STREAMS: Final = 1024
"""Calls under way on one connection."""
SERVICE_NAMES: Final = tuple(service.full_name for service in SERVICES)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenTerms:
    """How to listen."""

    transport: Transport = "native"
    """What serves without TLS. TLS is always grpcio's."""
    tls: Certificates | None = None
    """For TCP addresses; unix sockets never need it."""
    trust_sockets: bool = False
    """Callers on unix sockets, which are of mode 0600, need no credential."""
    reflection: bool = True
    reuse_port: bool = False
    """Other workers listen on the same port; somebody else sees to it that nobody but them does."""
    verbose: bool = False
    """Log allows, too."""


class Listener:
    """One server on one address."""

    def __init__(self, address: Address, server: aio.Server, credentials: grpc.ServerCredentials | None) -> None:
        self._address = address
        self._server = server
        self._credentials = credentials

    async def start(self) -> Address:
        """Listen and serve; the address, with the port that was chosen where port 0 asked for one.

        Raises:
            FailedPrecondition: the address cannot be had.
        """
        address = self._address
        with private_socket(address.path) if isinstance(address, UnixAddress) else nullcontext():
            port = self._bind()
        await self._server.start()
        return replace(address, port=port) if isinstance(address, TcpAddress) else address

    async def stop(self, grace: float) -> None:
        """Take no more calls, and end those under way after so many seconds."""
        await self._server.stop(grace)

    def _bind(self) -> int:
        try:
            if self._credentials is not None:
                return self._server.add_secure_port(str(self._address), self._credentials)
            return self._server.add_insecure_port(str(self._address))
        except RuntimeError:
            raise FailedPrecondition(
                f"cannot listen on {self._address}: it is in use, or not an address of this machine"
            ) from None


def build_listeners(engine: Engine, addresses: Sequence[Address], health: Health, terms: ListenTerms) -> list[Listener]:
    """Servers for all addresses on one engine. Nothing listens yet."""
    served = methods(engine, verbose=terms.verbose)
    listeners = []
    for address in addresses:
        is_socket = isinstance(address, UnixAddress)
        tls = None if is_socket else terms.tls
        server = new_server("grpcio" if tls else terms.transport, reuse_port=terms.reuse_port and not is_socket)
        gate = Gate(engine, trust=is_socket and terms.trust_sockets)
        for service, table in handlers(served, gate, engine).items():
            server.add_registered_method_handlers(service, table)
        server.add_registered_method_handlers(health_service.SERVICE, health.handlers())
        if terms.reflection:
            reflection.enable_server_reflection((*SERVICE_NAMES, health_service.SERVICE, reflection.SERVICE_NAME), server)
        listeners.append(Listener(address, server, tls.credentials() if tls else None))
    return listeners


def new_server(transport: Transport, *, reuse_port: bool) -> aio.Server:
    """A server with our limits and without methods."""
    make: Any = pygrpc_native.aio.server if transport == "native" else aio.server
    options: list[tuple[str, int]] = [
        ("grpc.max_receive_message_length", MAX_MESSAGE),
        ("grpc.max_send_message_length", -1),
        ("grpc.max_metadata_size", MAX_METADATA),
        ("grpc.absolute_max_metadata_size", MAX_METADATA),
        ("grpc.max_concurrent_streams", MAX_STREAMS),
        # Clients behind load balancers ping idle connections; without these they are sent away with ENHANCE_YOUR_CALM.
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 1_000),
        ("grpc.http2.max_ping_strikes", 0),
        ("grpc.keepalive_permit_without_calls", 1),
        # Ours, so that connections whose other end is gone do not pile up.
        ("grpc.keepalive_time_ms", 300_000),
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.so_reuseport", int(reuse_port)),
    ]
    server: aio.Server = make(options=options)
    return server
