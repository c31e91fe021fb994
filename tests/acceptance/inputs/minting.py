"""Mint and RevokeToken."""

from __future__ import annotations

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
    also,
    answered,
    failing,
    long,
    number,
    span,
    time,
    wrong,
)  # fmt: skip

SOMEBODY = "tok_" + "A" * 22
MINT, REVOKE = "AuthService/Mint", "AuthService/RevokeToken"


def mint(**fields: Any) -> pb.MintRequest:
    """A request without a credential: what is wrong is found before anybody is proven."""
    return pb.MintRequest(**fields)


def revoke(**fields: Any) -> pb.RevokeTokenRequest:
    """A revocation by id, unless a token is among the fields."""
    return pb.RevokeTokenRequest(**(fields if {"token", "token_id"} & set(fields) else {"token_id": SOMEBODY, **fields}))


ROWS: Final[tuple[Row, ...]] = (
    answered(MINT, "a made-up key", mint(credential=LEAK), "CREDENTIAL_INVALID"),
    answered(
        MINT, "a wider scope than the key's", lambda w: mint(credential=w.secret, scopes=["billing:write"]), "INSUFFICIENT_SCOPE"
    ),
    answered(
        MINT,
        "a wildcard where the key has none",
        lambda w: mint(credential=w.secret, scopes=["projects:*"]),
        "INSUFFICIENT_SCOPE",
    ),
    answered(MINT, "a key of another tenant", lambda w: mint(credential=w.foreign_token[:40]), "CREDENTIAL_INVALID", "confined"),
    wrong(MINT, "a token as credential", lambda w: mint(credential=w.token), "credential"),
    wrong(MINT, "an empty scope", mint(scopes=[""]), "scopes[0]"),
    wrong(MINT, "a scope with a space", mint(scopes=["a b"]), "scopes[0]"),
    wrong(MINT, "an unknown scope", mint(scopes=["projects:read", "no:such"]), "scopes[1]"),
    wrong(MINT, "a wildcard in the middle", mint(scopes=["a:*:b"]), "scopes[0]"),
    wrong(MINT, "a secret as scope", mint(scopes=[LEAK]), "scopes[0]"),
    wrong(MINT, "65 scopes", mint(scopes=["projects:read"] * 65), "scopes"),
    wrong(MINT, "an empty audience", mint(audience=["api", ""]), "audience[1]"),
    wrong(MINT, "an audience of 257 characters", mint(audience=["a" * 257]), "audience[0]"),
    wrong(MINT, "an audience with NUL", mint(audience=[CONTROL]), "audience[0]"),
    wrong(MINT, "an audience shown backwards", mint(audience=[REVERSED]), "audience[0]"),
    wrong(MINT, "17 audiences", mint(audience=["a"] * 17), "audience"),
    wrong(MINT, "a ttl below zero", mint(ttl=span(-1)), "ttl"),
    wrong(MINT, "a ttl below zero by a nanosecond", mint(ttl=span(0, -1)), "ttl"),
    wrong(MINT, "a ttl of half a second", mint(ttl=span(0, 500_000_000)), "ttl"),
    wrong(MINT, "a ttl of a nanosecond", mint(ttl=span(0, 1)), "ttl"),
    wrong(MINT, "a ttl with too many nanoseconds", mint(ttl=span(1, 1_000_000_000)), "ttl"),
    wrong(MINT, "a ttl with signs that differ", mint(ttl=span(2, -1_000_000_000)), "ttl"),
    wrong(MINT, "a ttl above the policy's", mint(ttl=span(3601)), "ttl"),
    wrong(MINT, "the highest ttl", mint(ttl=span(LATEST)), "ttl"),
    wrong(MINT, "the lowest ttl", mint(ttl=span(EARLIEST)), "ttl"),
    wrong(MINT, "a user with a line break", mint(on_behalf_of="a\r\nx-admin: 1"), "on_behalf_of"),
    wrong(MINT, "a user shown backwards", mint(on_behalf_of=REVERSED), "on_behalf_of"),
    wrong(MINT, "a user of 257 characters", mint(on_behalf_of="é" * 257), "on_behalf_of"),
    failing(MINT, "a user without the scope for it", mint(on_behalf_of="ada"), "PERMISSION_DENIED", "unsuiting"),
    wrong(MINT, "a resource that climbs", mint(resources=["p/.."]), "resources[0]"),
    wrong(MINT, "two stars in the middle", mint(resources=["p/*", "a/**/b"]), "resources[1]"),
    wrong(MINT, "33 resources", mint(resources=["p/1"] * 33), "resources"),
    wrong(MINT, "a resource outside the key's", lambda w: mint(credential=w.restricted, resources=["q/1"]), "resources"),
    wrong(MINT, "a wider pattern than the key's", lambda w: mint(credential=w.restricted, resources=["p/**"]), "resources"),
    failing(
        MINT,
        "a key with an allowlist",
        lambda w: mint(credential=w.listed, context=decision_pb2.Context(source_ip="10.0.0.1")),
        "FAILED_PRECONDITION",
    ),
    wrong(MINT, "an address that is none", mint(context=decision_pb2.Context(source_ip="x")), "context.source_ip"),
    wrong(MINT, "a tenant that is none", mint(context=decision_pb2.Context(tenant="//")), "context.tenant"),
    wrong(MINT, "an unknown environment", mint(context=decision_pb2.Context(environment="dev")), "context.environment"),
    wrong(MINT, "a restriction of a newer client", also(mint(), UNKNOWN), "request"),
    wrong(MINT, "a ttl that is a number", also(mint(), number(4, 60)), "request"),
    wrong(MINT, "a fact of a newer client", long(7, UNKNOWN), "context"),
    wrong(MINT, "a revision below zero", mint(min_revision=-1), "min_revision"),
    failing(MINT, "a revision of the far future", mint(min_revision=LATEST), "UNAVAILABLE"),
    wrong(
        MINT,
        "four mistakes",
        mint(scopes=["A"], audience=[""], ttl=span(-1), resources=["/"]),
        "scopes[0]",
        "audience[0]",
        "ttl",
        "resources[0]",
    ),
    wrong(REVOKE, "neither token nor id", pb.RevokeTokenRequest(), "token"),
    wrong(REVOKE, "an empty token", revoke(token=""), "token"),
    wrong(REVOKE, "an API key", lambda w: revoke(token=w.secret), "token"),
    wrong(REVOKE, "a made-up key", revoke(token=LEAK), "token"),
    wrong(REVOKE, "a token that nobody signed", revoke(token="eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.AAAA"), "token"),
    wrong(REVOKE, "200 KB that begin like a token", revoke(token="eyJ" + "a" * 200_000 + ".a.a"), "token"),
    wrong(REVOKE, "a token with another signature", lambda w: revoke(token=w.token[:-80] + "A" * 80), "token"),
    wrong(REVOKE, "id and token, of which the last one counts", also(revoke(), long(1, b"x")), "token"),
    failing(REVOKE, "a token of another tenant", lambda w: revoke(token=w.foreign_token), "NOT_FOUND", "confined"),
    failing(REVOKE, "an id, from a confined caller", revoke(), "PERMISSION_DENIED", "confined"),
    wrong(REVOKE, "an empty id", revoke(token_id=""), "token_id"),
    wrong(REVOKE, "an id of 129 characters", revoke(token_id="a" * 129), "token_id"),
    wrong(REVOKE, "an id with NUL", revoke(token_id=CONTROL), "token_id"),
    wrong(REVOKE, "an id beyond ASCII", revoke(token_id="té"), "token_id"),
    wrong(REVOKE, "a secret as id", revoke(token_id=LEAK), "token_id"),
    wrong(REVOKE, "a token as id", lambda w: revoke(token_id=w.token), "token_id"),
    wrong(REVOKE, "an expiry before 1970", revoke(expire_time=time(-1)), "expire_time"),
    wrong(REVOKE, "an expiry after 9999", revoke(expire_time=time(253_402_300_800)), "expire_time"),
    wrong(REVOKE, "the highest expiry", revoke(expire_time=time(LATEST)), "expire_time"),
    wrong(REVOKE, "an expiry with nanoseconds below zero", revoke(expire_time=time(1, -1)), "expire_time"),
    wrong(REVOKE, "a reason of 257 characters", revoke(reason="x" * 257), "reason"),
    wrong(REVOKE, "a reason shown backwards", revoke(reason=REVERSED), "reason"),
    wrong(REVOKE, "a reason that forges a log line", revoke(reason="x\n2026-01-01 [info] allowed"), "reason"),
    wrong(REVOKE, "an unknown way to wait", also(revoke(), number(5, 9)), "wait"),
    wrong(REVOKE, "a way to wait below zero", also(revoke(), number(5, -1)), "wait"),
)
