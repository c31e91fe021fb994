"""Keys as they are read: the miss path, and lists for operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from authsvc.domain.key import KeyRecord, State
from authsvc.engine.records import KeyFilter, KeyPage, Lookup
from authsvc.storage.conditions import Conditions
from authsvc.storage.pool import Part
from authsvc.storage.rows import KEY, OWNERS, SECRET, USAGE, keys, records

# One statement is one moment: the revision and the rows belong together. Without a match the revision comes alone.
_LOOKUP = f"""
SELECT r.n, {KEY}, {SECRET}
FROM revision r
LEFT JOIN (
    SELECT key_id FROM secrets WHERE digest = ANY($1::bytea[])
    UNION
    SELECT key_id FROM keys WHERE key_id = ANY($2::text[])
) w ON true
LEFT JOIN keys k ON k.key_id = w.key_id
LEFT JOIN secrets s ON s.key_id = k.key_id
ORDER BY k.key_id, s.create_time, s.secret_id
"""  # noqa: S608 - constants

# `{page}` yields the key_ids, the rest decorates them.
_RECORDS = f"""
SELECT {KEY}, {SECRET}, {USAGE}
FROM ({{page}}) page
JOIN keys k ON k.key_id = page.key_id
LEFT JOIN secrets s ON s.key_id = k.key_id
LEFT JOIN key_usage u ON u.key_id = k.key_id
ORDER BY {{order}}, s.create_time, s.secret_id
"""  # noqa: S608 - constants

_KEY = _RECORDS.format(page="SELECT key_id FROM keys WHERE key_id = $1 AND delete_time IS NULL", order="k.key_id")

# Owners of a digest come first: a prefix that many share must not push them out.
_KEYS_OF = _RECORDS.format(
    page="""
    SELECT found.key_id, min(found.rank) AS rank FROM (
        SELECT key_id, 0 AS rank FROM secrets WHERE digest = ANY($1::bytea[])
        UNION ALL
        (SELECT key_id, 1 FROM secrets WHERE prefix = $2 AND $2 <> '' ORDER BY key_id LIMIT 1000)
    ) found JOIN keys ON keys.key_id = found.key_id AND keys.delete_time IS NULL
    GROUP BY found.key_id ORDER BY rank, found.key_id LIMIT 100
    """,
    order="page.rank, k.key_id",
)

# Jumps from type to type in the index instead of reading every key.
_TYPES_IN_USE = """
WITH RECURSIVE types (type) AS (
    (SELECT type FROM keys WHERE state <> 4 ORDER BY type LIMIT 1)
    UNION ALL
    SELECT (SELECT k.type FROM keys k WHERE k.state <> 4 AND k.type > types.type ORDER BY k.type LIMIT 1)
    FROM types WHERE types.type IS NOT NULL
)
SELECT type FROM types WHERE type IS NOT NULL
"""

# `Key.shown_state` as SQL. Numbers are written out so that partial indexes apply.
_SHOWN = {
    State.ACTIVE: "k.state = 1 AND (k.expire_time IS NULL OR k.expire_time > {})",
    State.EXPIRED: "k.state = 1 AND k.expire_time <= {}",
    State.INACTIVE: "k.state = 2",
    State.REVOKED: "k.state = 4",
}


class Keys(Part):
    """`engine.ports.Finding`, and what `engine.ports.Reading` says of keys."""

    async def lookup(self, digests: Sequence[bytes], key_ids: Sequence[str]) -> Lookup:
        """Keys that own one of these secret digests or have one of these ids: one statement."""
        rows = await self._pools.state.rows(_LOOKUP, digests, key_ids)
        return Lookup(rows[0][0], tuple(keys(rows, at=1)) if rows[0][1] is not None else ())

    async def key(self, key_id: str) -> KeyRecord | None:
        """One key with usage and secrets; deleted keys are not there."""
        found = records(await self._pools.reads.rows(_KEY, key_id))
        return found[0] if found else None

    async def keys(self, which: KeyFilter, limit: int, after: str) -> KeyPage:
        """Keys ordered by key_id, never deleted ones."""
        conditions = _conditions(which)
        conditions.add("k.key_id > {}", after)
        usage = "JOIN key_usage u ON u.key_id = k.key_id" if which.unused_since is not None else ""
        page = (
            f"SELECT k.key_id FROM keys k {usage} WHERE {conditions.where} "  # noqa: S608 - constants and placeholders
            f"ORDER BY k.key_id LIMIT {conditions.argument(limit + 1)}"
        )
        rows = await self._pools.reads.rows(_RECORDS.format(page=page, order="k.key_id"), *conditions.arguments)
        found = tuple(records(rows))
        return KeyPage(found[:limit], found[limit - 1].key.key_id if len(found) > limit else "")

    async def keys_of(self, digests: Sequence[bytes], prefix: str) -> tuple[KeyRecord, ...]:
        """Keys that own one of these digests, dead secrets too, or that have a secret with this display prefix; at most 100."""
        return tuple(records(await self._pools.reads.rows(_KEYS_OF, digests, prefix)))

    async def owners(self, digests: Sequence[bytes]) -> Mapping[bytes, str]:
        """The key_id of each of these digests that the store has, dead secrets and deleted keys too."""
        return {row[0]: row[1] for row in await self._pools.reads.rows(OWNERS, digests)}

    async def types_in_use(self) -> tuple[str, ...]:
        """Types of keys that are not revoked."""
        return tuple(row[0] for row in await self._pools.reads.rows(_TYPES_IN_USE))

    async def is_empty(self) -> bool:
        """Whether no key was ever created here."""
        return bool(await self._pools.reads.value("SELECT first_key_time IS NULL FROM store"))


def _conditions(which: KeyFilter) -> Conditions:
    conditions = Conditions("k.delete_time IS NULL")
    conditions.add_below("k.tenant", (which.tenant, which.within))
    _add_states(conditions, which)
    if which.type:
        conditions.add("k.type = {}", which.type)
    if which.created_by:
        conditions.add("k.created_by = {}", which.created_by)
    if which.expire_before is not None:
        conditions.add("k.expire_time >= {} AND k.expire_time < {}", which.now, which.expire_before)
    if which.unused_since is not None:
        conditions.add("coalesce(u.last_used_time, '-infinity'::timestamptz) < {}", which.unused_since)
    if which.name_contains:
        conditions.add("strpos(k.folded_name, {}) > 0", which.name_contains.casefold())
    return conditions


def _add_states(conditions: Conditions, which: KeyFilter) -> None:
    if not which.states:
        conditions.add("k.state <> 4")
        return
    states = tuple(dict.fromkeys(which.states))
    clauses = " OR ".join(_SHOWN[state] for state in states)
    conditions.add(f"({clauses})", *(which.now for state in states if "{}" in _SHOWN[state]))
