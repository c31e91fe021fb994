"""The PostgreSQL that `authsvc serve` brings along.

The rules:
1. Whoever holds the flock on `<root>/lock` owns the server; everybody else only connects to it.
2. The server ends with its owner, however the owner ends (kernel death signal on Linux; the next owner clears up elsewhere).
3. A data folder appears complete or not at all, and a missing one is made only at the first start of this object.
4. Root is dropped, nothing is opened that was closed: no TCP, no password, no folder above ours touched.
5. No thread, no event loop: `poll` does the next step and returns. Only the start of an empty folder takes long (initdb, 0.5 s).
"""

from __future__ import annotations

import enum
import logging
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from authsvc.command_line import command_line
from authsvc.domain.errors import FailedPrecondition, StoreUnavailable
from authsvc.embedded import address, binaries, bundle, cluster, identity, pidfile, stale
from authsvc.embedded.folder import make_root
from authsvc.embedded.lock import FolderLock
from authsvc.embedded.postmaster import Postmaster, marker
from authsvc.embedded.program import Programs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
SETTLED = 10.0
"""Seconds of service after which a death is the first again, not one in a row."""

_STEP = 0.005
# A killed server's last children hold its shared memory, or a lock file appeared after we looked: both pass.
_PASSING = ("still in use", "lock file")
_log = logging.getLogger(__name__)


class Phase(enum.Enum):
    """What `poll` found."""

    STARTING = "starting"
    """Not serving: it starts, recovers, or waits for its next attempt."""
    READY = "ready"
    """It takes connections."""

    @property
    def ready(self) -> bool:
        """Whether it can be asked."""
        return self is Phase.READY


@dataclass(frozen=True, slots=True)
class _Owned:
    """What an owner needs to start the server again."""

    programs: Programs
    sockets: Path


