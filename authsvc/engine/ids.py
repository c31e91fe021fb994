"""Random names. `secrets` is the only source of randomness of the service."""

from __future__ import annotations

import re
import secrets
from typing import Final

from authsvc.domain import base62 as letters

TOKEN_ID: Final = re.compile(r"tok_[0-9A-Za-z]{22}")
"""What `token_id` makes."""

_SPARE: Final = 16
"""Bytes; with them even the shortest name never runs out, though one byte of 32 is dropped."""


def base62(length: int) -> str:
    """So many characters, each one of 62 with equal chance."""
    return letters.base62(secrets.token_bytes(2 * length + _SPARE), length)


def key_id() -> str:
    """`key_` and 22 characters: 131 bits."""
    return f"key_{base62(22)}"


def secret_id() -> str:
    """An id within a key."""
    return f"sec_{base62(16)}"


def etag() -> str:
    """New with every change."""
    return base62(12)


def token_id() -> str:
    """A `jti`, and an id that a revocation can name."""
    return f"tok_{base62(22)}"


def signing_key_id() -> str:
    """A `kid`."""
    return f"sig_{base62(12)}"


def process_id() -> str:
    """A lease holder; never used again."""
    return f"proc_{base62(12)}"


def flush_id() -> str:
    """A batch of usage."""
    return f"use_{base62(22)}"


def audit_id(now: int) -> str:
    """Sorts by time (microseconds in hexadecimal), then random."""
    return f"aud_{now:014x}{base62(8)}"
