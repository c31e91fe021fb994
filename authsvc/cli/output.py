"""Tables, JSON and secrets on standard output. Nothing of a name that people choose is ever read as markup."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typing_extensions import override

from authsvc.cli.json_form import json_form
from authsvc.cli.terminal import is_watched, visible

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from rich.console import RenderableType

    from authsvc.cli.json_form import Json

_UNBOUNDED = 10_000
"""Columns when nobody looks: a table in a pipe is never cut or wrapped."""


_WHOLE = frozenset({"key", "process", "time"})
"""Columns that stay on one line, so that an id can be selected whole; the others give way first."""


class _Console(Console):
    """Leaves a reader who has gone away to the frame of the command line; rich would end with 1, which means DENY."""

    @override
    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704 - called where the BrokenPipeError is handled


def render(what: RenderableType, *, aside: bool = False) -> None:
    """Draw a table. `aside`: on standard error, because standard output carries something else."""
    stream = sys.stderr if aside else sys.stdout
    width = None if stream.isatty() else _UNBOUNDED
    _Console(file=stream, width=width, highlight=False, markup=False, emoji=False).print(what)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Lay rows out in columns."""
    drawn = Table(box=box.SIMPLE_HEAD if is_watched() else None, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(column.upper(), overflow="fold", no_wrap=column in _WHOLE)
    for row in rows:
        drawn.add_row(*(Text(visible(cell)) for cell in row))
    return drawn


def card(fields: Iterable[tuple[str, str]]) -> Table:
    """Lay one thing out, a field a line; empty fields are left out."""
    drawn = Table(box=None, show_header=False, pad_edge=False)
    drawn.add_column(style="bold", no_wrap=True)
    drawn.add_column(overflow="fold")
    for name, value in fields:
        if value:
            drawn.add_row(name, Text(visible(value)))
    return drawn


def print_json(value: Message | dict[str, Json]) -> None:
    """Write a message, or what was made of several, as JSON."""
    print(json.dumps(value if isinstance(value, dict) else json_form(value), indent=2, ensure_ascii=False))


def show_secret(secret: str, what: str) -> None:
    """Show what can never be shown again: with lines around it for a person, alone for a program (`S=$(authsvc ...)`)."""
    if not is_watched():
        print(secret)
        return
    console = _Console(highlight=False, markup=False, emoji=False)
    console.rule(f"{what}: shown once, keep it now", style="yellow")
    print(secret)  # outside of any frame, so that it can be selected whole however narrow the terminal
    console.rule(style="yellow")
