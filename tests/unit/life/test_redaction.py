from __future__ import annotations

import secrets
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authsvc import redaction
from authsvc.engine import ids
from authsvc.redaction import REDACTED, learn_prefixes, redact

BASE62 = string.digits + string.ascii_letters
bodies = st.text(alphabet=BASE62, min_size=39, max_size=80)
prefixes = st.sampled_from(["", "authsvc_", "chy_sdk_", "dg_", "sk-", "a-b_c-"])


@settings(deadline=None)
@given(
    prefix=prefixes,
    body=bodies,
    before=st.sampled_from(["", " ", '"', "key=", "Bearer ", "(", "/"]),
    after=st.sampled_from(["", " ", '"', ",", ")"]),
)
def test_no_key_of_ours_comes_through(prefix: str, body: str, before: str, after: str) -> None:
    shown = redact(f"{before}{prefix}{body}{after}")
    assert body not in shown
    assert not any(body[start : start + 12] in shown for start in range(len(body) - 12))


@settings(deadline=None)
@given(st.lists(st.text(alphabet=BASE62 + "-_", min_size=10, max_size=60), min_size=2, max_size=2))
def test_no_token_comes_through(parts: list[str]) -> None:
    token = f"eyJhbGciOiJFUzI1NiJ9.{parts[0]}.{parts[1]}"
    shown = redact(f'{{"authorization": "Bearer {token}"}}')
    assert parts[0] not in shown
    assert parts[1] not in shown


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://owner:hunter2hunter2@db/authsvc",
        "could not connect to postgres://owner:hunter2hunter2@[::1]:5432/authsvc?sslmode=require",
        "postgresql://owner:p@ss/hunter2hunter2@db/authsvc",
        "postgresql://owner@db/authsvc?password=hunter2hunter2&sslmode=require",
        "password='hunter2hunter2'",
        '{"password": "hunter2hunter2"}',
        "Basic hunter2hunter2aGVsbG8=",
    ],
)
def test_no_password_comes_through(text: str) -> None:
    shown = redact(text)
    assert "hunter2" not in shown
    assert REDACTED in shown


def test_no_secret_of_the_secrets_folder_comes_through() -> None:
    for _ in range(200):
        secret = secrets.token_urlsafe(32)
        shown = redact(f"read {secret} there")
        assert secret not in shown


def test_what_operators_search_for_comes_through() -> None:
    now = 1_790_000_000_000_000
    kept = [
        ids.key_id(), ids.secret_id(), ids.process_id(), ids.audit_id(now), ids.signing_key_id(), ids.token_id(),
        "authsvc.engine.membership", "a_rather_long_event_name_of_ours_that_is_no_secret", "chy_sdk_ab12",
        "/var/lib/authsvc/secrets/peppers/p1", "2026-11-20T17:10:17.532668Z", "bearer credentials",
        "postgresql://authsvc@/authsvc?host=/var/lib/authsvc/pg/s&port=5432",
        "https://auth.example/.well-known/oauth-authorization-server", "7f1c1f9e-6c2c-4b8e-9d6a-1c5a2f0c9b11",
    ]  # fmt: skip
    for text in kept:
        assert redact(text) == text


def test_prefixes_that_were_learned_make_shorter_ones_known() -> None:
    text = "presented legacy_0123456789abcdef"
    assert redact(text) == text
    try:
        learn_prefixes(["authsvc_", "legacy_"])
        assert redact(text) == f"presented {REDACTED}"
        assert redact("legacy_ab12 is shown") == "legacy_ab12 is shown"
    finally:
        learn_prefixes(["authsvc_"])


def every_pattern(text: str) -> str:
    for pattern, replacement, _signs in redaction._RULES:
        text = pattern.sub(replacement, text)
    for pattern in redaction._prefixed:
        text = pattern.sub(REDACTED, text)
    return text


SIGNS = ["eyJ", "EYJ", "://", "a://b:c@", "password", "PGPASSWD=", "pa\u017fsword: ", "Bearer ", "BASIC ", "ba\u0131c "]
words = st.sampled_from([*SIGNS, "[redacted]", "_", "-", ".", "=", "@", ":", " ", '"', "\x1f", "/"])


@settings(deadline=None, max_examples=500)
@given(st.lists(st.one_of(words, st.text(max_size=5), st.text(alphabet=BASE62 + "-_", max_size=50)), max_size=12).map("".join))
def test_a_pattern_is_left_out_only_where_it_would_find_nothing(text: str) -> None:
    assert redact(text) == every_pattern(text)
