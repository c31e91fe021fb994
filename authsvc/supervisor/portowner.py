"""Who listens on a port, as far as this user may know."""

from __future__ import annotations

from pathlib import Path

_LISTEN = "0A"


def describe(port: int) -> str:
    """`process 123 (nginx)`; empty when it cannot be told."""
    inodes = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening(table, port)}
    if not inodes:
        return ""
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and _holds(process, inodes):
            return f"process {process.name} ({_name(process)})"
    return ""


def _listening(table: str, port: int) -> list[str]:
    """Inodes of listening sockets (proc(5): local address in field 1, state in 3, inode in 9)."""
    try:
        rows = [line.split() for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]]
    except OSError:
        return []
    return [row[9] for row in rows if row[3] == _LISTEN and int(row[1].rpartition(":")[2], 16) == port]


def _holds(process: Path, inodes: set[str]) -> bool:
    try:
        return any(_target(entry) in inodes for entry in (process / "fd").iterdir())
    except OSError:
        return False


def _target(entry: Path) -> str:
    try:
        return str(entry.readlink())
    except OSError:
        return ""


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text("utf-8", "replace").strip()
    except OSError:
        return "unknown"
