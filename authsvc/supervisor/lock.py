"""One supervisor per state folder."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from authsvc.command_line import command_line
from authsvc.domain.errors import FailedPrecondition

PATIENCE = 5.0
"""Seconds to wait for the workers of a supervisor that was killed; the kernel ends them at once."""


class StateLock:
    """An flock that the workers inherit: who gets it knows that no worker of an earlier supervisor lives any more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def descriptor(self) -> int:
        """What to hand to the workers."""
        if self._file is None:
            raise RuntimeError("the lock is not held")
        return self._file

    def acquire(self, patience: float = PATIENCE) -> None:
        """Take it, waiting only for the workers of a dead supervisor.

        Raises:
            FailedPrecondition: Another supervisor serves from this folder.
        """
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise FailedPrecondition(f"{self._path} cannot be opened ({error.strerror})") from None
        try:
            self._wait(file, time.monotonic() + patience)
        except BaseException:
            os.close(file)
            raise
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        """Give it back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _wait(self, file: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                return
            holder = os.pread(file, 32, 0).decode("ascii", "replace").strip()
            if time.monotonic() > deadline or (holder.isdecimal() and command_line(int(holder))):
                raise FailedPrecondition(
                    f"another authsvc serves from {self._path.parent} (process {holder or 'unknown'}). Stop it, or name another "
                    "folder in AUTHSVC_STATE_DIR"
                )
            time.sleep(0.01)
