"""`authsvc fleet`: the processes that decide, and how far a revision has reached."""

from __future__ import annotations

from typing import Annotated

import typer

from authsvc.cli.command import remote
from authsvc.cli.durations import show_duration
from authsvc.cli.json_form import enum_name
from authsvc.cli.moments import now, show_distance
from authsvc.cli.output import print_json, render, table
from authsvc.cli.receipts import conclude, describe
from authsvc.cli.session import Session
from authsvc.cli.terminal import say
from authsvc.v1.fleet_service_pb2 import DESCRIPTOR as WORDS
from authsvc.v1.fleet_service_pb2 import GetFleetStatusRequest, Process, WaitForRevisionRequest

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The processes that decide.")


@app.command()
@remote
def status(session: Session) -> None:
    """Say which processes decide, and on which revision."""
    answer = session.call(session.fleet.GetFleetStatus, GetFleetStatusRequest())
    if session.as_json:
        print_json(answer)
        return
    say(f"revision {answer.revision}, epoch {answer.epoch}, answered by {answer.process_id}")
    columns = ("process", "replica", "state", "revision", "behind", "joined", "lease", "serves stale")
    render(
        table(
            columns,
            [_row(each, answer.revision) for each in answer.processes],
            optional=("serves stale", "lease", "joined", "replica"),
        )
    )


def _row(process: Process, revision: int) -> tuple[str, ...]:
    return (
        process.process_id,
        process.replica_id,
        enum_name(WORDS.enum_types_by_name["ProcessState"], process.state),
        str(process.acknowledged_revision),
        str(max(0, revision - process.acknowledged_revision)),
        show_distance(process.join_time, now()),
        show_duration(process.lease.ToMicroseconds()),
        show_duration(process.stale_allowance.ToMicroseconds()),
    )


@app.command()
@remote
def wait(
    session: Session,
    revision: Annotated[int, typer.Argument(min=0, help="The revision; by default the latest.", show_default=False)] = 0,
) -> None:
    """Wait until no process can decide on a state before a revision. Ends with 4 when --timeout ends first."""
    answer = session.call(session.fleet.WaitForRevision, WaitForRevisionRequest(revision=revision))
    if session.as_json:
        print_json(answer)
    else:
        say(describe(answer.receipt))
    conclude(answer.receipt, as_json=True)
