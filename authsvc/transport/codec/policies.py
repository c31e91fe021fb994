"""Policies, what is asked about them, and signing keys: from messages and into them."""

from __future__ import annotations

import hashlib
import json
import re

from authsvc.domain.keyring import TAG_LENGTH
from authsvc.domain.policy import KeyType
from authsvc.domain.token import SigningKey
from authsvc.engine.policies.read import PolicyRecord
from authsvc.transport.codec.times import write_time
from authsvc.v1 import policy_pb2, signing_key_pb2


def write_policy(record: PolicyRecord) -> policy_pb2.Policy:
    """A version of the policy with what scanners and clients need of its key types."""
    version = record.version
    message = policy_pb2.Policy(
        version=version.version,
        document=version.source,
        sha256=hashlib.sha256(version.source.encode()).hexdigest() if version.source else "",
        applied_by=version.applied_by,
        revision=version.revision,
        key_types=[_write_type(key_type) for key_type in record.key_types],
    )
    if version.apply_time:
        write_time(message.apply_time, version.apply_time)
    return message


def _write_type(key_type: KeyType) -> policy_pb2.KeyType:
    return policy_pb2.KeyType(
        name=key_type.name, prefix=key_type.prefix, description=key_type.description, pattern=credential_pattern(key_type)
    )


def credential_pattern(key_type: KeyType) -> str:
    """A regular expression (RE2) that matches what `Keyring.issue` makes for a type: random part, generation, tag."""
    return f"{re.escape(key_type.prefix)}[0-9A-Za-z]{{{key_type.random_length + 1 + TAG_LENGTH}}}"


def write_signing_key(key: SigningKey) -> signing_key_pb2.SigningKey:
    """What is public of a signing key."""
    message = signing_key_pb2.SigningKey(
        signing_key_id=key.signing_key_id,
        algorithm=key.algorithm,
        state=key.state.value,  # type: ignore[arg-type]  # the numbers are those of the proto, which a test compares
        public_jwk=json.dumps(dict(key.public_jwk), sort_keys=True, separators=(",", ":")),
    )
    write_time(message.create_time, key.create_time)
    if key.activate_time is not None:
        write_time(message.activate_time, key.activate_time)
    if key.retire_time is not None:
        write_time(message.retire_time, key.retire_time)
    return message
