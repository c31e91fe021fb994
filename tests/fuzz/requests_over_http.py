"""What HTTP requests say: paths, templates, credentials in headers."""

from __future__ import annotations

from google.protobuf.message import DecodeError

from authsvc.domain.credential import parse_credential
from authsvc.domain.http.credentials import CredentialSources
from authsvc.domain.http.headers import header_text, parse_owned_header
from authsvc.domain.http.method import parse_method
from authsvc.domain.http.path import canonical_path, fold, without_extension, without_parameters
from authsvc.domain.http.responses import Denial
from authsvc.domain.http.rules import Anonymous, Question, Refused
from authsvc.domain.http.template import parse_template
from authsvc.domain.reason import Reason
from authsvc.envoy.v3 import ext_authz_pb2 as pb
from authsvc.transport.codec.ext_authz import read_request
from tests.fuzz.policies import POLICY
from tests.fuzz.target import Target, stable, text_target

SOURCES = CredentialSources()


def question(path: str, **headers: str) -> bytes:
    """A right question."""
    request = pb.CheckRequest()
    http = pb.AttributeContext.HttpRequest(method="POST", path=path, host="api.example", headers=headers)
    request.attributes.request.http.CopyFrom(http)
    return request.SerializeToString()


QUESTIONS = (
    b"",
    question("/health"),
    question("/w/1/run", authorization="Bearer abc"),
    question("/w/1/run", **{"x-api-key": "abc", "x-forwarded-for": "192.0.2.1"}),
)


def check(data: bytes) -> None:
    """Envoy's question as bytes, under a policy with all it can say about HTTP: three outcomes, and none by accident."""
    try:
        request = pb.CheckRequest.FromString(data)
    except DecodeError:
        return
    rules, asked = POLICY.http, read_request(request)
    found = rules.read(asked)
    assert rules.min_revision(asked) >= 0
    match found:
        case Question():
            assert parse_credential(found.credential) == found.credential
        case Anonymous():
            assert canonical_path(asked.path) == "/health"
            rules.identity.unknown(asked.headers)
        case Refused():
            answer = rules.responses.answer(Denial(reason=found.reason, cause=found.cause))
            assert 400 <= answer.status < 500


def path(text: str) -> None:
    canonical = canonical_path(text)
    assert canonical_path(canonical) == canonical
    assert canonical.startswith("/")
    assert canonical.isascii()
    assert "//" not in canonical
    assert "?" not in canonical
    assert without_parameters(canonical).count("/") == canonical.count("/")
    folded = fold(canonical)
    assert folded == fold(canonical_path(canonical))
    assert folded.startswith(without_extension(folded))


def template(text: str) -> None:
    read = parse_template(text)
    assert read.text == text
    assert len(read.segments) == text.count("/")


def credentials(text: str) -> None:
    authorization, _, api_key = text.partition("\n")
    headers = {"authorization": authorization, "x-api-key": api_key}
    found = SOURCES.find({name: value for name, value in headers.items() if value})
    if isinstance(found, Reason):
        assert found.name.startswith("CREDENTIAL_")
    else:
        assert parse_credential(found) == found
    assert "x-api-key" in SOURCES.carried(headers)


def header(text: str) -> None:
    shown = header_text(text.encode(errors="replace").decode())  # what is stored holds no halves of characters
    assert shown.isascii()
    assert shown.isprintable()


TARGETS: tuple[Target, ...] = (
    Target("check", check, QUESTIONS, ("authorization", "x-forwarded-for", "/health", "Bearer ", "\x12\x03"), 3),
    text_target("path", path, ("/a/b?c", "/%61/%2e", "/a;b/c", "/a//b", "/caf%C3%A9", "/a%252e"), ("/", "%", "..", ";", "%2f")),
    text_target("template", template, ("/a/{b}/**", "/", "/{a}/{a}", "/a/*"), ("/", "{a}", "**", "{", "}")),
    text_target("credentials", credentials, ("Bearer abc\n", "\nabc", "Bearer a\nb", "Basic YTpi\nx"), ("Bearer ", "\n", " ")),
    text_target("header", header, ("a", "café", "a\nb", "a\x00"), ("\r\n", "%", "\u202e")),
    text_target("owned_header", stable(parse_owned_header), ("x-auth-key", "Host", "connection"), ("-", "x-")),
    text_target("method", stable(parse_method), ("GET", "HEAD", "get", "M-SEARCH"), ("-",)),
)
