"""Requests that are refused, and change nothing: one service for them all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
import pytest_asyncio
from google.protobuf.timestamp_pb2 import Timestamp

from authsvc.v1 import (
    audit_service_pb2,
    auth_service_pb2,
    decision_pb2,
    fleet_service_pb2,
    key_pb2,
    policy_service_pb2,
    rate_limit_pb2,
)
from authsvc.v1 import key_service_pb2 as pb
from tests.support.postgres import PostgresServer
from tests.support.service import RunningService, refused, running_service, seconds

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = "key_" + "A" * 22
UNKNOWN_FIELD = b"\xa2\x06\x01x"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(postgres: PostgresServer) -> AsyncIterator[RunningService]:
    dsn = await postgres.create()
    async with running_service(dsn) as running:
        yield running
    await postgres.drop(dsn)


def update(key_id: str, paths: list[str], **fields: Any) -> pb.UpdateKeyRequest:
    request = pb.UpdateKeyRequest(key=key_pb2.Key(key_id=key_id, **fields))
    request.update_mask.paths.extend(paths)
    return request


async def test_a_batch_has_at_most_1000_questions(service: RunningService) -> None:
    questions = [auth_service_pb2.VerifyRequest()] * 1001
    full = await service.auth.BatchVerify(auth_service_pb2.BatchVerifyRequest(requests=questions[1:]))
    assert len(full.responses) == 1000
    found = await refused(service.auth.BatchVerify(auth_service_pb2.BatchVerifyRequest(requests=questions)))
    assert list(found.fields) == ["requests"]


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (auth_service_pb2.MintRequest(scopes=["no:such"]), "scopes[0]"),
        (auth_service_pb2.MintRequest(scopes=["a b"]), "scopes[0]"),
        (auth_service_pb2.MintRequest(scopes=["projects:read"] * 65), "scopes"),
        (auth_service_pb2.MintRequest(audience=[""]), "audience[0]"),
        (auth_service_pb2.MintRequest(audience=["a"] * 17), "audience"),
        (auth_service_pb2.MintRequest(ttl=seconds(0.5)), "ttl"),
        (auth_service_pb2.MintRequest(ttl=seconds(86_400)), "ttl"),
        (auth_service_pb2.MintRequest(ttl=seconds(-1)), "ttl"),
        (auth_service_pb2.MintRequest(resources=["a//b"]), "resources[0]"),
        (auth_service_pb2.MintRequest(resources=["a"] * 33), "resources"),
        (auth_service_pb2.MintRequest(on_behalf_of="a\nb"), "on_behalf_of"),
        (auth_service_pb2.MintRequest(context=decision_pb2.Context(source_ip="x")), "context.source_ip"),
        (auth_service_pb2.MintRequest(min_revision=-1), "min_revision"),
        (auth_service_pb2.MintRequest.FromString(UNKNOWN_FIELD), "request"),
    ],
)
async def test_a_mint_that_cannot_be_read_names_the_field(
    service: RunningService, request_: auth_service_pb2.MintRequest, field: str
) -> None:
    found = await refused(service.auth.Mint(request_))
    assert (found.code, list(found.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (auth_service_pb2.RevokeTokenRequest(), "token"),
        (auth_service_pb2.RevokeTokenRequest(token="x"), "token"),
        (auth_service_pb2.RevokeTokenRequest(token_id=""), "token_id"),
        (auth_service_pb2.RevokeTokenRequest(token_id="a\x00"), "token_id"),
        (auth_service_pb2.RevokeTokenRequest(token_id="chy_sdk_" + "a" * 39), "token_id"),
        (auth_service_pb2.RevokeTokenRequest(token_id="tok_1", expire_time={"seconds": -1}), "expire_time"),  # type: ignore[arg-type]
        (auth_service_pb2.RevokeTokenRequest(token_id="tok_1", reason="x" * 257), "reason"),
    ],
)
async def test_a_token_revocation_that_cannot_be_read_names_the_field(
    service: RunningService, request_: auth_service_pb2.RevokeTokenRequest, field: str
) -> None:
    found = await refused(service.auth.RevokeToken(request_))
    assert list(found.fields) == [field]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"display_name": ""}, ["key.display_name"]),
        ({"tenant": ""}, ["key.tenant"]),
        ({"type": "nope"}, ["key.type"]),
        ({"type": ""}, ["key.type"]),
        ({"scopes": ["nope"]}, ["key.scopes[0]"]),
        ({"resources": ["/"]}, ["key.resources[0]"]),
        ({"allowed_cidrs": ["10.0.0.1/8"]}, ["key.allowed_cidrs[0]"]),
        ({"display_name": "a\x00", "subject": "\x00"}, ["key.display_name", "key.subject"]),
        ({"metadata": {"a": "\x00"}}, ["key.metadata"]),
        ({"rate_limits": [rate_limit_pb2.RateLimit(limit=1)]}, ["key.rate_limits[0]"]),
        ({"rate_limits": [rate_limit_pb2.RateLimit(limit=1, period=seconds(-1))]}, ["key.rate_limits[0].period"]),
        ({"expire_time": Timestamp(seconds=5)}, ["key.expire_time"]),
    ],
)
async def test_a_draft_that_is_wrong_names_its_fields(service: RunningService, fields: dict[str, Any], named: list[str]) -> None:
    found = await refused(service.create_key(**fields))
    assert (found.code, list(found.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, named)


@pytest.mark.parametrize(
    ("paths", "fields", "named"),
    [
        ([], {}, ["update_mask"]),
        (["state"], {}, ["update_mask"]),
        (["tenant"], {"tenant": "other"}, ["key.tenant"]),
        (["scopes"], {"scopes": ["nope"]}, ["key.scopes[0]"]),
        (["expire_time"], {"expire_time": Timestamp(nanos=-1)}, ["key.expire_time"]),
    ],
)
async def test_an_update_that_is_wrong_names_its_fields(
    service: RunningService, paths: list[str], fields: dict[str, Any], named: list[str]
) -> None:
    key = await service.create_key()
    assert list((await refused(service.keys.UpdateKey(update(key.key_id, paths, **fields)))).fields) == named


@pytest.mark.parametrize("grace", [-1, 91 * 86_400])
async def test_a_grace_period_is_at_most_90_days(service: RunningService, grace: int) -> None:
    key = await service.create_key()
    found = await refused(service.keys.RotateKey(pb.RotateKeyRequest(key_id=key.key_id, grace_period=seconds(grace))))
    assert list(found.fields) == ["grace_period"]


@pytest.mark.parametrize("method", ["GetKey", "ActivateKey", "DeactivateKey", "RotateKey", "RevokeKey", "DeleteKey", "UpdateKey"])
@pytest.mark.parametrize("key_id", ["", "key_1", "chy_sdk_S3cretS3cretS3cretS3cretS3cret", "key_\x00"])
async def test_what_is_no_key_id_is_refused_and_not_repeated(service: RunningService, method: str, key_id: str) -> None:
    request = getattr(pb, f"{method}Request")
    asked = update(key_id, ["display_name"], display_name="x") if method == "UpdateKey" else request(key_id=key_id)
    found = await refused(service.call(f"KeyService/{method}", asked.SerializeToString()))
    assert found.code is grpc.StatusCode.INVALID_ARGUMENT
    assert [field.rpartition(".")[2] for field in found.fields] == ["key_id"]
    assert not key_id or key_id not in found.message


async def test_a_key_that_is_not_there_is_not_found(service: RunningService) -> None:
    found = await refused(service.keys.GetKey(pb.GetKeyRequest(key_id=NOBODY)))
    assert (found.code, found.reason) == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND")


def with_state(number: int) -> pb.ListKeysRequest:
    return pb.ListKeysRequest.FromString(bytes([0x12, 1, number]))


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (pb.ListKeysRequest(tenant="/acme"), "tenant"),
        (with_state(0), "states[0]"),
        (with_state(9), "states[0]"),
        (pb.ListKeysRequest(type="\x00"), "type"),
        (pb.ListKeysRequest(created_by="x" * 129), "created_by"),
        (pb.ListKeysRequest(expire_within=seconds(-1)), "expire_within"),
        (pb.ListKeysRequest(unused_since=Timestamp(seconds=-1)), "unused_since"),
        (pb.ListKeysRequest(name_contains="\x00"), "name_contains"),
        (pb.ListKeysRequest(page_token="x"), "page_token"),
        (pb.ListKeysRequest(page_token="x" * 513), "page_token"),
    ],
)
async def test_a_filter_that_cannot_be_read_is_named(service: RunningService, request_: pb.ListKeysRequest, field: str) -> None:
    assert list((await refused(service.keys.ListKeys(request_))).fields) == [field]


@pytest.mark.parametrize("revision", [-1, 10**9])
async def test_a_revision_that_never_was_is_refused(service: RunningService, revision: int) -> None:
    found = await refused(service.fleet.WaitForRevision(fleet_service_pb2.WaitForRevisionRequest(revision=revision)))
    assert list(found.fields) == ["revision"]


async def test_a_version_that_never_was_is_not_found(service: RunningService) -> None:
    found = await refused(service.policies.GetPolicy(policy_service_pb2.GetPolicyRequest(version=2)))
    assert found.code is grpc.StatusCode.NOT_FOUND
    found = await refused(service.policies.GetPolicy(policy_service_pb2.GetPolicyRequest(version=-1)))
    assert list(found.fields) == ["version"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tenant": "//"}, "tenant"),
        ({"actor": "\x00"}, "actor"),
        ({"target": "\x00"}, "target"),
        ({"action": "\x00"}, "action"),
        ({"since": {"nanos": -1}}, "since"),
        ({"until": {"seconds": -1}}, "until"),
        ({"page_token": "!"}, "page_token"),
    ],
)
async def test_an_audit_filter_that_cannot_be_read_is_named(
    service: RunningService, fields: dict[str, object], field: str
) -> None:
    request = audit_service_pb2.ListAuditEntriesRequest(**fields)  # type: ignore[arg-type]
    assert list((await refused(service.audit.ListAuditEntries(request))).fields) == [field]
