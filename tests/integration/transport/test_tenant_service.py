"""Tenants over the wire: what is set for one holds for all its keys and tokens, and for those of the tenants below it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import grpc
import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from authsvc.transport.server import Transport
from authsvc.v1 import audit_service_pb2, receipt_pb2, tenant_pb2, tenant_service_pb2
from authsvc.v1 import tenant_service_pb2 as pb
from authsvc.v1.decision_pb2 import DECISION_ALLOW, Reason
from authsvc.v1.tenant_service_pb2_grpc import TenantServiceStub
from tests.support.service import RunningService, refused, running_service

HERE, THERE = "192.0.2.7", "198.51.100.7"


@pytest.fixture(params=["native", pytest.param("grpcio", marks=pytest.mark.grpcio)])
async def service(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[RunningService]:
    async with running_service(database_url, transport=cast("Transport", request.param)) as running:
        yield running


def update(path: str, *cidrs: str, etag: str = "", mask: tuple[str, ...] = ("allowed_cidrs",), **fields: Any) -> Any:
    tenant = tenant_pb2.Tenant(path=path, allowed_cidrs=cidrs, etag=etag)
    return tenant_service_pb2.UpdateTenantRequest(tenant=tenant, update_mask=FieldMask(paths=mask), **fields)


async def reason(service: RunningService, credential: str, source_ip: str = "") -> str:
    answer = await service.verify(credential, "projects:read", context={"source_ip": source_ip})
    return "ALLOW" if answer.decision == DECISION_ALLOW else Reason.Name(answer.reason).removeprefix("REASON_")


async def test_a_suspension_denies_keys_and_tokens_of_a_tenant_and_below_at_once(service: RunningService) -> None:
    own, child = await service.create_key(tenant="acme"), await service.create_key(tenant="acme/etl")
    other = await service.create_key(tenant="acmex")
    tokens = [(await service.mint(key.secret)).access_token for key in (own, child)]
    affected = [own.secret, child.secret, *tokens]
    assert [await reason(service, each) for each in affected] == ["ALLOW"] * 4

    done = await service.tenants.SuspendTenant(pb.SuspendTenantRequest(path="acme", reason="unpaid"))
    assert (done.receipt.effective, done.receipt.HasField("offline_until")) == (True, True)
    assert (done.tenant.state, done.tenant.suspend_reason) == (tenant_pb2.TENANT_STATE_SUSPENDED, "unpaid")
    assert [await reason(service, each) for each in affected] == ["TENANT_SUSPENDED"] * 4
    assert await reason(service, other.secret) == "ALLOW"

    again = await service.tenants.SuspendTenant(pb.SuspendTenantRequest(path="acme", reason="other"))
    assert again.tenant == done.tenant
    resumed = await service.tenants.ResumeTenant(pb.ResumeTenantRequest(path="acme", etag=done.tenant.etag))
    assert (resumed.tenant.state, resumed.tenant.suspend_reason) == (tenant_pb2.TENANT_STATE_ACTIVE, "")
    assert [await reason(service, each) for each in affected] == ["ALLOW"] * 4


async def test_an_address_has_to_be_in_the_list_of_the_key_and_in_that_of_every_tenant_above(service: RunningService) -> None:
    free = await service.create_key(tenant="acme/etl")
    bound = await service.create_key(tenant="acme/etl", allowed_cidrs=["192.0.2.0/28"])
    done = await service.tenants.UpdateTenant(update("acme", "192.0.2.0/24", "192.0.2.0/24"))
    assert list(done.tenant.allowed_cidrs) == ["192.0.2.0/24"]
    assert [await reason(service, free.secret, each) for each in ("", HERE, THERE)] == [
        "SOURCE_IP_UNKNOWN",
        "ALLOW",
        "SOURCE_IP_DENIED",
    ]
    assert await reason(service, bound.secret, "192.0.2.200") == "SOURCE_IP_DENIED"
    assert await reason(service, bound.secret, HERE) == "ALLOW"

    await service.tenants.UpdateTenant(update("acme/etl", "198.51.100.0/24"))
    assert {await reason(service, free.secret, each) for each in (HERE, THERE)} == {"SOURCE_IP_DENIED"}
    await service.tenants.UpdateTenant(update("acme", unrestricted=["allowed_cidrs"]))
    assert await reason(service, free.secret, THERE) == "ALLOW"


async def test_an_update_says_what_it_empties_and_only_changes_networks(service: RunningService) -> None:
    wrong = await refused(service.tenants.UpdateTenant(update("acme")))
    assert (wrong.code, list(wrong.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, ["tenant.allowed_cidrs"])
    wrong = await refused(service.tenants.UpdateTenant(update("acme", HERE, unrestricted=["allowed_cidrs"])))
    assert list(wrong.fields) == ["unrestricted"]
    wrong = await refused(service.tenants.UpdateTenant(update("acme", HERE, "192.0.2.1/24", mask=("state",))))
    assert list(wrong.fields) == ["update_mask", "tenant.allowed_cidrs[1]"]
    wrong = await refused(service.tenants.UpdateTenant(update("", *["192.0.2.1"] * 33)))
    assert list(wrong.fields) == ["tenant.path"]
    assert (await service.tenants.ListTenants(pb.ListTenantsRequest())).tenants == []


async def test_an_etag_that_is_no_longer_there_changes_nothing(service: RunningService) -> None:
    first = (await service.tenants.UpdateTenant(update("acme", HERE))).tenant
    second = (await service.tenants.UpdateTenant(update("acme", THERE, etag=first.etag))).tenant
    assert first.etag != second.etag
    for call in (
        service.tenants.UpdateTenant(update("acme", HERE, etag=first.etag)),
        service.tenants.SuspendTenant(pb.SuspendTenantRequest(path="acme", etag=first.etag)),
        service.tenants.ResumeTenant(pb.ResumeTenantRequest(path="acme", etag=first.etag)),
    ):
        assert (await refused(call)).reason == "ETAG_MISMATCH"
    assert (await service.tenants.GetTenant(pb.GetTenantRequest(path="acme"))).tenant == second


async def test_the_same_again_changes_nothing_and_waits_in_the_same_way(service: RunningService) -> None:
    first = await service.tenants.UpdateTenant(update("acme", HERE))
    again = await service.tenants.UpdateTenant(update("acme", HERE, wait=receipt_pb2.WAIT_NONE))
    assert (again.tenant, again.receipt.revision) == (first.tenant, first.receipt.revision)


async def test_a_tenant_with_nothing_set_answers_with_the_defaults(service: RunningService) -> None:
    tenant = (await service.tenants.GetTenant(pb.GetTenantRequest(path="acme/etl"))).tenant
    assert tenant == tenant_pb2.Tenant(path="acme/etl", state=tenant_pb2.TENANT_STATE_ACTIVE)


async def test_a_caller_acts_within_its_tenant_and_suspends_only_what_is_below_it(service: RunningService) -> None:
    secret = await service.create_caller("authsvc:tenants:write", "authsvc:keys:read", tenant="acme")
    stub = service.stub(TenantServiceStub, secret)
    for call in (
        stub.GetTenant(pb.GetTenantRequest(path="other")),
        stub.UpdateTenant(update("/", HERE)),
        stub.SuspendTenant(pb.SuspendTenantRequest(path="acmex")),
        stub.ResumeTenant(pb.ResumeTenantRequest(path="other")),
    ):
        assert (await refused(call)).code is grpc.StatusCode.NOT_FOUND
    own = await refused(stub.SuspendTenant(pb.SuspendTenantRequest(path="acme")))
    assert own.code is grpc.StatusCode.PERMISSION_DENIED
    root = await refused(service.tenants.SuspendTenant(pb.SuspendTenantRequest(path="/")))
    assert (root.code, list(root.fields)) == (grpc.StatusCode.INVALID_ARGUMENT, ["path"])
    assert (await stub.SuspendTenant(pb.SuspendTenantRequest(path="acme/etl"))).receipt.effective


async def test_an_allowlist_that_locks_out_its_own_caller_is_refused(service: RunningService) -> None:
    key = await service.create_key(tenant="acme")
    locked = await refused(service.tenants.UpdateTenant(update("/", "192.0.2.0/24")))
    assert locked.code is grpc.StatusCode.FAILED_PRECONDITION
    assert (await service.tenants.UpdateTenant(update("/", "192.0.2.0/24", "127.0.0.0/8"))).receipt.effective
    assert [await reason(service, key.secret, each) for each in (HERE, THERE)] == ["ALLOW", "SOURCE_IP_DENIED"]


async def test_callers_of_authsvc_are_held_to_the_allowlist_of_their_tenant(service: RunningService) -> None:
    secret = await service.create_caller("authsvc:keys:read", tenant="acme")
    stub = service.stub(TenantServiceStub, secret)
    await service.tenants.UpdateTenant(update("acme", "127.0.0.1"))
    assert (await stub.GetTenant(pb.GetTenantRequest(path="acme"))).tenant.allowed_cidrs == ["127.0.0.1/32"]
    await service.tenants.UpdateTenant(update("acme", "127.0.0.2"))
    denied = await refused(stub.GetTenant(pb.GetTenantRequest(path="acme")))
    assert (denied.code, "SOURCE_IP_DENIED" in denied.message) == (grpc.StatusCode.UNAUTHENTICATED, True)


async def test_lists_are_filtered_confined_and_paged(service: RunningService) -> None:
    for path in ("acme", "acme/a", "acme/b", "acmex", "zeta"):
        await service.tenants.UpdateTenant(update(path, "127.0.0.0/8"))
    await service.tenants.SuspendTenant(pb.SuspendTenantRequest(path="acme/b"))
    ask = pb.ListTenantsRequest

    async def paths(stub: Any, **fields: Any) -> list[str]:
        return [each.path for each in (await stub.ListTenants(ask(**fields))).tenants]

    assert await paths(service.tenants) == ["acme", "acme/a", "acme/b", "acmex", "zeta"]
    assert await paths(service.tenants, tenant="acme") == ["acme", "acme/a", "acme/b"]
    assert await paths(service.tenants, states=[tenant_pb2.TENANT_STATE_SUSPENDED]) == ["acme/b"]
    assert await paths(service.tenants, tenant="acme", states=[tenant_pb2.TENANT_STATE_ACTIVE]) == ["acme", "acme/a"]
    confined = service.stub(TenantServiceStub, await service.create_caller("authsvc:keys:read", tenant="acme/a"))
    assert await paths(confined) == ["acme/a"]
    assert await paths(confined, tenant="zeta") == []

    first = await service.tenants.ListTenants(ask(page_size=2))
    rest = await service.tenants.ListTenants(ask(page_size=3, page_token=first.next_page_token))
    assert [each.path for each in (*first.tenants, *rest.tenants)] == ["acme", "acme/a", "acme/b", "acmex", "zeta"]
    assert rest.next_page_token == ""
    stolen = await refused(service.tenants.ListTenants(ask(tenant="acme", page_token=first.next_page_token)))
    assert list(stolen.fields) == ["page_token"]


async def test_every_change_is_in_the_audit_log_of_its_tenant(service: RunningService) -> None:
    await service.tenants.UpdateTenant(update("acme/etl", HERE, reason="office"))
    await service.tenants.SuspendTenant(pb.SuspendTenantRequest(path="acme/etl", reason="leak"))
    await service.tenants.ResumeTenant(pb.ResumeTenantRequest(path="acme/etl"))
    listed = await service.audit.ListAuditEntries(audit_service_pb2.ListAuditEntriesRequest(target="acme/etl"))
    assert [(each.action, each.reason) for each in reversed(listed.entries)] == [
        ("UpdateTenant", "office"),
        ("SuspendTenant", "leak"),
        ("ResumeTenant", ""),
    ]
    assert {(each.target_kind, each.tenant) for each in listed.entries} == {("tenant", "acme/etl")}
    assert dict(listed.entries[-1].details)["allowed_cidrs"]["after"] == [f"{HERE}/32"]  # type: ignore[index]
