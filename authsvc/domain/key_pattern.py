"""What the keys of a type look like to a secret scanner."""

from __future__ import annotations

from authsvc.domain.keyring import TAG_LENGTH
from authsvc.domain.policy import KeyType


def key_pattern(key_type: KeyType) -> str:
    """Write the regular expression (RE2) that matches issued keys of a type; imported ones look as they please.

    The length is exact: `sk-` alone, or followed by more or fewer characters, is another vendor's.
    """
    length = key_type.issued_random + 1 + TAG_LENGTH  # the 1 names the tag key
    return rf"\b{key_type.prefix}[0-9A-Za-z]{{{length}}}\b"  # no character of a prefix means anything there
