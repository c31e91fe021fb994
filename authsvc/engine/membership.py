"""The lease: the right to answer from memory (DESIGN section 6, rules 2, 3, 4 and 7)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

import structlog

from authsvc.domain.errors import LeaseLost, Unavailable
from authsvc.engine import ids
from authsvc.engine.clock import Clock
from authsvc.engine.following import Follower
from authsvc.engine.ports import Following, Joining
from authsvc.engine.state import State

SECOND = 1_000_000
SAFE_SHARE = 0.85
"""A lease is used for this share of its length, so that clocks of two machines may run at slightly different rates."""
LONGEST_PAUSE = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """Durations in microseconds."""

    lease: int = 3 * SECOND
    allowance: int = 0
    """How long to go on serving from old state while the store is away; part of every receipt's wait."""


class Belonging(Joining, Following, Protocol):
    """What membership needs of the store."""


class Membership:
    """Joins, renews, acknowledges; starts over whenever its place is lost."""

    def __init__(
        self, store: Belonging, follower: Follower, state: State, clock: Clock, *, replica_id: str, terms: LeaseTerms
    ) -> None:
        self._store = store
        self._follower = follower
        self._state = state
        self._clock = clock
        self.replica_id = replica_id
        self._kicked = asyncio.Event()
        self._renewed = asyncio.Condition()
        self.terms = terms
        self.answered = False
        """Whether the store answered the last renewal."""
        self._announced: tuple[str, ...] = ()
        self.process_id = ""
        """Empty while this process has no place."""

    @property
    def holds(self) -> bool:
        """Whether answers may be given from memory at this moment."""
        return self._clock.own() < self._state.lease_end

    def kick(self) -> None:
        """Renew at once: something may have changed, or was applied and should be acknowledged."""
        self._kicked.set()

    async def run(self) -> None:
        """Hold the lease until cancelled. Never ends by itself: a store that is away only makes it wait."""
        stop_listening = await self._store.listen(self.kick)
        try:
            await self._hold()
        finally:
            await stop_listening()

    async def _hold(self) -> None:
        pause = 0.05
        while True:
            try:
                await self._renew()
                self.answered = True
                pause = 0.05
                await self._wait(self.terms.lease / SECOND / 3)
            except Exception as error:  # noqa: BLE001 - see below
                # Whatever it was, the lease runs out by itself and nothing is answered: trying again is all there is to do.
                self.answered = False
                level = log.warning if isinstance(error, Unavailable) else log.exception
                level("lease_not_renewed", error=str(error), holds=self.holds)
                await self._wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE, self.terms.lease / SECOND / 6)

    async def leave(self) -> None:
        """Stop answering, then say so: nobody has to wait for this process any more."""
        self._state.forget()
        process_id, self.process_id = self.process_id, ""
        if process_id:
            await self._store.leave(process_id)

    async def regain(self, timeout: float) -> bool:  # noqa: ASYNC109 - a bound of ours, shorter than the caller's deadline
        """Wait for the lease for so many seconds; whether it is held."""
        if self.holds:
            return True
        self.kick()
        try:
            async with asyncio.timeout(timeout), self._renewed:
                await self._renewed.wait_for(lambda: self.holds)
        except TimeoutError:
            return self.holds
        return True

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._kicked.wait()
        except TimeoutError:
            pass
        self._kicked.clear()

    async def _renew(self) -> None:
        if not self.process_id or self._state.applied < 0:
            await self._join()
        await self._announce()
        state, acknowledged = self._state, -1
        while acknowledged < state.applied:
            sent = self._clock.own()
            acknowledged, change_id = state.applied, state.change_id
            renewal = await self._store.renew(self.process_id, acknowledged)
            if renewal is None or renewal.revision < acknowledged or renewal.change_id != change_id:
                state.forget()
                raise LeaseLost("fenced" if renewal is None else "the store's history is not the one that was applied")
            await self._follower.catch_up(renewal.revision)
            state.lease_end = sent + int(self.terms.lease * SAFE_SHARE)
        async with self._renewed:
            self._renewed.notify_all()

    async def _announce(self) -> None:
        """Say which of the service's secrets are here, when that has changed."""
        marks = self._state.own.marks
        if marks != self._announced:
            await self._store.announce(self.process_id, marks)
            self._announced = marks

    async def _join(self) -> None:
        former, self.process_id = self.process_id, ""
        self._state.forget()
        if former:
            await self._store.leave(former)
        process_id = ids.process_id()
        await self._store.join(process_id, self.replica_id, self.terms.lease, self.terms.allowance)
        self.process_id, self._announced = process_id, ()
        await self._follower.start_over()
        log.info("joined", process_id=process_id, revision=self._state.applied)
