"""`authsvc doctor`: what is wrong with this installation, and the command that mends it."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from authsvc import settings
from authsvc.cli.doctor import folders, listening, store
from authsvc.cli.doctor.finding import Finding, Level, advice, fault, ok
from authsvc.cli.exits import Exit
from authsvc.cli.output import print_json, render
from authsvc.domain.errors import AuthsvcError
from authsvc.redaction import redact

app = typer.Typer()


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Look at settings, folders, secrets, addresses, database, policy and keys. Changes nothing.

    Ends with 0 when nothing is wrong; advice is no fault. Otherwise with 3.
    """
    findings = examine()
    if as_json:
        print_json({"findings": [finding.as_json() for finding in findings]})
    else:
        render(_table(findings))
    if any(finding.level is Level.FAULT for finding in findings):
        raise typer.Exit(Exit.UNREACHABLE)


def examine() -> list[Finding]:
    """Everything that can be looked at; what depends on something broken is left out."""
    try:
        found = settings.load()
    except AuthsvcError as error:
        return [fault("settings", redact(error.message), "correct the setting that is named")]
    findings = [ok("settings", f"state folder {found.state_dir}"), *_variables()]
    findings += folders.examine(found)
    findings += listening.examine(found)
    findings += asyncio.run(store.examine(found))
    return findings


def _variables() -> list[Finding]:
    return [
        advice("settings", f"{name} is no setting", f"did you mean {meant}?" if meant else f"unset {name}")
        for name, meant in settings.unknown()
    ]


def _table(findings: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("", "what", "finding", "mend"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        table.add_row(finding.level.mark, finding.subject, finding.what, finding.mend)
    return table
