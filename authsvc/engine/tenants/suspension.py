"""SuspendTenant, ResumeTenant. What is already so is no error, and its receipt waits like any other."""

from __future__ import annotations

from dataclasses import replace

from authsvc.domain.errors import InvalidArgument, NotFound, PermissionDenied, Violation
from authsvc.domain.key import Tenant
from authsvc.domain.tenants import ROOT
from authsvc.engine.callers import Call, Caller
from authsvc.engine.tenants.change import TenantChange, TenantDone


class Suspension:
    """Suspends tenants and those below them, and lets them go on."""

    def __init__(self, change: TenantChange) -> None:
        self._change = change

    async def suspend(self, call: Call, path: str, etag: str) -> TenantDone:
        """Deny every key and token; a tenant that is suspended already keeps its first reason.

        Raises:
            InvalidArgument: The root tenant.
            NotFound: The tenant is not the caller's.
            PermissionDenied: It is the caller's own, which only those above decide about.
        """
        _check_above(call.caller, path)

        def rule(tenant: Tenant) -> Tenant | None:
            return None if tenant.suspended else replace(tenant, suspended=True, suspend_reason=call.reason)

        return await self._change(call, "SuspendTenant", path, etag, rule, restricts=True)

    async def resume(self, call: Call, path: str, etag: str) -> TenantDone:
        """End a suspension. Raises what `suspend` raises."""
        _check_above(call.caller, path)

        def rule(tenant: Tenant) -> Tenant | None:
            return replace(tenant, suspended=False, suspend_reason="") if tenant.suspended else None

        return await self._change(call, "ResumeTenant", path, etag, rule, restricts=False)


def _check_above(caller: Caller, path: str) -> None:
    if path == ROOT:
        raise InvalidArgument(Violation("path", "any tenant but the root one: suspended, nobody could resume it"))
    if not caller.reaches(path):
        raise NotFound("there is no such tenant within the caller's")
    if caller.tenant == path:
        raise PermissionDenied("a tenant is suspended and resumed by a caller of a tenant above it")
