"""A real `authsvc serve` in processes of its own, on free ports and a state folder of the test."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import httpx

from tests.support.waiting import wait_until

_SERVING = re.compile(r"SERVING grpc=(\S+) http=(\S+) admin=(\S+) root-key=(\S+)")


class Served:
    """One run. Ended when the block is left; state stays for the next one.

    Args:
        state: The state folder.
        environment: Settings, on top of free ports and quick leases.
        own_session: Without the terminal that the tests may run in, so that SIGHUP reloads.
    """

    def __init__(self, state: Path, environment: Mapping[str, str] | None = None, *, own_session: bool = False) -> None:
        self.state = state
        self._environment = {
            "AUTHSVC_GRPC": "127.0.0.1:0", "AUTHSVC_HTTP": "127.0.0.1:0", "AUTHSVC_ADMIN": "127.0.0.1:0", "AUTHSVC_LEASE": "1s",
            "AUTHSVC_STATE_DIR": str(state), "AUTHSVC_LOG": "json", "AUTHSVC_LOG_LEVEL": "debug", **(environment or {}),
        }  # fmt: skip
        self._log = state.with_name(f"{state.name}.log")
        with self._log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "authsvc", "serve"],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **self._environment},
                start_new_session=own_session,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        match = _SERVING.fullmatch(line.strip())
        assert match is not None, (line, self.log())
        self.grpc, self.http, self.admin = match[1], match[2], match[3]
        self.root_key = Path(match[4])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=60)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def log(self) -> str:
        """Everything on standard error, of earlier runs too."""
        return self._log.read_text()

    def events(self, name: str) -> list[dict[str, Any]]:
        """Log lines with this event."""
        return [line for line in map(json.loads, self.log().splitlines()) if line["event"] == name]

    def worker(self) -> int:
        """The process id of the newest worker that served."""
        pid: int = self.events("serving")[-1]["pid"]
        return pid

    def ready(self) -> bool:
        """Whether /readyz says so."""
        try:
            return httpx.get(f"http://{self.admin}/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def wait_ready(self) -> None:
        """Waits until it does."""
        wait_until(self.ready, "ready again")

    def cli(self, *arguments: str, code: int = 0) -> str:
        """Runs a command of the CLI against it; its output."""
        environment = {**os.environ, **self._environment, "AUTHSVC_TARGET": self.grpc.partition(",")[0]}
        done = subprocess.run(
            [sys.executable, "-m", "authsvc", *arguments],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
            timeout=60,
        )
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr, self.log()[-2000:])
        return done.stdout

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Asks it to end; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=60)
