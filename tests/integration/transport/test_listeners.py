"""What every listener does, whichever library serves it."""

from __future__ import annotations

import asyncio
import socket
import stat
import struct
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from grpc import aio
from grpc_health.v1 import health_pb2
from grpc_reflection.v1alpha import reflection_pb2

from authsvc.address import TcpAddress, UnixAddress
from authsvc.domain.errors import FailedPrecondition
from authsvc.transport import rpc
from authsvc.transport.health import Health
from authsvc.transport.server import SERVICE_NAMES, ListenTerms, build_listeners
from authsvc.v1 import auth_service_pb2, decision_pb2, key_pb2, key_service_pb2, receipt_pb2
from tests.support.gates import GatedStore
from tests.support.service import RunningService, refusal, refused, running_service

ALLOW = decision_pb2.DECISION_ALLOW
SECRET = "chy_sdk_S3cretS3cretS3cretS3cretS3cretS3cret"
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


@pytest.fixture(params=["native", "grpcio"])
def transport(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
async def service(database_url: str, transport: Any) -> AsyncIterator[RunningService]:
    async with running_service(database_url, transport=transport, wrap=GatedStore) as running:
        yield running


def health(service: RunningService, method: str, name: str = "") -> Any:
    """A call of gRPC health, without a credential."""
    kind = service.channel.unary_stream if method == "Watch" else service.channel.unary_unary
    call = kind(
        f"/grpc.health.v1.Health/{method}",
        request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
        response_deserializer=health_pb2.HealthCheckResponse.FromString,
    )
    return call(health_pb2.HealthCheckRequest(service=name))


async def until(condition: Any) -> None:
    """Wait for a condition of this process."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - a counter rings no bell
            await asyncio.sleep(0.001)


async def test_a_free_port_is_reported(service: RunningService) -> None:
    assert isinstance(service.address, TcpAddress)
    assert service.address.port > 0
    key = await service.create_key()
    assert (await service.verify(key.secret)).decision == ALLOW


async def test_a_socket_is_for_our_user_alone_and_gone_afterwards(database_url: str, transport: Any) -> None:
    async with running_service(database_url, transport=transport, socket=True) as service:
        assert isinstance(service.address, UnixAddress)
        path = service.address.path
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        key = await service.create_key()
        assert (await service.verify(key.secret)).decision == ALLOW
    assert not path.exists()


async def test_an_address_in_use_is_refused(service: RunningService, transport: Any) -> None:
    [second] = build_listeners(service.engine, [service.address], Health(()), ListenTerms(transport=transport))
    with pytest.raises(FailedPrecondition, match="in use"):
        await second.start()


async def test_workers_share_a_port_when_they_are_told_to(service: RunningService, transport: Any) -> None:
    terms = ListenTerms(transport=transport, reuse_port=True)
    first, second = build_listeners(service.engine, [TcpAddress("127.0.0.1", 0)] * 2, Health(()), terms)
    address = await first.start()
    second._address = address
    assert await second.start() == address
    await first.stop(0)
    await second.stop(0)


async def test_bytes_that_are_no_request_are_an_invalid_argument(service: RunningService) -> None:
    found = await refused(service.call("AuthService/Verify", b"\xff\xff\xff"))
    assert (found.code, found.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT")
    not_utf8 = await refused(service.call("AuthService/Verify", b"\x0a\x01\xff"))
    assert not_utf8.code is grpc.StatusCode.INVALID_ARGUMENT


async def test_a_request_of_more_than_4_mb_is_refused(service: RunningService) -> None:
    request = auth_service_pb2.VerifyRequest(credential="a" * (4 * 1024 * 1024))
    with pytest.raises(aio.AioRpcError) as raised:
        await service.auth.Verify(request)
    assert raised.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    question = auth_service_pb2.VerifyRequest(credential="a" * (4 * 1024 * 1024 - 64))
    [result] = (await service.auth.BatchVerify(auth_service_pb2.BatchVerifyRequest(requests=[question]))).responses
    assert result.response.reason == decision_pb2.REASON_CREDENTIAL_INVALID


async def test_a_request_of_a_single_question_is_at_most_256_kb(service: RunningService) -> None:
    found = await refused(service.auth.Verify(auth_service_pb2.VerifyRequest(credential="a" * (256 * 1024))))
    assert (found.code, list(found.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, [""])
    request = auth_service_pb2.VerifyRequest(credential="a" * (256 * 1024 - 4))
    assert (await service.auth.Verify(request)).reason == decision_pb2.REASON_CREDENTIAL_INVALID


async def test_metadata_of_more_than_16_kb_is_refused(service: RunningService, transport: Any) -> None:
    with pytest.raises(aio.AioRpcError) as raised:
        await service.auth.Verify(auth_service_pb2.VerifyRequest(), metadata=(("x-large", "a" * 20_000),))
    # HTTP 431 has no gRPC status of its own (ADR 2).
    expected = grpc.StatusCode.UNKNOWN if transport == "native" else grpc.StatusCode.RESOURCE_EXHAUSTED
    assert raised.value.code() is expected
    await service.auth.Verify(auth_service_pb2.VerifyRequest())


async def test_a_page_larger_than_a_request_may_be_is_answered(database_url: str, transport: Any) -> None:
    metadata = {"a": "x" * 4000}
    async with running_service(database_url, transport=transport) as service:
        keys = [service.create_key(metadata=metadata) for _ in range(30)]
        await asyncio.gather(*keys)
        listed = await service.keys.ListKeys(key_service_pb2.ListKeysRequest(tenant="acme", page_size=1000))
        assert len(listed.keys) == 30
        assert listed.ByteSize() > 120_000


async def test_a_method_that_is_not_there_is_unimplemented(service: RunningService) -> None:
    with pytest.raises(aio.AioRpcError) as raised:
        await service.call("AuthService/Nope")
    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_an_unexpected_error_says_nothing_of_its_cause(service: RunningService) -> None:
    key = await service.create_key()
    service.store.failing = lambda method: ValueError(SECRET) if method == "key" else None
    found = await refused(service.keys.GetKey(key_service_pb2.GetKeyRequest(key_id=key.key_id)))
    assert (found.code, found.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert found.metadata["error_id"] in found.message
    assert SECRET not in str(found)


async def test_calls_are_counted_by_method_and_status(service: RunningService) -> None:
    await service.auth.Verify(auth_service_pb2.VerifyRequest())
    await refused(service.auth.Verify(auth_service_pb2.VerifyRequest(min_revision=-1)))
    await refused(service.call("AuthService/Verify", caller=""))
    counted = {name: count for name, count in service.engine.counters.calls.items() if name[0] == "Verify"}
    assert counted == {("Verify", "OK"): 1, ("Verify", "INVALID_ARGUMENT"): 1, ("Verify", "UNAUTHENTICATED"): 1}


async def test_a_call_without_a_deadline_is_given_one(service: RunningService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rpc, "DEFAULT_DEADLINE", 0.1)
    key = await service.create_key()
    gate = service.store.gate("key")
    found = await refused(service.keys.GetKey(key_service_pb2.GetKeyRequest(key_id=key.key_id), timeout=None))
    assert (found.code, found.reason) == (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED")
    gate.open()


async def test_a_mutation_is_answered_before_its_deadline_though_somebody_may_still_decide(service: RunningService) -> None:
    key = await service.create_key()
    await service.store.join("proc_silent", "other", 60_000_000, 0)
    done = await service.keys.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=key.key_id), timeout=2)
    assert done.key.state == key_pb2.KEY_STATE_REVOKED
    assert not done.receipt.effective
    outcomes = {process.process_id: process.outcome for process in done.receipt.processes}
    assert outcomes["proc_silent"] == receipt_pb2.PROCESS_OUTCOME_PENDING
    assert 1_500_000 < done.receipt.elapsed.ToMicroseconds() < 2_000_000


async def test_a_call_that_its_client_gave_up_is_ended(service: RunningService) -> None:
    key = await service.create_key()
    gate = service.store.gate("key")
    call = service.keys.GetKey(key_service_pb2.GetKeyRequest(key_id=key.key_id))
    await gate.reached.wait()
    call.cancel()
    await until(lambda: service.engine.counters.calls.get(("GetKey", "CANCELLED")) == 1)


async def test_a_stop_lets_calls_under_way_end_and_takes_no_more(service: RunningService) -> None:
    key = await service.create_key()
    gate = service.store.gate("key")
    request = key_service_pb2.GetKeyRequest(key_id=key.key_id)
    call = asyncio.ensure_future(service.keys.GetKey(request))
    await gate.reached.wait()
    stopping = asyncio.create_task(service.listener.stop(10))
    await asyncio.sleep(0)
    with pytest.raises(aio.AioRpcError) as raised:
        await service.keys.GetKey(request)
    # grpcio resets a call that reaches a connection it is about to close.
    assert raised.value.code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}
    gate.open()
    assert (await call).key.key_id == key.key_id
    await stopping


async def test_health_needs_no_credential(service: RunningService) -> None:
    for name in ("", "grpc.health.v1.Health", *SERVICE_NAMES):
        assert (await health(service, "Check", name)).status == SERVING
    with pytest.raises(aio.AioRpcError) as raised:
        await health(service, "Check", "nope")
    assert raised.value.code() is grpc.StatusCode.NOT_FOUND


async def test_health_says_when_nothing_can_be_answered(service: RunningService) -> None:
    service.health.serve(serving=False)
    assert (await health(service, "Check")).status == NOT_SERVING
    service.health.serve(serving=True)
    assert (await health(service, "Check", "authsvc.v1.AuthService")).status == SERVING


async def test_a_watcher_is_told_of_the_drain_and_let_go(service: RunningService) -> None:
    watching = health(service, "Watch")
    unknown = health(service, "Watch", "nope")
    assert (await watching.read()).status == SERVING
    assert (await unknown.read()).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
    service.health.drain()
    service.health.serve(serving=True)
    assert (await watching.read()).status == NOT_SERVING
    assert await watching.read() is aio.EOF
    assert await unknown.read() is aio.EOF
    async with asyncio.timeout(5):
        await service.listener.stop(60)


async def reflected(service: RunningService) -> set[str]:
    """The services that reflection lists."""
    call = service.channel.stream_stream(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
        response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
    )(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
    return {each.name async for answer in call for each in answer.list_services_response.service}


async def test_reflection_lists_the_services_without_a_credential(service: RunningService) -> None:
    assert await reflected(service) >= {*SERVICE_NAMES, "grpc.health.v1.Health"}


async def test_reflection_can_be_switched_off(database_url: str, transport: Any) -> None:
    async with running_service(database_url, transport=transport, reflection=False) as service:
        call: Any = service.channel.unary_unary("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        with pytest.raises(aio.AioRpcError) as raised:
            await call(b"", timeout=5)
        assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED


def ping(number: int) -> bytes:
    """A PING frame of HTTP/2 (RFC 9113 section 6.7)."""
    return b"\x00\x00\x08\x06\x00\x00\x00\x00\x00" + struct.pack(">Q", number)


async def test_keepalive_pings_without_calls_are_answered(service: RunningService) -> None:
    assert isinstance(service.address, TcpAddress)
    reader, writer = await asyncio.open_connection(service.address.host, service.address.port)
    writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")
    acknowledged = 0
    writer.write(ping(0))
    async with asyncio.timeout(10):
        while acknowledged < 20:
            header = await reader.readexactly(9)
            payload = await reader.readexactly(int.from_bytes(header[:3], "big"))
            assert header[3] != 7, f"GOAWAY: {payload!r}"
            if header[3] == 6 and header[4] & 1:
                acknowledged += 1
                writer.write(ping(acknowledged))
    writer.close()
    await writer.wait_closed()


async def test_the_loopback_address_of_ipv6_is_served(service: RunningService, transport: Any) -> None:
    if not _has_ipv6():
        pytest.skip("this machine has no ::1")
    [listener] = build_listeners(service.engine, [TcpAddress("::1", 0)], Health(()), ListenTerms(transport=transport))
    address = await listener.start()
    async with aio.insecure_channel(str(address)) as channel:
        with pytest.raises(aio.AioRpcError) as raised:
            await channel.unary_unary("/authsvc.v1.AuthService/Verify")(b"", timeout=5)  # type: ignore[arg-type]
    assert refusal(raised.value).reason == "CALLER_UNAUTHENTICATED"
    await listener.stop(0)


def _has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
    return True
