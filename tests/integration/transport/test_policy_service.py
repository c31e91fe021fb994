"""The policy over the wire: applied whole or not at all, tested before, explained without a trace."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any, cast

import grpc
import pytest

from authsvc.transport.server import Transport
from authsvc.v1 import audit_service_pb2, decision_pb2, key_pb2
from authsvc.v1 import policy_service_pb2 as pb
from authsvc.v1.decision_pb2 import DECISION_ALLOW, DECISION_DENY, Reason
from authsvc.v1.policy_service_pb2_grpc import PolicyServiceStub
from tests.support.engine import POLICY
from tests.support.service import RunningService, refused, running_service

ROUTES = """
identity_headers: {x-auth-key-id: $key_id, x-auth-scopes: $scopes}
upstream_token: {header: authorization, audience: internal}
routes:
  - {path: /health, allow: anonymous}
  - {methods: [GET], path: "/projects/{project}", require: {scopes: [projects:read], resource: "projects/{project}"}}
  - {methods: [POST], path: "/projects/{project}", require: {scopes: [projects:write]}}
  - {path: /projects/**, require: {scopes: [billing:write]}, mode: shadow}
"""
TESTS = """
tests:
  - {name: readers read, request: {path: /projects/1, key: {type: sdk}}, expect: {decision: ALLOW}}
  - {name: and do not write, request: {method: POST, path: /projects/1, key: {type: sdk}}, expect: {decision: DENY, status: 403}}
"""
FULL = POLICY + ROUTES + TESTS


@pytest.fixture(params=["native", pytest.param("grpcio", marks=pytest.mark.grpcio)])
async def service(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[RunningService]:
    async with running_service(database_url, transport=cast("Transport", request.param)) as running:
        yield running


async def apply(service: RunningService, document: str, expected_version: int = 1, **fields: Any) -> pb.ApplyPolicyResponse:
    request = pb.ApplyPolicyRequest(document=document, expected_version=expected_version, **fields)
    answer: pb.ApplyPolicyResponse = await service.policies.ApplyPolicy(request)
    return answer


async def explain(service: RunningService, method: str, path: str, stub: Any = None, **fields: Any) -> pb.ExplainPolicyResponse:
    request = {name: fields.pop(name) for name in ("headers", "host", "source_ip", "extensions") if name in fields}
    http = pb.HttpRequest(method=method, path=path, **request)
    answer: pb.ExplainPolicyResponse = await (stub or service.policies).ExplainPolicy(
        pb.ExplainPolicyRequest(request=http, **fields)
    )
    return answer


async def test_a_policy_is_applied_read_back_and_decides_at_once(service: RunningService) -> None:
    key = await service.create_key(scopes=["projects:write"])
    done = await apply(service, FULL.replace(", implies: [projects:read]", ""), reason="narrower")
    assert (done.receipt.effective, done.policy.version, len(done.test_results)) == (True, 2, 2)
    assert [each.path for each in done.changes][:1] == ["scopes.projects:write.implies"]
    assert any("shadow" in each for each in done.warnings)
    assert (await service.verify(key.secret, "projects:read")).decision == DECISION_DENY
    read = (await service.policies.GetPolicy(pb.GetPolicyRequest())).policy
    assert read == done.policy
    assert (read.revision, read.sha256) == (done.receipt.revision, hashlib.sha256(read.document.encode()).hexdigest())
    assert read.applied_by.startswith("key_")
    old = (await service.policies.GetPolicy(pb.GetPolicyRequest(version=1))).policy
    assert (old.document, old.applied_by, old.HasField("apply_time"), old.revision > 0) == (POLICY, "", True, True)
    [entry] = (await service.audit.ListAuditEntries(audit_service_pb2.ListAuditEntriesRequest(action="ApplyPolicy"))).entries
    assert (entry.target_kind, entry.target, entry.reason) == ("policy", "2", "narrower")


async def test_a_version_that_never_was_is_not_found(service: RunningService) -> None:
    assert (await refused(service.policies.GetPolicy(pb.GetPolicyRequest(version=9)))).code is grpc.StatusCode.NOT_FOUND
    assert list((await refused(service.policies.GetPolicy(pb.GetPolicyRequest(version=-1)))).fields) == ["version"]


async def test_only_the_version_that_was_read_is_replaced_and_the_same_document_is_applied_once(service: RunningService) -> None:
    assert (await refused(apply(service, FULL, 0))).reason == "ETAG_MISMATCH"
    first = await apply(service, FULL)
    assert (await refused(apply(service, FULL))).reason == "ETAG_MISMATCH"
    again = await apply(service, FULL, 2)
    assert (again.policy, again.receipt.revision, list(again.changes)) == (first.policy, first.receipt.revision, [])


async def test_a_dry_run_changes_nothing(service: RunningService) -> None:
    done = await apply(service, FULL, dry_run=True)
    assert (done.policy.version, done.HasField("receipt"), len(done.test_results)) == (2, False, 2)
    assert (await service.policies.GetPolicy(pb.GetPolicyRequest())).policy.version == 1


async def test_every_mistake_has_its_line_and_field(service: RunningService) -> None:
    found = await refused(apply(service, "version: 1\nscopse: {}\nkey_types:\n  sdk: {prefix: A}\n"))
    assert found.code is grpc.StatusCode.INVALID_ARGUMENT
    assert set(found.fields) == {"scopse", "key_types.sdk.prefix"}
    assert found.fields["scopse"].startswith("line 2: ")
    assert list((await refused(apply(service, ""))).fields) == ["document"]


async def test_a_policy_whose_own_tests_fail_is_refused(service: RunningService) -> None:
    wrong = FULL.replace("expect: {decision: ALLOW}", "expect: {decision: DENY, reason: ROUTE_UNKNOWN}")
    for dry_run in (False, True):
        found = await refused(apply(service, wrong, dry_run=dry_run))
        assert (found.code, "1 of 2 tests" in found.message) == (grpc.StatusCode.FAILED_PRECONDITION, True)
        assert "readers read: decision: expected DENY ROUTE_UNKNOWN, got ALLOW by route 2" in found.message


async def test_living_keys_keep_their_type_and_its_prefix(service: RunningService) -> None:
    ci = "  ci: {prefix: chy_ci_, default_scopes: [projects:read]}\n"
    assert (await apply(service, POLICY.replace(ci, ""), dry_run=True)).policy.version == 2
    key = await service.create_key(type="ci")
    for document, named in ((POLICY.replace(ci, ""), "key_types.ci has keys"), (POLICY.replace("chy_ci_", "ci_"), "chy_ci_")):
        found = await refused(apply(service, document))
        assert (found.code, named in found.message) == (grpc.StatusCode.FAILED_PRECONDITION, True)
    assert (await service.verify(key.secret)).decision == DECISION_ALLOW


async def test_reading_is_for_readers_and_writing_for_the_root_tenant(service: RunningService) -> None:
    reader = service.stub(PolicyServiceStub, await service.create_caller("authsvc:policy:read", tenant="acme"))
    assert (await reader.GetPolicy(pb.GetPolicyRequest())).policy.version == 1
    confined = service.stub(PolicyServiceStub, await service.create_caller("authsvc:policy:write", tenant="acme"))
    found = await refused(confined.ApplyPolicy(pb.ApplyPolicyRequest(document=FULL, expected_version=1)))
    assert found.code is grpc.StatusCode.PERMISSION_DENIED


async def test_a_failed_test_is_an_answer(service: RunningService) -> None:
    wrong = FULL.replace("status: 403", "status: 404")
    answer = await service.policies.TestPolicy(pb.TestPolicyRequest(document=wrong))
    assert (answer.passed, [each.passed for each in answer.results]) == (False, [True, False])
    assert list(answer.results[1].differences) == ["status: expected 404, got 403"]
    present = await service.policies.TestPolicy(pb.TestPolicyRequest())
    assert (present.passed, list(present.results)) == (True, [])


async def test_a_request_is_explained_for_a_key_that_does_not_exist(service: RunningService) -> None:
    await apply(service, FULL)
    key = key_pb2.Key(type="sdk", tenant="acme")
    allowed = await explain(service, "GET", "/projects/%31?x=1", key=key)
    assert (allowed.decision, allowed.route_number, allowed.route_path) == (DECISION_ALLOW, 2, "/projects/{project}")
    assert (allowed.canonical_path, dict(allowed.variables)) == ("/projects/1", {"project": "1"})
    assert allowed.requirement == decision_pb2.Requirement(scopes=["projects:read"], resource="projects/1")
    assert dict(allowed.upstream_headers)["authorization"] == "Bearer <token>"
    assert [(each.route_number, each.chosen) for each in allowed.candidates] == [(2, True), (3, False), (4, False)]
    assert allowed.candidates[1].why == "it is for other methods"
    denied = await explain(service, "POST", "/projects/1", key=key)
    assert (denied.reason, list(denied.missing_scopes), denied.http_status) == (
        Reason.REASON_INSUFFICIENT_SCOPE,
        ["projects:write"],
        403,
    )
    shadowed = await explain(service, "GET", "/projects/1/x", key=key)
    assert (shadowed.decision, shadowed.shadow, shadowed.http_status) == (DECISION_DENY, True, 0)
    malformed = await explain(service, "GET", "/projects/../x", key=key)
    assert (malformed.reason, malformed.http_status, bool(malformed.cause)) == (Reason.REASON_REQUEST_MALFORMED, 400, True)


async def test_a_stored_key_and_a_credential_are_explained_without_a_trace_and_only_to_who_may_check(
    service: RunningService,
) -> None:
    await apply(service, FULL)
    key = await service.create_key()
    sent = {"authorization": f"Bearer {key.secret}"}
    for how in ({"key_id": key.key_id}, {"headers": sent}):
        answer = await explain(service, "GET", "/projects/1", **cast("Any", how))
        assert (answer.decision, answer.principal.key_id) == (DECISION_ALLOW, key.key_id)
    await service.engine.usage.flush()
    assert (await service.store.key(key.key_id)).usage.use_count == 0
    reader = service.stub(PolicyServiceStub, await service.create_caller("authsvc:policy:read"))
    assert (await explain(service, "GET", "/health", reader)).decision == DECISION_ALLOW
    for how in ({"key_id": key.key_id}, {"headers": sent}):
        found = await refused(explain(service, "GET", "/projects/1", reader, **cast("Any", how)))
        assert found.code is grpc.StatusCode.PERMISSION_DENIED
    elsewhere = service.stub(
        PolicyServiceStub, await service.create_caller("authsvc:policy:read", "authsvc:check", tenant="other")
    )
    found = await refused(explain(service, "GET", "/projects/1", elsewhere, key_id=key.key_id))
    assert found.code is grpc.StatusCode.NOT_FOUND
    unknown = await explain(service, "GET", "/projects/1", elsewhere, headers=sent)
    assert unknown.reason == Reason.REASON_CREDENTIAL_INVALID
    assert not unknown.HasField("principal")


async def test_another_document_explains_what_it_would_change(service: RunningService) -> None:
    key = await service.create_key()
    changed = FULL.replace("scopes: [projects:read], resource", "scopes: [billing:write], resource")
    document = changed[: changed.index("tests:")]
    for how in ({"key_id": key.key_id}, {"headers": {"authorization": f"Bearer {key.secret}"}}):
        answer = await explain(service, "GET", "/projects/1", document=document, **cast("Any", how))
        assert (answer.reason, list(answer.missing_scopes)) == (Reason.REASON_INSUFFICIENT_SCOPE, ["billing:write"])


async def test_a_request_to_explain_has_method_and_path_and_one_sender(service: RunningService) -> None:
    found = await refused(service.policies.ExplainPolicy(pb.ExplainPolicyRequest(request=pb.HttpRequest(source_ip="x"))))
    assert list(found.fields) == ["request.method", "request.path", "request.source_ip"]
    key = key_pb2.Key(type="sdk", tenant="acme")
    found = await refused(explain(service, "GET", "/", key=key, headers={"authorization": "Bearer x"}))
    assert list(found.fields) == ["request.headers"]
