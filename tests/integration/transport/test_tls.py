"""TLS and mutual TLS on TCP addresses, and certificates that are replaced while calls are under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import pytest
from grpc import aio

from authsvc.address import Address, TcpAddress
from authsvc.domain.errors import FailedPrecondition
from authsvc.transport.health import Health
from authsvc.transport.server import ListenTerms, build_listeners
from authsvc.transport.tls import Certificates, Tls
from tests.support.certificates import Authority, Pair, served_serial
from tests.support.service import RunningService, refusal


@asynccontextmanager
async def listening(service: RunningService, certificates: Certificates) -> AsyncIterator[TcpAddress]:
    """A second listener of a service."""
    terms = ListenTerms(transport="native", tls=certificates)
    [listener] = build_listeners(service.engine, [TcpAddress("127.0.0.1", 0)], Health(()), terms)
    address = await listener.start()
    assert isinstance(address, TcpAddress)
    yield address
    await listener.stop(0)


def channel(address: Address, authority: bytes, client: Pair | None = None) -> aio.Channel:
    """A connection of its own."""
    credentials = grpc.ssl_channel_credentials(
        authority, None if client is None else client.private_key, None if client is None else client.certificate
    )
    return aio.secure_channel(str(address), credentials, options=[("grpc.use_local_subchannel_pool", 1)])


async def call(connection: aio.Channel) -> str:
    """The reason that a call without a caller key is refused for: ours where the connection was made, else the status."""
    with pytest.raises(aio.AioRpcError) as raised:
        await connection.unary_unary("/authsvc.v1.AuthService/Verify")(b"", timeout=10)  # type: ignore[arg-type]
    error = raised.value
    return error.code().name if error.code() is grpc.StatusCode.UNAVAILABLE else refusal(error).reason


async def answer(address: Address, authority: bytes, client: Pair | None = None) -> str:
    async with channel(address, authority, client) as connection:
        return await call(connection)


@pytest.mark.parametrize("mutual", [False, True])
async def test_tls_is_served_whatever_the_transport_of_plaintext(service: RunningService, mutual: bool) -> None:
    ours, clients = Authority("ours"), Authority("clients")
    server = ours.issue("server")
    certificates = Certificates(Tls(server.certificate, server.private_key, clients.certificate if mutual else None))
    async with listening(service, certificates) as address:
        assert await answer(address, ours.certificate, clients.issue("client")) == "CALLER_UNAUTHENTICATED"
        expected = "UNAVAILABLE" if mutual else "CALLER_UNAUTHENTICATED"
        assert await answer(address, ours.certificate, Authority("others").issue("stranger")) == expected
        assert await answer(address, ours.certificate) == expected
        assert await answer(address, clients.certificate, clients.issue("client")) == "UNAVAILABLE", "not who it should be"
        async with aio.insecure_channel(str(address)) as plaintext:
            assert await call(plaintext) == "UNAVAILABLE"


@pytest.mark.parametrize("mutual", [False, True])
async def test_certificates_are_replaced_under_load_and_no_call_fails(service: RunningService, mutual: bool) -> None:
    ours, clients = Authority("ours"), Authority("clients")
    client = clients.issue("client") if mutual else None
    client_ca = clients.certificate if mutual else None

    def tls() -> Tls:
        pair = ours.issue("server")
        return Tls(pair.certificate, pair.private_key, client_ca)

    answers: asyncio.Queue[str] = asyncio.Queue()
    ended = asyncio.Event()

    async def load(address: Address, *, reconnects: bool) -> None:
        kept = channel(address, ours.certificate, client)
        while not ended.is_set():
            answers.put_nowait(await (answer(address, ours.certificate, client) if reconnects else call(kept)))
        await kept.close()

    certificates = Certificates(tls())
    async with listening(service, certificates) as address, asyncio.TaskGroup() as group:
        for reconnects in (True, True, False, False):
            group.create_task(load(address, reconnects=reconnects))
        for _ in range(20):
            newest = tls()
            certificates.replace(newest)
            serial = Pair(newest.certificate, b"").serial
            assert await asyncio.to_thread(served_serial, "127.0.0.1", address.port, ours.certificate) == serial
            assert {await answers.get() for _ in range(10)} == {"CALLER_UNAUTHENTICATED"}
        ended.set()
    assert {answers.get_nowait() for _ in range(answers.qsize())} <= {"CALLER_UNAUTHENTICATED"}


async def test_another_authority_for_clients_holds_for_new_connections(service: RunningService) -> None:
    ours, old, new = Authority("ours"), Authority("old"), Authority("new")
    server, client = ours.issue("server"), old.issue("client")
    certificates = Certificates(Tls(server.certificate, server.private_key, old.certificate))
    async with listening(service, certificates) as address, channel(address, ours.certificate, client) as kept:
        assert await call(kept) == "CALLER_UNAUTHENTICATED"
        certificates.replace(Tls(server.certificate, server.private_key, new.certificate))
        assert await call(kept) == "CALLER_UNAUTHENTICATED"
        assert await answer(address, ours.certificate, client) == "UNAVAILABLE"
        assert await answer(address, ours.certificate, new.issue("client")) == "CALLER_UNAUTHENTICATED"


async def test_what_cannot_be_used_changes_nothing(service: RunningService) -> None:
    ours = Authority("ours")
    server, other = ours.issue("server"), ours.issue("other")
    certificates = Certificates(Tls(server.certificate, server.private_key))
    wrong = {
        "is not that of the certificate": Tls(other.certificate, server.private_key),
        "no PEM certificate chain": Tls(b"garbage", server.private_key),
        "no private key in PEM": Tls(server.certificate, b"garbage"),
        "decided at start": Tls(other.certificate, other.private_key, ours.certificate),
    }
    async with listening(service, certificates) as address:
        for message, tls in wrong.items():
            with pytest.raises(FailedPrecondition, match=message):
                certificates.replace(tls)
        assert await asyncio.to_thread(served_serial, "127.0.0.1", address.port, ours.certificate) == server.serial
        assert await answer(address, ours.certificate) == "CALLER_UNAUTHENTICATED"
    with pytest.raises(FailedPrecondition, match="authorities"):
        Certificates(Tls(server.certificate, server.private_key, b"garbage"))


def test_a_private_key_is_not_shown() -> None:
    assert "s3cret" not in repr(Tls(b"c", b"s3cret"))
