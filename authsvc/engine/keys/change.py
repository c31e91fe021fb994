"""What every change of one existing key has in common: authority, etag, audit, revision, receipt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from authsvc.domain.errors import Conflict, NotFound, PermissionDenied, Unavailable
from authsvc.domain.key import Key, KeyRecord, Usage
from authsvc.domain.policy import BUILTIN_TYPE
from authsvc.engine import ids
from authsvc.engine.callers import Call, Caller
from authsvc.engine.clock import Clock
from authsvc.engine.ports import Store, Transaction
from authsvc.engine.receipts import Receipt, Receipts
from authsvc.engine.records import AuditEntry, Kind, RequestStamp
from authsvc.engine.state import State

GRANT = "authsvc:keys:grant"


@dataclass(frozen=True, slots=True)
class Done:
    """A key after a change, the proof of the change and, once, a new secret."""

    record: KeyRecord
    receipt: Receipt
    secret: str = ""


Rule = Callable[[Transaction, Key, int], Awaitable[Key | None]]
"""Given the locked key and the time: the key as it is to be, or None when there is nothing to do."""


class KeyChange:
    """Changes one key in one transaction and waits for the receipt."""

    def __init__(self, store: Store, state: State, receipts: Receipts, clock: Clock) -> None:
        self.store = store
        self.state = state
        self.receipts = receipts
        self.clock = clock

    async def __call__(self, call: Call, action: str, key_id: str, etag: str, rule: Rule, *, restricts: bool = True) -> Done:
        """Apply a rule to a key.

        Args:
            call: Who, why, until when.
            action: The RPC's name, for the audit log.
            key_id: Which key.
            etag: What the caller last saw; empty: whatever is there.
            rule: What to do.
            restricts: Whether tokens that are out may outlive this change at verifiers that do not ask us.

        Raises:
            NotFound: No such key for this caller.
            Conflict: The etag does not match.
            PermissionDenied: A built-in key that the caller has no authority over.
        """
        stamp = request_stamp(call, action, key_id, self.clock.now())

        async def work(tx: Transaction) -> Key:
            key = await tx.lock_key(key_id)
            if key is None or key.delete_time is not None or not call.caller.reaches(key.tenant):
                raise NotFound(f"there is no key {key_id}")
            check_authority(call.caller, key)
            if etag and etag != key.etag:
                raise Conflict
            now = self.clock.now()
            after = await rule(tx, key, now)
            if after is None:
                return key
            check_authority(call.caller, after)
            after = replace(after, update_time=now, etag=ids.etag())
            await tx.update_key(after)
            tx.log(Kind.KEY, key_id)
            tx.audit(audit_entry(call, action, after, now, changed_fields(key, after)))
            return after

        key, committed = await self.store.mutate(work, stamp)
        if committed.changed:
            key = replace(key, revision=committed.revision)
        receipt = await self.receipts.wait(
            committed.revision,
            deadline=call.deadline,
            wait=call.wait,
            offline_until=self.offline_until() if restricts else None,
        )
        return Done(KeyRecord(key, await self._usage(key_id)), receipt)

    async def _usage(self, key_id: str) -> Usage:
        """For show: the change is committed, so a store that is away now must not make it look failed."""
        try:
            record = await self.store.key(key_id)
        except Unavailable:
            return Usage()
        return Usage() if record is None else record.usage

    def offline_until(self) -> int:
        """When the last token that may be out has expired by itself, for verifiers that never ask us."""
        return self.clock.now() + self.state.rules.policy.tokens.max_ttl


def check_authority(caller: Caller, key: Key) -> None:
    """A key of authsvc's own type is only touched by who may grant, and never by who has less than it.

    Raises:
        PermissionDenied: The caller has no such authority.
    """
    if key.type != BUILTIN_TYPE:
        return
    caller.require(GRANT)
    wider = [scope for scope in key.scopes if not caller.scopes.covers_grant(scope)]
    if wider:
        raise PermissionDenied(f"the caller does not have {', '.join(wider)} itself")


def audit_entry(call: Call, action: str, key: Key, now: int, details: Mapping[str, object]) -> AuditEntry:
    """The audit row of a change of a key."""
    return AuditEntry(
        audit_id=ids.audit_id(now),
        time=now,
        actor=call.caller.key_id,
        actor_tenant=call.caller.tenant,
        peer=call.caller.peer,
        action=action,
        target_kind="key",
        target=key.key_id,
        tenant=key.tenant,
        reason=call.reason,
        details=details,
        request_id=call.request_id,
    )


def changed_fields(before: Key, after: Key) -> dict[str, object]:
    """What an auditor wants to see of an update: field by field, before and after. Neither holds anything secret."""
    fields = ("display_name", "subject", "environment", "scopes", "resources", "allowed_cidrs", "state", "expire_time")
    changes: dict[str, object] = {
        name: {"before": _shown(getattr(before, name)), "after": _shown(getattr(after, name))}
        for name in fields
        if getattr(before, name) != getattr(after, name)
    }
    if before.rate_limits != after.rate_limits:
        changes["rate_limits"] = [[limit.limit, limit.period, limit.burst] for limit in after.rate_limits]
    if before.metadata != after.metadata:
        changes["metadata"] = sorted(after.metadata)
    return changes


def _shown(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def request_stamp(call: Call, method: str, key_id: str, now: int) -> RequestStamp | None:
    """What makes this call repeatable, if the caller wants that."""
    if not call.request_id:
        return None
    return RequestStamp(
        caller=call.caller.key_id,
        request_id=call.request_id,
        method=method,
        body_digest=call.body_digest,
        key_id=key_id,
        now=now,
    )
