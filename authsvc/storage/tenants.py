"""What is set for tenants, as operators read it."""

from __future__ import annotations

from authsvc.domain.key import Tenant
from authsvc.engine.records import TenantFilter, TenantPage
from authsvc.storage.conditions import Conditions
from authsvc.storage.pool import Part
from authsvc.storage.rows import TENANT, tenant

_TENANT = f"SELECT {TENANT} FROM tenants WHERE path = $1"  # noqa: S608 - constants


class Tenants(Part):
    """What `engine.ports.Reading` says of tenants."""

    async def tenant(self, path: str) -> Tenant | None:
        """What is set for one tenant; None: nothing ever was."""
        rows = await self._pools.reads.rows(_TENANT, path)
        return tenant(rows[0]) if rows else None

    async def tenants(self, which: TenantFilter, limit: int, after: str) -> TenantPage:
        """Tenants for which something was set, by path."""
        conditions = Conditions()
        conditions.add_below("path", (which.tenant, which.within))
        if which.suspended is not None:
            conditions.add("suspended = {}", which.suspended)
        if after:
            conditions.add("path > {}", after)
        rows = await self._pools.reads.rows(
            f"SELECT {TENANT} FROM tenants WHERE {conditions.where} "  # noqa: S608 - constants and placeholders
            f"ORDER BY path LIMIT {conditions.argument(limit + 1)}",
            *conditions.arguments,
        )
        found = tuple(map(tenant, rows))
        return TenantPage(found[:limit], found[limit - 1].path if len(found) > limit else "")
