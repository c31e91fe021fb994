"""TLS and mutual TLS on TCP addresses."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from grpc import aio

from authsvc.address import TcpAddress
from authsvc.transport.health import Health
from authsvc.transport.server import ListenTerms, Tls, build_listeners
from tests.support.service import RunningService, refusal


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, PEM."""

    certificate: bytes
    private_key: bytes


def self_signed(name: str) -> Pair:
    """A certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Pair(certificate.public_bytes(pem), key.private_bytes(pem, pkcs8, plain))


async def call(address: object, credentials: grpc.ChannelCredentials | None) -> aio.AioRpcError:
    """The error of a call without a caller key: ours where the connection was made."""
    target = str(address)
    channel = aio.insecure_channel(target) if credentials is None else aio.secure_channel(target, credentials)
    async with channel:
        with pytest.raises(aio.AioRpcError) as raised:
            await channel.unary_unary("/authsvc.v1.AuthService/Verify")(b"", timeout=5)  # type: ignore[arg-type]
    return raised.value


@pytest.mark.parametrize("mutual", [False, True])
async def test_tls_is_served_whatever_the_transport_of_plaintext(service: RunningService, mutual: bool) -> None:
    server, client, stranger = self_signed("server"), self_signed("client"), self_signed("stranger")
    tls = Tls(server.certificate, server.private_key, client.certificate if mutual else None)
    terms = ListenTerms(transport="native", tls=tls)
    [listener] = build_listeners(service.engine, [TcpAddress("127.0.0.1", 0)], Health(()), terms)
    address = await listener.start()

    known = grpc.ssl_channel_credentials(server.certificate, client.private_key, client.certificate)
    assert refusal(await call(address, known)).reason == "CALLER_UNAUTHENTICATED"
    unknown = await call(address, grpc.ssl_channel_credentials(server.certificate, stranger.private_key, stranger.certificate))
    if mutual:
        assert unknown.code() is grpc.StatusCode.UNAVAILABLE
    else:
        assert refusal(unknown).reason == "CALLER_UNAUTHENTICATED"
    assert (await call(address, None)).code() is grpc.StatusCode.UNAVAILABLE
    await listener.stop(0)


def test_a_private_key_is_not_shown() -> None:
    assert "s3cret" not in repr(Tls(b"c", b"s3cret"))
