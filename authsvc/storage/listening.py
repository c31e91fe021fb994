"""NOTIFY and LISTEN: hints that shorten a wait, never the truth. What is lost is found by the next renewal."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from authsvc.domain.errors import StoreUnavailable
from authsvc.storage.driver import Connection, answer
from authsvc.storage.pool import Options, Pool, connect

CHANNEL = "authsvc_changes"
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 5.0


class Notifier:
    """Says that something was committed. Commits that come together are one NOTIFY; nobody waits for it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; from within the running loop."""
        self._task = asyncio.create_task(self._run())

    def notify(self) -> None:
        """Something was committed."""
        self._due.set()

    async def stop(self) -> None:
        """End; what is still due is dropped."""
        if self._task is not None:
            await _end(self._task)

    async def _run(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            with contextlib.suppress(StoreUnavailable):
                await self._pool.use(lambda session: session.run(f"NOTIFY {CHANNEL}"), attempts=1)


class Listener:
    """One connection that listens, made again when it is lost."""

    def __init__(self, options: Options, hint: Callable[[], None]) -> None:
        self._options = options
        self._hint = hint
        self._lost = asyncio.Event()

    async def start(self) -> Callable[[], Awaitable[None]]:
        """Listen from now on, or as soon as the store answers. Returns what stops it."""
        connection: Connection | None = None
        with contextlib.suppress(StoreUnavailable):
            connection = await self._listen()
        task = asyncio.create_task(self._run(connection))
        return lambda: _end(task)

    async def _run(self, connection: Connection | None) -> None:
        pause = SHORTEST_PAUSE
        while True:
            try:
                connection = connection or await self._listen()
                self._hint()  # for what was missed
                pause = SHORTEST_PAUSE
                await self._lost.wait()
            except StoreUnavailable:
                pass
            finally:
                if connection is not None:
                    connection.terminate()
                connection = None
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _listen(self) -> Connection:
        self._lost.clear()
        connection = await connect(self._options, "listen")
        try:
            connection.add_termination_listener(lambda _connection: self._lost.set())
            await answer(connection.add_listener, CHANNEL, lambda *_notification: self._hint())
        except BaseException:
            connection.terminate()
            raise
        return connection


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
