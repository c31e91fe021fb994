"""A hit: no await, no storage call, and nothing but the lease that it depends on."""

from __future__ import annotations

from typing import Any

import pytest

from authsvc.domain.errors import PermissionDenied, StoreUnavailable, Unauthenticated
from authsvc.transport.gate import Gate
from authsvc.transport.methods import methods
from authsvc.transport.rpc import Rpc
from authsvc.v1 import auth_service_pb2, decision_pb2, rate_limit_pb2
from tests.support.gates import GatedStore
from tests.support.service import RunningService, running_service, seconds

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


def rpc(service: RunningService, name: str = "Verify") -> Rpc[Any]:
    table = {method.name: method for method in methods(service.engine, verbose=False)}
    return Rpc(table[f"AuthService/{name}"], Gate(service.engine, trust=False), service.engine)


def ended(service: RunningService, name: str, payload: bytes) -> bytes:
    """Run a handler up to its first await, where it must have ended."""
    running = rpc(service, name).serve(payload, Context(service.root_key))
    with pytest.raises(StopIteration) as end:
        running.send(None)
    answer: bytes = end.value.value
    return answer


def at_once(service: RunningService, credential: str) -> auth_service_pb2.VerifyResponse:
    request = auth_service_pb2.VerifyRequest(credential=credential)
    return auth_service_pb2.VerifyResponse.FromString(ended(service, "Verify", request.SerializeToString()))


async def test_a_hit_awaits_nothing(service: RunningService) -> None:
    key = await service.create_key()
    token = (await service.mint(key.secret)).access_token
    for credential in (key.secret, token):
        await service.verify(credential)
        assert at_once(service, credential).decision == ALLOW
    assert at_once(service, "chy_sdk_forged").reason == decision_pb2.REASON_CREDENTIAL_INVALID


async def test_an_explanation_from_memory_awaits_nothing_and_leaves_no_trace(service: RunningService) -> None:
    strict = rate_limit_pb2.RateLimit(limit=1, period=seconds(60), burst=1)
    key = await service.create_key(scopes=["projects:*"], rate_limits=[strict])
    await service.verify(key.secret)
    used = service.engine.usage._uses.get(key.key_id)
    requirement = decision_pb2.Requirement(scopes=["projects:read"])
    request = auth_service_pb2.CheckScopeRequest(credential=key.secret, requirement=requirement)
    for _ in range(3):
        answer = auth_service_pb2.CheckScopeResponse.FromString(ended(service, "CheckScope", request.SerializeToString()))
        assert answer.decision == ALLOW
        assert [each.grant for each in answer.granted_by] == ["projects:*"]
        assert answer.rate_limits[0].remaining == 0
    assert service.engine.usage._uses.get(key.key_id) == used


async def test_an_answer_given_again_has_the_revision_of_now(service: RunningService) -> None:
    key = await service.create_key()
    await service.verify(key.secret)
    first = at_once(service, key.secret)
    await service.create_key()
    again = at_once(service, key.secret)
    assert again.revision == await service.store.revision() > first.revision
    again.revision = first.revision
    assert again == first


async def test_one_peer_is_whoever_calls_from_it(service: RunningService) -> None:
    """Behind a proxy, calls of many come from one address and port."""
    key = await service.create_key()
    await service.verify(key.secret)
    reader, stranger = await service.create_caller("authsvc:keys:read"), "authsvc_nobody"
    await service.verify(key.secret)
    payload = auth_service_pb2.VerifyRequest(credential=key.secret).SerializeToString()
    for caller, error in ((reader, PermissionDenied), (stranger, Unauthenticated)):
        assert at_once(service, key.secret).decision == ALLOW
        with pytest.raises(error):
            await rpc(service)._answer(payload, Context(caller))


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
        running = rpc(service).serve(request.SerializeToString(), Context(service.root_key))
        assert running.send(None) is not None
        running.close()
