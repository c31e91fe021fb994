"""The schema's history: numbered SQL files, applied in order, each once, whoever starts first.

A file begins with its directives, one per line:

    -- suits: 3           binaries that know migrations up to 3 still work once this one is applied
    -- no transaction     for CREATE INDEX CONCURRENTLY and the like; the file then holds one statement, which may run twice

The row of a migration is inserted before its SQL runs, in the same transaction. So where session advisory locks do nothing, as on
some distributed databases, a second starter waits at that row. Use a direct connection: a pooler's is not one session.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib import resources
from typing import ClassVar, Final

import asyncpg

from authsvc.domain.errors import AlreadyExists, AuthsvcError, FailedPrecondition
from authsvc.storage.driver import PRIMARY, Session, Transient, Unsupported, answer

LOCK: Final = 0x61757468  # "auth"
LOCK_TIMEOUT: Final = 30
"""Seconds to wait for another starter, or for a table in use."""
_NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
_SUITS = re.compile(r"^-- suits: (\d+)$", re.MULTILINE)
_NO_TRANSACTION = re.compile(r"^-- no transaction$", re.MULTILINE)

_EXISTS = "SELECT to_regclass('schema_migrations') IS NOT NULL"
_CREATE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    suits integer NOT NULL,
    apply_time timestamptz NOT NULL DEFAULT now()
)
"""
_APPLIED = "SELECT number, name, checksum, suits FROM schema_migrations ORDER BY number"
_CLAIM = """
INSERT INTO schema_migrations (number, name, checksum, suits) VALUES ($1, $2, $3, $4)
ON CONFLICT (number) DO NOTHING RETURNING number
"""


class SchemaMismatch(FailedPrecondition):
    """The schema of the store is not one that this binary can use."""

    reason: ClassVar[str] = "SCHEMA_MISMATCH"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def suits(self) -> int:
        """The newest migration that the oldest binary which still works afterwards knows."""
        found = _SUITS.search(self.sql)
        return int(found[1]) if found else self.number

    @property
    def in_transaction(self) -> bool:
        """Whether all of it happens or nothing."""
        return _NO_TRANSACTION.search(self.sql) is None


@dataclass(frozen=True, slots=True)
class Applied:
    """One row of `schema_migrations`."""

    number: int
    name: str
    checksum: str
    suits: int


