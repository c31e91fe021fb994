"""CONTRACT section 5: who may call what."""

from __future__ import annotations

import grpc
import pytest

from authsvc.transport.methods import SERVICES
from authsvc.transport.permissions import PERMISSIONS
from authsvc.v1 import (
    audit_service_pb2,
    audit_service_pb2_grpc,
    auth_service_pb2,
    auth_service_pb2_grpc,
    decision_pb2,
    key_pb2,
    key_service_pb2,
    key_service_pb2_grpc,
    rate_limit_pb2,
    receipt_pb2,
)
from tests.support.service import RunningService, refused, running_service, seconds

VERIFY = auth_service_pb2.VerifyRequest()
NAMES = [f"{service.name}/{method.name}" for service in SERVICES for method in service.methods]


def auth(service: RunningService, caller: str) -> auth_service_pb2_grpc.AuthServiceAsyncStub:
    stub: auth_service_pb2_grpc.AuthServiceAsyncStub = service.stub(auth_service_pb2_grpc.AuthServiceStub, caller)
    return stub


def keys(service: RunningService, caller: str) -> key_service_pb2_grpc.KeyServiceAsyncStub:
    stub: key_service_pb2_grpc.KeyServiceAsyncStub = service.stub(key_service_pb2_grpc.KeyServiceStub, caller)
    return stub


async def test_a_call_without_a_credential_is_an_error_and_no_decision(service: RunningService) -> None:
    found = await refused(auth(service, "").Verify(VERIFY))
    assert (found.code, found.reason) == (grpc.StatusCode.UNAUTHENTICATED, "CALLER_UNAUTHENTICATED")


async def test_every_method_wants_a_credential(service: RunningService) -> None:
    for name in NAMES:
        found = await refused(service.call(name, caller=""))
        assert found.code is grpc.StatusCode.UNAUTHENTICATED, name


async def test_every_method_wants_its_scope(service: RunningService) -> None:
    caller = await service.create_caller("authsvc:mint:act")
    for name in NAMES:
        found = await refused(service.call(name, caller=caller))
        assert (found.code, found.reason) == (grpc.StatusCode.PERMISSION_DENIED, "CALLER_PERMISSION_DENIED"), name
        assert PERMISSIONS[name].scope in found.message


@pytest.mark.parametrize("header", ["Basic {}", "{}", "Bearer  {}", "Bearer", "Bearer {}x"])
async def test_a_malformed_or_wrong_credential_is_refused(service: RunningService, header: str) -> None:
    found = await refused(auth(service, "").Verify(VERIFY, metadata=(("authorization", header.format(service.root_key)),)))
    assert found.code is grpc.StatusCode.UNAUTHENTICATED
    assert service.root_key not in found.message


async def test_two_credentials_are_refused(service: RunningService) -> None:
    found = await refused(service.auth.Verify(VERIFY, metadata=(("authorization", f"Bearer {service.root_key}"),)))
    assert found.code is grpc.StatusCode.UNAUTHENTICATED


async def test_a_key_of_another_type_is_nobody_who_may_call(service: RunningService) -> None:
    key = await service.create_key(scopes=["projects:*"])
    assert (await refused(auth(service, key.secret).Verify(VERIFY))).code is grpc.StatusCode.UNAUTHENTICATED


async def test_a_revoked_caller_is_refused_from_its_receipt_on(service: RunningService) -> None:
    caller = await service.create_key(type="authsvc", tenant="/", scopes=["authsvc:verify"])
    await auth(service, caller.secret).Verify(VERIFY)
    await service.keys.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=caller.key_id))
    found = await refused(auth(service, caller.secret).Verify(VERIFY))
    assert found.code is grpc.StatusCode.UNAUTHENTICATED
    assert "KEY_REVOKED" in found.message


async def test_a_token_minted_from_a_caller_key_calls_with_its_narrower_scopes(service: RunningService) -> None:
    caller = await service.create_caller("authsvc:verify", "authsvc:mint")
    minted = await service.mint(caller, scopes=["authsvc:verify"])
    await auth(service, minted.access_token).Verify(VERIFY)
    found = await refused(auth(service, minted.access_token).Mint(auth_service_pb2.MintRequest()))
    assert found.code is grpc.StatusCode.PERMISSION_DENIED


