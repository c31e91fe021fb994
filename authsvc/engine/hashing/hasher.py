"""What is stored of a secret, made of the secret itself."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import replace

from authsvc.domain.argon2 import Argon2Cost
from authsvc.domain.key import Hash, Secret
from authsvc.domain.keyring import Keyring
from authsvc.engine.hashing import argon2id
from authsvc.engine.hashing.pool import HashingPool, Lane
from authsvc.engine.own_secrets import OwnSecrets


class Hasher:
    """Makes stored forms under the current pepper."""

    def __init__(self, own: OwnSecrets, pool: HashingPool) -> None:
        self.own = own
        self._pool = pool

    @property
    def keyring(self) -> Keyring:
        """The one in use now; another one after the next await."""
        return self.own.keyring

    def fast(self, secret: Secret, credential: str) -> Secret:
        """The secret as a digest, of the kind that it has, which finds and proves it."""
        keyring, message = self.keyring, credential.encode("utf-8", "surrogatepass")
        match secret.hash:
            case Hash.SHA256:
                pepper_id, digest = keyring.imported_digest(hashlib.sha256(message).digest())
            case Hash.HMAC_SHA256:
                name = secret.foreign_key.partition("=")[0]
                foreign = hmac.digest(keyring.foreign_keys[name], message, "sha256")
                pepper_id, digest = keyring.foreign_digest(name, foreign)
            case _:
                pepper_id, digest = keyring.digest(credential)
        return replace(secret, pepper_id=pepper_id, digest=digest, generation=keyring.generation(credential))

    async def slow(self, secret: Secret, credential: str, public_id: str, cost: Argon2Cost, lane: Lane) -> Secret:
        """The secret as its Argon2id hash, found by its public id.

        Raises:
            Exhausted: Too much is waiting to be hashed.
        """
        keyring = self.keyring
        pepper_id, digest = keyring.public_digest(public_id)
        generation = keyring.generation(credential)
        message, salt = keyring.slow_input(pepper_id, credential), secrets.token_bytes(argon2id.SALT_LENGTH)
        phc = await self._pool.run(lane, lambda: argon2id.make(message, salt, cost))
        return replace(secret, pepper_id=pepper_id, digest=digest, generation=generation, hash=Hash.ARGON2ID, phc=phc)
