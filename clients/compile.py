"""Compile the generated clients, so that a contract some language cannot express is noticed at once.

A language whose toolchain is missing is skipped and named. The exit code is 1 when any compilation failed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

CLIENTS = Path(__file__).resolve().parent


class Client(NamedTuple):
    """One language: what it needs on the PATH, and the commands that compile it, in its folder."""

    folder: str
    needs: tuple[str, ...]
    commands: tuple[tuple[str, ...], ...]


CLIENTS_TO_COMPILE = (
    Client("go", ("go",), (("go", "build", "./..."), ("go", "vet", "./..."))),
    Client("typescript", ("node", "npm"), (("npm", "ci", "--silent"), ("npm", "run", "--silent", "check"))),
    Client("java", ("java", "mvn"), (("mvn", "-q", "-B", "-Dstyle.color=never", "compile"),)),
)


class Result(NamedTuple):
    """What became of one language; `outcome` starts with ok, skipped or FAILED."""

    folder: str
    outcome: str
    seconds: float


def main() -> int:
    """Compile every language and print the closing table."""
    results = [_compile(client) for client in CLIENTS_TO_COMPILE]
    print("\nclient      outcome")
    for folder, outcome, seconds in results:
        print(f"{folder:<11} {outcome} ({seconds:.0f} s)" if seconds else f"{folder:<11} {outcome}")
    return 1 if any(result.outcome.startswith("FAILED") for result in results) else 0


def _compile(client: Client) -> Result:
    absent = [program for program in client.needs if shutil.which(program) is None]
    if absent:
        return Result(client.folder, f"skipped: {' and '.join(absent)} not found", 0)
    started = time.monotonic()
    for command in client.commands:
        print(f"clients/{client.folder}: {' '.join(command)}", flush=True)
        code = subprocess.run(command, cwd=CLIENTS / client.folder, check=False).returncode
        if code:
            return Result(client.folder, f"FAILED: {' '.join(command)} ended with {code}", time.monotonic() - started)
    return Result(client.folder, "ok", time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
