"""How far an import has come, beside its file: written down often, so that one that was killed goes on where it was.

What the notes say is settled is never sent again. What was settled after they were written is sent again; the server knows it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from authsvc.cli.failure import Failure

EVERY: Final = 0.5
"""Seconds between notes."""
VERSION: Final = 1


@dataclass
class Progress:
    """The file up to a line."""

    file: str
    """SHA-256 of the file and of what the command says for all records: notes of another import are not for this one."""
    line: int = 0
    """Everything up to here is settled."""
    imported: int = 0
    existed: int = 0
    refused: int = 0
    last_key_id: str = ""
    """A key that this import made: where it is not, the notes are about another store."""

    @property
    def settled(self) -> int:
        """Records."""
        return self.imported + self.existed + self.refused


class Notes:
    """Progress on disk.

    Args:
        path: Where.
        progress: What is noted.
    """

    def __init__(self, path: Path, progress: Progress) -> None:
        self._path = path
        self.progress = progress
        self._written = 0.0

    @classmethod
    def find(cls, path: Path, file: str) -> Self | None:
        """Notes of an earlier run of this import; None: there are none."""
        try:
            noted = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            noted = {}
        if not isinstance(noted, dict) or noted.pop("version", 0) != VERSION or noted.get("file") != file:
            return None
        try:
            return cls(path, Progress(**noted))
        except TypeError:
            return None

    def keep(self, *, now: bool = False) -> None:
        """Write the notes, if the last time is long enough ago."""
        moment = time.monotonic()
        if not now and moment - self._written < EVERY:
            return
        self._written = moment
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            fresh.write_text(json.dumps({"version": VERSION, **asdict(self.progress)}), "utf-8")
            fresh.replace(self._path)
        except OSError as error:
            raise Failure(f"{self._path} cannot be written ({error.strerror}), so the import could not be resumed") from None

    def drop(self) -> None:
        """The import is done."""
        self._path.unlink(missing_ok=True)


class Report:
    """JSON Lines about records, in the order of the file. Those beyond what is settled are dropped when an import goes on.

    Args:
        path: Where; the file is made with the first line.
        settled: Up to which line of the imported file it is kept.
    """

    def __init__(self, path: Path, settled: int) -> None:
        self.path = path
        self.lines = 0
        kept = [line for line in _lines(path) if _line_of(line) <= settled] if settled else []
        if path.exists():
            path.unlink()
        if kept:
            self._append(kept)

    def add(self, entries: Iterable[dict[str, Any]]) -> None:
        """Add lines; they are on disk when this returns."""
        self._append([json.dumps(entry, ensure_ascii=False) for entry in entries])

    def first(self, most: int) -> list[str]:
        """The first lines, for people."""
        entries = [json.loads(line) for line in _lines(self.path)[:most]]
        return [f"line {each['line']}: {each['field'] + ': ' if each['field'] else ''}{each['why']}" for each in entries]

    def _append(self, lines: list[str]) -> None:
        if not lines:
            return
        try:
            with self.path.open("a", encoding="utf-8") as opened:
                opened.writelines(f"{line}\n" for line in lines)
        except OSError as error:
            raise Failure(f"{self.path} cannot be written ({error.strerror})") from None
        self.lines += len(lines)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _line_of(text: str) -> float:
    try:
        return int(json.loads(text)["line"])
    except (ValueError, KeyError, TypeError):
        return float("inf")
