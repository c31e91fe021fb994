from __future__ import annotations

import re
import secrets

import pytest

from authsvc.domain.keyring import Keyring
from authsvc.domain.policy import KeyType
from authsvc.domain.policy_file import load_policy
from authsvc.engine import ids
from authsvc.engine.policies.read import PolicyRecord
from authsvc.engine.records import PolicyVersion
from authsvc.transport.codec.policies import credential_pattern, write_policy

KEYRING = Keyring(
    tag_keys={"0": secrets.token_bytes(32)},
    peppers={"p": secrets.token_bytes(32)},
    tag_generation="0",
    pepper="p",
    process_key=secrets.token_bytes(32),
)


@pytest.mark.parametrize("prefix", ["chy_sdk_", "sk-", "", "dg_"])
@pytest.mark.parametrize("length", [32, 40])
def test_the_pattern_matches_exactly_the_keys_of_its_type(prefix: str, length: int) -> None:
    pattern = re.compile(credential_pattern(KeyType(name="t", prefix=prefix, random_length=length)))
    key = KEYRING.issue(prefix, ids.base62(length))
    assert pattern.fullmatch(key)
    assert not pattern.fullmatch(key[:-1])
    assert not pattern.fullmatch("x-" + key)


def test_the_document_is_given_byte_for_byte_with_its_digest() -> None:
    text = "# ü\nversion: 1\nkey_types: {sdk: {prefix: chy_sdk_, description: Apps}}\n"
    types = load_policy(text).key_types
    message = write_policy(
        PolicyRecord(PolicyVersion(3, text, "key_1", 5_000_000, 7), tuple(types[name] for name in sorted(types)))
    )
    assert (message.version, message.document) == (3, text)
    assert (message.applied_by, message.apply_time.seconds, message.revision) == ("key_1", 5, 7)
    assert len(message.sha256) == 64
    assert [(each.name, each.prefix) for each in message.key_types] == [("authsvc", "authsvc_"), ("sdk", "chy_sdk_")]