class EmbeddedPostgres:
    """PostgreSQL below one root folder: `lock`, `data/`, `s/` (socket), `postgres.log`.

    Args:
        root: The folder; it is made if it is missing, the folders above it are left as they are.
        options: PostgreSQL settings on top of ours (`fsync=off` for tests). They cannot open a TCP port.

    Raises:
        FailedPrecondition: This is Windows.
    """

    def __init__(self, root: Path, *, options: Mapping[str, str] | None = None) -> None:
        if sys.platform == "win32":
            message = (
                "The embedded PostgreSQL does not run on Windows. Use a server of your own: AUTHSVC_DATABASE_URL=postgresql://..."
            )
            raise FailedPrecondition(message)
        self._root = Path(root).resolve()
        self._options = dict(options or {})
        self._lock = FolderLock(self._root / "lock")
        self._owned: _Owned | None = None
        self._server: Postmaster | None = None
        self._attached: pidfile.PidFile | None = None
        self._served = False
        self._timeout = 30.0
        self._pause = FIRST_PAUSE
        self._not_before = 0.0
        self._binaries: binaries.Binaries | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def root(self) -> Path:
        """The root folder without symbolic links."""
        return self._root

    @property
    def binaries(self) -> binaries.Binaries:
        """The PostgreSQL installation in use; `binaries.program("psql")` for the client programs.

        Raises:
            FailedPrecondition: None was found.
        """
        if self._binaries is None:
            self._binaries = binaries.find()
        return self._binaries

    @property
    def owned(self) -> bool:
        """Whether this process runs the server; False when it only connects to that of another process."""
        return self._lock.held

    @property
    def pid(self) -> int | None:
        """The process id of the server, ours or the one we are attached to; None if there is none."""
        if self._server is not None:
            return self._server.pid
        return None if self._attached is None else self._attached.pid

    @property
    def dsn(self) -> str:
        """The connection string, for asyncpg and libpq.

        Raises:
            StoreUnavailable: The server was not started.
        """
        sockets = self._owned.sockets if self._owned else self._attached.sockets if self._attached else None
        if sockets is None:
            raise StoreUnavailable("PostgreSQL was not started")
        return address.dsn(sockets)

    def start(self, timeout: float = 30.0) -> str:
        """Starts the server, or attaches to the one that another process runs here, and waits until it takes connections.

        Args:
            timeout: Seconds.

        Returns:
            The connection string.

        Raises:
            FailedPrecondition: It cannot run here; the message names the mend.
            StoreUnavailable: It did not start, or not in time.
        """
        self._timeout = timeout
        try:
            self._await_ready()
        except BaseException:
            self.stop()
            raise
        return self.dsn

    def poll(self) -> Phase:
        """Does what is due and returns at once. Call it every 0.1 s or so, from the main thread.

        A dead server is started again 0.1 s after its first death in a row, then twice as late each time, up to 5 s. A server
        whose owner has ended is replaced by one of ours.

        Raises:
            FailedPrecondition: It cannot run here.
            StoreUnavailable: It died before it ever served.
        """
        if not self._lock.held:
            make_root(self._root)
        ready = self._supervise() if self._lock.acquire() else self._attach()
        self._served = self._served or ready
        return Phase.READY if ready else Phase.STARTING

    def stop(self) -> None:
        """Ends the server if it is ours (SIGINT, after 10 s SIGQUIT) and gives the folder free. It may be started again."""
        try:
            if self._server is not None:
                self._server.stop()
        finally:
            self._server = self._owned = self._attached = None
            self._lock.release()

    def _await_ready(self) -> None:
        deadline = time.monotonic() + self._timeout
        while self.poll() is not Phase.READY:
            if time.monotonic() > deadline:
                raise StoreUnavailable(self._overdue())
            time.sleep(_STEP)

    def _attach(self) -> bool:
        said = pidfile.read(self._root / "data")
        # A connection costs the server a process, so it is tried once; after that it is enough that the same server lives.
        if said is not None and said == self._attached:
            return marker(self._root) in command_line(said.pid)
        self._attached = said if said is not None and said.answers() else None
        return self._attached is not None

    def _supervise(self) -> bool:
        self._attached = None
        if self._owned is None:
            self._owned = self._prepare()
        if self._server is not None and self._server.exit_status is not None:
            self._bury(self._server)
            self._server = None
        if self._server is None and time.monotonic() >= self._not_before:
            self._server = self._spawn(self._owned)
        return self._server is not None and self._server.ready()

    def _prepare(self) -> _Owned:
        """Everything between the lock and the server: user, programs, data folder, access rules, socket folder."""
        user = identity.choose(self._root)
        programs = Programs(bundle.reachable_bindir(self.binaries.bindir, user, self._root), user)
        data = self._root / "data"
        if not data.exists():
            if self._served:
                raise FailedPrecondition(
                    f"{data} is gone while it was in use. Put it back, or start again to begin with an empty store"
                )
            cluster.create(self._root, programs, self.binaries.major, self._timeout)
        cluster.check_version(data, self.binaries)
        cluster.write_access_rules(data, user)
        return _Owned(programs, address.make_socket_folder(self._root, user))

    def _spawn(self, owned: _Owned) -> Postmaster | None:
        """A new server, or None while an old one of a killed owner is still ending."""
        if not stale.clear(self._root / "data", owned.sockets, marker(self._root)):
            return None
        return Postmaster(self._root, owned.sockets, owned.programs, self._options)

    def _bury(self, server: Postmaster) -> None:
        if not self._served and not any(text in server.last_words() for text in _PASSING):
            raise StoreUnavailable(f"PostgreSQL did not start: {server.last_words()} (see {self._root / 'postgres.log'})")
        if server.served() > SETTLED:
            self._pause = FIRST_PAUSE
        if self._served:
            _log.warning(
                "PostgreSQL (pid %d) ended with status %s; starting it again in %.1f s",
                server.pid,
                server.exit_status,
                self._pause,
            )
        self._not_before = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _overdue(self) -> str:
        if self._lock.held:
            return f"PostgreSQL was not ready within {self._timeout:.0f} s (see {self._root / 'postgres.log'})"
        return f"Another process owns {self._root}, and its PostgreSQL was not ready within {self._timeout:.0f} s"
