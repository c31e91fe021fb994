from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.base62 import ALPHABET, base62, is_base62, letters
from authsvc.domain.errors import InvalidValue


def test_the_alphabet_is_ascii_letters_and_digits() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 62
    assert ALPHABET.isascii()
    assert ALPHABET.isalnum()


def test_every_character_is_equally_likely() -> None:
    # Over all bytes there are, each character comes from exactly four of them. Bytes to drop come first, so one kept would count.
    assert Counter(base62(bytes(reversed(range(256))), 248)) == Counter(ALPHABET * 4)
    with pytest.raises(InvalidValue):
        base62(bytes(range(256)), 249)


@given(st.binary(max_size=100), st.integers(0, 40))
def test_base62_has_the_length_asked_or_refuses(random: bytes, length: int) -> None:
    usable = sum(byte < 248 for byte in random)
    if usable < length:
        with pytest.raises(InvalidValue):
            base62(random, length)
    else:
        assert len(base62(random, length)) == length
        assert not length or is_base62(base62(random, length))


def test_too_few_random_bytes_never_make_a_short_text() -> None:
    with pytest.raises(InvalidValue):
        base62(b"\xff" * 64, 1)


@pytest.mark.parametrize("text", ["", "a-b", "a_b", "é", "a b", "٣", "ａ"])  # noqa: RUF001 -- look-alikes are the point
def test_other_characters_are_not_base62(text: str) -> None:
    assert not is_base62(text)


@given(st.binary(min_size=1, max_size=64))
def test_letters_write_one_character_per_byte(digest: bytes) -> None:
    assert len(letters(digest)) == len(digest)
    assert is_base62(letters(digest).decode())
