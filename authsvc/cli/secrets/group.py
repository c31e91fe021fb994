"""Puts the commands of `authsvc secrets` together."""

from __future__ import annotations

import typer

from authsvc.cli.secrets import folder, keys, retire, rotate, status

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Peppers, tag keys and key-encryption keys.")

app.command("init")(folder.init)
app.command("fingerprints")(folder.fingerprints)
app.command("status")(status.status)
app.command("rotate")(rotate.rotate)
app.command("keys")(keys.keys)
app.command("retire")(retire.retire)
