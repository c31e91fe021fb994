"""Which peppers, tag keys and key-encryption keys belong to this store."""

from __future__ import annotations

from collections.abc import Mapping

from authsvc.domain.errors import FailedPrecondition
from authsvc.storage.boundary import WRITING, transaction
from authsvc.storage.driver import Session
from authsvc.storage.pool import Part

_REMEMBER = """
INSERT INTO secret_fingerprints AS f (name, fingerprint)
SELECT * FROM unnest($1::text[], $2::text[]) AS new (name, fingerprint) ORDER BY name
ON CONFLICT (name) DO NOTHING
"""
_DIFFERENT = """
SELECT f.name FROM secret_fingerprints f JOIN unnest($1::text[], $2::text[]) AS new (name, fingerprint) ON new.name = f.name
WHERE f.fingerprint <> new.fingerprint ORDER BY f.name
"""


class Fingerprints(Part):
    """`engine.ports.Recognizing`."""

    async def fingerprints(self) -> Mapping[str, str]:
        """Fingerprint by name."""
        return {row[0]: row[1] for row in await self._pools.state.rows("SELECT name, fingerprint FROM secret_fingerprints")}

    async def remember_fingerprints(self, fingerprints: Mapping[str, str]) -> None:
        """Add those whose names are new.

        Raises:
            FailedPrecondition: A name is known with another fingerprint. Nothing was added.
        """
        columns = list(fingerprints), list(fingerprints.values())

        async def remember(session: Session) -> None:
            async with transaction(session, WRITING):
                await session.rows(_REMEMBER, *columns)
                different = [row[0] for row in await session.rows(_DIFFERENT, *columns)]
                if different:
                    raise FailedPrecondition(f"the store knows other secrets under these names: {', '.join(different)}")

        await self._pools.state.use(remember)
