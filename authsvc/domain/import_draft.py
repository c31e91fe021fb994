"""Keys that were issued elsewhere: in what forms their secrets can be brought along, and what each form has to be.

Rules:
1. The type says `accepts_imported`, and is never authsvc's own.
2. What is stored must find the credential again: a secret carries its type's prefix, a hash that only verifies comes with a
   public id, and the type says where credentials have it.
3. A type with `hash: argon2id` takes no fast digest: its secrets may be guessable.
4. Descriptions never repeat what was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from authsvc.domain.argon2 import parse_phc
from authsvc.domain.credential import is_token, parse_credential
from authsvc.domain.errors import InvalidArgument, InvalidValue, Violation
from authsvc.domain.key import Hash
from authsvc.domain.key_rules import KeyDraft, check_draft
from authsvc.domain.keyring import Keyring, display_prefix
from authsvc.domain.policy import BUILTIN_TYPE, KeyType, Policy
from authsvc.domain.public_id import parse_public_id

MAX_SHOWN: Final = 16
MIN_RANDOM: Final = 16
"""Characters behind the prefix of a secret that is stored as an HMAC: it is taken for random."""
MIN_CHOSEN: Final = 8
"""Characters behind the public id of a secret that is stored as an Argon2id hash."""


@dataclass(frozen=True, slots=True)
class RawSecret:
    """The secret itself, as its owner presents it."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sha256Digest:
    """SHA-256 of what its owner presents, 32 bytes."""

    digest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HmacSha256Digest:
    """HMAC-SHA256 of what its owner presents, 32 bytes, under a foreign key that is in the secrets folder."""

    digest: bytes = field(repr=False)
    foreign_key: str


@dataclass(frozen=True, slots=True)
class Argon2idDigest:
    """A PHC string of what its owner presents, and the part of that which finds the key."""

    public_id: str
    phc: str = field(repr=False)


_NO_PUBLIC_ID: Final = "the policy does not say where keys of this type carry their public id"

Source = RawSecret | Sha256Digest | HmacSha256Digest | Argon2idDigest


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """A key to be taken over."""

    key: KeyDraft
    source: Source
    prefix: str = ""
    """What may be shown of the secret; empty: taken from it, or nothing."""


def check_import(draft: ImportDraft, policy: Policy, keyring: Keyring, now: int) -> ImportDraft:
    """Check a key to be taken over, and fill in what its type gives.

    Raises:
        InvalidArgument: Every field that is wrong, with what is allowed.
    """
    violations: list[Violation] = []
    key = draft.key
    try:
        key = check_draft(draft.key, policy, now)
    except InvalidArgument as error:
        violations += error.violations
    key_type = policy.key_types.get(key.type)
    if key_type is not None:
        violations += _check_type(key_type) or _check_source(draft, key_type, policy, keyring)
    if violations:
        raise InvalidArgument(*violations)
    return replace(draft, key=key, prefix=_shown(draft, policy.key_types[key.type]))


def _check_type(key_type: KeyType) -> list[Violation]:
    if key_type.name == BUILTIN_TYPE:
        return [Violation("key.type", "keys of authsvc's own type are never imported")]
    if not key_type.accepts_imported:
        return [Violation("key.type", "the policy does not say accepts_imported: true for this type")]
    return []


def _check_source(draft: ImportDraft, key_type: KeyType, policy: Policy, keyring: Keyring) -> list[Violation]:
    source = draft.source
    wrong = _check_prefix(draft)
    try:
        match source:
            case RawSecret():
                _check_secret(source.text, key_type, policy)
            case Sha256Digest():
                _refuse_fast(key_type)
                keyring.sha256_forms(source.digest)
            case HmacSha256Digest():
                _refuse_fast(key_type)
                keyring.foreign_forms(source.foreign_key, source.digest)
            case Argon2idDigest():
                return wrong + _check_argon2id(source, key_type)
    except InvalidValue as error:
        wrong.append(Violation(_FIELDS[type(source)], str(error)))
    return wrong


def _check_prefix(draft: ImportDraft) -> list[Violation]:
    if isinstance(draft.source, RawSecret):
        return [Violation("prefix", "is taken from the secret; leave it empty")] if draft.prefix else []
    if len(draft.prefix) > MAX_SHOWN or not (draft.prefix.isascii() and draft.prefix.isprintable()) or " " in draft.prefix:
        return [Violation("prefix", f"at most {MAX_SHOWN} visible ASCII characters")]
    return []


def _check_secret(text: str, key_type: KeyType, policy: Policy) -> None:
    parse_credential(text)
    if is_token(text):
        raise InvalidValue("this looks like an access token and would be taken for one")
    if policy.type_of(text) is not key_type:
        raise InvalidValue("a secret begins with the prefix of its type, and of no other type; it would not be found")
    rest = text.removeprefix(key_type.prefix)
    if key_type.hash is Hash.HMAC:
        if len(rest) < MIN_RANDOM:
            raise InvalidValue(f"a secret has at least {MIN_RANDOM} characters behind the prefix")
        return
    if key_type.public_id is None:
        raise InvalidValue(_NO_PUBLIC_ID)
    parse_public_id(key_type.public_id.find(rest))
    if len(key_type.public_id.secret(rest)) < MIN_CHOSEN:
        raise InvalidValue(f"a secret has at least {MIN_CHOSEN} characters behind the public id")


def _refuse_fast(key_type: KeyType) -> None:
    if key_type.hash is Hash.ARGON2ID:
        raise InvalidValue("the type has hash: argon2id, so only its secret or an Argon2id hash can be imported")


def _check_argon2id(source: Argon2idDigest, key_type: KeyType) -> list[Violation]:
    wrong = []
    try:
        parse_phc(source.phc)
    except InvalidValue as error:
        wrong.append(Violation("argon2id_digest.phc", str(error)))
    if key_type.public_id is None:
        return [*wrong, Violation("key.type", _NO_PUBLIC_ID)]
    try:
        key_type.public_id.check(parse_public_id(source.public_id))
    except InvalidValue as error:
        wrong.append(Violation("argon2id_digest.public_id", str(error)))
    return wrong


def _shown(draft: ImportDraft, key_type: KeyType) -> str:
    return display_prefix(key_type.prefix, draft.source.text) if isinstance(draft.source, RawSecret) else draft.prefix


_FIELDS: Final = {RawSecret: "secret", Sha256Digest: "sha256_digest", HmacSha256Digest: "hmac_sha256_digest"}
