"""Tenants: filters of their list, and messages."""

from __future__ import annotations

from collections.abc import Sequence

from authsvc.domain.errors import InvalidValue
from authsvc.domain.key import Tenant
from authsvc.domain.tenants import ROOT, parse_tenant
from authsvc.engine.records import TenantFilter
from authsvc.engine.tenants.read import TenantsListed
from authsvc.transport.codec.listings import MAX_STATES, check_page_token
from authsvc.transport.codec.times import write_time
from authsvc.transport.codec.violations import Violations
from authsvc.v1 import tenant_pb2, tenant_service_pb2


def read_path(text: str) -> str:
    """The path of a tenant.

    Raises:
        InvalidValue: it is none.
    """
    if not text:
        raise InvalidValue("the path of a tenant, such as acme/etl; / is the root tenant")
    return parse_tenant(text)


def read_tenant_filter(request: tenant_service_pb2.ListTenantsRequest) -> TenantFilter:
    """Which tenants to list.

    Raises:
        InvalidArgument: every filter that is wrong.
    """
    violations = Violations()
    which = TenantFilter(
        tenant=violations.read("tenant", parse_tenant, request.tenant, ROOT) if request.tenant else ROOT,
        suspended=_suspended(tuple(request.states), violations),
    )
    check_page_token(request.page_token, violations)
    violations.check()
    return which


def _suspended(states: Sequence[int], violations: Violations) -> bool | None:
    if len(states) > MAX_STATES:
        violations.add("states", f"at most {MAX_STATES} entries")
        return None
    for index, state in enumerate(states):
        if state not in (tenant_pb2.TENANT_STATE_ACTIVE, tenant_pb2.TENANT_STATE_SUSPENDED):
            violations.add(f"states[{index}]", "one of the values of TenantState but UNSPECIFIED")
    return None if len(set(states)) != 1 else states[0] == tenant_pb2.TENANT_STATE_SUSPENDED


def write_tenant(tenant: Tenant) -> tenant_pb2.Tenant:
    """What is set for a tenant."""
    message = tenant_pb2.Tenant(
        path=tenant.path,
        allowed_cidrs=tenant.allowed_cidrs,
        state=tenant_pb2.TENANT_STATE_SUSPENDED if tenant.suspended else tenant_pb2.TENANT_STATE_ACTIVE,
        suspend_reason=tenant.suspend_reason,
        etag=tenant.etag,
    )
    if tenant.etag:
        write_time(message.update_time, tenant.update_time)
    return message


def write_tenants(listed: TenantsListed) -> tenant_service_pb2.ListTenantsResponse:
    """One page of tenants."""
    tenants = [write_tenant(tenant) for tenant in listed.tenants]
    return tenant_service_pb2.ListTenantsResponse(tenants=tenants, next_page_token=listed.next_page_token)
