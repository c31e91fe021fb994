"""What `serve` prints when everything is up: one line for programs, then what a person does next."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from authsvc.state_folder import StateFolder, default_path

USUAL_TARGET = "127.0.0.1:50051"


def serving_line(workers: Sequence[Mapping[str, Any]], root_key: Path) -> str:
    """`SERVING grpc=... http=... admin=... root-key=...`; several gRPC addresses are separated by commas."""
    grpc = dict.fromkeys(str(address) for worker in workers for address in worker["grpc"])
    first = workers[0]
    return f"SERVING grpc={','.join(grpc)} http={first['http']} admin={first['admin']} root-key={root_key}"


def next_steps(workers: Sequence[Mapping[str, Any]], state: StateFolder, seconds: float, *, new: bool) -> str:
    """How long it took, and a command to type in another terminal as it is."""
    settings = []
    if state.path != default_path():
        settings.append(f"AUTHSVC_STATE_DIR={shlex.quote(str(state.path))}")
    target = str(workers[0]["grpc"][0])
    if target != USUAL_TARGET:
        settings.append(f"AUTHSVC_TARGET={shlex.quote(target)}")
    command = " ".join([*settings, shlex.quote(_program()), "keys list"])
    store = ", with a new store" if new else ""
    return f"started in {seconds:.2f} s{store}. Ctrl-C ends it. In another terminal:\n\n    {command}\n"


def say(text: str) -> None:
    """Print; whoever started us may have stopped reading, which is no reason to end."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Or Python complains about it once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def seconds_since_start() -> float:
    """How long this process has existed, imports included; where the system does not say, 0."""
    try:
        # proc_pid_stat(5): field 22 counts clock ticks since boot; the name in field 2 may hold anything but a later `)`.
        ticks = int(Path("/proc/self/stat").read_text("ascii", "replace").rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError):
        return 0.0


def _program() -> str:
    """How this program was called, so that it can be called again from anywhere."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{sys.executable} -m authsvc"
    found = shutil.which(called.name)
    return called.name if found and Path(found).absolute() == called.absolute() else str(called.absolute())
