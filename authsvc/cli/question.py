"""What is asked about a credential: the options of a requirement and of the facts about a call."""

from __future__ import annotations

from typing import Annotated

import typer

from authsvc.v1.decision_pb2 import Context, Requirement

_NEED = "What the call needs"
_FACTS = "Facts about the call"

Expression = Annotated[
    str, typer.Option(help='Scope expression: "projects:read AND (a OR b)".', rich_help_panel=_NEED, show_default=False)
]
Needed = Annotated[
    list[str] | None,
    typer.Option("--scope", metavar="SCOPE", help="A scope that is needed; repeat for several, all are.", rich_help_panel=_NEED),
]
Resource = Annotated[str, typer.Option(help="What is acted on: workflows/wf_1.", rich_help_panel=_NEED, show_default=False)]
Deferred = Annotated[
    bool, typer.Option("--resource-deferred", help="The caller checks the resource itself.", rich_help_panel=_NEED)
]
Audience = Annotated[
    str, typer.Option(help="Whom an access token has to be meant for.", rich_help_panel=_NEED, show_default=False)
]
SourceIp = Annotated[str, typer.Option(help="Address the call comes from.", rich_help_panel=_FACTS, show_default=False)]
CallTenant = Annotated[
    str, typer.Option("--tenant", help="Tenant the call concerns.", rich_help_panel=_FACTS, show_default=False)
]
Environment = Annotated[str, typer.Option(help="Environment the call is made in.", rich_help_panel=_FACTS, show_default=False)]
MinRevision = Annotated[int, typer.Option(min=0, help="Decide on this revision or a later one.")]


def requirement(scopes: list[str] | None, expression: str, resource: str, audience: str, *, deferred: bool) -> Requirement:
    """Put together what the call needs."""
    return Requirement(
        scopes=scopes or (), expression=expression, resource=resource, resource_deferred=deferred, audience=audience
    )


def context(source_ip: str, tenant: str, environment: str) -> Context:
    """Put together what is known of the call."""
    return Context(source_ip=source_ip, tenant=tenant, environment=environment)
