"""Receipts: the proof that nobody answers from older state any more (DESIGN section 6, rule 6)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, unique

from authsvc.domain.errors import LeaseLost, Unavailable
from authsvc.engine.clock import Clock
from authsvc.engine.following import Follower
from authsvc.engine.membership import Membership
from authsvc.engine.ports import Joining
from authsvc.engine.records import Process

MARGIN = 50_000
"""Microseconds before its deadline at which a caller is answered at the latest."""
FIRST_LOOK, LONGEST_LOOK = 0.001, 0.05
"""Seconds between looks at the fleet: short at first, since an acknowledgement takes about a millisecond."""
RATE_SLACK = 1.1
"""Own clocks of two machines may differ in rate by this much in sum with `membership.SAFE_SHARE`."""


@unique
class ProcessOutcome(IntEnum):
    """How one process came to no longer answer from older state. Numbers are those of the proto enum."""

    ACKNOWLEDGED = 1
    LEASE_EXPIRED = 2
    PENDING = 3


@dataclass(frozen=True, slots=True)
class ProcessReceipt:
    """One process's part of a receipt."""

    process_id: str
    outcome: ProcessOutcome


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a revision. Times in microseconds."""

    revision: int
    effective: bool
    processes: tuple[ProcessReceipt, ...]
    elapsed: int
    offline_until: int | None = None
    """Until when verifiers that never ask us may still accept tokens of what was revoked; None: there are none."""


class Receipts:
    """Waits for the fleet."""

    def __init__(self, store: Joining, follower: Follower, membership: Membership, clock: Clock) -> None:
        self._store = store
        self._follower = follower
        self._membership = membership
        self._clock = clock

    async def wait(self, revision: int, *, deadline: int | None, wait: bool = True, offline_until: int | None = None) -> Receipt:
        """Wait until every process has acknowledged a committed revision, or has lost the right to answer.

        Args:
            revision: What to wait for; its COMMIT has returned.
            deadline: Own-clock time of the caller's deadline, microseconds; None: as long as it takes.
            wait: False answers at once, with what is known at this moment.
            offline_until: Handed through to the receipt.
        """
        committed = self._clock.own()
        give_up = deadline - MARGIN if deadline is not None else None
        pause = FIRST_LOOK
        while True:
            processes = await self._look(revision, committed)
            now = self._clock.own()
            if not wait or _settled(processes) or (give_up is not None and now >= give_up):
                return Receipt(revision, _settled(processes), processes, now - committed, offline_until)
            if give_up is not None:
                pause = min(pause, (give_up - now) / 1e6)
            await asyncio.sleep(max(pause, 0))
            pause = min(pause * 2, LONGEST_LOOK)

    async def _look(self, revision: int, committed: int) -> tuple[ProcessReceipt, ...]:
        """Where every process stands, with a fresh snapshot. Not knowing is PENDING, no error: the mutation is committed."""
        try:
            await self._follower.catch_up(revision)
            self._membership.kick()
            rows = await self._store.processes()
        except (Unavailable, LeaseLost):
            return (ProcessReceipt(self._membership.process_id, ProcessOutcome.PENDING),)
        now = self._clock.own()
        for row in rows:
            if not row.dead and row.acknowledged < revision and _expired(row, committed, now):
                await self._fence(row)
        return tuple(ProcessReceipt(row.process_id, _outcome(row, revision, committed, now)) for row in rows if not row.dead)

    async def _fence(self, row: Process) -> None:
        """It has not been heard of for longer than it may answer: later receipts need not wait for it again."""
        try:
            await self._store.fence(row.process_id, row.beat)
        except Unavailable:
            return


def _expired(row: Process, committed: int, now: int) -> bool:
    return now >= committed + int(RATE_SLACK * (row.lease + row.allowance))


def _outcome(row: Process, revision: int, committed: int, now: int) -> ProcessOutcome:
    if row.acknowledged >= revision:
        return ProcessOutcome.ACKNOWLEDGED
    return ProcessOutcome.LEASE_EXPIRED if _expired(row, committed, now) else ProcessOutcome.PENDING


def _settled(processes: Iterable[ProcessReceipt]) -> bool:
    return all(process.outcome is not ProcessOutcome.PENDING for process in processes)
