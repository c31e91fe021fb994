"""`authsvc keys import`."""

from __future__ import annotations

import contextlib
import hashlib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from authsvc.cli.command import remote
from authsvc.cli.durations import SECOND, parse_duration
from authsvc.cli.exits import Exit
from authsvc.cli.failure import Failure
from authsvc.cli.imports.importing import Importing
from authsvc.cli.imports.progress import Notes, Progress, Report
from authsvc.cli.imports.records import Format, Survey, format_of, read_records, survey
from authsvc.cli.imports.requests import Defaults
from authsvc.cli.imports.sending import Sender
from authsvc.cli.json_form import json_form
from authsvc.cli.options import NoWait, Reason, reads
from authsvc.cli.output import print_json
from authsvc.cli.receipts import conclude
from authsvc.cli.session import Session
from authsvc.cli.terminal import note
from authsvc.v1.fleet_service_pb2 import WaitForRevisionRequest
from authsvc.v1.key_service_pb2 import GetKeyRequest
from authsvc.v1.receipt_pb2 import Receipt

SHOWN = 20
"""Refusals that are printed; all of them are in the report."""

_File = Annotated[
    Path, typer.Option("--file", metavar="FILE", exists=True, dir_okay=False, help="CSV with a header, or JSON Lines.")
]
_Format = Annotated[Format | None, typer.Option("--format", help="By default what the name of the file says.")]
_Type = Annotated[str, typer.Option("--type", help="Key type of the records that name none.")]
_Tenant = Annotated[str, typer.Option(help="Tenant of the records that name none; / is the root tenant.")]
_Foreign = Annotated[
    str, typer.Option(help="For HMAC digests: the file in imports/ of the secrets folder, where a record names none.")
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each record.")]
_Report = Annotated[Path | None, typer.Option(help="Where refused records are listed; by default FILE.refused.jsonl.")]
_Keys = Annotated[Path | None, typer.Option("--keys", metavar="FILE", help="List which record became which key, as JSON Lines.")]
_Batch = Annotated[int, typer.Option(min=1, max=1000, help="Records in one call.")]
_AtOnce = Annotated[int, typer.Option(min=1, max=32, help="Calls at once.")]
_Patience = Annotated[
    int,
    typer.Option(parser=reads(parse_duration), metavar="DURATION", help="How long to go on asking a server without an answer."),
]


@remote
def import_keys(
    session: Session,
    file: _File,
    form: _Format = None,
    key_type: _Type = "",
    tenant: _Tenant = "",
    foreign_key: _Foreign = "",
    dry_run: _DryRun = False,
    report: _Report = None,
    keys: _Keys = None,
    batch: _Batch = 500,
    at_once: _AtOnce = 4,
    patience: _Patience = "60s",  # type: ignore[assignment] # read like what a user types
    reason: Reason = "",
    no_wait: NoWait = False,
) -> None:
    """Take over keys that were issued elsewhere, from a file.

    A record has display_name, type, tenant and what else a key has, and its secret in one form: secret, sha256_digest,
    hmac_sha256_digest with foreign_key, or phc with public_id. Refused records are listed and the others imported; then it ends
    with 2. An import that was interrupted or killed goes on where it was when the command is repeated, and nothing is imported
    twice, however often it is.
    """
    defaults = Defaults(key_type, tenant, foreign_key)
    form = form or format_of(file)
    if file in (report, keys):
        raise Failure("what is written would replace the file that is read; name another one")
    found = survey(file)
    notes = _find_notes(session, file, found, defaults, dry_run=dry_run)
    refused = Report(report or file.with_name(f"{file.name}.refused.jsonl"), notes.progress.line)
    listed = Report(keys, notes.progress.line) if keys else None
    sender = Sender(session, reason, dry_run=dry_run, patience=patience / SECOND)
    settled, began = notes.progress.settled, time.monotonic()
    with _shown(found.lines, notes.progress.line) as show:
        try:
            Importing(sender, notes, refused, listed, show).run(read_records(file, form), defaults, size=batch, at_once=at_once)
        except (Failure, KeyboardInterrupt):
            note(f"settled up to line {notes.progress.line} of {found.lines}; the same command goes on from there")
            raise
    notes.drop()
    receipt = _wait(session, sender.revision, no_wait=no_wait)
    _tell(session, notes.progress, refused, settled, time.monotonic() - began, receipt, dry_run=dry_run)
    if receipt is not None:
        conclude(receipt, as_json=session.as_json, no_wait=no_wait)
    if notes.progress.refused:
        raise typer.Exit(Exit.USAGE)


def _find_notes(session: Session, file: Path, found: Survey, defaults: Defaults, *, dry_run: bool) -> Notes:
    """Where an earlier run came to, if it was this import into this store."""
    said = "\0".join((session.target, *astuple(defaults)))
    import_id = hashlib.sha256(f"{found.sha256}\0{said}\0{dry_run}".encode()).hexdigest()
    path = file.with_name(f"{file.name}.import{'-dry-run' if dry_run else ''}.json")
    notes = Notes.find(path, import_id)
    if notes is None or not _is_there(session, notes.progress.last_key_id, dry_run=dry_run):
        return Notes(path, Progress(import_id))
    note(f"going on after line {notes.progress.line}, where an earlier run came to")
    return notes


def _is_there(session: Session, key_id: str, *, dry_run: bool) -> bool:
    """Whether the store still has what an earlier run put there: it may be another one, or have been restored."""
    if dry_run or not key_id:
        return True
    try:
        session.call(session.keys.GetKey, GetKeyRequest(key_id=key_id))
    except Failure as failure:
        if failure.reason == "NOT_FOUND":
            return False
        raise
    return True


@contextlib.contextmanager
def _shown(lines: int, line: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; what moves it."""
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("lines"), TimeRemainingColumn(compact=True))
    with Bar(*columns, console=Console(file=sys.stderr), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("", total=lines, completed=line)
        yield lambda settled: bar.update(task, completed=settled)


def _wait(session: Session, revision: int, *, no_wait: bool) -> Receipt | None:
    """The receipt of the newest revision is that of all. None: nothing was written, or nobody waits."""
    if not revision or no_wait:
        return None
    return session.call(session.fleet.WaitForRevision, WaitForRevisionRequest(revision=revision)).receipt


def _tell(
    session: Session, progress: Progress, refused: Report, before: int, seconds: float, receipt: Receipt | None, *, dry_run: bool
) -> None:
    rate = (progress.settled - before) / max(seconds, 1e-6)
    if session.as_json:
        print_json(
            {
                "dry_run": dry_run,
                "imported": progress.imported,
                "existed": progress.existed,
                "refused": progress.refused,
                "report": str(refused.path) if refused.lines else None,
                "seconds": round(seconds, 3),
                "rate": round(rate, 1),
                "receipt": None if receipt is None else json_form(receipt),
            }
        )
        return
    what = "would be imported" if dry_run else "imported"
    note(f"{progress.imported:,} keys {what}, {progress.existed:,} were there already, {progress.refused:,} records refused")
    note(f"{progress.settled - before:,} records in {seconds:.1f} s: {rate:,.0f}/s")
    if refused.lines:
        for line in refused.first(SHOWN):
            note(line)
        note(f"all refused records: {refused.path}")
