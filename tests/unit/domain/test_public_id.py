from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.base62 import ALPHABET
from authsvc.domain.errors import InvalidValue
from authsvc.domain.public_id import PublicIdRule, parse_public_id, parse_separator


@pytest.mark.parametrize(
    "text",
    [
        "7Qx0ZkL2mB9vR4tYa",  # 17 base62
        "0123456789abcdef01234567",  # 24 hexadecimal
        "0123456789ABCDEF01234567",
        "12345678901234567890123456789",  # 29 digits: 96.3 bits
        "7Qx0-kL2_B9vR4tY",  # 16 base64url
        "7Qx0/kL2+B9vR4tY",  # 16 base64
        "7qx0zkl2mb9vr4tyaaa",  # 19 of 36
        "7Qx0ZkL2mB9vR4tYa".ljust(128, "x"),
    ],
)
def test_96_random_bits_are_enough(text: str) -> None:
    assert parse_public_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "7Qx0ZkL2mB9vR4tY",  # 16 base62: 95.3 bits
        "0123456789abcdef0123456",  # 23 hexadecimal: 92 bits
        "1234567890123456789012345678",
        "00000000000000000042",  # counted up
        "7qx0zkl2mb9vr4tyaa",
        "7Qx0-kL2/B9vR4tYaa",  # no alphabet has both
        "7Qx0ZkL2mB9vR4tYa".ljust(129, "x"),
        "7Qx0ZkL2mB9vR4tY a",
        "7Qx0ZkL2mB9vR4tYaé",
        "7Qx0ZkL2mB9vR4tYa.b",
    ],
)
def test_fewer_are_not_nor_other_characters(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_public_id(text)
    assert len(text) < 10 or text not in str(caught.value)


IDS = st.text(ALPHABET, min_size=24, max_size=24)
SECRETS = st.text(ALPHABET + "._-", min_size=1, max_size=40)


@given(IDS, SECRETS)
def test_by_length_or_separator_the_id_is_found_and_the_rest_is_secret(public_id: str, secret: str) -> None:
    fixed, dotted = PublicIdRule(length=24), PublicIdRule(separator=".")
    assert (fixed.find(public_id + secret), fixed.secret(public_id + secret)) == (public_id, secret)
    assert (dotted.find(f"{public_id}.{secret}"), dotted.secret(f"{public_id}.{secret}")) == (public_id, secret)


@pytest.mark.parametrize("rest", ["", "a" * 24, "." + "a" * 24, "a" * 24 + ".", "a" * 10])
def test_where_nothing_secret_follows_there_is_no_public_id(rest: str) -> None:
    assert PublicIdRule(separator=".").find(rest) == ""
    assert PublicIdRule(separator=".").secret(rest) == ""
    assert len(rest) > 24 or PublicIdRule(length=24).find(rest) == ""


def test_an_id_that_its_rule_would_not_find_is_refused() -> None:
    PublicIdRule(length=24).check("a" * 24)
    PublicIdRule(separator="::").check("a:" * 12)
    for rule, public_id in ((PublicIdRule(length=24), "a" * 25), (PublicIdRule(separator="_"), "a_" * 12)):
        with pytest.raises(InvalidValue):
            rule.check(public_id)


@pytest.mark.parametrize("text", [".", "_", "-", ":", "::", "~", "!@[`"])
def test_a_separator_is_punctuation(text: str) -> None:
    assert parse_separator(text) == text


@pytest.mark.parametrize("text", ["", "a", "0", "Z", ".a", " ", ".....", "é", "\n"])
def test_a_separator_is_no_letter_or_digit(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_separator(text)
