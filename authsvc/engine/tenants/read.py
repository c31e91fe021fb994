"""GetTenant, ListTenants: reads for operators, always from the store."""

from __future__ import annotations

from dataclasses import dataclass, replace

from authsvc.domain.errors import NotFound
from authsvc.domain.key import Tenant
from authsvc.engine import paging
from authsvc.engine.callers import Caller
from authsvc.engine.ports import Reading
from authsvc.engine.records import TenantFilter


@dataclass(frozen=True, slots=True)
class TenantsListed:
    """One page of tenants, by path."""

    tenants: tuple[Tenant, ...]
    next_page_token: str


class ReadTenants:
    """Reads tenants."""

    def __init__(self, store: Reading) -> None:
        self._store = store

    async def get(self, caller: Caller, path: str) -> Tenant:
        """What is set for one tenant; the defaults where nothing is. Raises NotFound outside the caller's tenant."""
        if not caller.reaches(path):
            raise NotFound("there is no such tenant within the caller's")
        return await self._store.tenant(path) or Tenant(path)

    async def list(self, caller: Caller, which: TenantFilter, page_size: int, page_token: str) -> TenantsListed:
        """One page of the tenants for which something was set.

        Raises:
            InvalidArgument: The page token is not one of this list.
        """
        which = replace(which, within=caller.tenant)
        page = await self._store.tenants(which, paging.page_size(page_size), paging.read(page_token, which))
        return TenantsListed(page.tenants, paging.write(page.next_after, which))
