"""`authsvc verify`: may this credential do this, now?"""

from __future__ import annotations

from typing import Annotated

import typer

from authsvc.cli import question
from authsvc.cli.answer import end, show_limits, show_missing, show_principal, show_verdict
from authsvc.cli.command import remote
from authsvc.cli.credential import read_credential
from authsvc.cli.durations import show_duration
from authsvc.cli.options import CredentialFile, Source
from authsvc.cli.output import print_json
from authsvc.cli.session import Session
from authsvc.cli.terminal import say
from authsvc.v1.auth_service_pb2 import VerifyRequest, VerifyResponse

app = typer.Typer(add_completion=False)


@app.command()
@remote
def verify(
    session: Session,
    source: Source = None,
    credential_file: CredentialFile = None,
    scope: question.Needed = None,
    expression: question.Expression = "",
    resource: question.Resource = "",
    resource_deferred: question.Deferred = False,
    audience: question.Audience = "",
    source_ip: question.SourceIp = "",
    tenant: question.CallTenant = "",
    environment: question.Environment = "",
    cost: Annotated[int, typer.Option(min=1, max=1000, help="How many calls this one counts for.")] = 1,
    min_revision: question.MinRevision = 0,
) -> None:
    """Decide whether a credential may do what is required, now. Ends with 0 on ALLOW and 1 on DENY.

    Counts as a use and consumes rate limits; check-scope does neither.
    """
    request = VerifyRequest(
        credential=read_credential(source, credential_file),
        requirement=question.requirement(scope, expression, resource, audience, deferred=resource_deferred),
        context=question.context(source_ip, tenant, environment),
        cost=cost,
        min_revision=min_revision,
    )
    answer = session.call(session.auth.Verify, request)
    if session.as_json:
        print_json(answer)
    else:
        _show(answer)
    end(answer.decision)


def _show(answer: VerifyResponse) -> None:
    show_verdict(answer.decision, answer.reason, answer.principal.key_id)
    show_missing(answer.missing_scopes)
    if answer.HasField("retry_after"):
        say(f"retry after: {show_duration(answer.retry_after.ToMicroseconds())}")
    if answer.HasField("principal"):
        show_principal(answer.principal, answer.expire_time if answer.HasField("expire_time") else None)
    show_limits(answer.rate_limits)
    if answer.resource_deferred:
        say("the resource is not decided: compare it with the resources above")
