"""The one place where the driver is awaited. Its errors end here: ours never carry its text, which may quote arguments."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import asyncpg
from asyncpg.connect_utils import SessionAttribute

from authsvc.domain.errors import AlreadyExists, AuthsvcError, InvalidArgument, StoreUnavailable, Violation

T = TypeVar("T")
Row: TypeAlias = "asyncpg.Record"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

PRIMARY = SessionAttribute.read_write
"""Of several hosts only the primary will do: a standby's past would be taken for the present."""

_ABORTED = frozenset({"40001", "40P01"})
_GONE = ("08", "25P03", "25P04", "57P01", "57P02", "57P03", "57P05")
"""Class "connection exception"; ended for idling in a transaction, for its length; shutdown, crash, starting up, idle session."""

_KNOWN = (asyncpg.UniqueViolationError, asyncpg.DuplicateObjectError, asyncpg.DuplicateTableError)


class Transient(StoreUnavailable):
    """The store lost this attempt; another one may pass."""


class Aborted(Transient):
    """The store rolled this transaction back in favour of another one."""


class Lost(Transient):
    """The connection to the store was lost."""


class Unsupported(StoreUnavailable):
    """The store lacks a feature."""


async def answer(call: Callable[..., Awaitable[T]], *arguments: object, **named: object) -> T:
    """Call the driver and await its answer; some of its methods raise before there is anything to await.

    Raises:
        Aborted: 40001, 40P01: nothing of the transaction is left.
        Lost: The connection broke, or none could be made.
        AlreadyExists: A unique index knows the value, or there is such a table.
        InvalidArgument: A value that the store cannot hold, such as text with a NUL.
        Unsupported: The server does not know such a feature or function.
        StoreUnavailable: Anything else.
    """
    try:
        return await call(*arguments, **named)
    except AuthsvcError:
        raise
    except Exception as error:  # noqa: BLE001 - the driver's own bugs must not come through either
        failure = _ours(error)
    # Raised out here, so that the driver's error is not the context of ours: what prints a chain would print its arguments.
    raise failure


def _ours(error: Exception) -> AuthsvcError:
    state = getattr(error, "sqlstate", None) or ""
    name = type(error).__name__ + (f" {state}" if state else "")
    if isinstance(error, _KNOWN):
        return AlreadyExists("the store has one of these values already")
    if isinstance(error, asyncpg.DataError | UnicodeError) or state.startswith("22"):
        return InvalidArgument(Violation("request", "holds a value that cannot be stored, such as text with a NUL character"))
    if isinstance(error, TimeoutError):
        return StoreUnavailable("the store did not answer in time")
    return _kind(error, state)(f"the store does not answer ({name})")


def _kind(error: Exception, state: str) -> type[StoreUnavailable]:
    if state in _ABORTED:
        return Aborted
    if isinstance(error, OSError | asyncpg.InterfaceError | asyncpg.InvalidCachedStatementError) or state.startswith(_GONE):
        return Lost
    if isinstance(error, asyncpg.FeatureNotSupportedError | asyncpg.UndefinedFunctionError):
        return Unsupported
    return StoreUnavailable


class Session:
    """One connection while it is in use. Every method raises what `answer` raises."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, *arguments: object) -> list[Row]:
        """Every row."""
        return await answer(self._connection.fetch, sql, *arguments)

    async def row(self, sql: str, *arguments: object) -> Row | None:
        """The first row."""
        return await answer(self._connection.fetchrow, sql, *arguments)

    async def many(self, sql: str, arguments: Sequence[Sequence[object]]) -> None:
        """Run one statement for each of these, without waiting for each answer; all of them, or none."""
        await answer(self._connection.executemany, sql, arguments)

    async def value(self, sql: str, *arguments: object) -> Any:
        """The first column of the first row; None without a row."""
        return await answer(self._connection.fetchval, sql, *arguments)

    async def run(self, script: str, *, timeout: float | None = None) -> str:  # noqa: ASYNC109 - the driver cancels the statement
        """Run statements without arguments; the tag of the last one (`COMMIT`)."""
        return await answer(self._connection.execute, script, timeout=timeout)

    def terminate(self) -> None:
        """Close the connection without a word, if it is still there."""
        with contextlib.suppress(asyncpg.InterfaceError):
            self._connection.terminate()
