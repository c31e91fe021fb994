"""Access tokens and page tokens: whatever nobody of us made proves nothing and breaks nothing."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from functools import cache

from authsvc.domain.errors import InvalidArgument
from authsvc.domain.token import SigningKeyState, Token
from authsvc.engine import paging
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.engine.signing import Signer, SigningKeys
from tests.fuzz.target import Target, text_target
from tests.support.engine import Secrets

ISSUER = "https://auth.example"
FILTERS = ("acme", 7)
TOKEN = Token(
    token_id="tok_1",
    key_id="key_1",
    secret_id="sec_1",
    subject="svc",
    tenant="acme",
    environment="staging",
    scopes=("projects:read",),
    resources=("p/*",),
    audience=("api",),
    issue_time=1_700_000_000_000_000,
    expire_time=1_700_000_300_000_000,
    signing_key_id="kid",
    actor="ada",
)
CLAIMS = json.dumps(TOKEN.claims(ISSUER))


@cache
def signed() -> tuple[SigningKeys, dict[str, Token]]:
    """Keys of every algorithm, and a token of each."""
    signer = Signer(OwnSecrets(Secrets().offer()))
    keys = [signer.generate(algorithm, SigningKeyState.ACTIVE, 1) for algorithm in ("ES256", "EdDSA", "RS256")]
    public = SigningKeys(keys, ISSUER)
    texts = [signer.sign(TOKEN, key, ISSUER) for key in keys]
    read = {text: token for text in texts if (token := public.verify(text)) is not None}
    assert len(read) == len(keys)
    return public, read


def access_token(data: bytes) -> None:
    """A token, or its index with changes: a byte of which one, then the text. Whatever still verifies says what was signed."""
    public, known = signed()
    texts = list(known)
    index, rest = data[:1], data[1:]
    original = texts[index[0] % len(texts)] if index else ""
    at, text = int.from_bytes(rest[:2], "big") % (len(original) + 1), rest[2:].decode("utf-8", "surrogateescape")
    for candidate in (text, original[:at] + text + original[at + len(text) :], original[:at] + text, text + original[at:]):
        found = public.verify(candidate)
        assert found is None or found in known.values()


def claims(data: bytes) -> None:
    """Signed by us, but by a version that had other claims."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return
    if not isinstance(found, dict):
        return
    token = Token.from_claims(found, "kid")
    if token is not None:
        assert Token.from_claims(token.claims(ISSUER), "kid") == token


def page_token(text: str) -> None:
    """One that is read names a place in this list, and is what we would write for it."""
    with suppress(InvalidArgument):
        after = paging.read(text, FILTERS)
        assert after == "" if not text else paging.read(paging.write(after, FILTERS), FILTERS) == after
        assert after.isprintable()


def enveloped(text: str) -> None:
    """The same with the envelope right, so that what is inside is reached."""
    page_token(base64.urlsafe_b64encode(text.encode(errors="surrogateescape")).decode().rstrip("="))


PAGE = paging.write("key_" + "A" * 22, FILTERS)
TARGETS: tuple[Target, ...] = (
    Target(
        "access_token",
        access_token,
        (b"\x00\x00\x05A", b"\x01\x00\x50.", b"\x02\x01\x00", b"\x00\x00\x00a.b.c"),
        ("eyJ", ".", "="),
    ),
    Target("claims", claims, (CLAIMS.encode(), b'{"act": []}', b"[]"), ('"act"', '"exp"', '"sub"', "null", "1e999", "[[", '{"')),
    text_target("page_token", page_token, (PAGE, "x", "W10", PAGE + "="), ("=", "-", "_")),
    text_target(
        "page_content", enveloped, (base64.urlsafe_b64decode(PAGE + "==").decode(), "[]", '["a"]', "[1, 2]"), ('"', "[", "null")
    ),
)
