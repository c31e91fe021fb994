"""What a process of this machine was started with: tells who somebody is, and whether a process lives at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def command_line(pid: int) -> str:
    """The command line of a process, one character between its arguments; empty if it is dead, reaped or not."""
    return _command_line_from_proc(pid) if sys.platform == "linux" else _command_line_from_ps(pid)


def _command_line_from_proc(pid: int) -> str:
    # Empty for a zombie. Everybody may read it, unlike /proc/<pid>/cwd, which root in a container may not follow.
    try:
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return ""


def _command_line_from_ps(pid: int) -> str:
    said = subprocess.run(  # noqa: S603 -- a number is the only argument, no shell
        ["/bin/ps", "-ww", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    state, _, command = said.strip().partition(" ")
    return "" if state.startswith("Z") else command
