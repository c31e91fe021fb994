"""How far a change has reached (DESIGN section 6), for people and as an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from authsvc.cli.exits import Exit
from authsvc.cli.moments import show_moment
from authsvc.cli.terminal import note
from authsvc.v1.receipt_pb2 import PROCESS_OUTCOME_PENDING, WAIT_FLEET, WAIT_NONE, Receipt

if TYPE_CHECKING:
    from authsvc.v1.receipt_pb2 import Wait


def wait_for(no_wait: bool) -> Wait.ValueType:
    """What a mutation is asked to wait for."""
    return WAIT_NONE if no_wait else WAIT_FLEET


def conclude(receipt: Receipt, *, as_json: bool, no_wait: bool = False) -> None:
    """Tell a person how far the change has reached; with `as_json` the answer has said so.

    Raises:
        typer.Exit: it is not effective everywhere although it was waited for. With `--no-wait` nothing else is expected.
    """
    if not as_json:
        note(describe(receipt))
    if not receipt.effective and not no_wait:
        raise typer.Exit(Exit.NOT_EFFECTIVE)


def describe(receipt: Receipt) -> str:
    """Say it in one line."""
    reached = sum(each.outcome != PROCESS_OUTCOME_PENDING for each in receipt.processes)
    where = f"{reached}/{len(receipt.processes)} processes" if receipt.processes else "every process"
    took = f"{receipt.elapsed.ToMilliseconds()} ms"
    line = f"revision {receipt.revision}: "
    if receipt.effective:
        line += f"effective on {where} in {took}"
    else:
        line += f"effective on only {where} in {took}" if receipt.processes else "committed"
        line += f"; wait until it is effective everywhere with: authsvc fleet wait {receipt.revision}"
    if receipt.HasField("offline_until"):
        line += f"; who verifies tokens offline may accept them until {show_moment(receipt.offline_until)}"
    return line
