"""Applied policies, as operators read them."""

from __future__ import annotations

from typing import Final

from authsvc.engine.records import PolicyVersion
from authsvc.storage.pool import Part

_POLICY: Final = "version, source, applied_by, time, revision"
_NEWEST: Final = f"SELECT {_POLICY} FROM policies ORDER BY version DESC LIMIT $1"  # noqa: S608 - constants
_ONE: Final = f"SELECT {_POLICY} FROM policies WHERE version = $1"  # noqa: S608 - constants
_ORPHANED: Final = """
SELECT t.type FROM unnest($1::text[]) AS t (type) WHERE EXISTS (
    SELECT 1 FROM keys k JOIN secrets s ON s.key_id = k.key_id WHERE k.type = t.type AND k.state <> 4 AND s.generation = ''
)
"""


class Policies(Part):
    """What `engine.ports.Reading` says of policies."""

    async def policy_versions(self, limit: int) -> tuple[PolicyVersion, ...]:
        """Applied policies, newest first."""
        return tuple(PolicyVersion(*row) for row in await self._pools.reads.rows(_NEWEST, limit))

    async def policy_version(self, version: int) -> PolicyVersion | None:
        """One of them; None: it never was."""
        rows = await self._pools.reads.rows(_ONE, version)
        return PolicyVersion(*rows[0]) if rows else None

    async def imported_types(self, types: tuple[str, ...]) -> tuple[str, ...]:
        """Those of these types that have living keys which were issued elsewhere."""
        return tuple(row[0] for row in await self._pools.reads.rows(_ORPHANED, list(types)))
