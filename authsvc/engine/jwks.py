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
"""Microseconds for which others may keep the set, and half of the time for which a new key is published before it signs."""


@dataclass(frozen=True, slots=True)
class KeySet:
    """One set, as it is sent."""

    body: bytes
    etag: str
    """Strong (RFC 9110 section 8.8.3), with its quotes."""
    max_age: int
    """Seconds for which others may keep it."""


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
            # A policy that changes makes new signing keys of the state as well.
            self._made = signing, _key_set(signing, self._state.rules.policy.tokens.publish_lead)
        return self._made[1]


def _key_set(signing: SigningKeys, publish_lead: int) -> KeySet:
    keys = sorted((key for key in signing.keys if key.state in VERIFYING), key=lambda key: (key.create_time, key.signing_key_id))
    body = json.dumps({"keys": [dict(key.public_jwk) for key in keys]}, sort_keys=True, separators=(",", ":")).encode()
    return KeySet(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', min(MAX_AGE, publish_lead // 2) // SECOND)
