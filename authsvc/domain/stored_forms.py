"""What a presented credential may look like in the store: every digest that is asked for on a miss, in one statement.

Rules:
1. A form that recognizes the whole credential comes before one that only finds it.
2. Forms follow from the credential and from what its type says of imports, not from how new secrets of the type are hashed: keys
   outlive changes of the policy.
3. Only a credential with a right check tag can be one that we issued, so only that has a public id of ours.
"""

from __future__ import annotations

import re
from typing import Final

from authsvc.domain.argon2 import Argon2Cost, parse_phc
from authsvc.domain.key import UNKNOWN_GENERATION, Hash, Secret
from authsvc.domain.keyring import Keyring
from authsvc.domain.policy import KeyType
from authsvc.domain.public_id import PUBLIC_ID_LENGTH, PublicIdRule

_ISSUED: Final = PublicIdRule(length=PUBLIC_ID_LENGTH)
_PREFIX: Final = re.compile(".*[_-]")


def possible_digests(keyring: Keyring, credential: str, key_type: KeyType | None, *, tagged: bool) -> tuple[bytes, ...]:
    """Every digest that a secret with this credential may have in the store.

    Args:
        keyring: The secrets of the service.
        credential: What was presented.
        key_type: The type whose prefix it carries; None: no type of the policy.
        tagged: Whether its check tag is right.
    """
    found = [*keyring.digests(credential)]
    if key_type is not None and key_type.accepts_imported:
        found += (*keyring.imported_digests(credential), *keyring.foreign_digests(credential))
    for public_id in _public_ids(credential, key_type, tagged=tagged):
        found += keyring.public_digests(public_id)
    return tuple(digest for _, digest in found)


def _public_ids(credential: str, key_type: KeyType | None, *, tagged: bool) -> list[str]:
    found = []
    if tagged:
        # A prefix ends with a character that base62 does not have, so this needs no type: it may be gone from the policy.
        found.append(_ISSUED.find(_PREFIX.sub("", credential)))
    if key_type is not None and key_type.accepts_imported and key_type.public_id is not None:
        found.append(key_type.public_id.find(credential.removeprefix(key_type.prefix)))
    return [public_id for public_id in found if public_id]


def found_by(keyring: Keyring, credential: str, key_type: KeyType | None, secret: Secret) -> str:
    """The public id in a credential that a secret was found by; empty: it was not found by one.

    Args:
        keyring: The secrets of the service.
        credential: The right one for this secret.
        key_type: The type whose prefix it carries.
        secret: As it is stored.
    """
    for public_id in _public_ids(credential, key_type, tagged=True):
        if (secret.pepper_id, secret.digest) in keyring.public_digests(public_id):
            return public_id
    return ""


def is_outdated(secret: Secret, pepper_id: str, cost: Argon2Cost) -> bool:
    """Whether a secret, the next time that it is presented, should be stored anew.

    Under the newest pepper, so that older ones can retire; with its generation, so that older tag keys can; an Argon2id hash with
    the pepper in it, and at the cost that the policy names now. An imported digest stays one, or the same import would not be
    known again.
    """
    if secret.pepper_id != pepper_id or secret.generation == UNKNOWN_GENERATION or secret.hash is Hash.FOREIGN_ARGON2ID:
        return True
    return secret.hash is Hash.ARGON2ID and parse_phc(secret.phc) != cost
