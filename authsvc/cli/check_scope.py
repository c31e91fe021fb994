"""`authsvc check-scope`: what would be decided, and which grant covers what."""

from __future__ import annotations

import typer

from authsvc.cli import question
from authsvc.cli.answer import end, show_limits, show_principal, show_verdict
from authsvc.cli.command import remote
from authsvc.cli.credential import read_credential
from authsvc.cli.options import CredentialFile, Source
from authsvc.cli.output import print_json, render, table
from authsvc.cli.session import Session
from authsvc.cli.terminal import say
from authsvc.v1.auth_service_pb2 import CheckScopeRequest, CheckScopeResponse

app = typer.Typer(add_completion=False)


@app.command()
@remote
def check_scope(
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
    min_revision: question.MinRevision = 0,
) -> None:
    """Decide like verify and explain the answer: which grant covers each scope. Ends with 0 on ALLOW and 1 on DENY.

    Consumes no rate limit and counts as no use.
    """
    request = CheckScopeRequest(
        credential=read_credential(source, credential_file),
        requirement=question.requirement(scope, expression, resource, audience, deferred=resource_deferred),
        context=question.context(source_ip, tenant, environment),
        min_revision=min_revision,
    )
    answer = session.call(session.auth.CheckScope, request)
    if session.as_json:
        print_json(answer)
    else:
        _show(answer)
    end(answer.decision)


def _show(answer: CheckScopeResponse) -> None:
    show_verdict(answer.decision, answer.reason, answer.principal.key_id)
    rows = [(each.scope, each.grant, "by the catalogue (implies)" if each.implied else "by itself") for each in answer.granted_by]
    rows += [(scope, "none", "missing") for scope in answer.missing_scopes]
    if rows:
        render(table(("scope", "granted by", "how"), rows))
    if answer.HasField("principal"):
        show_principal(answer.principal, answer.expire_time if answer.HasField("expire_time") else None)
    show_limits(answer.rate_limits)
    if answer.resource_deferred:
        say("the resource is not decided: compare it with the resources above")
