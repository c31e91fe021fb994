"""`authsvc tenants`: what holds for all keys of a tenant and of those below it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from google.protobuf.field_mask_pb2 import FieldMask

from authsvc.cli.command import remote
from authsvc.cli.failure import Failure
from authsvc.cli.json_form import enum_name, json_form
from authsvc.cli.moments import now, show_distance, show_moment
from authsvc.cli.options import Etag, Everything, NoWait, PageSize, PageToken, Reason, Tenant, reads
from authsvc.cli.output import card, print_json, render, table
from authsvc.cli.pages import note_more, read_pages
from authsvc.cli.receipts import conclude, wait_for
from authsvc.cli.session import Session
from authsvc.cli.terminal import note
from authsvc.domain.tenants import parse_tenant
from authsvc.v1 import tenant_pb2 as resource
from authsvc.v1 import tenant_service_pb2 as pb

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Tenants: networks and suspension, for all keys of one and below."
)

_Path = Annotated[
    str, typer.Argument(parser=reads(parse_tenant), metavar="TENANT", help="Such as acme/etl; / is the root tenant.")
]
_Cidrs = Annotated[list[str] | None, typer.Option("--cidr", metavar="CIDR", help="The networks from now on. Repeat for several.")]
_Unrestricted = Annotated[bool, typer.Option("--unrestricted", help="Lift the restriction: any address.")]
_Changed = pb.UpdateTenantResponse | pb.SuspendTenantResponse | pb.ResumeTenantResponse


class State(StrEnum):
    """The states that can be asked for."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


@app.command("get")
@remote
def get(session: Session, tenant: _Path) -> None:
    """Show what is set for a tenant. Those above it may restrict it further."""
    answer = session.call(session.tenants.GetTenant, pb.GetTenantRequest(path=tenant))
    if session.as_json:
        print_json(answer)
    else:
        _show(answer.tenant)


@app.command("list")
@remote
def list_tenants(
    session: Session,
    tenant: Tenant = "",
    state: Annotated[
        list[State] | None, typer.Option("--state", case_sensitive=False, help="By default all. Repeat for several.")
    ] = None,
    every: Everything = False,
    page_size: PageSize = 50,
    page_token: PageToken = "",
) -> None:
    """List the tenants for which something is set. A tenant needs no creation; most are not here."""
    request = pb.ListTenantsRequest(tenant=tenant)
    request.states.extend(resource.TenantState.Value(f"TENANT_STATE_{each.name}") for each in state or ())

    def read(size: int, token: str) -> pb.ListTenantsResponse:
        request.page_size, request.page_token = size, token
        return session.call(session.tenants.ListTenants, request)

    tenants, following = read_pages(read, lambda page: page.tenants, every=every, size=page_size, token=page_token)
    if session.as_json:
        print_json({"tenants": [json_form(each) for each in tenants], "next_page_token": following})
        return
    if tenants:
        render(table(("tenant", "state", "networks", "reason"), map(_row, tenants), optional=("reason",)))
    else:
        note("nothing is set for any tenant; see: authsvc tenants update --help")
    note_more(following)


@app.command("update")
@remote
def update(
    session: Session,
    tenant: _Path,
    cidr: _Cidrs = None,
    unrestricted: _Unrestricted = False,
    etag: Etag = "",
    reason: Reason = "",
    no_wait: NoWait = False,
) -> None:
    """Say which networks the keys of a tenant, and of those below it, may be used from; a key's own list applies besides."""
    if bool(cidr) == unrestricted:
        raise Failure("name the networks with --cidr, or lift the restriction with --unrestricted")
    request = pb.UpdateTenantRequest(
        tenant=resource.Tenant(path=tenant, allowed_cidrs=cidr or (), etag=etag),
        update_mask=FieldMask(paths=["allowed_cidrs"]),
        unrestricted=["allowed_cidrs"] if unrestricted else (),
        reason=reason,
        wait=wait_for(no_wait),
    )
    _finish(session, session.call(session.tenants.UpdateTenant, request), no_wait=no_wait)


@app.command("suspend")
@remote
def suspend(session: Session, tenant: _Path, etag: Etag = "", reason: Reason = "", no_wait: NoWait = False) -> None:
    """Deny every key and token of a tenant and of those below it, until it is resumed."""
    request = pb.SuspendTenantRequest(path=tenant, etag=etag, reason=reason, wait=wait_for(no_wait))
    _finish(session, session.call(session.tenants.SuspendTenant, request), no_wait=no_wait)


@app.command("resume")
@remote
def resume(session: Session, tenant: _Path, etag: Etag = "", reason: Reason = "", no_wait: NoWait = False) -> None:
    """End a suspension; tokens that have not expired work again."""
    request = pb.ResumeTenantRequest(path=tenant, etag=etag, reason=reason, wait=wait_for(no_wait))
    _finish(session, session.call(session.tenants.ResumeTenant, request), no_wait=no_wait)


def _finish(session: Session, answer: _Changed, *, no_wait: bool) -> None:
    if session.as_json:
        print_json(answer)
    else:
        _show(answer.tenant)
    conclude(answer.receipt, as_json=session.as_json, no_wait=no_wait)


def _show(tenant: resource.Tenant) -> None:
    changed = tenant.update_time
    render(
        card(
            [
                ("tenant", tenant.path),
                ("state", _state(tenant)),
                ("suspended because", tenant.suspend_reason),
                ("networks", " ".join(tenant.allowed_cidrs) or "any"),
                ("changed", f"{show_moment(changed)} ({show_distance(changed, now())})" if tenant.etag else "never"),
                ("etag", tenant.etag),
            ]
        )
    )


def _row(tenant: resource.Tenant) -> tuple[str, ...]:
    return tenant.path, _state(tenant), " ".join(tenant.allowed_cidrs) or "any", tenant.suspend_reason


def _state(tenant: resource.Tenant) -> str:
    return enum_name(resource.DESCRIPTOR.enum_types_by_name["TenantState"], tenant.state)
