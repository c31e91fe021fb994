"""KeyService over the wire."""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from authsvc.v1 import audit_service_pb2, decision_pb2, key_pb2, rate_limit_pb2, receipt_pb2
from authsvc.v1 import key_service_pb2 as pb
from tests.support.service import RunningService, refused, seconds

ALLOW = decision_pb2.DECISION_ALLOW
NOBODY = "key_" + "A" * 22


def update(key_id: str, paths: list[str], unrestricted: tuple[str, ...] = (), **fields: Any) -> pb.UpdateKeyRequest:
    request = pb.UpdateKeyRequest(key=key_pb2.Key(key_id=key_id, **fields), unrestricted=unrestricted)
    request.update_mask.paths.extend(paths)
    return request


async def test_a_created_key_is_what_was_asked_for_and_its_secret_is_shown_once(service: RunningService) -> None:
    wanted = key_pb2.Key(
        display_name="CI of billing",
        type="ci",
        tenant="acme/etl",
        environment="staging",
        scopes=["projects:read"],
        resources=["workflows/*"],
        allowed_cidrs=["203.0.113.7"],
        rate_limits=[rate_limit_pb2.RateLimit(limit=60, period=seconds(60))],
        metadata={"team": "billing"},
        subject="ci-bot",
        expire_time=Timestamp(seconds=service.clock.now() // 1_000_000 + 3600),
    )
    answer = await service.keys.CreateKey(pb.CreateKeyRequest(key=wanted, reason="onboarding"))
    assert answer.receipt.effective
    assert answer.secret.startswith("chy_ci_")
    key = (await service.keys.GetKey(pb.GetKeyRequest(key_id=answer.key.key_id))).key
    assert key == answer.key
    for name in ("display_name", "type", "tenant", "environment", "scopes", "resources", "metadata", "subject", "expire_time"):
        assert getattr(key, name) == getattr(wanted, name)
    assert list(key.allowed_cidrs) == ["203.0.113.7/32"]
    assert [(limit.limit, limit.period.seconds, limit.burst) for limit in key.rate_limits] == [(60, 60, 60)]
    assert (key.state, key.prefix, len(key.secrets)) == (key_pb2.KEY_STATE_ACTIVE, answer.secret[:11], 1)
    assert (key.revision, key.created_by) == (answer.receipt.revision, await root_key_id(service))
    assert answer.secret not in str(key)


async def root_key_id(service: RunningService) -> str:
    found = await service.keys.IdentifyCredential(pb.IdentifyCredentialRequest(credential=service.root_key))
    return found.keys[0].key_id


async def test_a_request_id_makes_a_retry_safe(service: RunningService) -> None:
    key = key_pb2.Key(display_name="a", type="sdk", tenant="acme")
    first = await service.keys.CreateKey(pb.CreateKeyRequest(key=key, request_id="r-1"))
    again = pb.CreateKeyRequest(key=key, request_id="r-1", wait=receipt_pb2.WAIT_NONE)
    found = await refused(service.keys.CreateKey(again))
    assert (found.code, found.reason, found.metadata) == (
        grpc.StatusCode.ALREADY_EXISTS,
        "ALREADY_EXISTS",
        {"key_id": first.key.key_id},
    )
    other = key_pb2.Key(display_name="b", type="sdk", tenant="acme")
    found = await refused(service.keys.CreateKey(pb.CreateKeyRequest(key=other, request_id="r-1")))
    assert list(found.fields) == ["request_id"]


async def test_an_update_changes_what_its_mask_names(service: RunningService) -> None:
    key = await service.create_key(resources=["a/*"], subject="svc")
    done = await service.keys.UpdateKey(update(key.key_id, ["display_name"], display_name="new", subject="ignored"))
    assert (done.key.display_name, done.key.subject, list(done.key.resources)) == ("new", "svc", ["a/*"])


async def test_an_update_never_widens_unsaid(service: RunningService) -> None:
    key = await service.create_key(resources=["a/*"])
    found = await refused(service.keys.UpdateKey(update(key.key_id, ["resources"])))
    assert list(found.fields) == ["key.resources"]
    done = await service.keys.UpdateKey(update(key.key_id, ["resources"], ("resources",)))
    assert not done.key.resources


async def test_an_etag_of_the_past_is_aborted(service: RunningService) -> None:
    key = await service.create_key()
    etag = (await service.keys.GetKey(pb.GetKeyRequest(key_id=key.key_id))).key.etag
    await service.keys.UpdateKey(update(key.key_id, ["display_name"], display_name="b", etag=etag))
    found = await refused(service.keys.UpdateKey(update(key.key_id, ["display_name"], display_name="c", etag=etag)))
    assert (found.code, found.reason) == (grpc.StatusCode.ABORTED, "ETAG_MISMATCH")
    assert (await refused(service.keys.DeleteKey(pb.DeleteKeyRequest(key_id=key.key_id, etag=etag)))).reason == "ETAG_MISMATCH"


async def test_a_rotation_with_a_grace_period_keeps_both_secrets_until_it_ends(service: RunningService) -> None:
    key = await service.create_key()
    done = await service.keys.RotateKey(pb.RotateKeyRequest(key_id=key.key_id, grace_period=seconds(60)))
    assert done.key.key_id == key.key_id
    assert len(done.key.secrets) == 2
    assert [(await service.verify(each)).decision for each in (key.secret, done.secret)] == [ALLOW, ALLOW]
    service.clock.ahead = 61_000_000
    assert (await service.verify(key.secret)).reason == decision_pb2.REASON_CREDENTIAL_INVALID
    assert (await service.verify(done.secret)).decision == ALLOW


async def test_a_leaked_secret_revokes_its_key_even_when_it_is_dead(service: RunningService) -> None:
    key = await service.create_key()
    fresh = await service.keys.RotateKey(pb.RotateKeyRequest(key_id=key.key_id))
    done = await service.keys.RevokeKey(pb.RevokeKeyRequest(credential=key.secret, reason="leaked"))
    assert (done.key.key_id, done.key.state, done.key.revoke_reason) == (key.key_id, key_pb2.KEY_STATE_REVOKED, "leaked")
    assert done.receipt.effective
    assert (await service.verify(fresh.secret)).reason == decision_pb2.REASON_KEY_REVOKED


async def test_only_a_whole_secret_revokes_and_nothing_is_repeated(service: RunningService) -> None:
    key = await service.create_key()
    token = (await service.mint(key.secret)).access_token
    for leaked, code in (
        (key.secret[:12], grpc.StatusCode.INVALID_ARGUMENT),
        (token, grpc.StatusCode.INVALID_ARGUMENT),
        (key.secret[:-1], grpc.StatusCode.NOT_FOUND),
        ("\x00", grpc.StatusCode.NOT_FOUND),
        ("a" * 100_000, grpc.StatusCode.NOT_FOUND),
        ("", grpc.StatusCode.INVALID_ARGUMENT),
    ):
        found = await refused(service.keys.RevokeKey(pb.RevokeKeyRequest(credential=leaked)))
        assert found.code is code
        assert not leaked or leaked not in found.message
    assert (await service.verify(key.secret)).decision == ALLOW


async def test_revoking_again_keeps_the_first_reason(service: RunningService) -> None:
    key = await service.create_key()
    await service.keys.RevokeKey(pb.RevokeKeyRequest(key_id=key.key_id, reason="first"))
    again = await service.keys.RevokeKey(pb.RevokeKeyRequest(key_id=key.key_id, reason="second"))
    assert again.key.revoke_reason == "first"
    assert again.receipt.effective
    for call in (
        service.keys.ActivateKey(pb.ActivateKeyRequest(key_id=key.key_id)),
        service.keys.RotateKey(pb.RotateKeyRequest(key_id=key.key_id)),
    ):
        found = await refused(call)
        assert (found.code, found.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "FAILED_PRECONDITION")


async def test_a_deleted_key_is_gone(service: RunningService) -> None:
    key = await service.create_key()
    assert (await service.keys.DeleteKey(pb.DeleteKeyRequest(key_id=key.key_id))).receipt.effective
    assert (await service.verify(key.secret)).decision == decision_pb2.DECISION_DENY
    for call in (
        service.keys.GetKey(pb.GetKeyRequest(key_id=key.key_id)),
        service.keys.DeleteKey(pb.DeleteKeyRequest(key_id=key.key_id)),
    ):
        assert (await refused(call)).code is grpc.StatusCode.NOT_FOUND


async def test_a_bulk_revocation_says_first_what_it_would_do(service: RunningService) -> None:
    keys = [await service.create_key(tenant="acme/etl") for _ in range(3)]
    other = await service.create_key(tenant="other")
    dry = await service.keys.BulkRevokeKeys(pb.BulkRevokeKeysRequest(tenant="acme", dry_run=True))
    assert (dry.matched, list(dry.key_ids)) == (3, sorted(key.key_id for key in keys))
    assert not dry.HasField("receipt")
    assert (await service.verify(keys[0].secret)).decision == ALLOW
    done = await service.keys.BulkRevokeKeys(pb.BulkRevokeKeysRequest(tenant="acme"))
    assert (done.matched, done.receipt.effective) == (3, True)
    assert {(await service.verify(key.secret)).reason for key in keys} == {decision_pb2.REASON_KEY_REVOKED}
    assert (await service.verify(other.secret)).decision == ALLOW


async def test_lists_are_paged_and_filtered(service: RunningService) -> None:
    soon = Timestamp(seconds=service.clock.now() // 1_000_000 + 60)
    keys = [await service.create_key(display_name=f"Name {number}") for number in range(5)]
    soonest = await service.create_key(display_name="Soon", type="ci", expire_time=soon)
    first = await service.keys.ListKeys(pb.ListKeysRequest(tenant="acme", type="sdk", page_size=3))
    second = await service.keys.ListKeys(
        pb.ListKeysRequest(tenant="acme", type="sdk", page_size=3, page_token=first.next_page_token)
    )
    assert [key.key_id for key in (*first.keys, *second.keys)] == sorted(key.key_id for key in keys)
    assert second.next_page_token == ""
    named = await service.keys.ListKeys(pb.ListKeysRequest(name_contains="NAME 3"))
    assert [key.display_name for key in named.keys] == ["Name 3"]
    expiring = pb.ListKeysRequest(expire_within=seconds(3600))
    assert [key.key_id for key in (await service.keys.ListKeys(expiring)).keys] == [soonest.key_id]
    service.clock.ahead = 61_000_000
    assert not (await service.keys.ListKeys(expiring)).keys
    expired = await service.keys.ListKeys(pb.ListKeysRequest(states=[key_pb2.KEY_STATE_EXPIRED]))
    assert [key.key_id for key in expired.keys] == [soonest.key_id]


async def test_a_page_token_belongs_to_its_filters(service: RunningService) -> None:
    for _ in range(2):
        await service.create_key()
    page = await service.keys.ListKeys(pb.ListKeysRequest(tenant="acme", page_size=1))
    found = await refused(service.keys.ListKeys(pb.ListKeysRequest(tenant="/", page_token=page.next_page_token)))
    assert list(found.fields) == ["page_token"]


async def test_a_found_string_is_recognised(service: RunningService) -> None:
    key = await service.create_key()
    minted = await service.mint(key.secret)
    identify = service.keys.IdentifyCredential
    by_secret = await identify(pb.IdentifyCredentialRequest(credential=key.secret))
    assert (by_secret.kind, by_secret.keys[0].key_id) == (decision_pb2.CREDENTIAL_KIND_KEY, key.key_id)
    assert by_secret.secret_id == by_secret.keys[0].secrets[0].secret_id
    by_token = await identify(pb.IdentifyCredentialRequest(credential=minted.access_token))
    assert (by_token.kind, by_token.token_id) == (decision_pb2.CREDENTIAL_KIND_TOKEN, minted.token_id)
    assert by_token.token_expire_time == minted.expire_time
    by_prefix = await identify(pb.IdentifyCredentialRequest(credential=by_secret.keys[0].prefix))
    assert (by_prefix.kind, by_prefix.keys[0].key_id) == (decision_pb2.CREDENTIAL_KIND_PREFIX, key.key_id)
    for nobodys in ("nothing", "\x00", "ü", "a" * 10_000):
        assert not (await identify(pb.IdentifyCredentialRequest(credential=nobodys))).keys
    assert list((await refused(identify(pb.IdentifyCredentialRequest()))).fields) == ["credential"]


async def test_a_mutation_leaves_an_audit_entry_without_a_secret(service: RunningService) -> None:
    key = await service.create_key()
    revoke = pb.RevokeKeyRequest(key_id=key.key_id, reason="left the company")
    revision = (await service.keys.RevokeKey(revoke)).receipt.revision
    listed = await service.audit.ListAuditEntries(audit_service_pb2.ListAuditEntriesRequest(target=key.key_id))
    newest, oldest = listed.entries
    assert (newest.action, newest.reason, newest.revision) == ("RevokeKey", "left the company", revision)
    assert newest.peer.startswith("127.0.0.1:")
    assert newest.details["state"] == {"before": 1, "after": 4}
    assert oldest.action == "CreateKey"
    assert key.secret not in str(listed)


async def test_a_mutation_that_does_not_wait_answers_at_once(service: RunningService) -> None:
    key = await service.create_key()
    revoke = pb.RevokeKeyRequest(key_id=key.key_id, wait=receipt_pb2.WAIT_NONE)
    assert (await service.keys.RevokeKey(revoke)).receipt.revision == await service.store.revision()
