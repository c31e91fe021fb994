"""The threads that hash, and who gets one next.

Rules:
1. There are as many as cores. They yield to the event loop, whose callers need microseconds, by a lower priority.
2. Nobody waits in the threads' own queue: who is next is decided here, on the event loop, when a thread is free.
3. One lane goes before all others. The others together never have the last free thread, unless there is only one, and take turns.
4. Each lane is of limited length: one more is refused at once rather than late.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import IntEnum, unique
from typing import Final, TypeVar

from authsvc.domain.errors import Exhausted

T = TypeVar("T")
NICENESS: Final = 5
"""How much less a hashing thread is than the event loop: a third of its share of a busy core, and never starved."""


@unique
class Lane(IntEnum):
    """Who waits."""

    FIRST = 0
    """Credentials that nothing speaks against, and new secrets."""
    SUSPECT = 1
    """Credentials of secrets, or from addresses, that were wrong lately."""
    BULK = 2
    """What nobody waits for by the millisecond: imports, hashing again."""


WAITING: Final = {Lane.FIRST: 256, Lane.SUSPECT: 32, Lane.BULK: 4096}


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class HashingPool:
    """Runs work in threads. Belongs to one event loop."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="hashing", initializer=_step_back)
        self._waiting: dict[Lane, deque[asyncio.Future[None]]] = {lane: deque() for lane in Lane}
        self._running = dict.fromkeys(Lane, 0)
        self._turn = Lane.BULK
        """Of the lanes that take turns, the one that had the last."""

    async def run(self, lane: Lane, work: Callable[[], T]) -> T:
        """Run work in a thread when it is its turn. Whoever is cancelled does not stop work that has begun.

        Raises:
            Exhausted: Too much is waiting in this lane.
        """
        if len(self._waiting[lane]) >= WAITING[lane]:
            raise Exhausted("too many secrets are being hashed at once")
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self._waiting[lane].append(turn)
        self._go_on()
        try:
            await turn
        except asyncio.CancelledError:
            self._give_up(lane, turn)
            raise
        running = loop.run_in_executor(self._executor, work)
        running.add_done_callback(lambda done: self._end(lane, done))
        return await asyncio.shield(running)

    def _go_on(self) -> None:
        while sum(self._running.values()) < self._threads:
            lane = self._next()
            if lane is None:
                return
            self._running[lane] += 1
            self._waiting[lane].popleft().set_result(None)

    def _next(self) -> Lane | None:
        if self._waiting[Lane.FIRST]:
            return Lane.FIRST
        if self._running[Lane.SUSPECT] + self._running[Lane.BULK] >= max(1, self._threads - 1):
            return None
        other = Lane.SUSPECT if self._turn is Lane.BULK else Lane.BULK
        self._turn = next((lane for lane in (other, self._turn) if self._waiting[lane]), self._turn)
        return self._turn if self._waiting[self._turn] else None

    def _give_up(self, lane: Lane, turn: asyncio.Future[None]) -> None:
        if turn.cancelled():
            self._waiting[lane].remove(turn)
        else:  # the turn came in the same moment; another one takes it
            self._running[lane] -= 1
            self._go_on()

    def _end(self, lane: Lane, done: asyncio.Future[T]) -> None:
        if not done.cancelled():
            done.exception()  # seen; whoever waits is told, and perhaps nobody does any more
        self._running[lane] -= 1
        self._go_on()


def _step_back() -> None:
    """Lower the priority of this thread. Elsewhere than on Linux it is that of the process, and stays."""
    if sys.platform == "linux":
        with suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS)
