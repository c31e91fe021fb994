"""The audit trail: rows are only ever added, in the transaction of what they tell."""

from __future__ import annotations

import json
from collections.abc import Sequence

from authsvc.engine.records import AuditEntry, AuditFilter, AuditPage
from authsvc.storage.conditions import Conditions
from authsvc.storage.driver import Row
from authsvc.storage.pool import Part
from authsvc.storage.rows import to_json

COLUMNS = "audit_id, time, actor, actor_tenant, peer, action, target_kind, target, tenant, reason, details, request_id"
TYPES = (
    "text[]", "timestamptz[]", "text[]", "text[]", "text[]", "text[]",
    "text[]", "text[]", "text[]", "text[]", "jsonb[]", "text[]",
)  # fmt: skip


class Audit(Part):
    """What `engine.ports.Reading` says of audit rows."""

    async def audit_entries(self, which: AuditFilter, limit: int, after: str) -> AuditPage:
        """Audit rows, newest first."""
        conditions = _conditions(which)
        if after:
            conditions.add("(time, audit_id) < ((SELECT a.time FROM audit a WHERE a.audit_id = {0}), {0})", after)
        rows = await self._pools.reads.rows(
            f"SELECT {COLUMNS}, revision FROM audit WHERE {conditions.where} "  # noqa: S608 - constants and placeholders
            f"ORDER BY time DESC, audit_id DESC LIMIT {conditions.argument(limit + 1)}",
            *conditions.arguments,
        )
        entries = tuple(map(_entry, rows))
        return AuditPage(entries[:limit], entries[limit - 1].audit_id if len(entries) > limit else "")


def arrays(entries: Sequence[AuditEntry]) -> list[list[object]]:
    """One list for each of COLUMNS, to be unnested together."""
    rows = [
        (
            entry.audit_id,
            entry.time,
            entry.actor,
            entry.actor_tenant,
            entry.peer,
            entry.action,
            entry.target_kind,
            entry.target,
            entry.tenant,
            entry.reason,
            to_json(dict(entry.details)),
            entry.request_id,
        )
        for entry in entries
    ]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in TYPES]


def unnest(first: int) -> str:
    """The table that `arrays` make when they are arguments from `first` on."""
    return "unnest(" + ", ".join(f"${first + i}::{kind}" for i, kind in enumerate(TYPES)) + f") AS a ({COLUMNS})"


def _conditions(which: AuditFilter) -> Conditions:
    conditions = Conditions()
    conditions.add_below("tenant", (which.within,))
    for column, value in (("actor", which.actor), ("target", which.target), ("action", which.action)):
        if value:
            conditions.add(f"{column} = {{}}", value)
    if which.since is not None:
        conditions.add("time >= {}", which.since)
    if which.until is not None:
        conditions.add("time < {}", which.until)
    return conditions


def _entry(row: Row) -> AuditEntry:
    return AuditEntry(
        audit_id=row[0],
        time=row[1],
        actor=row[2],
        actor_tenant=row[3],
        peer=row[4],
        action=row[5],
        target_kind=row[6],
        target=row[7],
        tenant=row[8],
        reason=row[9],
        details=json.loads(row[10]),
        request_id=row[11],
        revision=row[12],
    )
