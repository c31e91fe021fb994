"""`authsvc policy explain`: which route a request falls under, and why it is let through or not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from authsvc.cli.answer import end, show_missing, show_verdict
from authsvc.cli.command import remote
from authsvc.cli.failure import Failure
from authsvc.cli.options import Label, Scopes, key_id, label, reads
from authsvc.cli.output import card, print_json, render, table
from authsvc.cli.policy_source import read_policy
from authsvc.cli.session import Session
from authsvc.cli.terminal import note
from authsvc.domain.errors import InvalidValue
from authsvc.v1.key_pb2 import Key
from authsvc.v1.policy_service_pb2 import ExplainPolicyRequest, ExplainPolicyResponse, HttpRequest


def header(text: str) -> Label:
    """Read `name: value`."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise InvalidValue("a header is 'NAME: VALUE'")
    return Label(name.strip().lower(), value.strip())


_Headers = Annotated[
    list[Label] | None,
    typer.Option("--header", parser=reads(header), metavar="'NAME: VALUE'", help="No secret: use --key. Repeat for several."),
]
_Extensions = Annotated[
    list[Label] | None,
    typer.Option("--extension", parser=reads(label), metavar="NAME=VALUE", help="What Envoy's context_extensions say."),
]
_KeyId = Annotated[
    str | None, typer.Option("--key", parser=reads(key_id), metavar="KEY_ID", help="As if this stored key were presented.")
]


@remote
def explain(
    session: Session,
    method: Annotated[str, typer.Argument(help="Such as GET.")],
    path: Annotated[str, typer.Argument(help="As it is on the wire, with query.")],
    headers: _Headers = None,
    host: Annotated[str, typer.Option(help="Without it: any host that has a route.")] = "",
    source_ip: Annotated[str, typer.Option(help="Where the request comes from.")] = "",
    extensions: _Extensions = None,
    key: _KeyId = None,
    key_type: Annotated[str, typer.Option("--type", help="As if a key of this type were presented that does not exist.")] = "",
    scope: Scopes = None,
    tenant: Annotated[str, typer.Option(help="The tenant of that key.")] = "explained",
    file: Annotated[Path | None, typer.Option(help="Explain by this policy file instead of the server's.")] = None,
) -> None:
    """Say how an HTTP request would be decided, and by which route. Counts no use and takes no limit. Ends with 1 for a DENY."""
    if key and key_type:
        raise Failure("either a stored key (--key) or one that does not exist (--type)")
    http = HttpRequest(method=method, path=path, host=host, source_ip=source_ip)
    http.headers.update(headers or ())
    http.extensions.update(extensions or ())
    request = ExplainPolicyRequest(request=http, document=read_policy(file).source if file else "")
    if key:
        request.key_id = key
    elif key_type:
        request.key.CopyFrom(Key(type=key_type, tenant=tenant, scopes=scope or ()))
    elif scope:
        raise Failure("scopes are those of a key: name its type with --type")
    answer = session.call(session.policies.ExplainPolicy, request)
    if session.as_json:
        print_json(answer)
    else:
        _show(answer)
    end(answer.decision)


def _show(answer: ExplainPolicyResponse) -> None:
    show_verdict(answer.decision, answer.reason, answer.principal.key_id)
    show_missing(answer.missing_scopes)
    if answer.shadow:
        note("the route only watches: the request passes all the same")
    needs = answer.requirement
    route = f"{answer.route_number}: {answer.route_path}" if answer.route_number else "none"
    asks = " AND ".join(filter(None, [*needs.scopes, needs.expression])) or "a valid credential"
    render(
        card(
            [
                ("malformed", answer.cause),
                ("path", answer.canonical_path),
                ("route", route),
                ("variables", " ".join(f"{name}={value}" for name, value in sorted(answer.variables.items()))),
                ("requires", asks if answer.HasField("requirement") else ""),
                ("resource", needs.resource or ("checked by the upstream" if needs.resource_deferred else "")),
                ("key", answer.principal.key_id),
                ("tenant", answer.principal.tenant),
                ("status", str(answer.http_status or "")),
                ("body", answer.http_body),
                ("upstream gets", "\n".join(f"{name}: {value}" for name, value in sorted(answer.upstream_headers.items()))),
                ("and not", " ".join(answer.removed_headers)),
            ]
        )
    )
    if answer.candidates:
        rows = [
            (
                str(each.route_number),
                " ".join(each.methods) or "any",
                " ".join(each.hosts) or "any",
                each.route_path,
                "chosen" if each.chosen else "",
                each.why,
            )
            for each in answer.candidates
        ]
        render(table(("route", "methods", "hosts", "path", "", "why"), rows, optional=("hosts",)))
