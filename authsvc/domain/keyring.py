"""What the service knows about credentials by keyed hashing alone. ADR 1 says why these hashes.

A credential we issue is `<type prefix><random><generation><tag>`: at least 32 random base62 characters, one that names the tag
key, and six that only a holder of the tag key can compute. One HMAC-SHA512 under it gives both the tag and the fingerprint that a
process remembers the credential under, so a forged or mistyped key dies without a lookup.

The store holds HMAC-SHA256 of the whole credential under a pepper instead. Tag keys and peppers share nothing, so each retires
without the other. Every use of HMAC hashes its own label first: no output of one is ever an output of another, whatever the keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import TYPE_CHECKING, Final

from authsvc.domain.base62 import is_base62, letters
from authsvc.domain.credential import MAX_KEY_LENGTH, parse_prefix
from authsvc.domain.errors import InvalidValue

if TYPE_CHECKING:
    from hashlib import _Hash

TAG_LENGTH: Final = 6
MIN_RANDOM_LENGTH: Final = 32
MIN_SECRET_LENGTH: Final = 32
"""Bytes in each secret of the ring."""
FINGERPRINT_LENGTH: Final = 32

_MIN_KEY_LENGTH: Final = MIN_RANDOM_LENGTH + 1 + TAG_LENGTH
_TAG_BYTES: Final = slice(FINGERPRINT_LENGTH, FINGERPRINT_LENGTH + TAG_LENGTH)
_TAG_LABEL: Final = b"authsvc tag\0"  # short: label and credential then fit one SHA-512 block
_UNTAGGED_LABEL: Final = b"authsvc untagged\0"
_STORED_LABEL: Final = b"authsvc stored\0"
_IMPORTED_LABEL: Final = b"authsvc imported sha256\0"
_FOREIGN_LABEL: Final = b"authsvc imported hmac-sha256\0"
_PUBLIC_LABEL: Final = b"authsvc public id\0"
_SLOW_LABEL: Final = b"authsvc argon2id\0"
_BLOCK: Final = 128
_INNER_PAD: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER_PAD: Final = bytes(byte ^ 0x5C for byte in range(256))


@dataclass(frozen=True, slots=True, eq=False)
class Keyring:
    """The secrets of a service, compiled. `repr` shows which there are and nothing of them.

    Attributes:
        tag_keys: generation character (base62) -> at least 32 bytes. Taking one out kills every key issued under it.
        peppers: pepper id -> at least 32 bytes, newest first.
        tag_generation: the generation that new keys are issued under.
        pepper: the pepper that new digests are stored under.
        process_key: at least 32 bytes, random for each process, so that what it remembers means nothing elsewhere.
        foreign_keys: id -> the key under which somebody else made the HMAC-SHA256 digests that were imported.
    """

    tag_keys: Mapping[str, bytes] = field(repr=False)
    peppers: Mapping[str, bytes] = field(repr=False)
    tag_generation: str
    pepper: str
    process_key: bytes = field(repr=False)
    foreign_keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    generations: tuple[str, ...] = field(init=False)
    pepper_ids: tuple[str, ...] = field(init=False)
    """The current one, then the others in the order given."""
    _tag_hashes: Mapping[str, tuple[Callable[[], _Hash], Callable[[], _Hash]]] = field(init=False, repr=False)
    _untagged_hash: tuple[Callable[[], _Hash], Callable[[], _Hash]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the secrets and absorb each key once.

        Raises:
            InvalidValue: a secret is short, or a name fits nothing.
        """
        _check(self)
        others = tuple(pepper_id for pepper_id in self.peppers if pepper_id != self.pepper)
        object.__setattr__(self, "generations", tuple(self.tag_keys))
        object.__setattr__(self, "pepper_ids", (self.pepper, *others))
        object.__setattr__(self, "_tag_hashes", {name: _absorb(key, _TAG_LABEL) for name, key in self.tag_keys.items()})
        object.__setattr__(self, "_untagged_hash", _absorb(self.process_key, _UNTAGGED_LABEL))

    def issue(self, prefix: str, random: str) -> str:
        """Make a credential from a type prefix and at least 32 random base62 characters.

        Raises:
            InvalidValue: the prefix or the random part breaks its rule.
        """
        if len(random) < MIN_RANDOM_LENGTH or not is_base62(random):
            raise InvalidValue(f"the random part is at least {MIN_RANDOM_LENGTH} base62 characters")
        body = parse_prefix(prefix) + random + self.tag_generation
        if len(body) + TAG_LENGTH > MAX_KEY_LENGTH:
            raise InvalidValue(f"a key is at most {MAX_KEY_LENGTH} characters")
        mac = _finish(self._tag_hashes[self.tag_generation], body.encode("ascii"))
        return body + letters(mac[_TAG_BYTES]).decode("ascii")

    def fingerprint(self, credential: str) -> bytes | None:
        """Recognise a credential of ours: 32 bytes to remember it under, or None when its tag is not right.

        This is on the path of every decision: two copies of absorbed hash states, no key schedule, no Python loop.
        """
        hashes = self._tag_hashes.get(credential[-TAG_LENGTH - 1 : -TAG_LENGTH])
        if hashes is None or not _MIN_KEY_LENGTH <= len(credential) <= MAX_KEY_LENGTH or not credential.isascii():
            return None
        message = credential.encode("ascii")
        mac = _finish(hashes, message[:-TAG_LENGTH])
        if not compare_digest(letters(mac[_TAG_BYTES]), message[-TAG_LENGTH:]):
            return None
        return mac[:FINGERPRINT_LENGTH]

    def generation(self, credential: str) -> str:
        """Which tag key a credential needs; empty: none, for it has no tag of ours."""
        return "" if self.fingerprint(credential) is None else credential[-TAG_LENGTH - 1]

    def untagged_fingerprint(self, credential: str) -> bytes:
        """32 bytes to remember an imported credential or a token under, in this process only."""
        return _finish(self._untagged_hash, _bytes(credential))[:FINGERPRINT_LENGTH]

    def digest(self, credential: str) -> tuple[str, bytes]:
        """What to store of a credential: the pepper id and 32 bytes."""
        return self.pepper, self._stored(self.pepper, _STORED_LABEL, _bytes(credential))

    def digests(self, credential: str) -> tuple[tuple[str, bytes], ...]:
        """What a stored credential could look like, under every pepper: what the store is asked on a miss."""
        return self._forms(_STORED_LABEL, _bytes(credential))

    def imported_digest(self, sha256: bytes) -> tuple[str, bytes]:
        """What to store of a credential of which only the SHA-256 was brought along.

        Raises:
            InvalidValue: that is not 32 bytes.
        """
        return self.sha256_forms(sha256)[0]

    def imported_digests(self, credential: str) -> tuple[tuple[str, bytes], ...]:
        """What a presented credential looks like when only its SHA-256 was imported, under every pepper."""
        return self.sha256_forms(hashlib.sha256(_bytes(credential)).digest())

    def sha256_forms(self, sha256: bytes) -> tuple[tuple[str, bytes], ...]:
        """What an imported SHA-256 looks like, under every pepper, the current one first.

        Raises:
            InvalidValue: that is not 32 bytes.
        """
        if len(sha256) != hashlib.sha256().digest_size:
            raise InvalidValue("a SHA-256 digest is 32 bytes")
        return self._forms(_IMPORTED_LABEL, sha256)

    def foreign_digest(self, foreign_key: str, hmac_sha256: bytes) -> tuple[str, bytes]:
        """What to store of a credential of which only an HMAC-SHA256 was brought along. Raises what `foreign_forms` raises."""
        return self.foreign_forms(foreign_key, hmac_sha256)[0]

    def foreign_forms(self, foreign_key: str, hmac_sha256: bytes) -> tuple[tuple[str, bytes], ...]:
        """What an imported HMAC-SHA256 looks like, under every pepper, the current one first.

        Raises:
            InvalidValue: that is not 32 bytes, or there is no such foreign key here.
        """
        if len(hmac_sha256) != hashlib.sha256().digest_size:
            raise InvalidValue("an HMAC-SHA256 digest is 32 bytes")
        if foreign_key not in self.foreign_keys:
            raise InvalidValue("there is no such file in imports/ of the secrets folder")
        return self._forms(_foreign_label(foreign_key), hmac_sha256)

    def foreign_digests(self, credential: str) -> tuple[tuple[str, bytes], ...]:
        """What a presented credential looks like when only its HMAC-SHA256 was imported: every foreign key, every pepper."""
        message = _bytes(credential)
        made = [self.foreign_forms(name, hmac_digest(key, message, "sha256")) for name, key in self.foreign_keys.items()]
        return tuple(form for forms in made for form in forms)

    def public_digest(self, public_id: str) -> tuple[str, bytes]:
        """What to store of a public id, so that the store finds it and does not show it: the pepper id and 32 bytes."""
        return self.pepper, self._stored(self.pepper, _PUBLIC_LABEL, _bytes(public_id))

    def public_digests(self, public_id: str) -> tuple[tuple[str, bytes], ...]:
        """What a stored public id looks like, under every pepper."""
        return self._forms(_PUBLIC_LABEL, _bytes(public_id))

    def slow_input(self, pepper_id: str, credential: str) -> bytes:
        """What Argon2id is computed of, so that a guess takes the pepper as well: 32 bytes.

        Raises:
            InvalidValue: the pepper is not here.
        """
        if pepper_id not in self.peppers:
            raise InvalidValue("the pepper of this secret is not here")
        return self._stored(pepper_id, _SLOW_LABEL, _bytes(credential))

    def _forms(self, label: bytes, message: bytes) -> tuple[tuple[str, bytes], ...]:
        return tuple((pepper_id, self._stored(pepper_id, label, message)) for pepper_id in self.pepper_ids)

    def _stored(self, pepper_id: str, label: bytes, message: bytes) -> bytes:
        return hmac_digest(self.peppers[pepper_id], label + message, "sha256")


