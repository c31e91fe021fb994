"""ApplyPolicy: another policy for every process, or nothing at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from authsvc.domain.errors import Conflict, FailedPrecondition, InvalidArgument, Violation
from authsvc.domain.policy import BUILTIN_TYPE, Policy
from authsvc.domain.policy_file.comparing import Difference
from authsvc.domain.policy_tests import TestResult
from authsvc.domain.tenants import ROOT
from authsvc.engine import ids
from authsvc.engine.callers import Call
from authsvc.engine.clock import Clock
from authsvc.engine.policies.documents import Documents
from authsvc.engine.policies.read import NONE, PolicyRecord
from authsvc.engine.ports import Store, Transaction
from authsvc.engine.receipts import Receipt, Receipts
from authsvc.engine.records import AuditEntry, Kind, PolicyVersion

NAMED = 5
"""Failed tests named in one error."""
AUDITED = 50
"""Differences whose place the audit log keeps."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was applied, or would be: then there is no receipt."""

    record: PolicyRecord
    differences: tuple[Difference, ...]
    results: tuple[TestResult, ...]
    warnings: tuple[str, ...]
    receipt: Receipt | None


class ApplyPolicy:
    """Applies policies."""

    def __init__(self, store: Store, documents: Documents, receipts: Receipts, clock: Clock) -> None:
        self._store = store
        self._documents = documents
        self._receipts = receipts
        self._clock = clock

    async def __call__(self, call: Call, source: str, expected_version: int, *, dry_run: bool) -> Applied:
        """Check a document, run its tests, hold it against the keys there are, and apply it.

        A document that is the present one already is applied no second time, and its receipt waits like any other.

        Raises:
            InvalidArgument: Every mistake of the document.
            Conflict: The present version is not the expected one.
            FailedPrecondition: A test of the document fails, or living keys would be lost.
        """
        if not source:
            raise InvalidArgument(Violation("document", "a policy file"))
        document = await self._documents.read(source)
        present = next(iter(await self._store.policy_versions(1)), NONE)
        if present.version != expected_version:
            raise Conflict(f"version {present.version} is the present one, not {expected_version}: read it and compare again")
        _check_tests(document.results)
        before = (await self._documents.read(present.source)).policy
        await self._check_keys(before, document.policy)
        differences = await self._documents.compare(present.source, source)
        version, receipt = present, None
        if source != present.source:
            version = PolicyVersion(present.version + 1, source, call.caller.key_id)
        if not dry_run:
            version, receipt = await self._apply(call, present, source, differences, before)
        record = PolicyRecord(version, tuple(document.policy.key_types[name] for name in sorted(document.policy.key_types)))
        return Applied(record, differences, document.results, document.policy.warnings, receipt)

    async def _apply(
        self, call: Call, present: PolicyVersion, source: str, differences: Sequence[Difference], before: Policy
    ) -> tuple[PolicyVersion, Receipt]:
        now = self._clock.now()

        async def work(tx: Transaction) -> None:
            if source == present.source:
                return
            version = await tx.insert_policy(source, present.version, call.caller.key_id, now)
            if version is None:
                raise Conflict("another policy was applied in between: read it and compare again")
            tx.log(Kind.POLICY, str(version))
            tx.audit(_audit_entry(call, version, source, differences, now))

        _, committed = await self._store.mutate(work)
        receipt = await self._receipts.wait(
            committed.revision,
            deadline=call.deadline,
            wait=call.wait,
            offline_until=self._clock.now() + before.longest_token,
        )
        if not committed.changed:
            return present, receipt
        return PolicyVersion(present.version + 1, source, call.caller.key_id, now, committed.revision), receipt

    async def _check_keys(self, before: Policy, after: Policy) -> None:
        in_use = [name for name in await self._store.types_in_use() if name != BUILTIN_TYPE and name in before.key_types]
        asked = tuple(name for name in in_use if name in after.key_types and _finds_imports_otherwise(before, after, name))
        imported = await self._store.imported_types(asked) if asked else ()
        wrong = list(_losses(before, after, in_use, imported))
        if wrong:
            raise FailedPrecondition(f"living keys would be lost: {'; '.join(wrong)}")


def _audit_entry(call: Call, version: int, source: str, differences: Sequence[Difference], now: int) -> AuditEntry:
    return AuditEntry(
        audit_id=ids.audit_id(now),
        time=now,
        actor=call.caller.key_id,
        actor_tenant=call.caller.tenant,
        peer=call.caller.peer,
        action="ApplyPolicy",
        target_kind="policy",
        target=str(version),
        tenant=ROOT,
        reason=call.reason,
        details={
            "sha256": hashlib.sha256(source.encode()).hexdigest(),
            "changes": [each.path for each in differences[:AUDITED]],
            "change_count": len(differences),
        },
    )


def _check_tests(results: Sequence[TestResult]) -> None:
    failed = [each for each in results if not each.passed]
    if failed:
        named = "; ".join(f"{each.name}: {each.differences[0]}"[:200] for each in failed[:NAMED])
        raise FailedPrecondition(f"{len(failed)} of {len(results)} tests of the document fail: {named}")


def _finds_imports_otherwise(before: Policy, after: Policy, name: str) -> bool:
    old, new = before.key_types[name], after.key_types[name]
    return old.accepts_imported and (not new.accepts_imported or old.public_id != new.public_id)


def _losses(before: Policy, after: Policy, in_use: Sequence[str], imported: Sequence[str]) -> Iterator[str]:
    for name in in_use:
        old, new = before.key_types[name], after.key_types.get(name)
        if new is None:
            yield f"key_types.{name} has keys that are not revoked, so it has to stay"
        elif old.prefix != new.prefix:
            yield f"key_types.{name}.prefix is what its keys begin with that are not revoked, so it has to stay {old.prefix!r}"
        elif name in imported:
            yield f"key_types.{name} has imported keys, which are found by its accepts_imported and public_id"
