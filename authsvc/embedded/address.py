"""Where the socket is, and how that is written for a client."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from authsvc.embedded.folder import make_folder
from authsvc.embedded.identity import ourselves

if TYPE_CHECKING:
    from authsvc.embedded.identity import Identity

PORT = 5432
ROLE = "authsvc"
DATABASE = "authsvc"
MAXIMUM_PATH = 100
"""Bytes of a socket path. The kernels allow 103 (macOS) to 107 (Linux)."""


def socket_path(folder: Path) -> Path:
    """The socket in a folder, named as PostgreSQL and every client library do."""
    return folder / f".s.PGSQL.{PORT}"


def dsn(folder: Path) -> str:
    """The connection string for asyncpg and libpq. The port is part of it, or PGPORT would be."""
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(folder), safe='/')}&port={PORT}"


def fits(folder: Path) -> bool:
    """Whether a client can connect to a socket in `folder`: short enough, and no comma (libpq reads a list of hosts there)."""
    return len(os.fsencode(socket_path(folder))) <= MAXIMUM_PATH and "," not in str(folder)


def make_socket_folder(root: Path, identity: Identity) -> Path:
    """The folder of the socket, 0700: `<root>/s`, or one in a runtime folder if a client could not connect to that.

    Raises:
        FailedPrecondition: Somebody else's folder is in the way.
    """
    folder = root / "s"
    if not fits(folder):
        folder = _runtime_folder() / hashlib.sha256(os.fsencode(root)).hexdigest()[:16]
        make_folder(folder.parent, ourselves(), mode=0o711)
    make_folder(folder, identity)
    return folder


def _runtime_folder() -> Path:
    if os.geteuid() == 0:
        return Path("/run/authsvc")
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if runtime.is_absolute() and runtime.is_dir() and fits(runtime / "authsvc" / ("x" * 16)):
        return runtime / "authsvc"
    # World-writable, but make_folder takes only a folder that is ours, and an ordinary user chowns nothing.
    return Path(f"/tmp/authsvc-{os.geteuid()}")  # noqa: S108 -- see above
