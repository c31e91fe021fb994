from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidValue
from authsvc.engine import ids
from authsvc.transport.codec.texts import plain, read_etag, read_key_id, read_reason, read_request_id, visible


def test_a_key_id_is_what_we_make() -> None:
    key_id = ids.key_id()
    assert read_key_id(key_id) == key_id


@given(st.text())
def test_a_key_id_is_nothing_else_and_is_never_repeated(text: str) -> None:
    with pytest.raises(InvalidValue) as raised:
        read_key_id(text)
    assert str(raised.value) == "a key_id is `key_` and 22 base62 characters"


@pytest.mark.parametrize("text", ["", "a", "0b8e5f3c-9c1f-4a43-8b9c-1f0e6d1d2c3b", "x" * 64, "~!#"])
def test_a_request_id_is_visible_ascii(text: str) -> None:
    assert read_request_id(text) == text


@pytest.mark.parametrize("text", ["x" * 65, "a b", "a\n", "\x00", "ü", " "])
def test_a_request_id_is_nothing_else(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_request_id(text)


def test_a_reason_is_at_most_256_characters() -> None:
    assert read_reason("ü" * 256) == "ü" * 256
    with pytest.raises(InvalidValue):
        read_reason("x" * 257)


@pytest.mark.parametrize("read", [read_reason, read_etag, read_request_id, read_key_id, plain(9), visible(9)])
@pytest.mark.parametrize("character", ["\x00", "\n", "\x1b", "\x7f", "\u2028", "\u202e"])
def test_no_text_has_control_characters(read: Callable[[str], str], character: str) -> None:
    with pytest.raises(InvalidValue):
        read(f"a{character}b")
