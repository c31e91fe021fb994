"""Unix sockets: for our user alone, and never in the way of a living one."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from authsvc.domain.errors import FailedPrecondition

MODE: Final = 0o600


@contextmanager
def private_socket(path: Path) -> Iterator[None]:
    """Bind a socket at `path` within the block: it is made with mode 0600, so there is no moment at which others could connect.

    Raises:
        FailedPrecondition: somebody listens there, or something else is there.
    """
    _clear(path)
    mask = os.umask(0o777 & ~MODE)
    try:
        yield
    finally:
        os.umask(mask)
    if stat.S_IMODE(path.stat().st_mode) != MODE:
        path.chmod(MODE)


def _clear(path: Path) -> None:
    """Remove a socket that was left behind by a process that ended without good-bye."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FailedPrecondition(f"{path} is there and no socket")
    if _answers(path):
        raise FailedPrecondition(f"another process listens on {path}")
    path.unlink()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True
        return True