async def test_a_callers_own_rate_limit_is_an_error_and_no_decision(service: RunningService) -> None:
    strict = rate_limit_pb2.RateLimit(limit=1, period=seconds(60), burst=1)
    caller = await service.create_caller("authsvc:verify", rate_limits=[strict])
    await auth(service, caller).Verify(VERIFY)
    found = await refused(auth(service, caller).Verify(VERIFY))
    assert (found.code, found.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RESOURCE_EXHAUSTED")


async def test_a_miss_takes_one_slot_of_the_callers_limit(service: RunningService) -> None:
    strict = rate_limit_pb2.RateLimit(limit=1, period=seconds(60), burst=1)
    caller = await service.create_caller("authsvc:verify", rate_limits=[strict])
    fresh = await service.create_key()
    assert (await service.verify(fresh.secret, caller=caller)).decision == decision_pb2.DECISION_ALLOW


async def test_a_confined_caller_sees_foreign_keys_as_absent(service: RunningService) -> None:
    scopes = ("verify", "mint", "keys:read", "keys:write", "tokens:revoke", "audit:read")
    caller = await service.create_caller(*(f"authsvc:{scope}" for scope in scopes), tenant="acme")
    own = await service.create_key(tenant="acme/etl")
    foreign = await service.create_key(tenant="acmex")
    token = (await service.mint(foreign.secret)).access_token
    mine = auth(service, caller)

    for credential in (foreign.secret, token):
        answer = await service.verify(credential, caller=caller)
        assert answer.reason == decision_pb2.REASON_CREDENTIAL_INVALID
        assert not answer.HasField("principal")
        checked = await mine.CheckScope(auth_service_pb2.CheckScopeRequest(credential=credential))
        assert checked.reason == decision_pb2.REASON_CREDENTIAL_INVALID
        question = auth_service_pb2.VerifyRequest(credential=credential)
        batch = await mine.BatchVerify(auth_service_pb2.BatchVerifyRequest(requests=[question]))
        assert batch.responses[0].response.reason == decision_pb2.REASON_CREDENTIAL_INVALID
    minted = await mine.Mint(auth_service_pb2.MintRequest(credential=foreign.secret))
    assert minted.reason == decision_pb2.REASON_CREDENTIAL_INVALID
    found = await refused(mine.RevokeToken(auth_service_pb2.RevokeTokenRequest(token=token)))
    assert found.code is grpc.StatusCode.NOT_FOUND
    assert (await service.verify(own.secret, caller=caller)).decision == decision_pb2.DECISION_ALLOW


async def test_a_confined_caller_changes_nothing_outside_its_tenant(service: RunningService) -> None:
    caller = await service.create_caller("authsvc:keys:read", "authsvc:keys:write", tenant="acme")
    own = await service.create_key(tenant="acme/etl")
    foreign = await service.create_key(tenant="other")
    mine = keys(service, caller)
    mask = {"paths": ["display_name"]}
    attempts = [
        mine.GetKey(key_service_pb2.GetKeyRequest(key_id=foreign.key_id)),
        mine.UpdateKey(
            key_service_pb2.UpdateKeyRequest(key=key_pb2.Key(key_id=foreign.key_id, display_name="x"), update_mask=mask)  # type: ignore[arg-type]
        ),
        mine.ActivateKey(key_service_pb2.ActivateKeyRequest(key_id=foreign.key_id)),
        mine.DeactivateKey(key_service_pb2.DeactivateKeyRequest(key_id=foreign.key_id)),
        mine.RotateKey(key_service_pb2.RotateKeyRequest(key_id=foreign.key_id)),
        mine.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=foreign.key_id)),
        mine.RevokeKey(key_service_pb2.RevokeKeyRequest(credential=foreign.secret)),
        mine.DeleteKey(key_service_pb2.DeleteKeyRequest(key_id=foreign.key_id)),
        mine.BulkRevokeKeys(key_service_pb2.BulkRevokeKeysRequest(tenant="other")),
        mine.CreateKey(key_service_pb2.CreateKeyRequest(key=key_pb2.Key(display_name="x", type="sdk", tenant="other"))),
    ]
    for attempt in attempts:
        assert (await refused(attempt)).code is grpc.StatusCode.NOT_FOUND

    listed = await mine.ListKeys(key_service_pb2.ListKeysRequest())
    assert {key.tenant for key in listed.keys} == {"acme", "acme/etl"}
    identified = await mine.IdentifyCredential(key_service_pb2.IdentifyCredentialRequest(credential=foreign.secret))
    absent = await mine.IdentifyCredential(key_service_pb2.IdentifyCredentialRequest(credential="chy_sdk_" + "A" * 39))
    assert identified == absent
    await mine.BulkRevokeKeys(key_service_pb2.BulkRevokeKeysRequest(tenant="acme", wait=receipt_pb2.WAIT_NONE))
    assert (await service.verify(foreign.secret)).decision == decision_pb2.DECISION_ALLOW
    assert (await service.verify(own.secret, min_revision=await service.store.revision())).decision == decision_pb2.DECISION_DENY


async def test_a_confined_caller_reads_the_audit_of_its_tenant(service: RunningService) -> None:
    caller = await service.create_caller("authsvc:audit:read", tenant="acme")
    await service.create_key(tenant="acme/etl")
    await service.create_key(tenant="other")
    stub = service.stub(audit_service_pb2_grpc.AuditServiceStub, caller)
    listed = await stub.ListAuditEntries(audit_service_pb2.ListAuditEntriesRequest())
    assert {entry.tenant for entry in listed.entries} == {"acme", "acme/etl"}
    found = await refused(stub.ListAuditEntries(audit_service_pb2.ListAuditEntriesRequest(tenant="other")))
    assert found.code is grpc.StatusCode.NOT_FOUND


async def test_what_concerns_every_tenant_is_for_the_root_tenant(service: RunningService) -> None:
    caller = await service.create_caller("authsvc:signing:write", tenant="acme")
    found = await refused(service.call("SigningKeyService/ListSigningKeys", caller=caller))
    assert found.code is grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize("transport", ["native", "grpcio"])
async def test_a_trusted_socket_needs_no_credential(database_url: str, transport: str) -> None:
    async with running_service(database_url, transport=transport, socket=True, trust_sockets=True) as service:  # type: ignore[arg-type]
        created = await service.create_key(caller="")
        assert (await service.verify(created.secret, caller="")).decision == decision_pb2.DECISION_ALLOW
        listed = await service.audit.ListAuditEntries(audit_service_pb2.ListAuditEntriesRequest(action="CreateKey"))
        assert [(entry.actor, entry.peer) for entry in listed.entries] == [("trusted-socket", "unix")]


@pytest.mark.parametrize("transport", ["native", "grpcio"])
async def test_a_socket_is_not_trusted_unless_it_is_said_so(database_url: str, transport: str) -> None:
    async with running_service(database_url, transport=transport, socket=True) as service:  # type: ignore[arg-type]
        assert (await refused(auth(service, "").Verify(VERIFY))).code is grpc.StatusCode.UNAUTHENTICATED
        await service.auth.Verify(VERIFY)
