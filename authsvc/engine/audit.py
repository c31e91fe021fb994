"""ListAuditEntries: who did what, for those who may know."""

from __future__ import annotations

from dataclasses import dataclass, replace

from authsvc.domain.errors import NotFound
from authsvc.domain.tenants import ROOT
from authsvc.engine import paging
from authsvc.engine.callers import Caller
from authsvc.engine.ports import Reading
from authsvc.engine.records import AuditEntry, AuditFilter


@dataclass(frozen=True, slots=True)
class AuditListed:
    """One page, newest first."""

    entries: tuple[AuditEntry, ...]
    next_page_token: str


class ListAudit:
    """Reads the audit log."""

    def __init__(self, store: Reading) -> None:
        self._store = store

    async def __call__(self, caller: Caller, which: AuditFilter, page_size: int, page_token: str) -> AuditListed:
        """One page of what happened at or below a tenant; `/` means the caller's.

        Raises:
            NotFound: The tenant is not the caller's.
            InvalidArgument: The page token is not one of this list.
        """
        if which.within == ROOT:
            which = replace(which, within=caller.tenant)
        elif not caller.reaches(which.within):
            raise NotFound("there is no such tenant within the caller's")
        page = await self._store.audit_entries(which, paging.page_size(page_size), paging.read(page_token, which))
        return AuditListed(page.entries, paging.write(page.next_after, which))
