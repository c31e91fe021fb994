"""One running PostgreSQL server, a child of this process."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from authsvc.embedded import pidfile
from authsvc.embedded.address import PORT
from authsvc.embedded.folder import open_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from authsvc.embedded.program import Programs

LOG_LIMIT = 16 * 1024 * 1024
"""Bytes after which the next start begins a new log file; one old file is kept."""

_FAST_SECONDS = 10.0
_IMMEDIATE_SECONDS = 6.0  # PostgreSQL kills its own children after 5


def marker(root: Path) -> str:
    """The text in the command line of every server of this folder, and of no other."""
    return f"authsvc.root={root}/"


class Postmaster:
    """A server that was started; whether it is ready, how it ended, and its end."""

    def __init__(self, root: Path, sockets: Path, programs: Programs, options: Mapping[str, str]) -> None:
        self._data = root / "data"
        self._log = root / "postgres.log"
        self._ready_since: float | None = None
        if self._log.exists() and self._log.stat().st_size > LOG_LIMIT:
            self._log.replace(root / "postgres.log.1")
        log = open_file(self._log, os.O_RDWR | os.O_APPEND)
        try:
            self._log_start = os.fstat(log).st_size
            self._process = programs.spawn("postgres", self._data, *_arguments(root, sockets, options), log=log)
        finally:
            os.close(log)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """None while it runs, else its status, a signal as a negative number. Reaps it."""
        return self._process.poll()

    def ready(self) -> bool:
        """Whether it takes connections. Asked until it is yes once: every question costs the server a process."""
        if self._ready_since is None:
            said = pidfile.read(self._data)
            if said is not None and said.pid == self.pid and said.answers():
                self._ready_since = time.monotonic()
        return self._ready_since is not None

    def served(self) -> float:
        """Seconds since it became ready; 0 if it never was."""
        return 0.0 if self._ready_since is None else time.monotonic() - self._ready_since

    def last_words(self) -> str:
        """The last lines that this server wrote to its log."""
        with self._log.open("rb") as log:
            log.seek(max(self._log_start, os.fstat(log.fileno()).st_size - 4096))
            return " / ".join(log.read().decode("utf-8", "replace").strip().splitlines()[-4:])

    def stop(self) -> None:
        """Ends it: fast (sessions are cut, a checkpoint is written), then immediate (the next start recovers), then by force."""
        for request, patience in ((signal.SIGINT, _FAST_SECONDS), (signal.SIGQUIT, _IMMEDIATE_SECONDS)):
            self._process.send_signal(request)
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            return
        self._process.kill()
        self._process.wait()


def _arguments(root: Path, sockets: Path, options: Mapping[str, str]) -> list[str]:
    # Relative, because PostgreSQL works in its data folder and may not reach the folders above: then this name still holds.
    folder = "../s" if sockets == root / "s" else str(sockets)
    ours = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": folder,
        "unix_socket_permissions": "0700",
        "cluster_name": "authsvc",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    name, _, value = marker(root).partition("=")
    # The caller's options come first, so that none of them can open what ours close.
    return [part for key, text in (*options.items(), *ours.items(), (name, value)) for part in ("-c", f"{key}={text}")]
