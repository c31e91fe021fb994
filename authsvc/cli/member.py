"""A command that belongs to the fleet while it runs: it changes the store as any process does, and waits for the same receipts.

Needs the database and the secrets folder, no server. The embedded database is joined if it runs, and else run meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from authsvc import logs
from authsvc.cli.db import open_database
from authsvc.cli.exits import Exit
from authsvc.cli.failure import Failure
from authsvc.domain.own_secret import check_complete
from authsvc.engine import ids
from authsvc.engine.callers import Call, local
from authsvc.engine.clock import SystemClock
from authsvc.engine.membership import LeaseTerms
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.engine.parts import Engine, build_engine
from authsvc.folder_watch import read_offer
from authsvc.settings import Settings
from authsvc.storage.store import PostgresStore

T = TypeVar("T")
NAME = "command-line"
PATIENCE = 10.0
"""Seconds to join."""


@dataclass(frozen=True, slots=True)
class Member:
    """One process of the fleet, which serves nobody."""

    settings: Settings
    store: PostgresStore
    engine: Engine
    deadline: int
    """Of the whole command, own clock."""

    def call(self, reason: str) -> Call:
        """The circumstances of what it does."""
        return Call(caller=local(NAME), reason=reason, deadline=self.deadline)

    def reload(self) -> None:
        """Use what the folder has now, and say so."""
        self.engine.own.offer(read_offer(self.settings.secrets_folder))
        self.engine.membership.kick()


def with_member(settings: Settings, timeout: int, work: Callable[[Member], Awaitable[T]]) -> T:
    """Join the fleet, do something, and leave.

    Args:
        settings: The operator's.
        timeout: For everything, microseconds.
        work: What to do.
    """

    async def joined(dsn: str) -> T:
        async with _member(settings, dsn, timeout) as member:
            return await work(member)

    return _run(joined)


def with_store(work: Callable[[PostgresStore], Awaitable[T]]) -> T:
    """Read from the store without joining anything."""

    async def opened(dsn: str) -> T:
        async with _store(dsn) as store:
            return await work(store)

    return _run(opened)


def _run(work: Callable[[str], Coroutine[Any, Any, T]]) -> T:
    logs.configure("console", "error")
    with open_database() as database:
        return asyncio.run(work(database.dsn))


@asynccontextmanager
async def _store(dsn: str) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(dsn, application_name=f"authsvc {NAME}")
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _member(settings: Settings, dsn: str, patience: int) -> AsyncIterator[Member]:
    offer, clock = read_offer(settings.secrets_folder), SystemClock()
    deadline = clock.own() + patience
    async with _store(dsn) as store:
        check_complete(offer.fingerprints, await store.own_secrets())
        await store.adopt_own_secrets(offer.rows(clock.now()))
        replica = f"{NAME}-{ids.base62(6)}"
        engine = build_engine(store, OwnSecrets(offer), clock, replica_id=replica, terms=LeaseTerms(settings.lease))
        holding = asyncio.create_task(engine.membership.run())
        try:
            if not await engine.membership.regain(PATIENCE):
                raise Failure("the store does not let this command join: it takes too long", code=Exit.UNREACHABLE)
            yield Member(settings, store, engine, deadline)
        finally:
            holding.cancel()
            with suppress(asyncio.CancelledError):
                await holding
            await engine.membership.leave()
