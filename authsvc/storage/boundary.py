"""Where transactions begin and end, and what a cancelled caller may interrupt: never a COMMIT or a ROLLBACK."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any, Final, TypeVar

from authsvc.domain.errors import StoreUnavailable
from authsvc.storage.driver import Aborted, Session

T = TypeVar("T")

IDLE: Final = 3.0
"""Seconds after which the server ends a transaction whose client says nothing: it may hold the lock of the revision row."""
LOCKS: Final = 4.0
"""Seconds to wait for a lock; longer than IDLE, so that a client that was cut off makes others wait, not fail."""
_ROLLBACK: Final = 2.0

_TIMEOUTS = f"SET LOCAL idle_in_transaction_session_timeout = {IDLE * 1000:.0f}; SET LOCAL lock_timeout = {LOCKS * 1000:.0f}"
WRITING: Final = f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {_TIMEOUTS}"
"""Each statement sees what was committed before it began. Local settings, so that it holds through a pooler too."""
READING: Final = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_TIMEOUTS}"
"""All statements see the same moment."""


@contextlib.asynccontextmanager
async def rolled_back_on_failure(session: Session) -> AsyncIterator[None]:
    """Leave no transaction open on the connection, whatever ends the body."""
    try:
        yield
    except BaseException:
        await unbroken(roll_back(session))
        raise


@contextlib.asynccontextmanager
async def transaction(session: Session, begin: str) -> AsyncIterator[None]:
    """A transaction whose COMMIT may fail like any statement: for reads, and for writes that may be done twice."""
    async with rolled_back_on_failure(session):
        await session.run(begin)
        yield
        await unbroken(session.run("COMMIT"))


async def roll_back(session: Session) -> None:
    """End the transaction with nothing done; if the server does not say so, by ending the connection."""
    try:
        await session.run("ROLLBACK", timeout=_ROLLBACK)
    except StoreUnavailable:
        session.terminate()


async def commit(session: Session) -> bool:
    """Whether the server said that it committed; False when it said nothing, so that nobody knows yet.

    Raises:
        Aborted: The server said that it did not.
        StoreUnavailable: It did not, because an earlier statement had failed.
    """
    try:
        tag = await session.run("COMMIT")
    except Aborted:
        raise
    except StoreUnavailable:
        session.terminate()
        return False
    if tag != "COMMIT":
        raise StoreUnavailable("the transaction had failed before its end")
    return True


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Finish `work`, which has a time limit, although the caller is cancelled meanwhile; the cancellation comes afterwards."""
    task = asyncio.create_task(work)
    cancellation: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancellation = error
    if cancellation is None:
        return task.result()
    if not task.cancelled():
        task.exception()  # seen; the caller who would have been told is gone
    raise cancellation
