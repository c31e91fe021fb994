"""Verify, CheckScope and BatchVerify."""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from authsvc.v1 import auth_service_pb2 as pb
from authsvc.v1 import decision_pb2
from tests.acceptance.inputs.row import (
    CONTROL,
    EARLIEST,
    LATEST,
    LEAK,
    REVERSED,
    UNKNOWN,
    Row,
    Sent,
    also,
    answered,
    failing,
    long,
    number,
    wrong,
)  # fmt: skip
from tests.acceptance.inputs.world import World

VERIFY, CHECK, BATCH = "AuthService/Verify", "AuthService/CheckScope", "AuthService/BatchVerify"
KINDS: Final = ((VERIFY, pb.VerifyRequest), (CHECK, pb.CheckScopeRequest))


def part(value: object) -> str:
    """One part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def forged(header: object, claims: object = None, signature: str = "AAAA") -> str:
    """A token that nobody signed."""
    return ".".join((part(header), part(claims or {"sub": "a"}), signature))


def of(world: World, **header: object) -> str:
    """The signed token with another header."""
    _, claims, signature = world.token.split(".")
    kid = json.loads(base64.urlsafe_b64decode(world.token.split(".")[0] + "=="))["kid"]
    return ".".join((part({"alg": "ES256", "typ": "at+jwt", "kid": kid, **header}), claims, signature))


CREDENTIALS: Final[tuple[tuple[str, Any], ...]] = (
    ("one character", "x"),
    ("NUL alone", "\x00"),
    ("a newline after the key", lambda w: w.secret + "\n"),
    ("a space before the key", lambda w: " " + w.secret),
    ("the scheme with the key", lambda w: f"Bearer {w.secret}"),
    ("two keys", lambda w: f"{w.secret},{w.secret}"),
    ("a key with one character changed", lambda w: w.secret[:20] + ("a" if w.secret[20] != "a" else "b") + w.secret[21:]),
    ("a key in upper case", lambda w: w.secret.upper()),
    ("a key cut short", lambda w: w.secret[:-1]),
    ("a key with more behind it", lambda w: w.secret + "A"),
    ("a key_id", lambda w: w.key),
    ("a display prefix", lambda w: w.secret[:12]),
    ("a made-up key", LEAK),
    ("a made-up imported key", "old_" + "S3cret" * 9),
    ("the prefix alone", "chy_sdk_"),
    ("513 characters", "chy_sdk_" + "a" * 505),
    ("200 KB", "a" * 200_000),
    ("200 KB that begin like a token", "eyJ" + "a" * 200_000 + ".a.a"),
    ("full-width letters", "\uff43\uff48\uff59_sdk_"),
    ("writing direction reversed", REVERSED),
    ("SQL", "' OR '1'='1"),
    ("a token without algorithm", forged({"alg": "none", "typ": "at+jwt"}, signature="A")),
    ("a token with a symmetric algorithm", forged({"alg": "HS256", "typ": "at+jwt", "kid": "kid"})),
    ("a token whose header is a list", forged([])),
    ("a token whose header is nested deeply", base64.urlsafe_b64encode(b'{"a":' * 1000).decode().rstrip("=") + ".YQ.YQ"),
    ("a token whose kid is a list", forged({"alg": "ES256", "typ": "at+jwt", "kid": ["a"]})),
    ("a token whose kid is a path", forged({"alg": "ES256", "typ": "at+jwt", "kid": "../../etc/passwd"})),
    (
        "a token that names its own key",
        forged({"alg": "ES256", "typ": "at+jwt", "jwk": {"kty": "EC"}, "jku": "http://a.example"}),
    ),
    ("a token of four parts", lambda w: w.token + ".AAAA"),
    ("a token of two parts", lambda w: w.token.rpartition(".")[0]),
    ("a token without its signature", lambda w: w.token.rpartition(".")[0] + "."),
    ("a token with another signature", lambda w: w.token.rpartition(".")[0] + "." + "A" * 86),
    ("a token with another header", lambda w: of(w, typ="JWT")),
    ("a token with another algorithm in its header", lambda w: of(w, alg="HS256")),
    ("a token with critical extensions", lambda w: of(w, crit=["b64"], b64=False)),
    ("a token with padding", lambda w: w.token + "=="),
)

REQUIREMENTS: Final[tuple[tuple[str, dict[str, Any], str], ...]] = (
    ("an empty scope", {"scopes": [""]}, "scopes[0]"),
    ("a scope with a space", {"scopes": ["a b"]}, "scopes[0]"),
    ("a scope in upper case", {"scopes": ["Projects:Read"]}, "scopes[0]"),
    ("a wildcard as scope", {"scopes": ["projects:*"]}, "scopes[0]"),
    ("a scope of 65 characters", {"scopes": ["a" * 65]}, "scopes[0]"),
    ("a scope with an empty segment", {"scopes": ["a::b"]}, "scopes[0]"),
    ("a scope with NUL", {"scopes": [CONTROL]}, "scopes[0]"),
    ("a scope that looks like another", {"scopes": ["projects:re\u0430d"]}, "scopes[0]"),
    ("a secret as scope", {"scopes": [LEAK]}, "scopes[0]"),
    ("an unknown scope", {"scopes": ["no:such"]}, "scopes[0]"),
    ("an unknown scope behind a known one", {"scopes": ["projects:read", "no:such"]}, "scopes[1]"),
    ("65 scopes", {"scopes": ["projects:read"] * 65}, "scopes"),
    ("30,000 empty scopes", {"scopes": [""] * 30_000}, "scopes"),
    ("an expression that ends too early", {"expression": "projects:read AND"}, "expression"),
    ("an expression with a keyword in lower case", {"expression": "projects:read and billing:write"}, "expression"),
    ("an expression with an open parenthesis", {"expression": "(projects:read"}, "expression"),
    ("an expression of blanks", {"expression": "   "}, "expression"),
    ("an expression of 1025 characters", {"expression": "a" * 1025}, "expression"),
    ("an expression of 200 KB of parentheses", {"expression": "(" * 200_000}, "expression"),
    ("an expression nested 17 deep", {"expression": "(" * 17 + "projects:read" + ")" * 17}, "expression"),
    ("an expression of 65 scopes", {"expression": " OR ".join(["projects:read"] * 65)}, "expression"),
    ("an expression with an unknown scope", {"expression": "projects:read OR no:such"}, "expression"),
    ("an expression with a wildcard", {"expression": "projects:*"}, "expression"),
    ("an expression with NUL", {"expression": "projects:read\x00"}, "expression"),
    ("an expression that is a secret", {"expression": LEAK}, "expression"),
    ("an expression with a secret in lower case", {"expression": f"projects:read OR {'s3cret' * 7}"}, "expression"),
    ("a pattern as resource", {"resource": "p/*"}, "resource"),
    ("a resource with an empty segment", {"resource": "a//b"}, "resource"),
    ("a resource that climbs", {"resource": "p/../q"}, "resource"),
    ("a resource with an encoded slash", {"resource": "p%2fq"}, "resource"),
    ("a resource of 257 characters", {"resource": "a" * 257}, "resource"),
    ("a resource with NUL", {"resource": CONTROL}, "resource"),
    ("a resource with a letter beyond ASCII", {"resource": "p/é"}, "resource"),
    ("a resource and its deferral", {"resource": "p/1", "resource_deferred": True}, "resource_deferred"),
    ("an audience of 257 characters", {"audience": "a" * 257}, "audience"),
    ("an audience shown backwards", {"audience": REVERSED}, "audience"),
    ("an audience with a line break", {"audience": "a\r\nb"}, "audience"),
)

CONTEXTS: Final[tuple[tuple[str, dict[str, Any], str], ...]] = (
    *(
        (f"the address {text[:20]!r}", {"source_ip": text}, "source_ip")
        for text in (
            "x",
            "1.2.3",
            "256.1.1.1",
            "010.0.0.1",
            "0x7f.0.0.1",
            "2130706433",
            "1.2.3.4:80",
            "[::1]",
            "fe80::1%eth0",
            "::1/128",
            ":::1",
            "1.2.3.4\x00",
            " 1.2.3.4",
            "\u0661.2.3.4",
            "a" * 10_000,
            LEAK,
        )
    ),
    *(
        (f"the tenant {text[:20]!r}", {"tenant": text}, "tenant")
        for text in ("/acme", "acme/", "a//b", "..", "a/../b", "a" * 65, "/".join("a" * 9), CONTROL, "acmé", "a b", REVERSED)
    ),
    ("an unknown environment", {"environment": "development"}, "environment"),
    ("an environment in another case", {"environment": "Production"}, "environment"),
    ("an environment with NUL", {"environment": CONTROL}, "environment"),
)


def _question(rpc: str, kind: Any) -> tuple[Row, ...]:
    def asked(requirement: dict[str, Any] | None = None, context: dict[str, Any] | None = None, **fields: Any) -> Any:
        return kind(
            requirement=decision_pb2.Requirement(**(requirement or {})), context=decision_pb2.Context(**(context or {})), **fields
        )

    def presented(value: Any) -> Sent:
        return (lambda w: kind(credential=value(w))) if callable(value) else kind(credential=value)

    two = ("requirement.scopes[0]", "requirement.resource", "context.source_ip", "context.tenant", "min_revision")
    return (
        *(answered(rpc, f"as credential {name}", presented(value), "CREDENTIAL_INVALID") for name, value in CREDENTIALS),
        *(wrong(rpc, name, asked(fields), f"requirement.{field}") for name, fields, field in REQUIREMENTS),
        *(wrong(rpc, name, asked(None, fields), f"context.{field}") for name, fields, field in CONTEXTS),
        wrong(
            rpc,
            "five mistakes",
            asked({"scopes": ["A"], "resource": "*"}, {"source_ip": "x", "tenant": "//"}, min_revision=-1),
            *two,
        ),
        wrong(rpc, "a restriction of a newer client", long(2, UNKNOWN), "requirement"),
        wrong(rpc, "a fact of a newer client", long(3, UNKNOWN), "context"),
        wrong(rpc, "scopes that are numbers", long(2, number(1, 7)), "requirement"),
        wrong(rpc, "an address that is a number", long(3, number(1, 7)), "context"),
        wrong(rpc, "a revision below zero", kind(min_revision=-1), "min_revision"),
        wrong(rpc, "the lowest number as revision", kind(min_revision=EARLIEST), "min_revision"),
        failing(rpc, "the highest number as revision", kind(min_revision=LATEST), "UNAVAILABLE"),
        answered(rpc, "a field of a newer client beside the question", also(kind(), UNKNOWN), "CREDENTIAL_MISSING"),
        answered(rpc, "a requirement sent twice", also(kind(), long(2, b"") * 2), "CREDENTIAL_MISSING"),
        answered(rpc, "a key of another tenant", lambda w: kind(credential=w.foreign_token), "CREDENTIAL_INVALID", "confined"),
    )


def _batch(*questions: pb.VerifyRequest) -> pb.BatchVerifyRequest:
    return pb.BatchVerifyRequest(requests=questions)


def _batched(name: str, results: tuple[int, ...], *questions: pb.VerifyRequest) -> Row:
    return Row(rpc=BATCH, name=name, request=_batch(*questions), status="OK", results=results)


QUESTION = pb.VerifyRequest(credential=LEAK)
ROWS: Final[tuple[Row, ...]] = (
    *(row for rpc, kind in KINDS for row in _question(rpc, kind)),
    wrong(VERIFY, "a cost of 1001", pb.VerifyRequest(cost=1001), "cost"),
    wrong(VERIFY, "the highest cost", pb.VerifyRequest(cost=2**32 - 1), "cost"),
    wrong(VERIFY, "a cost above the burst of the key", lambda w: pb.VerifyRequest(credential=w.limited, cost=6), "cost"),
    wrong(VERIFY, "a cost below zero", number(4, -1), "cost"),
    wrong(BATCH, "1001 questions", _batch(*[pb.VerifyRequest()] * 1001), "requests"),
    wrong(BATCH, "a million questions", long(1, b"") * 1_000_000, "requests"),
    wrong(BATCH, "text that is not UTF-8 in one question", also(_batch(QUESTION), long(1, long(1, b"\xff"))), ""),
    answered(BATCH, "no question", _batch()),
    answered(BATCH, "a field of a newer client", also(_batch(), UNKNOWN)),
    _batched("one bad question among good ones", (0, 3, 0), QUESTION, pb.VerifyRequest(cost=1001), QUESTION),
    _batched("a question for the far future", (14, 0), pb.VerifyRequest(min_revision=LATEST), QUESTION),
    _batched("nothing but bad questions", (3,) * 100, *[pb.VerifyRequest(min_revision=-1)] * 100),
    _batched("the same question 1000 times", (0,) * 1000, *[QUESTION] * 1000),
)
