"""FleetService: who answers, from which revision, and waiting for one."""

from __future__ import annotations

from dataclasses import dataclass

from authsvc.domain.errors import InvalidArgument, Violation
from authsvc.engine.ports import Store
from authsvc.engine.receipts import Receipt, Receipts
from authsvc.engine.records import Process


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """The fleet as the store knows it."""

    revision: int
    processes: tuple[Process, ...]


class Fleet:
    """Reads the fleet."""

    def __init__(self, store: Store, receipts: Receipts) -> None:
        self._store = store
        self._receipts = receipts

    async def status(self) -> FleetStatus:
        """Every process that is not dead."""
        revision = await self._store.revision()
        return FleetStatus(revision, tuple(row for row in await self._store.processes() if not row.dead))

    async def wait(self, revision: int, deadline: int | None) -> Receipt:
        """The receipt of a revision that was committed earlier.

        Raises:
            InvalidArgument: There is no such revision.
        """
        newest = await self._store.revision()
        if not 0 <= revision <= newest:
            raise InvalidArgument(Violation("revision", f"must be a revision of a receipt: 0 to {newest}, the newest"))
        return await self._receipts.wait(revision, deadline=deadline)
