"""`authsvc secrets status`: which secrets there are, what needs each, and who has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from authsvc import secrets_folder, settings
from authsvc.cli.command import local
from authsvc.cli.member import with_store
from authsvc.cli.moments import now, show_age
from authsvc.cli.options import AsJson
from authsvc.cli.output import print_json, render, table
from authsvc.cli.secrets.options import Folder
from authsvc.domain.own_secret import OwnKind, OwnSecret, mark
from authsvc.engine.rotation import OwnStatus, read_status


@dataclass(frozen=True, slots=True)
class Line:
    """One secret. Times are microseconds, None where there is none."""

    name: str
    fingerprint: str
    state: str
    """`current`; `kept`: what was made under it needs it; `begun`: in the folder, not in use; `retired`."""
    here: bool
    """Whether this folder has it."""
    dependents: int
    """Living secrets of keys, or signing keys."""
    oldest_use: int | None
    use_time: int | None
    processes: str
    """How many processes have it, of how many."""


@local
def status(
    kind: Annotated[OwnKind | None, typer.Argument(help="Only these.", show_default=False)] = None,
    every: Annotated[bool, typer.Option("--all", help="Retired ones too.")] = False,
    as_json: AsJson = False,
    secrets_dir: Folder = None,
) -> None:
    """Show every pepper, tag key and key-encryption key, how much needs it, and how many processes have it."""
    path = settings.load(secrets_dir=secrets_dir).secrets_folder
    found = with_store(lambda store: read_status(store, now()))
    lines = [each for each in _lines(found, path) if (kind is None or each.name.startswith(f"{kind}/"))]
    lines = [each for each in lines if every or each.state != "retired"]
    if as_json:
        print_json({"secrets": [_form(each) for each in lines]})
        return
    columns = ("secret", "state", "needed by", "oldest use", "in use", "processes", "here", "fingerprint")
    render(table(columns, [_row(each) for each in lines], optional=("fingerprint", "in use", "here")))


def _lines(status: OwnStatus, path: Path) -> list[Line]:
    ours = secrets_folder.load(path).fingerprints()
    uses = {(use.kind, use.id): use for use in status.uses}
    lines = []
    for row in (*status.secrets, *_begun(status, ours)):
        use = uses.get((row.kind, row.id))
        has = sum(row.mark in each.own_secrets for each in status.processes)
        lines.append(
            Line(
                name=row.name,
                fingerprint=row.fingerprint,
                state=_state(row),
                here=ours.get(row.name) == row.fingerprint,
                dependents=use.dependents if use else 0,
                oldest_use=use.oldest_use if use else None,
                use_time=row.use_time,
                processes=f"{has}/{len(status.processes)}",
            )
        )
    return sorted(lines, key=lambda line: (line.name.partition("/")[0], line.state == "retired", line.name))


def _begun(status: OwnStatus, ours: Mapping[str, str]) -> list[OwnSecret]:
    """What the store does not know yet: of this folder, and of processes'."""
    known = {row.name for row in status.secrets}
    marks = {each for row in status.processes for each in row.own_secrets} | {mark(*each) for each in ours.items()}
    rows = []
    for name, _, fingerprint in (each.partition("=") for each in sorted(marks)):
        if name not in known:
            kind, _, own_id = name.partition("/")
            rows.append(OwnSecret(kind=OwnKind(kind), id=own_id, fingerprint=fingerprint, create_time=0))
    return rows


def _state(row: OwnSecret) -> str:
    if not row.required:
        return "retired"
    if row.current:
        return "current"
    return "kept" if row.use_time is not None else "begun"


def _row(line: Line) -> tuple[str, ...]:
    return (
        line.name,
        line.state,
        str(line.dependents),
        show_age(line.oldest_use, now()) if line.oldest_use is not None else "",
        show_age(line.use_time, now()) if line.use_time is not None else "",
        line.processes,
        "yes" if line.here else "no",
        line.fingerprint,
    )


def _form(line: Line) -> dict[str, object]:
    return {name: getattr(line, name) for name in Line.__slots__}
