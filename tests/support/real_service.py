"""The real thing: `authsvc serve` as a process, with an embedded PostgreSQL or a database of the caller's."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import grpc

from authsvc.v1 import auth_service_pb2_grpc, key_service_pb2_grpc
from tests.support.readme import ROOT

_SERVING = re.compile(r"SERVING grpc=(\S+) http=(\S+) admin=(\S+) root-key=(\S+)")
_STARTED = re.compile(r"in ([0-9.]+) s")
START_LIMIT = 60.0


class RealService:
    """`authsvc serve` on free ports. Ended when the block is left.

    Args:
        state: The state folder; the log is beside it.
        flags: Flags of `serve` on top of free ports, `{"transport": "grpcio"}`.
        environment: Further variables.
        own_session: In a session of its own, as under systemd, where SIGHUP means reload.
    """

    def __init__(
        self,
        state: Path,
        flags: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        *,
        own_session: bool = False,
    ) -> None:
        self.state = state
        self._own_session = own_session
        self.log = state.with_name(f"{state.name}.log")
        self._flags = {
            "grpc": "127.0.0.1:0",
            "http": "127.0.0.1:0",
            "admin": "127.0.0.1:0",
            "log": "json",
            "log-level": "debug",
            "policy": str(ROOT / "examples/dgidgi/policy.yaml"),
            **(flags or {}),
        }
        self._environment = {**os.environ, **(environment or {}), "AUTHSVC_STATE_DIR": str(state)}
        self.process: subprocess.Popen[str] | None = None
        self.grpc = self.http = self.admin = ""
        self.start_seconds = 0.0

    def start(self) -> Self:
        """Start it and wait for SERVING."""
        flags = [word for name, value in self._flags.items() for word in (f"--{name}", value) if word]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "authsvc", "serve", *flags],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self._environment,
                cwd=ROOT,
                # Without a terminal, whose end SIGHUP would otherwise stand for.
                start_new_session=self._own_session,
            )
        assert self.process.stdout is not None
        # What a connection was given before a kill is given again, so that clients and other tests find it.
        for line in self.process.stdout:
            if found := _SERVING.search(line):
                self.grpc, self.http, self.admin = found.group(1, 2, 3)
            if self.grpc and (found := _STARTED.search(line)):
                self.start_seconds = float(found.group(1))
                return self
        raise AssertionError(f"it ended before it served:\n{self.log.read_text()[-4000:]}")

    def keep_addresses(self) -> None:
        """The next start listens where this one does."""
        self._flags.update({"grpc": self.grpc, "http": self.http, "admin": self.admin})

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def kill(self) -> None:
        """kill -9 of the whole service: supervisor, worker and PostgreSQL at the same moment."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._ended()

    def _ended(self) -> int:
        assert self.process is not None
        code = self.process.wait(timeout=60)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.grpc = ""
        return code

    def pids(self) -> list[int]:
        """The supervisor and everything below it."""
        assert self.process is not None
        return [self.process.pid, *descendants(self.process.pid)]

    def postgres_pid(self) -> int:
        """The postmaster."""
        return int((self.state / "pg/data/postmaster.pid").read_text().split()[0])

    def root_key(self) -> str:
        """The operator's key."""
        return (self.state / "root.key").read_text().strip()

    def metadata(self) -> list[tuple[str, str]]:
        """What a call with the root key carries."""
        return [("authorization", f"Bearer {self.root_key()}")]

    def cli(self, *words: str, stdin: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line against it."""
        done = subprocess.run(
            [sys.executable, "-P", "-m", "authsvc", *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**self._environment, "AUTHSVC_TARGET": self.grpc.split(",")[0]},
        )
        assert not check or done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()


class Stubs:
    """Clients of a service with the root key, one channel."""

    def __init__(self, service: RealService) -> None:
        self.channel = grpc.insecure_channel(service.grpc.split(",")[0])
        self.metadata = service.metadata()
        self.auth = auth_service_pb2_grpc.AuthServiceStub(self.channel)
        self.keys = key_service_pb2_grpc.KeyServiceStub(self.channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.channel.close()


def descendants(pid: int) -> list[int]:
    """Every process below one, from /proc."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, ahead = [], [pid]
    while ahead:
        below = children.get(ahead.pop(), [])
        found += below
        ahead += below
    return found


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def now() -> float:
    """Seconds of a clock that does not step."""
    return time.monotonic()
