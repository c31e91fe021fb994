"""Envoy's CheckRequest and CheckResponse.

Envoy goes by `status.code` alone, and an empty message is an allow to it. So there is one builder; it writes a status for either
verdict, and there is no third.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, assert_never

import grpc
from google.protobuf.struct_pb2 import Struct
from google.rpc.status_pb2 import Status

from authsvc.domain.http.headers import check_outgoing, joined
from authsvc.domain.http.rules import HttpRequest
from authsvc.engine.check import Facts, Passed, TurnedAway, Verdict
from authsvc.envoy.v3 import ext_authz_pb2 as pb

SECOND: Final = 1_000_000
OK: Final[int] = grpc.StatusCode.OK.value[0]
PERMISSION_DENIED: Final[int] = grpc.StatusCode.PERMISSION_DENIED.value[0]
UNAUTHENTICATED: Final[int] = grpc.StatusCode.UNAUTHENTICATED.value[0]

_OVERWRITE: Final = pb.HeaderValueOption.HEADER_APPEND_ACTION_OVERWRITE_IF_EXISTS_OR_ADD


def read_request(request: pb.CheckRequest) -> HttpRequest:
    """The request that Envoy asks about. What is not there is empty, which no rule takes for anything."""
    attributes = request.attributes
    http = attributes.request.http
    return HttpRequest(
        method=http.method,
        path=http.path,
        host=http.host,
        headers=_headers(http),
        peer=attributes.source.address.socket_address.address,
        extensions=dict(attributes.context_extensions),
    )


def _headers(http: pb.AttributeContext.HttpRequest) -> Mapping[str, str]:
    """The header view. Envoy sends names in lower case, and all headers in one of two forms; nothing else is taken on trust."""
    headers = dict(http.headers)
    names = "".join(headers)
    if names == names.lower() and not http.HasField("header_map"):
        return headers
    return joined(_pairs(http))


def _pairs(http: pb.AttributeContext.HttpRequest) -> Iterator[tuple[str, bytes]]:
    for name, value in http.headers.items():
        yield name, value.encode()
    for header in http.header_map.headers:
        yield header.key, header.raw_value or header.value.encode()


def write_verdict(verdict: Verdict) -> pb.CheckResponse:
    """The answer to Envoy.

    Raises:
        InvalidValue: a header is not fit to be sent, so nothing is.
    """
    match verdict:
        case Passed():
            return pb.CheckResponse(
                status=Status(code=OK),
                ok_response=pb.OkHttpResponse(
                    headers=_options(verdict.mutation.set), headers_to_remove=_names(verdict.mutation.remove)
                ),
                dynamic_metadata=_metadata(verdict.facts),
            )
        case TurnedAway():
            answer = verdict.answer
            return pb.CheckResponse(
                status=Status(code=UNAUTHENTICATED if answer.status == 401 else PERMISSION_DENIED),
                denied_response=pb.DeniedHttpResponse(
                    status=pb.HttpStatus(code=answer.status), headers=_options(answer.headers), body=answer.body
                ),
                dynamic_metadata=_metadata(verdict.facts),
            )
        case _:
            assert_never(verdict)


def _options(headers: Iterable[tuple[str, str]]) -> list[pb.HeaderValueOption]:
    """One entry for each name: of several, Envoy keeps the last. Overwriting is the one action that every release does alike."""
    merged: dict[str, str] = {}
    for name, value in headers:
        check_outgoing(name, value)
        merged[name] = f"{merged[name]}, {value}" if name in merged else value
    return [
        pb.HeaderValueOption(header=pb.HeaderValue(key=name, value=value), append_action=_OVERWRITE)
        for name, value in merged.items()
    ]


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        check_outgoing(name)
    return names


def _metadata(facts: Facts) -> Struct:
    """What later filters and the access log get, in the namespace `envoy.filters.http.ext_authz`. Empty ones are left out."""
    metadata = Struct()
    fields = metadata.fields
    fields["decision"].string_value = "DENY" if facts.reason else "ALLOW"
    fields["revision"].number_value = facts.revision
    texts = {"reason": facts.reason.name if facts.reason else "", "route": facts.route}
    if facts.shadow:
        fields["shadow"].bool_value = True
    decision = facts.decision
    principal = None if decision is None else decision.principal
    if principal is not None:
        texts |= {
            "key_id": principal.key_id,
            "subject": principal.subject,
            "tenant": principal.tenant,
            "token_id": principal.token_id,
        }
    expire_time = None if decision is None else decision.expire_time
    if expire_time is not None:
        fields["expire_time"].number_value = expire_time // SECOND
    for name, text in texts.items():
        if text:
            fields[name].string_value = text
    return metadata
