"""`authsvc mint`: a short-lived access token from a key."""

from __future__ import annotations

from typing import Annotated

import typer

from authsvc.cli import question
from authsvc.cli.answer import end, show_missing, show_verdict
from authsvc.cli.command import remote
from authsvc.cli.credential import read_credential
from authsvc.cli.durations import SECOND, parse_duration, show_duration
from authsvc.cli.options import CredentialFile, Scopes, Source, reads
from authsvc.cli.output import print_json, show_secret
from authsvc.cli.session import Session
from authsvc.cli.terminal import note
from authsvc.v1.auth_service_pb2 import MintRequest, MintResponse
from authsvc.v1.decision_pb2 import DECISION_ALLOW

app = typer.Typer(add_completion=False)

_Audience = Annotated[
    list[str] | None, typer.Option("--audience", help="Whom it is meant for; by default as the policy says. Repeat for several.")
]
_Ttl = Annotated[
    int | None,
    typer.Option(parser=reads(parse_duration), metavar="DURATION", help="Wanted lifetime; by default as the policy says."),
]
_Resources = Annotated[
    list[str] | None,
    typer.Option("--resource", metavar="PATTERN", help="Restrict it to resources, such as workflows/wf_1. Repeat for several."),
]


@app.command()
@remote
def mint(
    session: Session,
    source: Source = None,
    credential_file: CredentialFile = None,
    scope: Scopes = None,
    audience: _Audience = None,
    ttl: _Ttl = None,
    on_behalf_of: Annotated[str, typer.Option(metavar="USER", help="User the token acts for.")] = "",
    resource: _Resources = None,
    source_ip: question.SourceIp = "",
    tenant: question.CallTenant = "",
    environment: question.Environment = "",
    min_revision: question.MinRevision = 0,
) -> None:
    """Mint an access token (RFC 9068) from a key, with all of its rights or fewer. Ends with 0, or 1 on DENY.

    The token alone goes to standard output unless that is a terminal: TOKEN=$(authsvc mint - < key).
    """
    request = MintRequest(
        credential=read_credential(source, credential_file),
        scopes=scope or (),
        audience=audience or (),
        on_behalf_of=on_behalf_of,
        resources=resource or (),
        context=question.context(source_ip, tenant, environment),
        min_revision=min_revision,
    )
    if ttl is not None:
        request.ttl.FromMicroseconds(ttl)
    answer = session.call(session.auth.Mint, request)
    if session.as_json:
        print_json(answer)
    elif answer.decision == DECISION_ALLOW:
        _show(answer)
    else:
        show_verdict(answer.decision, answer.reason, answer.principal.key_id, aside=True)
        show_missing(answer.missing_scopes, aside=True)
    end(answer.decision)


def _show(answer: MintResponse) -> None:
    show_secret(answer.access_token, "access token")
    note(f"token {answer.token_id} expires in {show_duration(answer.expires_in * SECOND)}; scopes: {answer.scope or 'none'}")
