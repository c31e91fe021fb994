from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.base62 import ALPHABET, is_base62, letters
from authsvc.domain.errors import InvalidValue
from authsvc.domain.keyring import Keyring, display_prefix

RING = Keyring(
    tag_keys={"A": b"tag key a".ljust(128, b"."), "b": b"tag key b".ljust(200, b".")},
    peppers={"p3": b"pepper 3".ljust(32, b"."), "p2": b"pepper 2".ljust(32, b"."), "p1": b"pepper 1".ljust(32, b".")},
    tag_generation="b",
    pepper="p2",
    process_key=b"process".ljust(32, b"."),
)
RANDOM = st.text(ALPHABET, min_size=32, max_size=60)
PREFIXES = st.sampled_from(["", "sk-", "dg_", "chy_sdk_", "authsvc_"])
CREDENTIALS = st.builds(RING.issue, PREFIXES, RANDOM)


@given(PREFIXES, RANDOM, st.sampled_from(["A", "b"]))
def test_an_issued_key_is_prefix_random_generation_and_tag(prefix: str, random: str, generation: str) -> None:
    credential = replace(RING, tag_generation=generation).issue(prefix, random)
    assert credential[:-6] == prefix + random + generation
    assert is_base62(credential[-6:])
    assert RING.fingerprint(credential) is not None


def test_a_key_of_36_random_characters_has_43_behind_its_prefix() -> None:
    assert len(RING.issue("sk-", "r" * 36)) == len("sk-") + 43


def test_a_key_of_the_greatest_length_works_and_a_longer_one_is_not_issued() -> None:
    assert RING.fingerprint(RING.issue("sk-", "r" * (512 - len("sk-") - 7))) is not None
    with pytest.raises(InvalidValue):
        RING.issue("sk-", "r" * (513 - len("sk-") - 7))


@pytest.mark.parametrize("generation", ["A", "b"])
def test_a_tag_key_of_a_whole_block_or_more_is_used_as_rfc_2104_says(generation: str) -> None:
    credential = replace(RING, tag_generation=generation).issue("", "r" * 32)
    mac = hmac.digest(RING.tag_keys[generation], b"authsvc tag\0" + credential[:-6].encode(), "sha512")
    assert RING.fingerprint(credential) == mac[:32]


@given(CREDENTIALS)
def test_one_hmac_sha512_gives_fingerprint_and_tag(credential: str) -> None:
    mac = hmac.digest(RING.tag_keys[credential[-7]], b"authsvc tag\0" + credential[:-6].encode(), "sha512")
    assert RING.fingerprint(credential) == mac[:32]
    assert credential[-6:].encode() == letters(mac[32:38])


@given(CREDENTIALS, st.data())
def test_changing_any_one_character_is_noticed(credential: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(credential) - 1))
    other = data.draw(st.characters(exclude_characters=credential[at]))
    assert RING.fingerprint(credential[:at] + other + credential[at + 1 :]) is None


@given(CREDENTIALS, st.data())
def test_cutting_adding_or_swapping_characters_is_noticed(credential: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(credential) - 2))
    assert RING.fingerprint(credential[:at] + credential[at + 1 :]) is None
    assert RING.fingerprint(credential[:at] + "x" + credential[at:]) is None
    swapped = credential[:at] + credential[at + 1] + credential[at] + credential[at + 2 :]
    assert swapped == credential or RING.fingerprint(swapped) is None


@given(st.text(max_size=600))
def test_anything_else_has_no_fingerprint_and_raises_nothing(text: str) -> None:
    assert RING.fingerprint(text) is None
    assert len(RING.untagged_fingerprint(text)) == 32


@pytest.mark.parametrize("text", ["", "b", "b" * 6, "b" * 7, "b" * 38, "b" * 39, "b" * 512, "\ud800" + "b" * 50])
def test_malformed_credentials_have_no_fingerprint(text: str) -> None:
    assert RING.fingerprint(text) is None


def test_a_short_or_long_credential_with_a_right_tag_is_still_malformed() -> None:
    for body in ("r" * 31 + "b", "r" * 600 + "b"):
        mac = hmac.digest(RING.tag_keys["b"], b"authsvc tag\0" + body.encode(), "sha512")
        assert RING.fingerprint(body + letters(mac[32:38]).decode()) is None


def test_retiring_a_tag_key_ends_its_generation_and_no_other() -> None:
    old, new = replace(RING, tag_generation="A").issue("sk-", "r" * 32), RING.issue("sk-", "r" * 32)
    retired = replace(RING, tag_keys={"b": RING.tag_keys["b"]})
    assert retired.fingerprint(old) is None
    assert retired.fingerprint(new) == RING.fingerprint(new)
    assert retired.digests(old) == RING.digests(old)


