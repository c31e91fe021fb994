"""A supervisor in a process of its own, with workers that serve nothing."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from authsvc.embedded.identity import Identity
from tests.support.waiting import wait_until

FAKE_WORKER = Path(__file__).with_name("fake_worker.py")
RUN = Path(__file__).with_name("supervised.py")
_SERVING = re.compile(r"SERVING grpc=(\S+) http=(\S+) admin=(\S+) root-key=(\S+)")


class Serving:
    """`serve` with fake workers. Ended when the block is left.

    Args:
        folder: A new folder: state, and what the workers write.
        modes: What each worker does (`fake_worker.py`).
        flags: Settings, on top of free ports and a database that nobody asks; `session: own` for one without a terminal.
        terminal: What controls it, the other end of a pseudo-terminal.
    """

    def __init__(
        self,
        folder: Path,
        modes: str = "serve",
        flags: Mapping[str, str] | None = None,
        *,
        user: Identity | None = None,
        python: str = sys.executable,
        terminal: int | None = None,
    ) -> None:
        self.folder = folder
        self.state = folder / "state"
        folder.mkdir(exist_ok=True)
        (folder / "mode").write_text(modes)
        usual = {
            "grpc": "127.0.0.1:0",
            "http": "127.0.0.1:0",
            "admin": "127.0.0.1:0",
            "state_dir": str(self.state),
            "log": "json",
        }
        self._flags = {**usual, **(flags or {})}
        self._own_session = self._flags.pop("session", "") == "own" or terminal is not None
        self._terminal = terminal
        self._user = user
        self._python = python
        self.process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        user = self._user
        with (self.folder / "log").open("a") as log:
            return subprocess.Popen(
                [self._python, str(RUN), str(self.folder), json.dumps(self._flags)],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd="/",
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                user=user.uid if user else None,
                group=user.gid if user else None,
                extra_groups=[] if user else None,
                stdin=self._terminal,
                start_new_session=self._own_session,
                preexec_fn=None if self._terminal is None else _take_terminal,  # noqa: PLW1509 - the tests have no threads here
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=60)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def serving(self) -> re.Match[str]:
        """Waits for the line with SERVING."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        match = _SERVING.fullmatch(line.strip())
        assert match is not None, (line, self.log())
        return match

    def started(self) -> list[dict[str, Any]]:
        """What each worker wrote when it was told its configuration."""
        file = self.folder / "started"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def workers(self, count: int) -> list[dict[str, Any]]:
        """Waits until so many workers were started."""
        wait_until(lambda: len(self.started()) >= count, f"{count} workers started")
        return self.started()

    def told(self) -> list[str]:
        """What workers were told to do."""
        file = self.folder / "told"
        return file.read_text().split() if file.exists() else []

    def log(self) -> str:
        """Everything on standard error."""
        return (self.folder / "log").read_text()

    def events(self, name: str) -> list[dict[str, Any]]:
        """Log lines with this event."""
        lines = [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == name]

    def end(self, *signals: signal.Signals) -> int:
        """Sends signals and waits for the end; the exit code."""
        for number in signals:
            self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """The exit code."""
        return self.process.wait(timeout=60)


def _take_terminal() -> None:
    """Make what standard input is the controlling terminal of this session."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def alive(pid: int) -> bool:
    """Whether a process runs, zombies excepted."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def kill(pid: int) -> None:
    """kill -9."""
    os.kill(pid, signal.SIGKILL)
