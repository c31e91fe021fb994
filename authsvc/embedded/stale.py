"""Clears the lock files of a server that died.

PostgreSQL asks kill(pid, 0) whether the writer of a lock file lives. A zombie (a container whose first process does not reap)
and a process that got the same number later both look alive to it, and it would refuse to start for ever. Whoever calls this
holds the folder's lock, so a server of this folder that still runs is one whose owner was killed, and it is told to end.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from authsvc.command_line import command_line
from authsvc.embedded.address import socket_path
from authsvc.embedded.pidfile import lines_of


def clear(data: Path, sockets: Path, marker: str) -> bool:
    """Removes the lock files of dead servers.

    Args:
        data: The data folder.
        sockets: The folder of the socket.
        marker: The text that every server of this folder has in its command line, and no other.

    Returns:
        Whether a server can be started now: False while an old one is still ending.
    """
    for lock in (data / "postmaster.pid", socket_path(sockets).with_name(f"{socket_path(sockets).name}.lock")):
        pid = _pid_in(lock)
        if pid is not None and marker in command_line(pid):
            # On Linux the kernel has sent it this when its owner died; elsewhere nobody has.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            return False
        lock.unlink(missing_ok=True)
    return True


def _pid_in(lock: Path) -> int | None:
    first, *_ = [*lines_of(lock), ""]
    return int(first) if first.isdecimal() and int(first) > 1 else None
