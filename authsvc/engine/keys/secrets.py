"""New secrets: the text for its owner, and what is stored of it."""

from __future__ import annotations

from authsvc.domain.argon2 import Argon2Cost
from authsvc.domain.key import Hash, Secret
from authsvc.domain.keyring import display_prefix
from authsvc.domain.policy import KeyType
from authsvc.domain.public_id import PUBLIC_ID_LENGTH
from authsvc.engine import ids
from authsvc.engine.hashing.hasher import Hasher
from authsvc.engine.hashing.pool import Lane


class NewSecrets:
    """Issues secrets."""

    def __init__(self, hasher: Hasher) -> None:
        self._hasher = hasher

    async def __call__(self, key_type: KeyType, cost: Argon2Cost, now: int) -> tuple[str, Secret]:
        """A new secret of a type. Takes tens of milliseconds for a type with `hash: argon2id`: never call it in a transaction.

        Args:
            key_type: What it looks like and how it is stored.
            cost: Of an Argon2id hash.
            now: Microseconds since the epoch.

        Raises:
            Exhausted: Too much is waiting to be hashed.
        """
        random = ids.base62(key_type.issued_random)
        text = self._hasher.keyring.issue(key_type.prefix, random)
        secret = Secret(
            secret_id=ids.secret_id(),
            prefix=display_prefix(key_type.prefix, text),
            pepper_id="",
            digest=b"",
            create_time=now,
        )
        if key_type.hash is Hash.ARGON2ID:
            return text, await self._hasher.slow(secret, text, random[:PUBLIC_ID_LENGTH], cost, Lane.FIRST)
        return text, self._hasher.fast(secret, text)
