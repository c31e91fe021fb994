"""Audit, fleet, policy and signing keys over the wire."""

from __future__ import annotations

import hashlib
import json
import re

import grpc
from google.protobuf.duration_pb2 import Duration

from authsvc.v1 import (
    audit_service_pb2,
    decision_pb2,
    fleet_service_pb2,
    policy_service_pb2,
    signing_key_pb2,
    signing_key_service_pb2,
)
from tests.support.engine import POLICY
from tests.support.service import RunningService, refused, seconds


async def test_the_fleet_is_this_process(service: RunningService) -> None:
    await service.create_key()
    status = await service.fleet.GetFleetStatus(fleet_service_pb2.GetFleetStatusRequest())
    [process] = status.processes
    assert process.process_id == status.process_id == service.engine.membership.process_id
    assert (process.replica_id, process.state) == ("test", fleet_service_pb2.PROCESS_STATE_LIVE)
    assert process.acknowledged_revision == status.revision == await service.store.revision()
    assert process.lease.seconds == 3
    assert process.HasField("join_time")


async def test_waiting_for_a_revision_ends_with_a_receipt(service: RunningService) -> None:
    revision = await service.store.revision()
    answer = await service.fleet.WaitForRevision(fleet_service_pb2.WaitForRevisionRequest(revision=revision))
    assert (answer.receipt.revision, answer.receipt.effective, len(answer.receipt.processes)) == (revision, True, 1)


async def test_the_policy_is_read_with_patterns_for_scanners(service: RunningService) -> None:
    policy = (await service.policies.GetPolicy(policy_service_pb2.GetPolicyRequest())).policy
    assert (policy.version, policy.document) == (1, POLICY)
    assert policy.sha256 == hashlib.sha256(POLICY.encode()).hexdigest()
    patterns = {key_type.name: key_type.pattern for key_type in policy.key_types}
    assert list(patterns) == ["authsvc", "ci", "sdk"]
    assert re.fullmatch(patterns["sdk"], (await service.create_key()).secret)
    assert re.fullmatch(patterns["authsvc"], service.root_key)


async def test_signing_keys_show_their_public_part_alone(service: RunningService) -> None:
    listed = await service.signing_keys.ListSigningKeys(signing_key_service_pb2.ListSigningKeysRequest())
    [key] = listed.signing_keys
    jwk = json.loads(key.public_jwk)
    assert (key.algorithm, key.state) == ("ES256", signing_key_pb2.SIGNING_KEY_STATE_ACTIVE)
    assert (jwk["kid"], jwk["kty"]) == (key.signing_key_id, "EC")
    assert "d" not in jwk


async def test_a_signing_key_is_rotated_and_the_former_one_retired(service: RunningService) -> None:
    token = (await service.mint((await service.create_key()).secret)).access_token
    rotated = await service.signing_keys.RotateSigningKey(
        signing_key_service_pb2.RotateSigningKeyRequest(algorithm="EdDSA", publish_period=seconds(0), reason="leaked")
    )
    assert (rotated.signing_key.algorithm, rotated.signing_key.state) == ("EdDSA", signing_key_pb2.SIGNING_KEY_STATE_ACTIVE)
    former = rotated.previous_signing_key
    assert (former.state, former.HasField("retire_time")) == (signing_key_pb2.SIGNING_KEY_STATE_RETIRING, True)
    assert rotated.receipt.effective
    assert (await service.verify(token)).decision == decision_pb2.DECISION_ALLOW
    retired = await service.signing_keys.RetireSigningKey(
        signing_key_service_pb2.RetireSigningKeyRequest(signing_key_id=former.signing_key_id)
    )
    assert (retired.signing_key.state, retired.receipt.effective) == (signing_key_pb2.SIGNING_KEY_STATE_RETIRED, True)
    assert retired.receipt.HasField("offline_until")
    assert (await service.verify(token)).reason == decision_pb2.REASON_CREDENTIAL_INVALID
    listed = await service.signing_keys.ListSigningKeys(signing_key_service_pb2.ListSigningKeysRequest(show_retired=True))
    assert [key.signing_key_id for key in listed.signing_keys] == [rotated.signing_key.signing_key_id, former.signing_key_id]
    waiting = await service.signing_keys.RotateSigningKey(signing_key_service_pb2.RotateSigningKeyRequest())
    assert waiting.signing_key.state == signing_key_pb2.SIGNING_KEY_STATE_NEXT
    assert (waiting.signing_key.activate_time.seconds - waiting.signing_key.create_time.seconds) == 1800
    assert waiting.previous_signing_key.HasField("retire_time"), "as far as it is planned"


async def test_what_a_signing_key_cannot_be_is_said_by_field(service: RunningService) -> None:
    rotate, retire = service.signing_keys.RotateSigningKey, service.signing_keys.RetireSigningKey
    ask = signing_key_service_pb2.RotateSigningKeyRequest
    wrong = await refused(rotate(ask(algorithm="none", publish_period=seconds(604_801))))
    assert (wrong.code, set(wrong.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, {"algorithm", "publish_period"})
    assert set((await refused(rotate(ask(publish_period=Duration(seconds=-1))))).fields) == {"publish_period"}
    for text in ("", "sig_short", service.root_key):
        wrong = await refused(retire(signing_key_service_pb2.RetireSigningKeyRequest(signing_key_id=text)))
        assert set(wrong.fields) == {"signing_key_id"}
    [active] = (await service.signing_keys.ListSigningKeys(signing_key_service_pb2.ListSigningKeysRequest())).signing_keys
    signs = signing_key_service_pb2.RetireSigningKeyRequest(signing_key_id=active.signing_key_id)
    assert (await refused(retire(signs))).code == grpc.StatusCode.FAILED_PRECONDITION
    absent = signing_key_service_pb2.RetireSigningKeyRequest(signing_key_id="sig_000000000000")
    assert (await refused(retire(absent))).code == grpc.StatusCode.NOT_FOUND
    await rotate(ask())
    assert (await refused(rotate(ask()))).code == grpc.StatusCode.FAILED_PRECONDITION


async def test_audit_entries_are_filtered_and_paged(service: RunningService) -> None:
    for _ in range(3):
        await service.create_key()
    ask = audit_service_pb2.ListAuditEntriesRequest
    first = await service.audit.ListAuditEntries(ask(action="CreateKey", page_size=2))
    rest = await service.audit.ListAuditEntries(ask(action="CreateKey", page_size=2, page_token=first.next_page_token))
    assert [len(first.entries), len(rest.entries), rest.next_page_token] == [2, 1, ""]
    times = [entry.time.ToMicroseconds() for entry in (*first.entries, *rest.entries)]
    assert times == sorted(times, reverse=True)
    until = await service.audit.ListAuditEntries(ask(action="CreateKey", until=first.entries[1].time))
    assert [entry.audit_id for entry in until.entries] == [rest.entries[0].audit_id]
