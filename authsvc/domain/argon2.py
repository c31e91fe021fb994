"""Argon2id (RFC 9106) as text and numbers: what a hash costs, and the PHC string that says so. The engine does the hashing.

A PHC string is read strictly: one spelling for each hash, and no parameters that would let whoever brings one along decide how
much time and memory a check of ours takes.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from authsvc.domain.errors import InvalidValue

MIB: Final = 1024
"""In KiB, the unit of Argon2's memory."""
MAX_MEMORY: Final = 64 * MIB
MAX_PASSES: Final = 5
MAX_LANES: Final = 4

_MIN_WORK: Final = 35 * MIB
_PHC: Final = re.compile(
    r"\$argon2id\$v=19\$m=([1-9][0-9]{0,9}),t=([1-9][0-9]{0,2}),p=([1-9][0-9]{0,2})"
    r"\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})"
)
_MIN_SALT: Final = 8
_MIN_TAG: Final = 16
_MAX_BYTES: Final = 64
_RULE: Final = (
    "a PHC string of Argon2id is $argon2id$v=19$m=...,t=...,p=...$salt$hash with 8 to 64 bytes of salt and 16 to 64 of hash in "
    "base64 without padding"
)


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """What one hash costs.

    Attributes:
        memory: KiB.
        passes: over that memory.
        lanes: computed at the same time.
    """

    memory: int = 19 * MIB
    passes: int = 2
    lanes: int = 1

    def __post_init__(self) -> None:
        """Check the bounds.

        Raises:
            InvalidValue: A check would take too much time or memory, or there is no such hash.
        """
        if not (1 <= self.passes <= MAX_PASSES and 1 <= self.lanes <= MAX_LANES and 8 * self.lanes <= self.memory <= MAX_MEMORY):
            raise InvalidValue(
                f"Argon2id takes at most {MAX_MEMORY} KiB of memory (and at least 8 for each lane), {MAX_PASSES} passes and "
                f"{MAX_LANES} lanes"
            )

    @property
    def is_enough(self) -> bool:
        """Whether it guards what people choose: memory times passes of the weakest setting that OWASP recommends."""
        return self.memory * self.passes >= _MIN_WORK


def parse_phc(text: str) -> Argon2Cost:
    """Read a PHC string of Argon2id, version 19 (the one there is).

    Returns:
        What a check against it costs.

    Raises:
        InvalidValue: It is none, is not written in the one way that the format has, or costs more than we would pay.
    """
    found = _PHC.fullmatch(text)
    if found is None:
        raise InvalidValue(_RULE)
    salt, tag = _decode(found[4]), _decode(found[5])
    if not _MIN_SALT <= len(salt) <= _MAX_BYTES or not _MIN_TAG <= len(tag) <= _MAX_BYTES:
        raise InvalidValue(_RULE)
    return Argon2Cost(int(found[1]), int(found[2]), int(found[3]))


def _decode(text: str) -> bytes:
    """Read base64 without padding; the bits that fill up the last character are zero, or the same bytes had several spellings."""
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise InvalidValue(_RULE) from None
    if base64.b64encode(decoded).rstrip(b"=").decode("ascii") != text:
        raise InvalidValue(_RULE)
    return decoded
