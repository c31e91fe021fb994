"""The threads that hash, and who gets one next.

Rules:
1. Two crews of threads. The first is as many as cores, for those whom nobody suspects. The second has one fewer, at least one,
   for the rest; what it does is done with what the machine has left.
2. Both yield to the event loop, whose callers need microseconds, by a lower priority. The second yields to nearly everything.
3. Nobody waits in the threads' own queue: who is next is decided here, on the event loop, when a thread is free.
4. Lanes of one crew take turns. Each is of limited length: one more is refused at once rather than late.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from enum import IntEnum, unique
from typing import Final, TypeVar

from authsvc.domain.errors import Exhausted

T = TypeVar("T")
NICE: Final = 5
"""Of the first crew: a third of the event loop's share of a busy core."""
NICER: Final = 15
"""Of the second crew: a thirtieth of it. More, and a busy machine would never let it finish."""


@unique
class Lane(IntEnum):
    """Who waits."""

    FIRST = 0
    """Credentials that nothing speaks against, and new secrets."""
    SUSPECT = 1
    """Credentials of secrets, or from addresses, that were wrong lately."""
    BULK = 2
    """What nobody waits for by the millisecond: imports, hashing again."""


FULL: Final = "too many secrets are being hashed at once"
WAITING: Final = {Lane.FIRST: 256, Lane.SUSPECT: 32, Lane.BULK: 4096}


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


class HashingPool:
    """Runs work in threads. Belongs to one event loop."""

    def __init__(self, threads: int) -> None:
        first = _Crew(threads, NICE, (Lane.FIRST,))
        rest = _Crew(max(1, threads - 1), NICER, (Lane.SUSPECT, Lane.BULK))
        self._crews = {Lane.FIRST: first, Lane.SUSPECT: rest, Lane.BULK: rest}

    def has_room(self, lane: Lane) -> bool:
        """Whether one more may wait in a lane."""
        return len(self._crews[lane].waiting[lane]) < WAITING[lane]

    async def run(self, lane: Lane, work: Callable[[], T]) -> T:
        """Run work in a thread when it is its turn. Whoever is cancelled does not stop work that has begun.

        Raises:
            Exhausted: Too much is waiting in this lane.
        """
        if not self.has_room(lane):
            raise Exhausted(FULL)
        return await self._crews[lane].run(lane, work)


class _Crew:
    """Some threads, and the lanes before them."""

    def __init__(self, threads: int, niceness: int, lanes: Iterable[Lane]) -> None:
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, f"hashing-{niceness}", initializer=lambda: _step_back(niceness))
        self.waiting: dict[Lane, deque[asyncio.Future[None]]] = {lane: deque() for lane in lanes}
        """Those whose turn comes first, first; the lane that had the last turn is behind the others."""
        self.running = 0

    async def run(self, lane: Lane, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        self.waiting[lane].append(turn)
        self._go_on()
        try:
            await turn
        except asyncio.CancelledError:
            self._give_up(lane, turn)
            raise
        running = loop.run_in_executor(self._executor, work)
        running.add_done_callback(self._end)
        return await asyncio.shield(running)

    def _go_on(self) -> None:
        while self.running < self._threads:
            lane = next((lane for lane, turns in self.waiting.items() if turns), None)
            if lane is None:
                return
            turns = self.waiting.pop(lane)
            self.waiting[lane] = turns
            self.running += 1
            turns.popleft().set_result(None)

    def _give_up(self, lane: Lane, turn: asyncio.Future[None]) -> None:
        if turn.cancelled():
            self.waiting[lane].remove(turn)
        else:  # the turn came in the same moment; another one takes it
            self.running -= 1
            self._go_on()

    def _end(self, done: asyncio.Future[T]) -> None:
        if not done.cancelled():
            done.exception()  # seen; whoever waits is told, and perhaps nobody does any more
        self.running -= 1
        self._go_on()


def _step_back(niceness: int) -> None:
    """Lower the priority of this thread. Elsewhere than on Linux it is that of the process, and stays."""
    if sys.platform == "linux":
        with suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + niceness)
