"""Private keys at rest: AES-256-GCM under a key-encryption key that is not in the store."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from authsvc.domain.errors import FailedPrecondition

NONCE = 12


@dataclass(frozen=True, slots=True)
class KeyEncryptionKeys:
    """Several at once, each used by its id; new ciphertexts are made under `current`."""

    keys: Mapping[str, bytes] = field(repr=False)
    current: str

    def seal(self, plaintext: bytes, name: str) -> tuple[str, bytes]:
        """Encrypt for one name, so that no ciphertext can be moved to another row: the key's id, and nonce + ciphertext."""
        nonce = secrets.token_bytes(NONCE)
        return self.current, nonce + AESGCM(self.keys[self.current]).encrypt(nonce, plaintext, name.encode())

    def unseal(self, kek_id: str, sealed: bytes, name: str) -> bytes:
        """Decrypt what `seal` made for this name.

        Raises:
            FailedPrecondition: The key is not here, or the ciphertext is not what was sealed.
        """
        key = self.keys.get(kek_id)
        if key is None:
            raise FailedPrecondition(f"key-encryption key {kek_id} is not in the secrets folder")
        try:
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], name.encode())
        except InvalidTag:
            raise FailedPrecondition(f"what is stored for {name} was not sealed with key-encryption key {kek_id}") from None
