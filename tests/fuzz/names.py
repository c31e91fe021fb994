"""Names: credentials, scopes, resources, tenants."""

from __future__ import annotations

import re

from authsvc.domain.argon2 import parse_phc
from authsvc.domain.credential import is_token, parse_authorization, parse_credential, parse_prefix
from authsvc.domain.expression import parse_expression
from authsvc.domain.keyring import Keyring, display_prefix
from authsvc.domain.policy import parse_name
from authsvc.domain.public_id import parse_public_id, parse_separator
from authsvc.domain.resources import Patterns, is_segment, parse_pattern, parse_resource
from authsvc.domain.scopes import Catalogue, parse_grant, parse_scope
from authsvc.domain.tenants import ROOT, ancestors, covers, parse_tenant
from tests.fuzz.target import Target, complaint, refused, stable, text_target

KEY = "chy_sdk_" + "Ab3" * 13
TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA_-AAAA"
RING = Keyring(tag_keys={"0": b"t" * 32}, peppers={"p": b"p" * 32}, tag_generation="0", pepper="p", process_key=b"q" * 32)
OPEN = Catalogue.open()
LONG = re.compile(r"[^()\s:?.]{25,}")


class Everything:
    """Holds every scope."""

    def covers(self, scope: str) -> bool:
        return bool(scope)


class Nothing:
    """Holds none."""

    def covers(self, scope: str) -> bool:
        return not scope


def credential(text: str) -> None:
    fingerprint = RING.fingerprint(text)
    assert len(RING.untagged_fingerprint(text)) == 32
    assert len(RING.digests(text)) == 1
    assert fingerprint is None, "nobody guesses a check tag"
    assert len(display_prefix("chy_sdk_", text)) <= max(12, len(text) // 8)
    assert parse_credential(text) == text
    assert text.isascii()
    assert text.isprintable()
    assert len(text) <= 512 or is_token(text)


def authorization(text: str) -> None:
    assert parse_authorization(f"Basic {text}") is None
    alone = refused(lambda: parse_authorization(text, ""))
    found = parse_authorization(text)
    if found is not None:
        assert text[:7].lower() == "bearer "
        assert found == text[7:]
        assert alone is None, "a space is in no credential"


def scope(text: str) -> None:
    assert parse_scope(text) == parse_grant(text) == text
    assert OPEN.grants((text,)).covers(text)
    assert parse_expression(text).scopes == (text,)


def grant(text: str) -> None:
    assert parse_grant(text) == text
    held = OPEN.grants((text,))
    assert held.covers_grant(text)
    assert not held.covers("authsvc:verify") or text.startswith("authsvc:")


def expression(text: str) -> None:
    shown = complaint(lambda: parse_expression(text)).partition("\n")[2]
    assert not LONG.search(shown), "what may be a secret is not repeated"
    read = parse_expression(text)
    again = parse_expression(read.text)
    assert (again.text, again.scopes) == (read.text, read.scopes)
    assert read.satisfied_by(Everything())
    assert not read.satisfied_by(Nothing())
    missing = read.missing(Nothing())
    assert set(missing) <= set(read.scopes)
    assert read.satisfied_by(OPEN.grants(missing))


def resource(text: str) -> None:
    assert parse_resource(text) == parse_pattern(text) == text
    assert Patterns((text,)).covers(text)
    assert Patterns(("**",)).covers(text)
    assert all(map(is_segment, text.split("/")))


def pattern(text: str) -> None:
    assert parse_pattern(text) == text
    patterns = Patterns((text,))
    assert patterns.covers_pattern(text)
    assert Patterns(("**",)).covers_pattern(text)
    assert patterns.covers(text.replace("*", "x"))
    assert Patterns(()).covers_pattern(text) is False


def tenant(text: str) -> None:
    assert parse_tenant(text) == text
    above = ancestors(text)
    assert (above[0], above[-1]) == (text, ROOT)
    for each in above:
        assert parse_tenant(each) == each
        assert covers(each, text)
    assert not covers(text + "x", text)


def phc(text: str) -> None:
    cost = parse_phc(text)
    assert cost.memory <= 64 * 1024
    assert text.isascii()


TARGETS: tuple[Target, ...] = (
    text_target("credential", credential, (KEY, TOKEN, "sk-" + "a" * 43, "a b", ""), ("chy_sdk_", "eyJ", ".", " ", "\x00")),
    text_target("authorization", authorization, (f"Bearer {KEY}", f"bearer  {KEY}", "Bearer", "Basic YTpi"), ("Bearer ", ",")),
    text_target("scope", scope, ("projects:read", "a::b", "authsvc:keys:read", "*"), (":", "*", "authsvc:")),
    text_target("grant", grant, ("projects:*", "*", "a:*:b", "authsvc:*"), (":", "*", "authsvc:")),
    text_target(
        "expression",
        expression,
        ("projects:read AND (a OR b)", "((a))", "a and b", "a OR (b AND c) OR d", KEY),
        (" AND ", " OR ", "(", ")", ":", "\n"),
    ),
    text_target("resource", resource, ("workflows/wf_1", "a//b", "../a", "a/*"), ("/", ".", "*")),
    text_target("pattern", pattern, ("workflows/*", "**", "a/*/b/**", "a/**/b"), ("/", "*", "**", "..")),
    text_target("tenant", tenant, ("/", "acme", "acme/etl", "acme//etl", "/acme"), ("/", ".", "-")),
    text_target("name", stable(parse_name), ("sdk", "staging", "-a", ""), ("_", ".", "-")),
    text_target("prefix", stable(parse_prefix), ("chy_sdk_", "sk-", "", "a"), ("_", "-")),
    text_target("public_id", stable(parse_public_id), ("A" * 22, "0" * 29, "f" * 24), ("_", "-", "+", "/")),
    text_target("separator", stable(parse_separator), (".", "__", "a"), ("-", ":")),
    text_target(
        "phc",
        phc,
        ("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",),
        ("$argon2id$", "$v=19$", "m=", ",t=", ",p=", "$"),
    ),
)
