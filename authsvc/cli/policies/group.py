"""Puts the commands of `authsvc policy` together."""

from __future__ import annotations

import typer

from authsvc.cli.policies import apply, check, diff, explain, show, trial

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The policy: check a file, compare it, apply it, test it, explain decisions."
)

app.command("check")(check.check)
app.command("diff")(diff.diff)
app.command("apply")(apply.apply)
app.command("test")(trial.run)
app.command("show")(show.show)
app.command("explain")(explain.explain)
app.command("schema")(check.schema)
