"""TenantService: decode, call, encode."""

from __future__ import annotations

from typing import Any

from authsvc.engine.callers import Call
from authsvc.engine.parts import Engine
from authsvc.transport.codec.mutations import read_call
from authsvc.transport.codec.receipts import write_receipt
from authsvc.transport.codec.tenants import read_path, read_tenant_filter, write_tenant, write_tenants
from authsvc.transport.codec.texts import read_etag
from authsvc.transport.codec.violations import Violations
from authsvc.transport.incoming import Incoming
from authsvc.v1 import tenant_service_pb2 as pb


class TenantService:
    """What is set for whole tenants."""

    def __init__(self, engine: Engine) -> None:
        self._read = engine.read_tenants
        self._update = engine.update_tenant
        self._suspension = engine.suspension

    async def get_tenant(self, incoming: Incoming, request: pb.GetTenantRequest) -> pb.GetTenantResponse:
        """One tenant."""
        violations = Violations()
        path = violations.read("path", read_path, request.path, "")
        violations.check()
        return pb.GetTenantResponse(tenant=write_tenant(await self._read.get(incoming.caller, path)))

    async def list_tenants(self, incoming: Incoming, request: pb.ListTenantsRequest) -> pb.ListTenantsResponse:
        """One page, by path."""
        which = read_tenant_filter(request)
        return write_tenants(await self._read.list(incoming.caller, which, request.page_size, request.page_token))

    async def update_tenant(self, incoming: Incoming, request: pb.UpdateTenantRequest) -> pb.UpdateTenantResponse:
        """Another allowlist."""
        violations = Violations()
        violations.known("tenant", request.tenant)
        call = read_call(incoming.caller, incoming.deadline, request, violations)
        path = violations.read("tenant.path", read_path, request.tenant.path, "")
        etag = violations.read("tenant.etag", read_etag, request.tenant.etag, "")
        violations.check()
        mask, unrestricted = frozenset(request.update_mask.paths), frozenset(request.unrestricted)
        done = await self._update(call, path, etag, tuple(request.tenant.allowed_cidrs), mask, unrestricted)
        return pb.UpdateTenantResponse(tenant=write_tenant(done.tenant), receipt=write_receipt(done.receipt))

    async def suspend_tenant(self, incoming: Incoming, request: pb.SuspendTenantRequest) -> pb.SuspendTenantResponse:
        """Deny everything of a tenant and below."""
        done = await self._suspension.suspend(*_target(incoming, request))
        return pb.SuspendTenantResponse(tenant=write_tenant(done.tenant), receipt=write_receipt(done.receipt))

    async def resume_tenant(self, incoming: Incoming, request: pb.ResumeTenantRequest) -> pb.ResumeTenantResponse:
        """Let a tenant go on."""
        done = await self._suspension.resume(*_target(incoming, request))
        return pb.ResumeTenantResponse(tenant=write_tenant(done.tenant), receipt=write_receipt(done.receipt))


def _target(incoming: Incoming, request: Any) -> tuple[Call, str, str]:
    """Call, path and etag."""
    violations = Violations()
    call = read_call(incoming.caller, incoming.deadline, request, violations)
    path = violations.read("path", read_path, request.path, "")
    etag = violations.read("etag", read_etag, request.etag, "")
    violations.check()
    return call, path, etag
