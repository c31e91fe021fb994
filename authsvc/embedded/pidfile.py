"""What a running PostgreSQL says about itself in `postmaster.pid`."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from authsvc.embedded.address import socket_path

_SOCKET_LINE, _STATUS_LINE = 4, 7


@dataclass(frozen=True, slots=True)
class PidFile:
    """The lines we use: process id, folder of the socket, and whether the server says it takes connections."""

    pid: int
    sockets: Path
    ready: bool

    def answers(self) -> bool:
        """Whether the server says ready and a connection succeeds."""
        return self.ready and connects(self.sockets)


def read(data: Path) -> PidFile | None:
    """The pid file of a data folder; None if it is not there or still being written."""
    lines = lines_of(data / "postmaster.pid")
    if len(lines) <= _STATUS_LINE or not lines[0].isdecimal():
        return None
    # Our server has a relative name for its socket folder: it works in its data folder.
    sockets = Path(os.path.normpath(data / lines[_SOCKET_LINE]))
    return PidFile(int(lines[0]), sockets, lines[_STATUS_LINE] == "ready")


def lines_of(path: Path) -> list[str]:
    """The lines of a lock file without blanks around them; none if there is no such file."""
    try:
        return [line.strip() for line in path.read_text("utf-8", "surrogateescape").splitlines()]
    except OSError:
        return []


def connects(folder: Path) -> bool:
    """Whether something listens on the socket in `folder`."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1.0)
        try:
            client.connect(str(socket_path(folder)))
        except OSError:
            return False
        return True
