from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.base62 import ALPHABET
from authsvc.engine import ids


@given(st.integers(0, 200))
def test_a_name_has_the_length_that_was_asked_for(length: int) -> None:
    assert re.fullmatch(rf"[0-9A-Za-z]{{{length}}}", ids.base62(length))


def test_every_character_is_as_likely_as_another() -> None:
    drawn = ids.base62(62 * 1000)
    counts = [drawn.count(character) for character in ALPHABET]
    # Chi squared with 61 degrees of freedom: above 140 once in 10**7 runs.
    assert sum((count - 1000) ** 2 / 1000 for count in counts) < 140


@pytest.mark.parametrize("make", [ids.key_id, ids.secret_id, ids.token_id, ids.signing_key_id, ids.process_id, ids.etag])
def test_no_name_is_made_twice(make: object) -> None:
    assert callable(make)
    assert len({make() for _ in range(1000)}) == 1000
