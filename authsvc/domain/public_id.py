"""The part of a credential that finds its key, where the whole of it cannot: an Argon2id hash is salted.

It is no secret and proves nothing. It is random, so that nobody can name existing ones by counting, and every check costs whoever
sends it a string that he has seen.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from authsvc.domain.errors import InvalidValue

PUBLIC_ID_LENGTH: Final = 22
"""Characters of one in a credential that we issue: 131 bits."""
MIN_LENGTH: Final = 16
MAX_LENGTH: Final = 128
MIN_BITS: Final = 96

_ALPHABETS: Final = (
    (re.compile("[0-9]+"), 10),
    (re.compile("[0-9a-f]+|[0-9A-F]+"), 16),
    (re.compile("[0-9a-z]+|[0-9A-Z]+"), 36),
    (re.compile("[0-9A-Za-z]+"), 62),
    (re.compile("[0-9A-Za-z_-]+|[0-9A-Za-z+/]+"), 64),
)
_SEPARATOR: Final = re.compile("[!-/:-@[-`{-~]{1,4}")


@dataclass(frozen=True, slots=True)
class PublicIdRule:
    """Where the public id of an imported credential stands, from the end of its type's prefix on. Exactly one member is set.

    Attributes:
        length: so many characters; 0: not by length.
        separator: up to the first of these; empty: not by separator.
    """

    length: int = 0
    separator: str = ""

    def find(self, rest: str) -> str:
        """The public id in a credential without its prefix; empty: there is none, or nothing secret would follow it."""
        if self.length:
            return rest[: self.length] if len(rest) > self.length else ""
        public_id, found, secret = rest.partition(self.separator)
        return public_id if found and secret else ""

    def secret(self, rest: str) -> str:
        """What follows the public id; empty: there is none."""
        public_id = self.find(rest)
        return rest[len(public_id) + len(self.separator) :] if public_id else ""

    def check(self, public_id: str) -> None:
        """Check that a credential with this public id would be found by it.

        Raises:
            InvalidValue: It would not.
        """
        if self.length and len(public_id) != self.length:
            raise InvalidValue(f"the policy says that public ids of this type have {self.length} characters")
        if self.separator and self.separator in public_id:
            raise InvalidValue("a public id does not hold the separator that the policy names for this type")


def parse_public_id(text: str) -> str:
    """Return `text` when it can be a public id: letters, digits, `_`, `-`, `+`, `/`, enough of them for 96 random bits.

    Raises:
        InvalidValue: It cannot. An id that was counted up, or is short, would let anybody name the keys there are.
    """
    letters = next((size for pattern, size in _ALPHABETS if pattern.fullmatch(text)), 0)
    if not letters or len(text) > MAX_LENGTH or len(text) * math.log2(letters) < MIN_BITS:
        raise InvalidValue(
            f"a public id is random, of at least {MIN_BITS} bits: 17 letters and digits, 24 hexadecimal digits or 29 digits; "
            f"at most {MAX_LENGTH} characters"
        )
    return text


def parse_separator(text: str) -> str:
    """Return `text` when it can end a public id: 1 to 4 visible characters, none of them a letter or digit.

    Raises:
        InvalidValue: It cannot.
    """
    if not _SEPARATOR.fullmatch(text):
        raise InvalidValue("a separator is 1 to 4 visible ASCII characters, none of them a letter or digit")
    return text
