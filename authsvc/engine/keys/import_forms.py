"""Secrets that were issued elsewhere: what they are known by, and what is stored of them."""

from __future__ import annotations

from dataclasses import replace

from authsvc.domain.argon2 import Argon2Cost
from authsvc.domain.import_draft import Argon2idDigest, HmacSha256Digest, ImportDraft, RawSecret, Sha256Digest, Source
from authsvc.domain.key import Hash, Secret
from authsvc.domain.policy import KeyType, Policy
from authsvc.domain.stored_forms import possible_digests
from authsvc.engine import ids
from authsvc.engine.hashing.hasher import Hasher
from authsvc.engine.hashing.pool import Lane


class ImportForms:
    """Brings every form in which a secret may come under our peppers."""

    def __init__(self, hasher: Hasher) -> None:
        self.hasher = hasher

    def digests(self, source: Source, key_type: KeyType) -> tuple[bytes, ...]:
        """Every digest that the same secret may already be stored by."""
        if isinstance(source, RawSecret):
            tagged = self.hasher.keyring.fingerprint(source.text) is not None
            return possible_digests(self.hasher.keyring, source.text, key_type, tagged=tagged)
        return tuple(digest for _, digest in self._forms(source))

    async def secret(self, draft: ImportDraft, policy: Policy, now: int, lane: Lane) -> Secret:
        """What is stored of a checked draft's secret.

        Raises:
            Exhausted: Too much is waiting to be hashed.
        """
        source = draft.source
        secret = Secret(secret_id=ids.secret_id(), prefix=draft.prefix, pepper_id="", digest=b"", create_time=now)
        if isinstance(source, RawSecret):
            return await self._of_text(secret, source.text, policy.key_types[draft.key.type], policy.argon2, lane)
        pepper_id, digest = self._forms(source)[0]
        secret = replace(secret, pepper_id=pepper_id, digest=digest)
        match source:
            case Sha256Digest():
                return replace(secret, hash=Hash.SHA256)
            case HmacSha256Digest():
                return replace(secret, hash=Hash.HMAC_SHA256, foreign_key=self.hasher.own.foreign_marks[source.foreign_key])
            case Argon2idDigest():
                return replace(secret, hash=Hash.FOREIGN_ARGON2ID, phc=source.phc)

    def _forms(self, source: Sha256Digest | HmacSha256Digest | Argon2idDigest) -> tuple[tuple[str, bytes], ...]:
        """By pepper, the current one first."""
        match source:
            case Sha256Digest():
                return self.hasher.keyring.sha256_forms(source.digest)
            case HmacSha256Digest():
                return self.hasher.keyring.foreign_forms(source.foreign_key, source.digest)
            case Argon2idDigest():
                return self.hasher.keyring.public_digests(source.public_id)

    async def _of_text(self, secret: Secret, text: str, key_type: KeyType, cost: Argon2Cost, lane: Lane) -> Secret:
        rule = key_type.public_id
        if key_type.hash is Hash.HMAC or rule is None:
            return self.hasher.fast(secret, text)
        return await self.hasher.slow(secret, text, rule.find(text.removeprefix(key_type.prefix)), cost, lane)
