"""The lock that says which process owns the PostgreSQL of a folder."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from authsvc.embedded.folder import open_file

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path


class FolderLock:
    """An flock on `path`. The kernel releases it when this process ends, however it ends; no child inherits it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._file is not None

    def acquire(self) -> bool:
        """Takes the lock if it is free, without waiting. Returns whether it is ours now.

        Raises:
            FailedPrecondition: The lock file belongs to another user.
        """
        if self._file is not None:
            return True
        file = open_file(self._path, os.O_RDWR)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def release(self) -> None:
        """Gives the lock back; without it, nothing happens."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
