"""`authsvc version`."""

from __future__ import annotations

import platform
from importlib.metadata import version as installed

import typer

from authsvc.cli.command import local
from authsvc.cli.options import AsJson
from authsvc.cli.output import print_json
from authsvc.cli.terminal import say

app = typer.Typer(add_completion=False)


@app.command()
@local
def version(as_json: AsJson = False) -> None:
    """Print the version of this program and of what it talks gRPC with."""
    versions = {"authsvc": installed("authsvc"), "python": platform.python_version(), "grpcio": installed("grpcio")}
    if as_json:
        print_json(versions)
    else:
        say(" ".join(f"{name} {number}" for name, number in versions.items()))
