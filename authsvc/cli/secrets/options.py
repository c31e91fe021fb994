"""What the commands of `authsvc secrets` share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from authsvc.cli.options import reads, timeout
from authsvc.cli.terminal import note
from authsvc.domain.errors import FailedPrecondition
from authsvc.domain.own_secret import OwnKind

Folder = Annotated[Path | None, typer.Option("--secrets-dir", help="The folder (AUTHSVC_SECRETS_DIR).", show_default=False)]
Kind = Annotated[OwnKind, typer.Argument(help="Of what; the folder of its files.", show_default=False)]
OwnId = Annotated[str, typer.Argument(metavar="ID", help="Which; the name of its file.", show_default=False)]
Patience = Annotated[
    int, typer.Option("--timeout", parser=reads(timeout), metavar="DURATION", help="How long to wait for every process.")
]
DEFAULT_PATIENCE = "60s"


@contextmanager
def noted() -> Iterator[None]:
    """What the folder refuses, such as one that is mounted to be read, is said: the store has the change already."""
    try:
        yield
    except FailedPrecondition as error:
        note(error.message)
