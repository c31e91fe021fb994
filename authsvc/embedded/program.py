"""Runs PostgreSQL's own programs on a data folder, as the user of that folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from authsvc.domain.errors import FailedPrecondition, StoreUnavailable
from authsvc.embedded.identity import Identity
from authsvc.embedded.launch import INHERITED_FOLDER

_LAUNCH = Path(__file__).with_name("launch.py")
_FOLDER_BY_DESCRIPTOR = Path(f"/proc/self/fd/{INHERITED_FOLDER}")
# Nothing else is handed down: PG* variables would change behaviour, AUTHSVC_* and the rest are not PostgreSQL's business.
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs in `bindir`, run as `identity`. None of them outlives this process (on Linux)."""

    bindir: Path
    identity: Identity

    def run(self, name: str, data: Path, *arguments: str, stdin: str = "", timeout: float) -> None:
        """Runs a program to its end on the data folder.

        Args:
            name: `initdb` or `postgres`.
            data: The data folder.
            arguments: Without the folder.
            stdin: What the program reads.
            timeout: Seconds until it is killed.

        Raises:
            StoreUnavailable: It failed or took too long; the message ends with what it said last.
        """
        command, environment = self._command(name, data, arguments, signal.SIGKILL)
        try:
            done = subprocess.run(  # noqa: S603 -- full paths, no shell
                command, env=environment, input=stdin, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                timeout=timeout, process_group=0, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise StoreUnavailable(f"{name} did not finish within {timeout:.0f} s") from None
        if done.returncode != 0:
            raise StoreUnavailable(f"{name} failed: {' / '.join(done.stdout.strip().splitlines()[-5:])}")

    def spawn(self, name: str, data: Path, *arguments: str, log: int) -> subprocess.Popen[bytes]:
        """Starts a server on the data folder in its own process group (Ctrl-C is for us, not for it), output to descriptor `log`.

        It gets SIGINT when the calling thread ends, so only the main thread may call this.

        Raises:
            RuntimeError: The caller is not the main thread.
        """
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("PostgreSQL is started from the main thread: it ends with the thread that started it")
        command, environment = self._command(name, data, arguments, signal.SIGINT)
        return subprocess.Popen(  # noqa: S603 -- full paths, no shell
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, process_group=0
        )

    def _command(self, name: str, data: Path, arguments: tuple[str, ...], death_signal: int) -> tuple[list[str], dict[str, str]]:
        identity = self.identity
        direct = not identity.dropped or identity.reaches(data)
        if not direct and not _FOLDER_BY_DESCRIPTOR.parent.is_dir():
            message = (
                f"User {identity.name} cannot reach {data}: a folder above it is closed to it. Name another in AUTHSVC_STATE_DIR"
            )
            raise FailedPrecondition(message)
        uid, gid = (identity.uid, identity.gid) if identity.dropped else (-1, -1)
        # A closed folder above ours stays closed: root opens the data folder, and PostgreSQL works in what it was handed.
        folder = "" if direct else str(data)
        command = [sys.executable, "-I", "-S", str(_LAUNCH), str(os.getpid()), str(int(death_signal)), str(uid), str(gid), folder]
        environment = {key: os.environ[key] for key in _INHERITED if key in os.environ}
        environment |= {"LC_ALL": "C", "PGDATA": str(data if direct else _FOLDER_BY_DESCRIPTOR)}
        return [*command, str(self.bindir / name), *arguments], environment
