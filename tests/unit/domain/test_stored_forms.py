from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.base62 import ALPHABET
from authsvc.domain.errors import InvalidValue
from authsvc.domain.key import Hash
from authsvc.domain.keyring import Keyring
from authsvc.domain.policy import KeyType
from authsvc.domain.public_id import PublicIdRule
from authsvc.domain.stored_forms import possible_digests

RING = Keyring(
    tag_keys={"1": b"tag key".ljust(32, b".")},
    peppers={"p2": b"pepper 2".ljust(32, b"."), "p1": b"pepper 1".ljust(32, b".")},
    tag_generation="1",
    pepper="p2",
    process_key=b"process".ljust(32, b"."),
    foreign_keys={"old": b"k", "older": b"another"},
)
PLAIN = KeyType(name="plain", prefix="a-")
CHOSEN = KeyType(name="chosen", prefix="a-", hash=Hash.ARGON2ID)
BROUGHT = KeyType(name="brought", prefix="a-", accepts_imported=True)
DOTTED = KeyType(name="dotted", prefix="a-", accepts_imported=True, public_id=PublicIdRule(separator="."))
RANDOM = st.text(ALPHABET, min_size=54, max_size=80)


def stored(pepper: str, label: str, message: bytes) -> bytes:
    return hmac.digest(RING.peppers[pepper], f"authsvc {label}\0".encode() + message, "sha256")


@given(RANDOM, st.sampled_from([PLAIN, CHOSEN, None]))
def test_an_issued_credential_may_be_stored_whole_or_by_its_public_id_whatever_its_type_says_now(
    random: str, key_type: KeyType | None
) -> None:
    credential = RING.issue("a-", random)
    whole = [stored(pepper, "stored", credential.encode()) for pepper in ("p2", "p1")]
    public = [stored(pepper, "public id", random[:22].encode()) for pepper in ("p2", "p1")]
    assert possible_digests(RING, credential, key_type, tagged=True) == (*whole, *public)


def test_a_prefix_that_has_several_parts_is_left_out_without_knowing_the_type() -> None:
    credential = RING.issue("chy_sdk_", "r" * 54)
    assert possible_digests(RING, credential, None, tagged=True)[2] == stored("p2", "public id", b"r" * 22)


def test_an_untagged_credential_has_no_public_id_of_ours_and_imports_only_where_the_type_takes_them() -> None:
    assert len(possible_digests(RING, "a-" + "x" * 60, PLAIN, tagged=False)) == 2
    assert len(possible_digests(RING, "a-" + "x" * 60, None, tagged=False)) == 2


def test_a_type_that_takes_imports_is_asked_for_every_form() -> None:
    credential = "a-" + "i" * 24 + ".secret"
    message = credential.encode()
    expected = [
        *(stored(pepper, "stored", message) for pepper in ("p2", "p1")),
        *(stored(pepper, "imported sha256", hashlib.sha256(message).digest()) for pepper in ("p2", "p1")),
        *(
            stored(pepper, "imported hmac-sha256", name.encode() + b"\0" + hmac.digest(key, message, "sha256"))
            for name, key in RING.foreign_keys.items()
            for pepper in ("p2", "p1")
        ),
    ]
    assert possible_digests(RING, credential, BROUGHT, tagged=False) == tuple(expected)
    public = [stored(pepper, "public id", b"i" * 24) for pepper in ("p2", "p1")]
    assert possible_digests(RING, credential, DOTTED, tagged=False) == (*expected, *public)


def test_what_is_kept_of_an_import_is_what_is_asked_for() -> None:
    credential = "a-" + "i" * 24 + ".secret"
    asked = possible_digests(RING, credential, DOTTED, tagged=False)
    kept = [
        RING.digest(credential),
        RING.imported_digest(hashlib.sha256(credential.encode()).digest()),
        RING.foreign_digest("older", hmac.digest(b"another", credential.encode(), "sha256")),
        RING.public_digest("i" * 24),
    ]
    assert all(pepper_id == "p2" and digest in asked for pepper_id, digest in kept)


def test_no_form_is_ever_another_form() -> None:
    rings = [RING, replace(RING, pepper="p1")]
    message = b"m" * 32
    forms = {
        digest
        for ring in rings
        for _, digest in (
            ring.digest(message.decode()),
            ring.imported_digest(message),
            ring.foreign_digest("old", message),
            ring.foreign_digest("older", message),
            ring.public_digest(message.decode()),
        )
    } | {ring.slow_input(ring.pepper, message.decode()) for ring in rings}
    assert len(forms) == 12


@pytest.mark.parametrize("digest", [b"", b"x" * 31, b"x" * 33])
def test_a_foreign_digest_is_32_bytes_made_with_a_key_that_is_here(digest: bytes) -> None:
    with pytest.raises(InvalidValue):
        RING.foreign_digest("old", digest)
    with pytest.raises(InvalidValue):
        RING.foreign_digest("oldest", b"x" * 32)
    with pytest.raises(InvalidValue):
        RING.slow_input("p9", "x")


def test_foreign_keys_are_not_shown() -> None:
    assert "another" not in repr(RING)
