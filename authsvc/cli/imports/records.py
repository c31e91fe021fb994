"""Files of keys: CSV with a header, or JSON Lines. One record after another, however long the file is."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from authsvc.cli.failure import Failure

LONGEST: Final = 1 << 20
"""Bytes of a line."""
_FEED: Final = 1 << 20


class Format(StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True)
class Record:
    """One key as the file has it. `problem`: why it cannot be read at all."""

    line: int
    """Where it begins, from 1."""
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """A file as a whole: what tells it from another one, and how many lines it has."""

    sha256: str
    lines: int


def format_of(file: Path) -> Format:
    """How a file is written, by its name.

    Raises:
        Failure: it does not say.
    """
    match file.suffix.lower():
        case ".csv":
            return Format.CSV
        case ".jsonl" | ".ndjson":
            return Format.JSONL
        case _:
            raise Failure("the name of the file does not say how it is written; say it with --format csv or --format jsonl")


def survey(file: Path) -> Survey:
    """Read a file once."""
    digest, lines, last = hashlib.sha256(), 0, b"\n"
    with file.open("rb") as opened:
        while chunk := opened.read(_FEED):
            digest.update(chunk)
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    return Survey(digest.hexdigest(), lines + (last != b"\n"))


def read_records(file: Path, form: Format) -> Iterator[Record]:
    """The records of a file, in order; empty lines are none."""
    return _read_csv(file) if form is Format.CSV else _read_jsonl(file)


def _read_jsonl(file: Path) -> Iterator[Record]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            text = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if text.strip():
                yield _parse(number, text)


def _parse(number: int, line: bytes) -> Record:
    if len(line) > LONGEST:
        return Record(number, problem=f"is longer than {LONGEST} bytes")
    try:
        values = json.loads(line.decode(), object_pairs_hook=_unique, parse_constant=_refuse)
    except UnicodeDecodeError:
        return Record(number, problem="is not UTF-8")
    except _Repeated:
        return Record(number, problem="names a field twice")
    except (ValueError, RecursionError):
        return Record(number, problem="is no JSON")
    if not isinstance(values, dict):
        return Record(number, problem="is no JSON object")
    return Record(number, {name: value for name, value in values.items() if value is not None})


class _Repeated(Exception):
    """A name is there twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise _Repeated
    return values


def _refuse(_constant: str) -> None:
    raise ValueError


def _read_csv(file: Path) -> Iterator[Record]:
    csv.field_size_limit(LONGEST)
    # What is not UTF-8 becomes what no request takes; the record is refused then, and the file goes on.
    with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        rows = csv.reader(lines, strict=True)
        header = _header(rows)
        while True:
            line = rows.line_num + 1
            try:
                row = next(rows, None)
            except csv.Error:
                yield Record(line, problem="is no CSV: a quote is not closed, or something follows one")
                return
            if row is None:
                return
            if row:
                yield _row(line, header, row)


def _header(rows: Iterator[list[str]]) -> list[str]:
    try:
        header = [name.strip() for name in next(rows, [])]
    except csv.Error:
        header = []
    if not any(header):
        raise Failure("the first line of a CSV file names its columns")
    if len(set(header)) < len(header):
        raise Failure("the first line of the file names a column twice")
    return header


def _row(line: int, header: list[str], row: list[str]) -> Record:
    if len(row) != len(header):
        return Record(line, problem=f"has {len(row)} fields; the first line names {len(header)}")
    return Record(line, {name: value for name, value in zip(header, row, strict=True) if value})
