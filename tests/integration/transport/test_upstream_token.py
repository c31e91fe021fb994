"""The token that an upstream gets instead of the credential: what it says, how long it is good, and what ends it."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import grpc
import jwt
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from authsvc.domain.reason import Reason
from authsvc.domain.token import SigningKeyState
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind
from authsvc.engine.signing import SigningKeys
from authsvc.v1 import auth_service_pb2, decision_pb2, key_pb2, key_service_pb2
from tests.support.check import POLICY, check_request
from tests.support.service import RunningService, refused, running_service

SECOND = 1_000_000


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[RunningService]:
    async with running_service(database_url, policy=POLICY) as running:
        yield running


async def handed_on(service: RunningService, credential: str, path: str = "/me") -> str:
    """The token that the upstream gets."""
    answer = await service.check("GET", path, {"authorization": f"Bearer {credential}"})
    assert answer.allowed, answer
    return answer.set["authorization"].removeprefix("Bearer ")


def claims(token: str) -> dict[str, Any]:
    """What it says, unverified."""
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


async def reason(service: RunningService, token: str) -> str:
    answer = await service.verify(token, audience="internal")
    return decision_pb2.Reason.Name(answer.reason).removeprefix("REASON_") if answer.reason else "ALLOW"


async def test_it_verifies_with_the_published_keys_and_says_who_it_is(service: RunningService) -> None:
    key = await service.create_key(
        subject="alice", tenant="acme/etl", environment="staging", resources=["runs/*"], scopes=["projects:read"]
    )
    answer = await service.check("GET", "/runs/1", {"x-api-key": key.secret, "x-environment": "staging"})
    token = answer.set["authorization"].removeprefix("Bearer ")
    assert "x-api-key" in answer.remove
    published = {each.signing_key_id: each.public_jwk for each in service.engine.state.signing.keys}
    header = jwt.get_unverified_header(token)
    public = jwt.PyJWK.from_dict(dict(published[header["kid"]]))
    said = jwt.decode(token, public, algorithms=["ES256"], audience="internal", issuer="https://auth.example")
    assert header["typ"] == "at+jwt"
    assert said["aud"] == ["internal"]
    assert said["exp"] - said["iat"] == 60
    assert (said["sub"], said["client_id"], said["tenant"]) == ("alice", key.key_id, "acme/etl")
    assert (said["env"], said["scope"], said["res"]) == ("staging", "projects:read", ["runs/*"])


async def test_it_is_for_its_audience_alone(service: RunningService) -> None:
    token = await handed_on(service, (await service.create_key()).secret)
    assert await reason(service, token) == "ALLOW"
    assert (await service.verify(token)).reason == decision_pb2.REASON_AUDIENCE_MISMATCH
    assert (await service.check("GET", "/me", {"authorization": f"Bearer {token}"})).reason == "AUDIENCE_MISMATCH"


async def test_one_is_minted_for_many_requests_and_the_next_while_half_its_life_is_left(service: RunningService) -> None:
    key = await service.create_key()
    first = await handed_on(service, key.secret)
    service.clock.ahead = 29 * SECOND
    assert await handed_on(service, key.secret) == first
    service.clock.ahead = 31 * SECOND
    second = await handed_on(service, key.secret)
    assert second != first
    assert claims(second)["exp"] > claims(first)["exp"]


@pytest.mark.parametrize("how", ["revoked", "deactivated", "rotated", "deleted"])
async def test_it_dies_with_its_key(service: RunningService, how: str) -> None:
    key = await service.create_key()
    token = await handed_on(service, key.secret)
    request: Any = {
        "revoked": key_service_pb2.RevokeKeyRequest,
        "deactivated": key_service_pb2.DeactivateKeyRequest,
        "rotated": key_service_pb2.RotateKeyRequest,
        "deleted": key_service_pb2.DeleteKeyRequest,
    }[how](key_id=key.key_id)
    methods = {"revoked": "RevokeKey", "deactivated": "DeactivateKey", "rotated": "RotateKey", "deleted": "DeleteKey"}
    await getattr(service.keys, methods[how])(request)
    expected = {
        "revoked": "KEY_REVOKED",
        "deactivated": "KEY_INACTIVE",
        "rotated": "TOKEN_REVOKED",
        "deleted": "KEY_REVOKED",
    }
    assert await reason(service, token) == expected[how]
    assert not (await service.check("GET", "/me", {"authorization": f"Bearer {key.secret}"})).allowed


async def test_a_changed_key_gets_another_one_at_once(service: RunningService) -> None:
    key = await service.create_key(scopes=["projects:read"])
    first = await handed_on(service, key.secret)
    await service.keys.UpdateKey(
        key_service_pb2.UpdateKeyRequest(
            key=key_pb2.Key(key_id=key.key_id, scopes=["projects:write"]), update_mask=FieldMask(paths=["scopes"])
        )
    )
    second = await handed_on(service, key.secret)
    assert (claims(first)["scope"], claims(second)["scope"]) == ("projects:read", "projects:write")


async def test_a_changed_policy_and_a_new_signing_key_make_another_one(service: RunningService) -> None:
    key = await service.create_key()
    first = await handed_on(service, key.secret)

    async def change(tx: Transaction) -> None:
        version = await tx.insert_policy(POLICY.replace("audience: internal", "audience: inside"), 1)
        tx.log(Kind.POLICY, str(version))

    await commit(service, change)
    second = await handed_on(service, key.secret)
    assert (claims(first)["aud"], claims(second)["aud"]) == (["internal"], ["inside"])
    [active] = service.engine.state.signing.keys
    signer = service.engine.mint._signer
    new = signer.generate("EdDSA", SigningKeyState.ACTIVE, service.clock.now())

    async def rotate(tx: Transaction) -> None:
        await tx.update_signing_key(replace(active, state=SigningKeyState.RETIRING))
        await tx.insert_signing_key(new)
        tx.log(Kind.SIGNING_KEY, new.signing_key_id)

    await commit(service, rotate)
    third = await handed_on(service, key.secret)
    assert jwt.get_unverified_header(third)["kid"] == new.signing_key_id
    assert jwt.get_unverified_header(second)["kid"] == active.signing_key_id


async def commit(service: RunningService, work: Any) -> None:
    _, committed = await service.store.mutate(work)
    await service.engine.fleet.wait(committed.revision, None)


async def test_it_never_outlives_what_it_stands_for(service: RunningService) -> None:
    ends = service.clock.now() // SECOND + 40
    key = await service.create_key(expire_time={"seconds": ends})
    assert claims(await handed_on(service, key.secret))["exp"] == ends
    service.clock.ahead = 25 * SECOND
    assert claims(await handed_on(service, key.secret))["exp"] == ends
    other = await service.create_key()
    service.clock.ahead = 0
    token = await service.mint(other.secret, ttl={"seconds": 10})
    assert claims(await handed_on(service, token.access_token))["exp"] == token.expire_time.seconds


async def test_a_token_is_passed_on_with_no_more_than_it_says(service: RunningService) -> None:
    key = await service.create_key(scopes=["projects:*"], resources=["runs/*"])
    minted = await service.mint(key.secret, scopes=["projects:read"], resources=["runs/1"], on_behalf_of="bob")
    answer = await service.check("GET", "/runs/1", {"authorization": f"Bearer {minted.access_token}"})
    said = claims(answer.set["authorization"].removeprefix("Bearer "))
    assert (said["sub"], said["scope"], said["res"]) == ("bob", "projects:read", ["runs/1"])
    assert said["act"] == {"sub": claims(minted.access_token)["act"]["sub"]}
    assert answer.set["x-auth-credential"] == "access_token"


async def test_revoking_the_token_that_was_presented_ends_the_one_passed_on(service: RunningService) -> None:
    minted = await service.mint((await service.create_key()).secret)
    token = await handed_on(service, minted.access_token)
    assert await reason(service, token) == "ALLOW"
    await service.auth.RevokeToken(auth_service_pb2.RevokeTokenRequest(token=minted.access_token))
    assert await reason(service, token) == "TOKEN_REVOKED"


async def test_a_key_with_an_allowlist_gets_one_for_the_request_that_came_from_there(service: RunningService) -> None:
    key = await service.create_key(allowed_cidrs=["192.0.2.0/24"])
    assert claims(await handed_on(service, key.secret))["client_id"] == key.key_id


async def test_without_a_signing_key_nothing_is_let_through_that_needs_one(service: RunningService) -> None:
    key = await service.create_key()
    await service.check("GET", "/me", {"x-api-key": key.secret})
    state = service.engine.state
    state.signing = SigningKeys((), state.rules.policy.tokens.issuer)
    found = await refused(service.checking(check_request("GET", "/me", {"x-api-key": key.secret})))
    assert found.code is grpc.StatusCode.UNAVAILABLE
    assert (await service.check("GET", "/health")).allowed
    assert (await service.check("PUT", "/projects/1", {"x-api-key": key.secret})).reason == Reason.INSUFFICIENT_SCOPE.name


async def test_what_is_remembered_is_bounded(service: RunningService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("authsvc.engine.upstream.REMEMBERED", 2)
    keys = [await service.create_key() for _ in range(4)]
    tokens = [await handed_on(service, key.secret) for key in keys]
    assert len(service.engine.check._upstream._minted) == 2
    assert await handed_on(service, keys[3].secret) == tokens[3]
    assert await handed_on(service, keys[0].secret) != tokens[0]
