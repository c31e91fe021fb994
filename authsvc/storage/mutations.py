"""Mutations (DESIGN section 6, rule 1), and how a COMMIT without an answer is settled.

1. What is random is chosen before the transaction: `change_id` names it for good.
2. The last statement takes the revision. Its row stays locked until the transaction has ended, so revisions commit in order.
3. Before COMMIT is sent nothing can be committed: whatever is lost until then is simply run again.
4. After that only an answer says what happened. Without one, whoever next gets the lock of the revision row knows that the old
   transaction has ended, even if its server process had not noticed that we are gone, or our COMMIT was still on its way: as long
   as it could commit it would hold that lock. A statement that begins after that sees the change by its id, or there is none
   and there never will be, and only then it is run again.
5. While that cannot be found out the answer is StoreUnavailable: the mutation may be done or not, and a `request_id` tells later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from uuid import UUID, uuid4

from authsvc.domain.errors import StoreUnavailable
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Committed, RequestStamp
from authsvc.storage.boundary import WRITING, commit, roll_back, rolled_back_on_failure, transaction, unbroken
from authsvc.storage.driver import Session, Transient
from authsvc.storage.listening import Notifier
from authsvc.storage.pool import Part, Pools, pauses
from authsvc.storage.requests import stamp
from authsvc.storage.transaction import PostgresTransaction, note

T = TypeVar("T")

ATTEMPTS: Final = 6
SETTLING: Final = 10
"""Attempts to find out what became of a COMMIT: enough for a server that restarts (6 seconds of pauses)."""

_REVISION = "SELECT n FROM revision"
_LOCKED_REVISION = "SELECT n FROM revision FOR UPDATE"
_REVISION_OF = "SELECT revision FROM change_log WHERE change_id = $1 AND position = 1"


@dataclass(frozen=True, slots=True)
class _Ended(Generic[T]):
    """How an attempt ended."""

    result: T
    committed: Committed
    certain: bool
    """False: COMMIT was sent and not answered."""
    tx: PostgresTransaction


class Mutations(Part):
    """`engine.ports.Mutating`."""

    def __init__(self, pools: Pools, notifier: Notifier) -> None:
        super().__init__(pools)
        self._notifier = notifier

    async def revision(self) -> int:
        """The current revision."""
        return int(await self._pools.state.value(_REVISION))

    async def mutate(
        self, work: Callable[[Transaction], Awaitable[T]], request: RequestStamp | None = None
    ) -> tuple[T, Committed]:
        """Run `work` in one transaction, take the next revision as its last statement, commit, notify.

        Raises:
            AlreadyExists: The stamp's request was done within the last 10 minutes; `key_id` says with what.
            InvalidArgument: The stamp's request_id was used for another body or method.
            StoreUnavailable: The store does not answer. Whether the mutation was done is open if COMMIT had been sent.
        """
        failure = StoreUnavailable("the store lost every attempt")
        for pause in (0.0, *pauses(ATTEMPTS)):
            await asyncio.sleep(pause)
            try:
                done = await self._attempt(work, request)
            except Transient as error:
                failure = error
            else:
                if done is not None:
                    return done
        raise failure

    async def _attempt(
        self, work: Callable[[Transaction], Awaitable[T]], request: RequestStamp | None
    ) -> tuple[T, Committed] | None:
        """One attempt, with certainty; None when it surely left nothing."""
        change_id = uuid4()
        ended = await self._pools.writes.use(lambda session: self._run(session, change_id, work, request), attempts=1)
        if not ended.certain and not await self._settle(change_id, ended.tx):
            return None
        return ended.result, ended.committed

    async def _run(
        self, session: Session, change_id: UUID, work: Callable[[Transaction], Awaitable[T]], request: RequestStamp | None
    ) -> _Ended[T]:
        tx = PostgresTransaction(session)
        async with rolled_back_on_failure(session):
            await session.run(WRITING)
            if request is not None:
                await stamp(session, request)
            result = await work(tx)
            committed = Committed(await self._finish(session, change_id, tx), tx.changed)
            if not tx.changed and not tx.entries:
                await unbroken(roll_back(session))
                return _Ended(result, committed, certain=True, tx=tx)
        return _Ended(result, committed, certain=await unbroken(self._commit(session, tx)), tx=tx)

    async def _finish(self, session: Session, change_id: UUID, tx: PostgresTransaction) -> int:
        """The last statement. Without a change, the revision: read after `work`, so it has everything that `work` saw."""
        if tx.changed:
            return await tx.finish(change_id)
        if tx.entries:
            await note(session, tx.entries)
        return int(await session.value(_REVISION))

    async def _commit(self, session: Session, tx: PostgresTransaction) -> bool:
        """Commit, and tell others even if the caller is gone by now."""
        certain = await commit(session)
        if certain and tx.changed:
            self._notifier.notify()
        return certain

    async def _settle(self, change_id: UUID, tx: PostgresTransaction) -> bool:
        """Find out whether the COMMIT that was not answered happened.

        Raises:
            StoreUnavailable: Nobody knows yet.
        """
        if not tx.changed:
            await self._pools.writes.use(lambda session: note(session, tx.entries), attempts=SETTLING)
            return True
        revision = await self._pools.writes.use(lambda session: _revision_of(session, change_id), attempts=SETTLING)
        self._notifier.notify()
        return revision is not None


async def _revision_of(session: Session, change_id: UUID) -> int | None:
    """The revision that a change took; None when it has none and never will (rule 4)."""
    async with transaction(session, WRITING):
        await session.value(_LOCKED_REVISION)
        revision: int | None = await session.value(_REVISION_OF, change_id)
    return revision
