"""kill -9 at moments that nobody chose."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.load import Load
from tests.support.real_service import RealService

SERVICE, WORKER, POSTGRES = "service", "worker", "postgres"
KINDS = (SERVICE, WORKER, POSTGRES)


class Killer:
    """Kills parts of a service while it is under load, and starts again what does not do so itself."""

    def __init__(self, service: RealService, seed: int) -> None:
        self._service = service
        self._random = random.Random(seed)
        self.kills: Counter[str] = Counter()

    async def run(self, load: Load, calls: int, kinds: Sequence[str]) -> None:
        """One kill of each of these kinds, spread over `calls` calls of the load."""
        moments = sorted(self._random.uniform(0.05, 0.9) * calls for _ in kinds)
        for moment, kind in zip(moments, self._random.sample(kinds, len(kinds)), strict=True):
            await load.reaches(moment)
            # At any point of a transaction, not only where a call begins.
            await asyncio.sleep(self._random.uniform(0, 0.05))
            await self._kill(kind)

    async def _kill(self, kind: str) -> None:
        self.kills[kind] += 1
        if kind == SERVICE:
            self._service.keep_addresses()
            await asyncio.to_thread(self._service.kill)
            await asyncio.to_thread(self._service.start)
            return
        below = self._service.pids()[1:]
        workers = {pid for pid in below if b"authsvc.app" in _command_line(pid)}
        for pid in workers if kind == WORKER else [each for each in below if each not in workers]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
