"""`authsvc keys list`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from authsvc.cli.command import remote
from authsvc.cli.durations import parse_duration
from authsvc.cli.json_form import json_form
from authsvc.cli.keys.show import key_table
from authsvc.cli.moments import now
from authsvc.cli.options import Everything, PageSize, PageToken, Tenant, past, reads
from authsvc.cli.output import print_json, render
from authsvc.cli.pages import note_more, read_pages
from authsvc.cli.session import Session
from authsvc.cli.terminal import note, say
from authsvc.v1.key_pb2 import Key, KeyState
from authsvc.v1.key_service_pb2 import ListKeysRequest, ListKeysResponse


class State(StrEnum):
    """The states that can be asked for."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    EXPIRED = "expired"
    REVOKED = "revoked"


_States = Annotated[
    list[State] | None, typer.Option("--state", case_sensitive=False, help="By default all but revoked. Repeat for several.")
]
_Within = Annotated[
    int | None, typer.Option(parser=reads(parse_duration), metavar="DURATION", help="Only keys that expire within this time.")
]
_Unused = Annotated[
    int | None,
    typer.Option(parser=reads(past), metavar="90d|DATE|RFC3339", help="Only keys not used since then, never used ones included."),
]


@remote
def list_keys(
    session: Session,
    tenant: Tenant = "",
    state: _States = None,
    key_type: Annotated[str, typer.Option("--type", help="Only keys of this type.")] = "",
    created_by: Annotated[str, typer.Option(metavar="KEY_ID", help="Only keys that this caller created.")] = "",
    expires_within: _Within = None,
    unused_since: _Unused = None,
    name: Annotated[str, typer.Option(help="Only keys whose name contains this.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the ids, one on a line.")] = False,
    every: Everything = False,
    page_size: PageSize = 50,
    page_token: PageToken = "",
) -> None:
    """List keys. All filters that are given must match."""
    request = ListKeysRequest(tenant=tenant, type=key_type, created_by=created_by, name_contains=name)
    request.states.extend(KeyState.Value(f"KEY_STATE_{each.name}") for each in state or ())
    if expires_within is not None:
        request.expire_within.FromMicroseconds(expires_within)
    if unused_since is not None:
        request.unused_since.FromMicroseconds(unused_since)

    def read(size: int, token: str) -> ListKeysResponse:
        request.page_size, request.page_token = size, token
        return session.call(session.keys.ListKeys, request)

    keys, following = read_pages(read, lambda page: page.keys, every=every, size=page_size, token=page_token)
    if session.as_json:
        print_json({"keys": [json_form(each) for each in keys], "next_page_token": following})
        return
    _show(keys, quiet=quiet)
    note_more(following)


def _show(keys: list[Key], *, quiet: bool) -> None:
    if quiet:
        for each in keys:
            say(each.key_id)
    elif keys:
        render(key_table(keys, now()))
    else:
        note("no key matches; create one with: authsvc keys create NAME")
