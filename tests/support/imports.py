"""Keys as they come from elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from argon2.low_level import Type, hash_secret

from authsvc.domain.base62 import ALPHABET
from authsvc.domain.import_draft import Argon2idDigest, HmacSha256Digest, ImportDraft, RawSecret, Sha256Digest, Source
from authsvc.domain.key_rules import KeyDraft

FOREIGN = {"old": b"the key of the old system"}
POLICY = """
version: 1
argon2: {memory: 7MiB, passes: 5}
key_types:
  sdk: {prefix: chy_sdk_}
  random: {prefix: r-, accepts_imported: true}
  dotted: {prefix: d-, accepts_imported: true, public_id: {separator: "."}}
  chosen: {prefix: c-, hash: argon2id, accepts_imported: true, public_id: {length: 24}}
"""


def text(length: int) -> str:
    """Random base62 characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def a_random() -> str:
    """A credential of the type `random`."""
    return f"r-{text(32)}"


def a_dotted(public_id: str = "") -> str:
    """A credential of the type `dotted`."""
    return f"d-{public_id or text(24)}.{text(20)}"


def a_chosen(public_id: str = "", secret: str = "correct horse".replace(" ", "-")) -> str:
    """A credential of the type `chosen`."""
    return f"c-{public_id or text(24)}{secret}"


def sha256(credential: str) -> Sha256Digest:
    return Sha256Digest(hashlib.sha256(credential.encode()).digest())


def hmac_sha256(credential: str, foreign_key: str = "old") -> HmacSha256Digest:
    return HmacSha256Digest(hmac.digest(FOREIGN[foreign_key], credential.encode(), "sha256"), foreign_key)


def argon2id(credential: str, *, memory: int = 1024, passes: int = 1) -> Argon2idDigest:
    """By default cheap, as an old system might have done it."""
    public_id = credential[2:].partition(".")[0] if credential.startswith("d-") else credential[2:26]
    phc = hash_secret(credential.encode(), secrets.token_bytes(16), passes, memory, 1, 32, Type.ID).decode()
    return Argon2idDigest(public_id, phc)


def a_draft(source: Source | str, **fields: Any) -> ImportDraft:
    """A draft of the type that the credential or `type` says."""
    if isinstance(source, str):
        fields.setdefault("type", {"r": "random", "d": "dotted", "c": "chosen"}.get(source[0], "random"))
        source = RawSecret(source)
    prefix = fields.pop("prefix", "")
    return ImportDraft(KeyDraft(**{"display_name": "imported", "type": "random", "tenant": "acme", **fields}), source, prefix)