def display_prefix(prefix: str, credential: str) -> str:
    """What may be shown of a credential: its type prefix and the first four characters behind it.

    Of a short imported credential at most an eighth is shown, and nothing of `prefix` when it does not begin so.
    """
    shown = prefix if credential.startswith(prefix) else ""
    return credential[: len(shown) + min(4, (len(credential) - len(shown)) // 8)]


def _check(ring: Keyring) -> None:
    if not all(len(name) == 1 and is_base62(name) for name in ring.tag_keys):
        raise InvalidValue("a tag key is named by one base62 character")
    if not all(ring.peppers):
        raise InvalidValue("a pepper needs an id")
    if ring.tag_generation not in ring.tag_keys:
        raise InvalidValue("there is no tag key of the generation that new keys are issued under")
    if ring.pepper not in ring.peppers:
        raise InvalidValue("there is no pepper of the id that new digests are stored under")
    if min(map(len, (*ring.tag_keys.values(), *ring.peppers.values(), ring.process_key))) < MIN_SECRET_LENGTH:
        raise InvalidValue(f"every secret is at least {MIN_SECRET_LENGTH} bytes")


def _absorb(key: bytes, label: bytes) -> tuple[Callable[[], _Hash], Callable[[], _Hash]]:
    """HMAC-SHA512 (RFC 2104) begun: how to copy its inner hash, key and `label` absorbed, and its outer one."""
    block = (hashlib.sha512(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return hashlib.sha512(block.translate(_INNER_PAD) + label).copy, hashlib.sha512(block.translate(_OUTER_PAD)).copy


def _finish(hashes: tuple[Callable[[], _Hash], Callable[[], _Hash]], message: bytes) -> bytes:
    """Finish HMAC-SHA512: 64 bytes. Less than half the time of `hmac.digest`, which absorbs the key on every call."""
    inner, outer = hashes[0](), hashes[1]()
    inner.update(message)
    outer.update(inner.digest())
    return outer.digest()


def _foreign_label(foreign_key: str) -> bytes:
    return _FOREIGN_LABEL + foreign_key.encode() + b"\0"


def _bytes(credential: str) -> bytes:
    """Any text, also one that no grammar let through, as bytes."""
    return credential.encode("utf-8", "surrogatepass")
