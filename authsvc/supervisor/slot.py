"""The place of one worker: whoever is in it is watched, and replaced when it dies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog

from authsvc.supervisor.child import Child
from authsvc.supervisor.reservation import remove_socket

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
SETTLED = 10.0
"""Seconds of service after which a death is the first again, not one in a row."""
LEAST_SILENCE = 5.0
"""Seconds without a sign of life that a worker may always have: a machine under load is no reason to kill."""
FIRST_WORD = 60.0
"""Seconds that a worker may take to say anything at all: until then it imports and holds no lease."""

log = structlog.get_logger(__name__)


class Slot:
    """One worker after the other.

    Args:
        number: From 0.
        command: What a worker runs.
        lock: A descriptor that it inherits.
        environment: Its variables.
        silence: Seconds without a sign of life after which it is killed.
        sockets: Unix sockets that a dead worker leaves behind.
    """

    def __init__(
        self,
        number: int,
        command: Sequence[str],
        lock: int,
        *,
        environment: Mapping[str, str],
        silence: float,
        sockets: Sequence[Path] = (),
    ) -> None:
        self._number = number
        self._environment = environment
        self._command = command
        self._lock = lock
        self._silence = max(silence, LEAST_SILENCE)
        self._sockets = sockets
        self._child: Child | None = None
        self._told = False
        self._spoke = False
        self._ending = False
        self._ready_since = 0.0
        self._heard = 0.0
        self._pause = FIRST_PAUSE
        self._not_before = 0.0
        self.ready: Mapping[str, Any] | None = None
        """The addresses of a worker that serves; None while none does."""
        self.failure = ""
        """Why the last worker ended; empty while one lives."""

    @property
    def child(self) -> Child | None:
        """Who is in it."""
        return self._child

    def fill(self, now: float) -> None:
        """Start a worker if there is none and its time has come."""
        if self._child is None and now >= self._not_before:
            for path in self._sockets:
                remove_socket(path)
            self._child = Child(self._command, self._environment, self._lock)
            self._told, self._spoke, self.failure, self._heard = False, False, "", now

    def tell(self, config: str, now: float) -> None:
        """Send the worker its configuration, once."""
        if self._child is not None and not self._told:
            self._told, self._heard = True, now
            self._child.send(config)

    def watch(self, now: float, idle: float) -> None:
        """Hear what the worker says, kill one that is silent, and bury one that is dead.

        Args:
            now: Monotonic seconds.
            idle: Seconds for which nobody listened; they do not count as silence.
        """
        child = self._child
        if child is None:
            return
        for message in child.messages() if child.fileno() >= 0 else ():
            self._hear(message, now)
        self._heard = min(now, self._heard + idle)
        if self._told and now - self._heard > (self._silence if self._spoke else FIRST_WORD):
            log.error("worker_silent", slot=self._number, worker=child.pid, seconds=round(now - self._heard, 1))
            child.kill()
            self._heard = now
        status = child.exit_status
        if status is not None:
            self._bury(child, status, now)

    def drain(self) -> None:
        """Ask the worker to finish what it does and end; one that was told nothing yet has nothing to finish."""
        self._order("drain")

    def reload(self) -> None:
        """Ask the worker to read again what it reads from files; one that was told nothing yet will read them anyway."""
        if self._child is not None and self._told:
            self._child.send('{"do": "reload"}')

    def hurry(self) -> None:
        """Ask the worker to end without waiting for calls under way."""
        self._order("stop")

    def kill(self) -> None:
        """End the worker now."""
        if self._child is not None:
            self._child.kill()

    def _order(self, what: str) -> None:
        self._ending = True
        if self._child is not None and self._told:
            self._child.send(f'{{"do": "{what}"}}')
        else:
            self.kill()

    def _hear(self, message: dict[str, Any], now: float) -> None:
        self._heard, self._spoke = now, True
        match message.get("event"):
            case "ready":
                self.ready, self._ready_since = message, now
            case "failed":
                self.failure = str(message.get("message", ""))
            case _:
                pass

    def _bury(self, child: Child, status: int, now: float) -> None:
        while child.fileno() >= 0 and (messages := child.messages()):
            for message in messages:
                self._hear(message, now)
        child.close()
        self.failure = self.failure or f"worker {self._number} ended with status {status}"
        if self.ready is not None and now - self._ready_since > SETTLED:
            self._pause = FIRST_PAUSE
        self._child, self.ready = None, None
        self._not_before = now + self._pause
        if self._ending:
            log.info("worker_ended", slot=self._number, worker=child.pid, status=status)
        else:
            log.warning("worker_ended", slot=self._number, worker=child.pid, status=status, next_in=self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
