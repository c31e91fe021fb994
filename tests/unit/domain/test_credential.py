from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.credential import check_prefix_free, is_token, parse_authorization, parse_credential, parse_prefix
from authsvc.domain.errors import InvalidValue

VCHAR = "".join(map(chr, range(0x21, 0x7F)))
TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln-_Zw"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEARER"])
def test_the_scheme_is_compared_without_case(scheme: str) -> None:
    assert parse_authorization(f"{scheme} sk-1") == "sk-1"
    assert parse_authorization("Bearer sk-1", scheme) == "sk-1"


@pytest.mark.parametrize(
    "value", ["Basic sk-1", "", "Bearersk-1", "sk-1", " Bearer sk-1", "Bearer\tsk-1", "ApiKey sk-1", "Bearer,x sk-1"]
)
def test_another_scheme_carries_no_credential(value: str) -> None:
    assert parse_authorization(value) is None


@pytest.mark.parametrize(
    "rest", ["", " ", "  sk-1", " sk-1 ", " sk 1", " sk-1\n", " sk-\t1", " sk-é", " \x7f", " sk-\x00", " " + "k" * 513]
)
def test_after_the_scheme_comes_exactly_one_space_and_visible_ascii(rest: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_authorization("Bearer" + rest)
    assert "sk" not in str(refused.value)


def test_without_a_scheme_the_value_is_the_credential() -> None:
    assert parse_authorization("sk-1", "") == "sk-1"
    with pytest.raises(InvalidValue):
        parse_authorization("Bearer sk-1", "")


@given(st.text(st.one_of(st.sampled_from(VCHAR), st.characters()), max_size=20))
def test_a_credential_is_one_or_more_visible_ascii_characters(text: str) -> None:
    if text and set(text) <= set(VCHAR):
        assert parse_credential(text) == text
        assert parse_authorization("Bearer " + text) == text
    else:
        with pytest.raises(InvalidValue):
            parse_credential(text)


def test_a_token_may_be_longer_than_a_key() -> None:
    assert parse_credential("k" * 512)
    assert parse_credential(TOKEN + "x" * (8192 - len(TOKEN)))
    for text in ("k" * 513, TOKEN + "x" * (8193 - len(TOKEN)), "eyJ" + "k" * 600):
        with pytest.raises(InvalidValue):
            parse_credential(text)


def test_a_token_is_three_base64url_parts_beginning_eyj() -> None:
    assert is_token(TOKEN)
    assert is_token("eyJ.a.b")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "eyJ",
        "eyJ.a",
        "eyJ.a.",
        "eyJ..a",
        "eyJ.a.b.c",
        "eyJ.a.b=",
        "eyJ.a.b+",
        "eyJ.a/.b",
        "eyj.a.b",
        ".eyJ.a.b",
        "eyJ.é.b",
        "eyJ.a .b",
        "xeyJ.a.b",
    ],
)
def test_anything_else_is_a_key(text: str) -> None:
    assert not is_token(text)


@pytest.mark.parametrize("text", ["", "sk-", "dg_", "chy_sdk_", "authsvc_", "a" * 23 + "_", "2fa-", "a-b_"])
def test_a_prefix_ends_where_base62_cannot_go_on(text: str) -> None:
    assert parse_prefix(text) == text


@pytest.mark.parametrize("text", ["sk", "_", "-", "_a_", "SK-", "s k-", "é_", "a" * 24 + "_", "sk.", "sk-\n", "a:b_"])
def test_prefix_refuses_everything_else(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_prefix(text)


def test_prefixes_that_begin_each_other_are_named() -> None:
    check_prefix_free(["chy_sdk_", "chy_cli_", "", "authsvc_"])
    check_prefix_free([])
    with pytest.raises(InvalidValue, match=r"'chy_' and 'chy_sdk_'"):
        check_prefix_free(["chy_sdk_", "dg_", "chy_"])
    for twice in (["", ""], ["dg_", "dg_"]):
        with pytest.raises(InvalidValue):
            check_prefix_free(twice)


@given(st.lists(st.text("ab_-", max_size=4), max_size=6))
def test_prefixes_are_free_when_none_begins_another(prefixes: list[str]) -> None:
    named = [prefix for prefix in prefixes if prefix]
    clash = prefixes.count("") > 1 or any(b.startswith(a) for a, b in itertools.permutations(named, 2))
    if clash:
        with pytest.raises(InvalidValue):
            check_prefix_free(prefixes)
    else:
        check_prefix_free(prefixes)
