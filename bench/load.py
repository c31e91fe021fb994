"""Load: h2load against one method of one process, and what that cost the process."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONNECTIONS: Final = 4
CALLS_EACH: Final = 32
"""Calls under way on each connection."""
_LIMIT: Final = 120
"""Seconds that one run may take."""
_MISSING: Final = """bench needs h2load, the HTTP/2 load generator of nghttp2; it was not found on PATH.
  Debian, Ubuntu   apt install nghttp2-client
  Fedora           dnf install nghttp2
  Alpine           apk add nghttp2
  macOS            brew install nghttp2"""
_REQUESTS: Final = re.compile(r"requests: .* (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout")
_RATE: Final = re.compile(r"finished in \S+, ([0-9.]+) req/s")
_BODY: Final = re.compile(r"traffic: .*\((\d+)\) data")


class LoadFailed(Exception):
    """A run that says nothing: h2load is missing, or a call was not answered."""


@dataclass(frozen=True, slots=True)
class Target:
    """One method of one process."""

    address: str
    """`127.0.0.1:50051`."""
    path: str
    """`/authsvc.v1.AuthService/Verify`."""
    pid: int
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One run."""

    calls: int
    seconds: float
    cpu: float
    """CPU-seconds of the process, all threads."""
    body: int
    """Bytes of all answers, with their 5 bytes of framing."""

    @property
    def rate(self) -> float:
        """Calls per second."""
        return self.calls / self.seconds

    @property
    def cost(self) -> float:
        """CPU-seconds per call."""
        return self.cpu / self.calls


def require_h2load() -> None:
    """Go on only where h2load is.

    Raises:
        LoadFailed: it is not; the message says how to get it.
    """
    if shutil.which("h2load") is None:
        raise LoadFailed(_MISSING)


def run(target: Target, request: bytes, calls: int) -> Sample:
    """Send the same request so many times.

    Raises:
        LoadFailed: not every call was answered with HTTP 200. A gRPC error is one, too: whoever calls this looks at counters.
    """
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"\0" + len(request).to_bytes(4, "big") + request)
        file.flush()
        before = cpu_seconds(target.pid)
        output = _h2load(target, Path(file.name), calls)
        cpu = cpu_seconds(target.pid) - before
    requests, rate, body = (pattern.search(output) for pattern in (_REQUESTS, _RATE, _BODY))
    if requests is None or rate is None or body is None or [int(n) for n in requests.groups()] != [calls, 0, 0, 0]:
        raise LoadFailed(f"h2load against {target.path}:\n{output}")
    return Sample(calls, calls / float(rate[1]), cpu, int(body[1]))


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far: its CPU clock, whose id the kernel makes of the pid; /proc has it in steps of 10 ms only."""
    return time.clock_gettime_ns((~pid << 3) | 2) / 1e9


def _h2load(target: Target, file: Path, calls: int) -> str:
    headers: Sequence[str] = ("content-type: application/grpc", "te: trailers", *target.headers)
    command = ["h2load", f"-n{calls}", f"-c{CONNECTIONS}", f"-m{CALLS_EACH}", "-t1", f"-d{file}"]
    # The caller key is in argv, where others can read it: it is good for a throw-away service on this machine only.
    command += [word for header in headers for word in ("-H", header)]
    done = subprocess.run(
        [*command, f"http://{target.address}{target.path}"], capture_output=True, text=True, timeout=_LIMIT, check=False
    )
    return done.stdout + done.stderr
