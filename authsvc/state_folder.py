"""Where a service keeps what is its own: `AUTHSVC_STATE_DIR`. Light to import, because every command asks for it.

- `lock`: held by the supervisor and its workers
- `replica-id`: who this supervisor is among others
- `root.key`: the first caller's key (0600)
- `secrets/`: peppers, tag keys, key-encryption keys, unless AUTHSVC_SECRETS_DIR names another place
- `pg/`: the embedded PostgreSQL
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from authsvc.domain.errors import FailedPrecondition

SETTING = "AUTHSVC_STATE_DIR"


@dataclass(frozen=True, slots=True)
class StateFolder:
    """One state folder, which may not exist yet."""

    path: Path

    @property
    def lock(self) -> Path:
        """Who serves from here."""
        return self.path / "lock"

    @property
    def replica_id(self) -> Path:
        """The name of this supervisor in a fleet."""
        return self.path / "replica-id"

    @property
    def root_key(self) -> Path:
        """The key that the CLI uses when it is told of no other."""
        return self.path / "root.key"

    @property
    def secrets(self) -> Path:
        """The usual secrets folder."""
        return self.path / "secrets"

    @property
    def postgres(self) -> Path:
        """The root folder of the embedded PostgreSQL."""
        return self.path / "pg"

    def make(self) -> None:
        """Make the folder, closed to others; as root they may pass through it, for PostgreSQL runs as another user.

        Raises:
            FailedPrecondition: It cannot be made, belongs to another user, or others may write to it.
        """
        try:
            existed = self.path.is_dir()
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not existed:
                self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            status = self.path.stat()
        except OSError as error:
            raise FailedPrecondition(f"{self.path} cannot be made ({error.strerror}). Name another folder in {SETTING}") from None
        if os.geteuid() not in (0, status.st_uid):
            raise FailedPrecondition(f"{self.path} belongs to another user. Run as that user, or name another in {SETTING}")
        if stat.S_IMODE(status.st_mode) & 0o022:
            raise FailedPrecondition(f"{self.path} can be written to by others. Mend it with: chmod go-w {self.path}")


def default_path(environ: Mapping[str, str] | None = None) -> Path:
    """The folder when nothing names one: the XDG data folder (absolute, as the specification asks), /var/lib/authsvc as root."""
    if os.geteuid() == 0:
        return Path("/var/lib/authsvc")
    named = (os.environ if environ is None else environ).get("XDG_DATA_HOME", "")
    base = Path(named) if named.startswith("/") else Path.home() / ".local" / "share"
    return base / "authsvc"


def state_folder(environ: Mapping[str, str] | None = None) -> StateFolder:
    """The folder that the environment names, or the usual one."""
    environ = os.environ if environ is None else environ
    named = environ.get(SETTING, "")
    return StateFolder(Path(named).absolute() if named else default_path(environ))


def write_new(path: Path, content: bytes) -> None:
    """Put a private file (0600) in place, whole or not at all, so that it survives a power cut.

    Raises:
        FileExistsError: It was there already, and is left as it is.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, path, follow_symlinks=False)
    finally:
        with contextlib.suppress(FileNotFoundError):
            fresh.unlink()
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make new names inside a folder survive a power cut."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
