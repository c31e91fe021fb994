"""`authsvc audit`: who changed what, when, from where and why."""

from __future__ import annotations

from typing import Annotated

import typer

from authsvc.cli.command import remote
from authsvc.cli.json_form import json_form
from authsvc.cli.moments import show_moment
from authsvc.cli.options import Everything, PageSize, PageToken, Since, Tenant, past, reads
from authsvc.cli.output import print_json, render, table
from authsvc.cli.pages import note_more, read_pages
from authsvc.cli.session import Session
from authsvc.v1.audit_entry_pb2 import AuditEntry
from authsvc.v1.audit_service_pb2 import ListAuditEntriesRequest, ListAuditEntriesResponse

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Who changed what, when, from where and why.")

_Until = Annotated[int | None, typer.Option(parser=reads(past), metavar="7d|DATE|RFC3339", help="Up to then.")]


@app.callback()
def _audit() -> None:
    pass


@app.command("list")
@remote
def list_entries(
    session: Session,
    tenant: Tenant = "",
    actor: Annotated[str, typer.Option(help="Only what this key_id did.")] = "",
    target_id: Annotated[
        str, typer.Option("--of", help="Only what was done to this key_id, token_id, tenant or policy version.")
    ] = "",
    action: Annotated[str, typer.Option(help="Only this action, such as RevokeKey.")] = "",
    since: Since = None,
    until: _Until = None,
    every: Everything = False,
    page_size: PageSize = 50,
    page_token: PageToken = "",
) -> None:
    """List audit entries, newest first."""
    request = ListAuditEntriesRequest(tenant=tenant, actor=actor, target=target_id, action=action)
    if since is not None:
        request.since.FromMicroseconds(since)
    if until is not None:
        request.until.FromMicroseconds(until)

    def read(size: int, token: str) -> ListAuditEntriesResponse:
        request.page_size, request.page_token = size, token
        return session.call(session.audit.ListAuditEntries, request)

    entries, following = read_pages(read, lambda page: page.entries, every=every, size=page_size, token=page_token)
    if session.as_json:
        print_json({"entries": [json_form(each) for each in entries], "next_page_token": following})
        return
    columns = ("time", "actor", "action", "of", "tenant", "from", "reason")
    render(table(columns, map(_row, entries), optional=("from", "tenant")))
    note_more(following)


def _row(entry: AuditEntry) -> tuple[str, ...]:
    target = f"{entry.target_kind} {entry.target}"
    return (show_moment(entry.time), entry.actor, entry.action, target, entry.tenant, entry.peer, entry.reason)
