"""One round: load, kills and a watch at once; then everything is looked at."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

import asyncpg

from authsvc.embedded import EmbeddedPostgres
from tests.chaos.books import Books, Outcome
from tests.chaos.client import Client
from tests.chaos.killing import KINDS, Killer
from tests.chaos.load import Load, send_again, until_it_answers
from tests.chaos.service_check import check_service
from tests.chaos.store_check import check_store
from tests.chaos.watch import Watch
from tests.support.real_service import RealService

CLIENTS = 16
WATCHERS = 2
SENT_AGAIN = 25
"""Requests of a round that are sent once more when it is over."""
POLICY = """
version: 1
scopes: {"projects:read": {description: Read}}
key_types: {sdk: {prefix: chy_sdk_, default_scopes: ["projects:read"]}}
"""


class Chaos:
    """Rounds on one service, one set of books."""

    def __init__(self, service: RealService, seed: int) -> None:
        self.service = service
        self.books = Books(f"c{seed}")
        self.killer = Killer(service, seed)
        self.answers: Counter[str] = Counter()
        """What the watch was told."""
        self._random = random.Random(seed)

    async def round(self, calls: int, kinds: Sequence[str] = KINDS) -> None:
        """Load with kills, then a check of everything that was touched."""
        target, caller = self.service.grpc, self.service.root_key()
        async with Client(target, caller) as client, Client(target, caller) as watching:
            load = Load(self.books, client, calls, self._random.getrandbits(32))
            watches = [Watch(self.books, watching, self._random.getrandbits(32)) for _ in range(WATCHERS)]
            tasks = [asyncio.create_task(watch.run()) for watch in watches]
            await asyncio.gather(load.run(CLIENTS), self.killer.run(load, calls, kinds))
            await until_it_answers(client)
            await self._send_again(client, calls)
            await _end(tasks)
            for watch in watches:
                self.answers += watch.answers
            await self.check(client, frozenset(self.books.touched))
            self.books.touched.clear()

    async def check(self, client: Client, which: Iterable[str]) -> None:
        """Compare the store with the books, and the answers about these keys. What was under way meanwhile starts it again."""
        for _ in range(5):
            before = len(self.books.violations)
            async with snapshot(self.service.state) as connection:
                keys, revision = await check_store(self.books, connection)
            await check_service(self.books, client, keys, which)
            async with snapshot(self.service.state) as connection:
                if await connection.fetchval("SELECT n FROM revision") == revision:
                    return
            del self.books.violations[before:]
        raise AssertionError("nobody calls any more, and the store still changes")

    async def check_all(self) -> None:
        """Everything that ever was."""
        async with Client(self.service.grpc, self.service.root_key()) as client:
            await self.check(client, [*self.books.of_key])

    async def _send_again(self, client: Client, calls: int) -> None:
        recent = [call for call in [*self.books.calls.values()][-calls:] if call.repeatable]
        answered = [call for call in recent if call.outcome in (Outcome.DONE, Outcome.REPEATED)]
        unanswered = [call for call in recent if call.outcome is Outcome.OPEN]
        chosen = [self._random.sample(some, min(len(some), SENT_AGAIN)) for some in (answered, unanswered)]
        await send_again(self.books, client, [*chosen[0], *chosen[1]])


@contextlib.asynccontextmanager
async def snapshot(state: Path) -> AsyncIterator[asyncpg.Connection[Any]]:
    """The store at one moment; what is done to it here is undone at the end."""
    with EmbeddedPostgres(state / "pg") as postgres:
        connection = await asyncpg.connect(postgres.dsn)
        try:
            await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            yield connection
            await connection.execute("ROLLBACK")
        finally:
            await connection.close()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task  # what it failed with is ours
