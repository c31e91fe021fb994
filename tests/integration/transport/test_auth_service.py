"""AuthService over the wire."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
from structlog.testing import capture_logs

from authsvc.domain.errors import StoreUnavailable
from authsvc.v1 import auth_service_pb2 as pb
from authsvc.v1 import decision_pb2, key_pb2, key_service_pb2, rate_limit_pb2, receipt_pb2
from tests.support.gates import GatedStore
from tests.support.service import RunningService, refused, running_service, seconds

ALLOW, DENY = decision_pb2.DECISION_ALLOW, decision_pb2.DECISION_DENY


def question(credential: str, *scopes: str, **fields: Any) -> pb.VerifyRequest:
    return pb.VerifyRequest(credential=credential, requirement=decision_pb2.Requirement(scopes=scopes), **fields)


async def test_an_allow_names_its_principal(service: RunningService) -> None:
    key = await service.create_key(
        scopes=["projects:*"], resources=["p/*"], metadata={"team": "etl"}, subject="svc", environment="staging"
    )
    answer = await service.verify(key.secret, "projects:read", resource="p/1", context={"environment": "staging"})
    assert (answer.decision, answer.reason) == (ALLOW, decision_pb2.REASON_UNSPECIFIED)
    assert answer.principal == decision_pb2.Principal(
        key_id=key.key_id,
        subject="svc",
        tenant="acme",
        environment="staging",
        scopes=["projects:*"],
        resources=["p/*"],
        metadata={"team": "etl"},
        credential_kind=decision_pb2.CREDENTIAL_KIND_KEY,
    )
    assert answer.revision == await service.store.revision()
    assert not answer.HasField("retry_after")
    assert not answer.HasField("expire_time")


async def test_a_deferred_resource_is_left_to_the_caller_only_where_there_is_a_restriction(service: RunningService) -> None:
    restricted = await service.create_key(resources=["p/1"])
    free = await service.create_key()
    answer = await service.verify(restricted.secret, resource_deferred=True)
    assert (answer.decision, answer.resource_deferred, list(answer.principal.resources)) == (ALLOW, True, ["p/1"])
    assert not (await service.verify(free.secret, resource_deferred=True)).resource_deferred


async def test_a_changed_key_is_answered_as_it_is_now(service: RunningService) -> None:
    key = await service.create_key(metadata={"a": "1"})
    assert dict((await service.verify(key.secret)).principal.metadata) == {"a": "1"}
    update = key_service_pb2.UpdateKeyRequest(key=key_pb2.Key(key_id=key.key_id, metadata={"a": "2"}))
    update.update_mask.paths.append("metadata")
    await service.keys.UpdateKey(update)
    assert dict((await service.verify(key.secret)).principal.metadata) == {"a": "2"}


async def test_min_revision_of_the_future_is_unavailable(service: RunningService) -> None:
    key = await service.create_key()
    found = await refused(service.verify(key.secret, min_revision=await service.store.revision() + 1))
    assert (found.code, found.reason) == (grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE")


async def test_min_revision_reads_what_was_not_waited_for(service: RunningService) -> None:
    key = await service.create_key()
    await service.verify(key.secret)
    revoke = key_service_pb2.RevokeKeyRequest(key_id=key.key_id, wait=receipt_pb2.WAIT_NONE)
    revision = (await service.keys.RevokeKey(revoke)).receipt.revision
    assert (await service.verify(key.secret, min_revision=revision)).reason == decision_pb2.REASON_KEY_REVOKED


async def test_a_cost_is_taken_as_a_whole(service: RunningService) -> None:
    limit = rate_limit_pb2.RateLimit(limit=10, period=seconds(60))
    key = await service.create_key(rate_limits=[limit])
    answer = await service.verify(key.secret, cost=8)
    [status] = answer.rate_limits
    assert (status.limit, status.burst, status.remaining) == (10, 10, 2)
    assert 40 < status.reset.seconds <= 48
    assert (await service.verify(key.secret, cost=3)).reason == decision_pb2.REASON_RATE_LIMITED
    found = await refused(service.verify(key.secret, cost=11))
    assert list(found.fields) == ["cost"]


async def test_a_batch_keeps_its_order_and_decides_each_alone(service: RunningService) -> None:
    known = await service.create_key(scopes=["projects:read"])
    await service.verify(known.secret)
    fresh = [await service.create_key(scopes=["projects:write"]) for _ in range(3)]
    requests = [
        question(known.secret, "projects:read"),
        question(fresh[0].secret, "projects:write"),
        question("nonsense"),
        question(known.secret, "no:such:scope"),
        question(fresh[1].secret, "billing:write"),
        question(fresh[2].secret, min_revision=-1),
        question(fresh[2].secret, min_revision=10**6),
        question(""),
        question(fresh[2].secret, "projects:read"),
    ]
    answer = await service.auth.BatchVerify(pb.BatchVerifyRequest(requests=requests))
    shown = [
        (each.response.decision, each.response.reason) if each.HasField("response") else grpc_code(each)
        for each in answer.responses
    ]
    assert shown == [
        (ALLOW, 0),
        (ALLOW, 0),
        (DENY, decision_pb2.REASON_CREDENTIAL_INVALID),
        "INVALID_ARGUMENT",
        (DENY, decision_pb2.REASON_INSUFFICIENT_SCOPE),
        "INVALID_ARGUMENT",
        "UNAVAILABLE",
        (DENY, decision_pb2.REASON_CREDENTIAL_MISSING),
        (ALLOW, 0),
    ]
    assert all(each.error.details for each in answer.responses if each.HasField("error"))


def grpc_code(result: pb.BatchVerifyResult) -> str:
    return next(code.name for code in grpc.StatusCode if code.value[0] == result.error.code)


async def test_the_misses_of_a_batch_share_their_lookups(service: RunningService) -> None:
    keys = [await service.create_key() for _ in range(20)]
    service.engine.state._known.clear()
    await service.verify("")
    before = service.engine.counters.lookups
    answer = await service.auth.BatchVerify(pb.BatchVerifyRequest(requests=[question(key.secret) for key in keys]))
    assert [each.response.principal.key_id for each in answer.responses] == [key.key_id for key in keys]
    # One for them all, and one for the caller's own key, which was forgotten too.
    assert service.engine.counters.lookups - before <= 2


async def test_a_large_batch_lets_others_have_their_turn(service: RunningService) -> None:
    key = await service.create_key()
    await service.verify(key.secret)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    task = asyncio.create_task(others())
    await service.engine.verifier.ready()
    before = turns
    await service.auth.BatchVerify(pb.BatchVerifyRequest(requests=[question(key.secret)] * 1000))
    task.cancel()
    assert turns - before >= 20


async def test_check_scope_explains_and_leaves_no_trace(service: RunningService) -> None:
    strict = rate_limit_pb2.RateLimit(limit=1, period=seconds(60), burst=1)
    key = await service.create_key(scopes=["projects:write"], rate_limits=[strict])
    requirement = decision_pb2.Requirement(scopes=["projects:read"], expression="billing:write OR projects:write")
    request = pb.CheckScopeRequest(credential=key.secret, requirement=requirement)
    answers = [await service.auth.CheckScope(request) for _ in range(3)]
    assert {answer.decision for answer in answers} == {ALLOW}
    assert [(each.scope, each.grant, each.implied) for each in answers[0].granted_by] == [
        ("projects:read", "projects:write", True),
        ("projects:write", "projects:write", False),
    ]
    assert answers[2].rate_limits[0].remaining == 1
    await service.engine.usage.flush()
    read = await service.keys.GetKey(key_service_pb2.GetKeyRequest(key_id=key.key_id))
    assert read.key.use_count == 0


async def test_a_token_is_narrower_than_its_key_and_says_what_it_is(service: RunningService) -> None:
    key = await service.create_key(scopes=["projects:*"], subject="svc")
    answer = await service.mint(
        key.secret, scopes=["projects:read"], ttl=seconds(60), audience=["api", "internal"], on_behalf_of="ada", resources=["p/1"]
    )
    assert (answer.token_type, answer.scope, answer.expires_in) == ("Bearer", "projects:read", 60)
    assert (list(answer.principal.scopes), list(answer.principal.resources)) == (["projects:read"], ["p/1"])
    assert (answer.principal.subject, answer.principal.actor) == ("ada", "svc")
    verified = await service.verify(answer.access_token, "projects:read", resource="p/1", audience="internal")
    assert verified.decision == ALLOW
    assert verified.principal.token_id == answer.token_id
    assert verified.principal.credential_kind == decision_pb2.CREDENTIAL_KIND_TOKEN
    assert verified.expire_time == answer.expire_time
    assert (await service.verify(answer.access_token, "projects:write", resource="p/1")).decision == DENY


async def test_minting_more_than_the_key_has_is_a_deny_without_a_token(service: RunningService) -> None:
    key = await service.create_key(scopes=["projects:read"])
    answer = await service.auth.Mint(pb.MintRequest(credential=key.secret, scopes=["projects:write"]))
    assert (answer.decision, answer.reason) == (DENY, decision_pb2.REASON_INSUFFICIENT_SCOPE)
    assert list(answer.missing_scopes) == ["projects:write"]
    assert answer.access_token == ""
    assert not answer.HasField("expire_time")


async def test_minting_for_a_user_needs_its_own_scope(service: RunningService) -> None:
    key = await service.create_key()
    caller = await service.create_caller("authsvc:mint")
    request = pb.MintRequest(credential=key.secret, on_behalf_of="ada")
    found = await refused(service.call("AuthService/Mint", request.SerializeToString(), caller))
    assert found.code is grpc.StatusCode.PERMISSION_DENIED
    assert "authsvc:mint:act" in found.message


async def test_a_token_is_revoked_by_its_id(service: RunningService) -> None:
    minted = await service.mint((await service.create_key()).secret)
    done = await service.auth.RevokeToken(pb.RevokeTokenRequest(token_id=minted.token_id, expire_time=minted.expire_time))
    assert (done.token_id, done.receipt.effective, done.receipt.offline_until) == (minted.token_id, True, minted.expire_time)
    assert (await service.verify(minted.access_token)).reason == decision_pb2.REASON_TOKEN_REVOKED


async def test_a_deny_is_one_log_line_with_reason_and_key_and_an_allow_is_none(service: RunningService) -> None:
    key = await service.create_key(scopes=["projects:read"])
    with capture_logs() as logs:
        await service.verify(key.secret, "projects:read")
        await service.verify(key.secret, "projects:write")
        await service.verify("chy_sdk_" + "A" * 39)
    assert [(line["event"], line["reason"], line["key_id"]) for line in logs if line["event"] in ("denied", "allowed")] == [
        ("denied", "INSUFFICIENT_SCOPE", key.key_id),
        ("denied", "CREDENTIAL_INVALID", None),
    ]
    assert key.secret not in str(logs)


async def test_a_store_that_is_away_is_no_deny(database_url: str) -> None:
    async with running_service(database_url, wrap=GatedStore) as service:
        key = await service.create_key()
        service.store.failing = lambda method: StoreUnavailable() if method == "lookup" else None
        found = await refused(service.verify(key.secret))
        assert (found.code, found.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
