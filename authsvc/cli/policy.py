"""`authsvc policy`: a policy file before it is used. Needs no server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from authsvc.cli.command import local
from authsvc.cli.exits import Exit
from authsvc.cli.options import AsJson
from authsvc.cli.output import print_json
from authsvc.cli.policy_source import read_text
from authsvc.cli.terminal import note, say
from authsvc.domain.policy_file import Mistake, PolicyErrors, load_policy, policy_schema

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Policy files.")


@app.command()
@local
def check(file: Annotated[Path, typer.Argument(help="The policy file; - for standard input.")], as_json: AsJson = False) -> None:
    """Check a policy file: prints every mistake with line, column and field, and ends with 2 when there is one."""
    try:
        policy = load_policy(read_text(file))
    except PolicyErrors as errors:
        _show_mistakes(file, errors, as_json=as_json)
        raise typer.Exit(Exit.USAGE) from None
    if as_json:
        print_json({"valid": True, "mistakes": [], "warnings": list(policy.warnings)})
        return
    for warning in policy.warnings:
        note(f"{file}: warning: {warning}")
    say(f"{file}: ok, with {len(policy.key_types)} key types (authsvc's own included)")


def _show_mistakes(file: Path, errors: PolicyErrors, *, as_json: bool) -> None:
    if as_json:
        print_json({"valid": False, "mistakes": [_form(each) for each in errors.mistakes], "warnings": []})
        return
    for each in errors.mistakes:
        field = f"{each.field}: " if each.field else ""
        say(f"{file}:{each.line}:{each.column}: {field}{each.message}")  # the form that editors jump to
    note(f"{file}: {len(errors.mistakes)} mistakes")


def _form(mistake: Mistake) -> dict[str, str | int]:
    return {"line": mistake.line, "column": mistake.column, "field": mistake.field, "message": mistake.message}


@app.command()
@local
def schema() -> None:
    """Print the JSON Schema of policy files, for editors."""
    print_json(policy_schema())
