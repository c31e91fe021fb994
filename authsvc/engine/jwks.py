"""The public signing keys as a JWK Set (RFC 7517 section 5): what verifiers of our tokens need, and nothing else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from authsvc.domain.token import SECOND
from authsvc.engine.signing import VERIFYING, SigningKeys
from authsvc.engine.state import State

MAX_AGE: Final = 300 * SECOND
"""Microseconds for which others may keep the set. A new signing key is published for at least so long before it signs."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """One set, as it is sent."""

    body: bytes
    etag: str
    """Strong (RFC 9110 section 8.8.3), with its quotes."""


class PublishedKeys:
    """The set of the moment: keys that will sign, that do, and those whose tokens have not expired yet."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._made: tuple[SigningKeys, KeySet] | None = None

    def __call__(self) -> KeySet | None:
        """The set; None while this process has no state. Needs no lease: what others keep for minutes may be seconds old."""
        if self._state.applied < 0:
            return None
        signing = self._state.signing
        if self._made is None or self._made[0] is not signing:
            self._made = signing, _key_set(signing)
        return self._made[1]


def _key_set(signing: SigningKeys) -> KeySet:
    keys = sorted((key for key in signing.keys if key.state in VERIFYING), key=lambda key: (key.create_time, key.signing_key_id))
    body = json.dumps({"keys": [dict(key.public_jwk) for key in keys]}, sort_keys=True, separators=(",", ":")).encode()
    return KeySet(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
