"""Other processes that own an embedded PostgreSQL, and looking at what is left of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

from authsvc.command_line import command_line
from authsvc.embedded.postmaster import marker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from authsvc.embedded.identity import Identity

SCRIPT = Path(__file__).with_name("embedded_owner.py")


class Owner:
    """A process with an `EmbeddedPostgres` on `root`, ended in good order when the block is left."""

    def __init__(self, root: Path, *, python: str = sys.executable, script: Path = SCRIPT, user: Identity | None = None,
                 environment: Mapping[str, str] | None = None) -> None:  # fmt: skip
        self._process = subprocess.Popen(
            [python, str(script), str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd="/", env={**os.environ, **(environment or {})},
            user=user.uid if user else None, group=user.gid if user else None, extra_groups=[] if user else None,
        )  # fmt: skip
        self.dsn = ""
        self.pid = 0
        self.owned = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def started(self) -> Self:
        """Waits until its server takes connections."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self._process.communicate()[1]
        said = json.loads(line)
        self.dsn, self.pid, self.owned = said["dsn"], said["pid"], said["owned"]
        return self

    def kill(self) -> None:
        """Ends the process, and nothing else, as kill -9 does."""
        self._process.kill()
        self._process.communicate()

    def end(self) -> None:
        """Ends it in good order."""
        self._process.communicate(timeout=30)


def servers(root: Path) -> list[int]:
    """The process ids of the servers of a folder that run."""
    pids = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())
    found = [pid for pid in pids if marker(root) in command_line(pid)]
    # A child that was forked just now has not yet changed its command line.
    return [pid for pid in found if _parent(pid) not in found]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
