from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.headers import header_text, joined, parse_owned_header, single
from authsvc.domain.http.malformed import Malformed


def test_headers_of_one_name_are_joined_whatever_their_case() -> None:
    view = joined([("X-Api-Key", b"one"), ("accept", b"*/*"), ("x-api-key", b"two")])
    assert view == {"x-api-key": "one,two", "accept": "*/*"}


def test_bytes_that_are_no_ascii_become_exclamation_marks() -> None:
    assert joined([("a", b"x\xffy\xc3\xa9")]) == {"a": "x!y!!"}


def test_a_single_valued_header_has_one_value_or_is_absent() -> None:
    assert single({"a": "x"}, "a") == "x"
    assert single({}, "a") is None
    for value in ("x,y", ",", "x,", "x, y"):
        with pytest.raises(Malformed):
            single({"a": value}, "a")


@pytest.mark.parametrize("name", ["authorization", "x-api-key", "x-auth-subject", "x-organization-id", "a"])
def test_headers_can_be_ours(name: str) -> None:
    assert parse_owned_header(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "X-Auth", "x_auth", "x-auth_id", "-x", "x-", "x--y", "x y", "x:y", ":path", ":authority", "a" * 65, "x\n"),
        *("host", "content-length", "content-type", "connection", "transfer-encoding", "te", "upgrade", "cookie", "origin"),
        *("x-forwarded-for", "x-envoy-original-path", "x-http-method-override", "x-original-url", "grpc-timeout", "forwarded"),
    ],
)
def test_headers_that_mean_something_else_cannot_be_ours(name: str) -> None:
    with pytest.raises(InvalidValue):
        parse_owned_header(name)


@given(st.text())
def test_any_text_is_one_safe_value_that_decodes_to_itself(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return  # halves of characters are refused where subjects are set
    value = header_text(text)
    assert value.isascii()
    assert all("!" <= character <= "~" for character in value)
    assert not {",", '"', "\\"}.intersection(value)
    assert unquote(value) == text


@pytest.mark.parametrize("text", ["alice", "alice@example.com", "auth0|123", "user:1/2", "a=b&c", "{x}", ""])
def test_usual_names_stay_as_they_are(text: str) -> None:
    assert header_text(text) == text
