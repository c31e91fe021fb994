"""A hit: no await, no storage call, and nothing but the lease that it depends on."""

from __future__ import annotations

from typing import Any

import pytest

from authsvc.domain.errors import StoreUnavailable
from authsvc.transport.gate import Gate
from authsvc.transport.methods import methods
from authsvc.transport.rpc import Rpc
from authsvc.v1 import auth_service_pb2, decision_pb2
from tests.support.gates import GatedStore
from tests.support.service import RunningService, running_service

ALLOW = decision_pb2.DECISION_ALLOW


class Context:
    """A call as a transport shows it."""

    def __init__(self, caller: str) -> None:
        self._metadata = (("user-agent", "test"), ("authorization", f"Bearer {caller}"))

    def time_remaining(self) -> float:
        return 5.0

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return self._metadata

    def peer(self) -> str:
        return "ipv4:127.0.0.1:1"


def verify_rpc(service: RunningService) -> Rpc[Any]:
    table = {method.name: method for method in methods(service.engine, verbose=False)}
    return Rpc(table["AuthService/Verify"], Gate(service.engine, trust=False), service.engine)


def at_once(service: RunningService, credential: str) -> auth_service_pb2.VerifyResponse:
    """Run the handler of Verify up to its first await, where it must have ended."""
    request = auth_service_pb2.VerifyRequest(credential=credential)
    running = verify_rpc(service).serve(request.SerializeToString(), Context(service.root_key))
    with pytest.raises(StopIteration) as ended:
        running.send(None)
    return auth_service_pb2.VerifyResponse.FromString(ended.value.value)


async def test_a_hit_awaits_nothing(service: RunningService) -> None:
    key = await service.create_key()
    token = (await service.mint(key.secret)).access_token
    for credential in (key.secret, token):
        await service.verify(credential)
        assert at_once(service, credential).decision == ALLOW
    assert at_once(service, "chy_sdk_forged").reason == decision_pb2.REASON_CREDENTIAL_INVALID


async def test_a_hit_needs_no_store(database_url: str) -> None:
    async with running_service(database_url, wrap=GatedStore) as service:
        key = await service.create_key()
        await service.verify(key.secret)
        service.store.failing = lambda _method: StoreUnavailable()
        service.store.calls.clear()
        for _ in range(10):
            assert at_once(service, key.secret).decision == ALLOW
        assert service.store.calls == []


async def test_a_process_whose_lease_ended_answers_nothing_from_memory(database_url: str) -> None:
    async with running_service(database_url, wrap=GatedStore) as service:
        key = await service.create_key()
        await service.verify(key.secret)
        service.store.failing = lambda _method: StoreUnavailable()
        service.clock.own_ahead = 3_000_000
        request = auth_service_pb2.VerifyRequest(credential=key.secret)
        running = verify_rpc(service).serve(request.SerializeToString(), Context(service.root_key))
        assert running.send(None) is not None
        running.close()