@dataclass(frozen=True, slots=True)
class Status:
    """How the schema stands."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    newer: tuple[str, ...]
    """Applied by a newer binary; this one does not know them."""
    problem: str = ""
    """Why this binary must not use the store, whatever is applied; empty: it may, once nothing is pending."""


def shipped() -> tuple[Migration, ...]:
    """The migrations that this binary knows, in order."""
    files = (each for each in resources.files(__package__).joinpath("migrations").iterdir() if _NAME.fullmatch(each.name))
    return tuple(
        Migration(int(each.name[:4]), each.name.removesuffix(".sql"), each.read_text("utf-8"))
        for each in sorted(files, key=lambda each: each.name)
    )


async def migrate(dsn: str, migrations: Sequence[Migration] | None = None) -> list[str]:
    """Bring the schema up to date; the names of what was applied.

    Raises:
        SchemaMismatch: A file has changed since it was applied, or a newer binary has left this one behind.
        StoreUnavailable: The store does not answer, or another starter took too long.
    """
    known = shipped() if migrations is None else migrations
    async with _session(dsn) as session:
        await session.run(f"SET lock_timeout = '{LOCK_TIMEOUT}s'")
        await _lock(session)
        await _create(session)
        state = _compare(known, await _read(session))
        if state.problem:
            raise SchemaMismatch(state.problem)
        return [each.name for each in known if each.name in state.pending and await _apply(session, each)]


async def status(dsn: str, migrations: Sequence[Migration] | None = None) -> Status:
    """How the schema stands; changes nothing."""
    async with _session(dsn) as session:
        return await read_status(session, migrations)


async def read_status(session: Session, migrations: Sequence[Migration] | None = None) -> Status:
    """How the schema stands, over a connection that is there."""
    applied = await _read(session) if await session.value(_EXISTS) else []
    return _compare(shipped() if migrations is None else migrations, applied)


def check(state: Status) -> None:
    """Refuse a schema that this binary cannot use.

    Raises:
        SchemaMismatch: It cannot.
    """
    if state.problem:
        raise SchemaMismatch(state.problem)
    if state.pending:
        raise SchemaMismatch(f"the schema lacks {', '.join(state.pending)}: run `authsvc db migrate`")


def _compare(known: Sequence[Migration], applied: Sequence[Applied]) -> Status:
    files = {each.number: each for each in known}
    rows = {each.number: each for each in applied}
    newest = max(files, default=0)
    return Status(
        applied=tuple(each.name for each in applied if each.number in files),
        pending=tuple(each.name for each in known if each.number not in rows),
        newer=tuple(each.name for each in applied if each.number > newest),
        problem=_problem(files, rows, newest),
    )


def _problem(files: dict[int, Migration], rows: dict[int, Applied], newest: int) -> str:
    for number, row in rows.items():
        file = files.get(number)
        if file is not None and (file.name, file.checksum) != (row.name, row.checksum):
            return f"migration {file.name} has changed since {row.name} was applied; an applied migration is never edited"
        if file is None and number < newest:
            return f"migration {row.name} was applied and is missing here"
        if file is None and row.suits > newest:
            return f"the store is newer: {row.name} needs a binary that knows migration {row.suits}, this one knows {newest}"
    skipped = [file.name for number, file in files.items() if number not in rows and number < max(rows, default=0)]
    return f"migration {skipped[0]} comes before others that were applied; numbers only grow" if skipped else ""


async def _read(session: Session) -> list[Applied]:
    return [Applied(*row) for row in await session.rows(_APPLIED)]


async def _lock(session: Session) -> None:
    """Wait for other starters; the lock ends with the connection. Servers without such locks are caught at the row."""
    with suppress(Unsupported):
        await session.value("SELECT pg_advisory_lock($1)", LOCK)


async def _create(session: Session) -> None:
    try:
        await session.run(_CREATE)
    except AlreadyExists:
        await session.run(_CREATE)  # two at once without a lock: IF NOT EXISTS does not see what is not committed yet


async def _apply(session: Session, migration: Migration) -> bool:
    """Apply one; False when another starter has."""
    try:
        return await (_apply_whole if migration.in_transaction else _apply_plain)(session, migration)
    except Transient:
        raise
    except AuthsvcError as error:
        failure = SchemaMismatch(f"migration {migration.name} failed: {error.message}")
    raise failure


async def _apply_whole(session: Session, migration: Migration) -> bool:
    await session.run("BEGIN")
    if await session.value(_CLAIM, *_claim(migration)) is None:
        await session.run("ROLLBACK")
        return False
    await session.run(migration.sql)
    await session.run("COMMIT")
    return True


async def _apply_plain(session: Session, migration: Migration) -> bool:
    await session.run(migration.sql)
    return await session.value(_CLAIM, *_claim(migration)) is not None


def _claim(migration: Migration) -> tuple[int, str, str, int]:
    return migration.number, migration.name, migration.checksum, migration.suits


@asynccontextmanager
async def _session(dsn: str) -> AsyncIterator[Session]:
    """A connection of its own; whatever is open on it when the body fails ends with it."""
    connection = await answer(
        asyncpg.connect,
        dsn,
        timeout=10,
        statement_cache_size=0,
        target_session_attrs=PRIMARY,
        server_settings={"application_name": "authsvc migrate"},
    )
    try:
        yield Session(connection)
    except BaseException:
        connection.terminate()
        raise
    await answer(connection.close, timeout=10)
