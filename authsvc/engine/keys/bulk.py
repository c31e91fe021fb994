"""BulkRevokeKeys: everything of a tenant, or of whoever left, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace

from authsvc.domain.errors import InvalidArgument, NotFound, Violation
from authsvc.domain.key import Key
from authsvc.engine import ids
from authsvc.engine.callers import Call
from authsvc.engine.keys.change import KeyChange, audit_entry, check_authority
from authsvc.engine.keys.states import revoked
from authsvc.engine.ports import Transaction
from authsvc.engine.receipts import Receipt
from authsvc.engine.records import Kind


@dataclass(frozen=True, slots=True)
class BulkDone:
    """What was, or would be, revoked. No receipt for a dry run."""

    key_ids: tuple[str, ...]
    receipt: Receipt | None


class BulkRevoke:
    """Revokes many keys at once."""

    def __init__(self, change: KeyChange) -> None:
        self._change = change

    async def __call__(self, call: Call, tenant: str, created_by: str, *, dry_run: bool) -> BulkDone:
        """Revoke every key at or below a tenant, of one creator, or both.

        The caller's own key is left alone, so that nobody locks himself out halfway through an incident.

        Raises:
            InvalidArgument: Neither tenant nor creator is named.
            NotFound: The tenant is not the caller's.
            PermissionDenied: A built-in key among them that the caller has no authority over.
        """
        if not tenant and not created_by:
            raise InvalidArgument(Violation("tenant", "name a tenant, a creator (created_by), or both"))
        tenant = tenant or call.caller.tenant
        if not call.caller.reaches(tenant):
            raise NotFound("there is no such tenant within the caller's")

        async def work(tx: Transaction) -> tuple[str, ...]:
            now = self._change.clock.now()
            keys = [key for key in await tx.lock_keys(tenant, created_by) if key.key_id != call.caller.key_id]
            for key in keys:
                check_authority(call.caller, key)
                if not dry_run:
                    await self._revoke(tx, call, key, now)
            return tuple(key.key_id for key in keys)

        key_ids, committed = await self._change.store.mutate(work)
        if dry_run:
            return BulkDone(key_ids, None)
        receipt = await self._change.receipts.wait(
            committed.revision, deadline=call.deadline, wait=call.wait, offline_until=self._change.offline_until()
        )
        return BulkDone(key_ids, receipt)

    @staticmethod
    async def _revoke(tx: Transaction, call: Call, key: Key, now: int) -> None:
        after = revoked(key, now, call.reason)
        if after is not None:
            await tx.update_key(replace(after, update_time=now, etag=ids.etag()))
            tx.log(Kind.KEY, key.key_id)
            tx.audit(audit_entry(call, "BulkRevokeKeys", after, now, {}))
