"""Puts the commands of `authsvc keys` together."""

from __future__ import annotations

import typer

from authsvc.cli.keys import create, delete, get, identify, import_keys, listing, patterns, revoke, rotate, state, update

app = typer.Typer(add_completion=False, no_args_is_help=True, help="API keys: create, read, change, rotate, revoke, recognise.")

app.command("create")(create.create)
app.command("list")(listing.list_keys)
app.command("get")(get.get)
app.command("update")(update.update)
app.command("activate")(state.activate)
app.command("deactivate")(state.deactivate)
app.command("rotate")(rotate.rotate)
app.command("revoke")(revoke.revoke)
app.command("delete")(delete.delete)
app.command("import")(import_keys.import_keys)
app.command("identify")(identify.identify)
app.command("patterns")(patterns.patterns)
