"""The two computations. Each takes tens of milliseconds and lets other threads run meanwhile: never on the event loop."""

from __future__ import annotations

from argon2.exceptions import VerifyMismatchError
from argon2.low_level import Type, hash_secret, verify_secret

from authsvc.domain.argon2 import Argon2Cost

SALT_LENGTH = 16
TAG_LENGTH = 32


def make(message: bytes, salt: bytes, cost: Argon2Cost) -> str:
    """The PHC string of a message."""
    return hash_secret(message, salt, cost.passes, cost.memory, cost.lanes, TAG_LENGTH, Type.ID).decode("ascii")


def matches(phc: str, message: bytes) -> bool:
    """Whether a PHC string is that of a message. Whatever else goes wrong, such as memory, is an error and no answer."""
    try:
        return verify_secret(phc.encode("ascii"), message, Type.ID)
    except VerifyMismatchError:
        return False
