from __future__ import annotations

import base64

import pytest
from argon2.low_level import Type, hash_secret
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.argon2 import MAX_LANES, MAX_MEMORY, MAX_PASSES, Argon2Cost, parse_phc
from authsvc.domain.errors import InvalidValue

SALT = base64.b64encode(b"s" * 16).rstrip(b"=").decode()
TAG = base64.b64encode(b"t" * 32).rstrip(b"=").decode()
RIGHT = f"$argon2id$v=19$m=65536,t=5,p=4${SALT}${TAG}"


@given(st.integers(1, 3), st.integers(1, 2), st.integers(8, 64), st.integers(16, 64))
def test_what_the_library_writes_is_read(passes: int, lanes: int, salt: int, tag: int) -> None:
    phc = hash_secret(b"secret", b"s" * salt, passes, 8 * lanes, lanes, tag, Type.ID).decode()
    assert parse_phc(phc) == Argon2Cost(8 * lanes, passes, lanes)


def test_the_caps_themselves_are_allowed() -> None:
    assert parse_phc(RIGHT) == Argon2Cost(MAX_MEMORY, MAX_PASSES, MAX_LANES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        RIGHT.replace("argon2id", "argon2i"),
        RIGHT.replace("argon2id", "argon2d"),
        RIGHT.replace("v=19$", ""),
        RIGHT.replace("v=19", "v=16"),
        RIGHT.replace("65536", "65537"),
        RIGHT.replace("65536", "31"),
        RIGHT.replace("65536", "065536"),
        RIGHT.replace("65536", "+65536"),
        RIGHT.replace("65536", "9999999999"),
        RIGHT.replace("65536", "99999999999"),
        RIGHT.replace("t=5", "t=6"),
        RIGHT.replace("t=5", "t=0"),
        RIGHT.replace("p=4", "p=5"),
        RIGHT.replace("p=4", "p=0"),
        RIGHT.replace("m=65536,t=5", "t=5,m=65536"),
        RIGHT.replace(",p=4", ",p=4,keyid=a"),
        RIGHT + "=",
        RIGHT + "\n",
        RIGHT + "$",
        " " + RIGHT,
        RIGHT.replace(SALT, SALT + "=="),
        RIGHT.replace(SALT, ""),
        RIGHT.replace(SALT, base64.b64encode(b"s" * 7).decode().rstrip("=")),
        RIGHT.replace(SALT, base64.b64encode(b"s" * 65).decode().rstrip("=")),
        RIGHT.replace(TAG, base64.b64encode(b"t" * 15).decode().rstrip("=")),
        RIGHT.replace(TAG, base64.b64encode(b"t" * 65).decode().rstrip("=")),
        RIGHT.replace(TAG, TAG + "AA"),
        RIGHT.replace(TAG, TAG[:-2] + "-_"),
        RIGHT.replace(TAG, "é" + TAG[1:]),
    ],
)
def test_anything_else_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_phc(text)
    assert SALT not in str(caught.value)
    assert TAG not in str(caught.value)


def test_a_hash_has_one_spelling() -> None:
    """The last character of 16 bytes carries four bits of them and two of nothing."""
    others = [SALT[:-1] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"]
    same = [other for other in others if base64.b64decode(other + "==") == b"s" * 16]
    assert len(same) == 16
    read = []
    for other in same:
        try:
            parse_phc(RIGHT.replace(SALT, other))
        except InvalidValue:
            continue
        read.append(other)
    assert read == [SALT]


@pytest.mark.parametrize("cost", [(46, 1), (19, 2), (12, 3), (9, 4), (7, 5)])
def test_what_owasp_recommends_is_enough(cost: tuple[int, int]) -> None:
    assert Argon2Cost(cost[0] * 1024, cost[1]).is_enough


@pytest.mark.parametrize("cost", [(34, 1), (17, 2), (11, 3), (8, 4), (6, 5)])
def test_less_is_not(cost: tuple[int, int]) -> None:
    assert not Argon2Cost(cost[0] * 1024, cost[1]).is_enough
