"""What every change of a tenant has in common: etag, audit, revision, receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from authsvc.domain.errors import Conflict
from authsvc.domain.key import Tenant
from authsvc.engine import ids
from authsvc.engine.callers import Call
from authsvc.engine.clock import Clock
from authsvc.engine.ports import Store, Transaction
from authsvc.engine.receipts import Receipt, Receipts
from authsvc.engine.records import AuditEntry, Kind
from authsvc.engine.state import State


@dataclass(frozen=True, slots=True)
class TenantDone:
    """A tenant after a change, and the proof of the change."""

    tenant: Tenant
    receipt: Receipt


Rule = Callable[[Tenant], Tenant | None]
"""Given a tenant as it is: as it is to be, or None when there is nothing to do."""


class TenantChange:
    """Changes one tenant in one transaction and waits for the receipt."""

    def __init__(self, store: Store, state: State, receipts: Receipts, clock: Clock) -> None:
        self._store = store
        self._state = state
        self._receipts = receipts
        self._clock = clock

    async def __call__(self, call: Call, action: str, path: str, etag: str, rule: Rule, *, restricts: bool) -> TenantDone:
        """Apply a rule to a tenant that the caller may change.

        Args:
            call: Who, why, until when.
            action: The RPC's name, for the audit log.
            path: Which tenant.
            etag: What the caller last saw; empty: whatever is there.
            rule: What to do.
            restricts: Whether tokens that are out may outlive this change at verifiers that do not ask us.

        Raises:
            Conflict: The etag does not match.
        """

        async def work(tx: Transaction) -> Tenant:
            before = await tx.lock_tenant(path) or Tenant(path)
            if etag and etag != before.etag:
                raise Conflict
            after = rule(before)
            if after is None:
                return before
            after = replace(after, update_time=self._clock.now(), etag=ids.etag())
            await tx.put_tenant(after)
            tx.log(Kind.TENANT, path)
            tx.audit(_audit_entry(call, action, before, after))
            return after

        tenant, committed = await self._store.mutate(work)
        offline_until = self._clock.now() + self._state.rules.policy.longest_token if restricts else None
        receipt = await self._receipts.wait(
            committed.revision, deadline=call.deadline, wait=call.wait, offline_until=offline_until
        )
        return TenantDone(tenant, receipt)


def _audit_entry(call: Call, action: str, before: Tenant, after: Tenant) -> AuditEntry:
    fields = ("allowed_cidrs", "suspended", "suspend_reason")
    return AuditEntry(
        audit_id=ids.audit_id(after.update_time),
        time=after.update_time,
        actor=call.caller.key_id,
        actor_tenant=call.caller.tenant,
        peer=call.caller.peer,
        action=action,
        target_kind="tenant",
        target=after.path,
        tenant=after.path,
        reason=call.reason,
        details={
            name: {"before": _shown(getattr(before, name)), "after": _shown(getattr(after, name))}
            for name in fields
            if getattr(before, name) != getattr(after, name)
        },
    )


def _shown(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
