"""UpdateTenant: the networks that the keys of a tenant may be used from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from authsvc.domain.errors import FailedPrecondition, NotFound
from authsvc.domain.key import Tenant
from authsvc.domain.network import Allowlist
from authsvc.domain.tenant_rules import check_allowlist
from authsvc.domain.tenants import covers
from authsvc.engine.callers import Call, Caller
from authsvc.engine.tenants.change import TenantChange, TenantDone


class UpdateTenant:
    """Sets allowlists."""

    def __init__(self, change: TenantChange) -> None:
        self._change = change

    async def __call__(
        self, call: Call, path: str, etag: str, cidrs: Iterable[str], mask: frozenset[str], unrestricted: frozenset[str]
    ) -> TenantDone:
        """Replace the allowlist; it is emptied only when `unrestricted` names it.

        Raises:
            InvalidArgument: Everything that is wrong.
            NotFound: The tenant is not the caller's.
            FailedPrecondition: The caller's own key could no longer be used from where it calls.
        """
        networks = check_allowlist(cidrs, mask, unrestricted)
        if not call.caller.reaches(path):
            raise NotFound("there is no such tenant within the caller's")
        _check_caller_stays(call.caller, path, networks)

        def rule(tenant: Tenant) -> Tenant | None:
            return None if tenant.allowed_cidrs == networks else replace(tenant, allowed_cidrs=networks)

        return await self._change(call, "UpdateTenant", path, etag, rule, restricts=bool(networks))


def _check_caller_stays(caller: Caller, path: str, networks: tuple[str, ...]) -> None:
    if caller.keyless or not networks or not covers(path, caller.tenant):
        return
    if caller.source is None or not Allowlist(networks).contains(caller.source):
        raise FailedPrecondition(
            "this list would lock out the very key that sets it: it applies to that key too, and does not have the address "
            "that this call comes from"
        )
