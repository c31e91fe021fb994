"""Tables, JSON and secrets on standard output. Nothing of a name that people choose is ever read as markup."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
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


_FOLDED = {"name": 16, "scopes": 20, "tenant": 16, "rate limit": 12, "reason": 20, "of": 31}
"""Columns whose cells may take several lines, and the width they are content with. Ids stay whole, to be selected."""
_BETWEEN = 3


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


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, optional: Sequence[str] = ()) -> Table:
    """Lay rows out in columns.

    Args:
        columns: their names.
        rows: a cell for each column.
        optional: what a terminal that is too narrow goes without, least important first.
    """
    rows = [[visible(cell) for cell in row] for row in rows]
    shown = _fitting(columns, rows, optional) if is_watched() else range(len(columns))
    drawn = Table(box=box.SIMPLE_HEAD if is_watched() else None, pad_edge=False, header_style="bold")
    for index in shown:
        drawn.add_column(columns[index].upper(), overflow="fold", no_wrap=columns[index] not in _FOLDED)
    for row in rows:
        drawn.add_row(*(Text(row[index]) for index in shown))
    return drawn


def _fitting(columns: Sequence[str], rows: Sequence[Sequence[str]], optional: Sequence[str]) -> Sequence[int]:
    """The columns that there is room for."""
    widths = {name: max(map(cell_len, (name, *(row[index] for row in rows)))) for index, name in enumerate(columns)}
    widths = {name: min(width, _FOLDED.get(name, width)) + _BETWEEN for name, width in widths.items()}
    left_out = set[str]()
    for name in optional:
        if sum(width for each, width in widths.items() if each not in left_out) <= Console().width:
            break
        left_out.add(name)
    return [index for index, name in enumerate(columns) if name not in left_out]


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