@given(CREDENTIALS)
def test_the_store_is_asked_for_every_pepper_the_current_one_first(credential: str) -> None:
    assert [pepper_id for pepper_id, _ in RING.digests(credential)] == ["p2", "p3", "p1"]
    assert RING.digests(credential)[0] == RING.digest(credential)
    for pepper_id, digest in RING.digests(credential):
        assert digest == hmac.digest(RING.peppers[pepper_id], b"authsvc stored\0" + credential.encode(), "sha256")


@given(CREDENTIALS)
def test_what_is_stored_under_an_older_pepper_is_still_found(credential: str) -> None:
    stored = replace(RING, pepper="p1").digest(credential)
    assert stored in RING.digests(credential)
    assert stored not in replace(RING, peppers={"p2": RING.peppers["p2"]}).digests(credential)


@given(st.text(max_size=50))
def test_an_imported_digest_is_found_by_the_credential_it_came_from(credential: str) -> None:
    stored = RING.imported_digest(hashlib.sha256(credential.encode()).digest())
    assert stored in RING.imported_digests(credential)
    assert stored not in RING.imported_digests(credential + "x")
    assert [pepper_id for pepper_id, _ in RING.imported_digests(credential)] == ["p2", "p3", "p1"]


def test_an_imported_digest_is_32_bytes() -> None:
    for size in (0, 31, 33):
        with pytest.raises(InvalidValue):
            RING.imported_digest(b"x" * size)


@given(st.text(min_size=1, max_size=50))
def test_no_use_of_hmac_gives_the_output_of_another_even_under_one_key(text: str) -> None:
    key = b"the same everywhere".ljust(32, b".")
    ring = Keyring({"b": key}, {"p": key}, "b", "p", key)
    sha256 = hashlib.sha256(text.encode()).digest()
    stored = {ring.digest(text)[1], ring.imported_digest(sha256)[1], ring.digest(sha256.decode("latin-1"))[1]}
    assert len(stored) == 3
    credential = ring.issue("", "r" * 32)
    assert ring.untagged_fingerprint(credential) != ring.fingerprint(credential)


def test_untagged_fingerprints_mean_nothing_in_another_process() -> None:
    other = replace(RING, process_key=b"other".ljust(32, b"."))
    assert RING.untagged_fingerprint("x") == RING.untagged_fingerprint("x")
    assert RING.untagged_fingerprint("x") != other.untagged_fingerprint("x")


@pytest.mark.parametrize(
    ("prefix", "random"),
    [("", "r" * 31), ("", "r" * 31 + "-"), ("", "é" * 32), ("SK-", "r" * 32), ("sk", "r" * 32), ("", "r" * 506)],
)
def test_issue_refuses_a_bad_prefix_or_a_weak_random_part(prefix: str, random: str) -> None:
    with pytest.raises(InvalidValue):
        RING.issue(prefix, random)


@pytest.mark.parametrize(
    "change",
    [
        {"tag_generation": "c"},
        {"pepper": "p9"},
        {"process_key": b"short"},
        {"tag_keys": {"b": b"short"}},
        {"tag_keys": {"bb": b"k" * 32}, "tag_generation": "bb"},
        {"tag_keys": {"-": b"k" * 32}, "tag_generation": "-"},
        {"tag_keys": {}},
        {"peppers": {"p2": b"short"}},
        {"peppers": {}},
        {"peppers": {"": b"k" * 32}, "pepper": ""},
    ],
)
def test_a_ring_with_a_weak_or_missing_secret_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InvalidValue) as refused:
        replace(RING, **change)  # type: ignore[arg-type]  # the cases name members of their own
    assert "short" not in str(refused.value)


def test_repr_shows_which_secrets_there_are_and_nothing_of_them() -> None:
    shown = repr(RING)
    assert "p2" in shown
    for secret in (*RING.tag_keys.values(), *RING.peppers.values(), RING.process_key):
        assert secret.decode().rstrip(".") not in shown
        assert secret.hex() not in shown
    assert "object at" not in shown


@pytest.mark.parametrize(
    ("prefix", "credential", "shown"),
    [
        ("dg_", "dg_ab12" + "x" * 35, "dg_ab12"),
        ("", "ab12" + "x" * 35, "ab12"),
        ("sk-", "sk-" + "y" * 16, "sk-yy"),
        ("sk-", "sk-" + "y" * 7, "sk-"),
        ("sk-", "zz" + "y" * 38, "zzyy"),
        ("", "", ""),
    ],
)
def test_the_display_prefix_is_the_type_prefix_and_four_characters_at_most(prefix: str, credential: str, shown: str) -> None:
    assert display_prefix(prefix, credential) == shown
