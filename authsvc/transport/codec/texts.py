"""Strings of requests. What reaches the store has no NUL, and what is repeated in a message cannot be a secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from authsvc.domain.errors import InvalidValue

MAX_REASON: Final = 256
MAX_REQUEST_ID: Final = 64
MAX_NAME: Final = 128
MAX_PAGE_TOKEN: Final = 512

_KEY_ID: Final = re.compile(r"key_[0-9A-Za-z]{22}")
_SIGNING_KEY_ID: Final = re.compile(r"sig_[0-9A-Za-z]{12}")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, line separators, reversals of the writing direction."""


def read_key_id(text: str) -> str:
    """A key_id as authsvc makes them. Nothing else is looked up, or ever repeated: people paste secrets into the wrong field.

    Raises:
        InvalidValue: it is none.
    """
    if not _KEY_ID.fullmatch(text):
        raise InvalidValue("a key_id is `key_` and 22 base62 characters")
    return text


def read_signing_key_id(text: str) -> str:
    """The id of a signing key.

    Raises:
        InvalidValue: it is none.
    """
    if not _SIGNING_KEY_ID.fullmatch(text):
        raise InvalidValue("the id of a signing key is `sig_` and 12 base62 characters")
    return text


def read_etag(text: str) -> str:
    """An etag, or nothing.

    Raises:
        InvalidValue: no etag looks like this.
    """
    if len(text) > MAX_NAME or not (text.isascii() and text.isprintable()):
        raise InvalidValue("an etag is what an answer had as `etag`; empty: whatever it is now")
    return text


def read_request_id(text: str) -> str:
    """A request_id, or nothing.

    Raises:
        InvalidValue: it is too long or not visible.
    """
    if len(text) > MAX_REQUEST_ID or not (text.isascii() and text.isprintable()) or " " in text:
        raise InvalidValue(f"a request_id is 1 to {MAX_REQUEST_ID} visible ASCII characters; empty: every call acts")
    return text


def read_reason(text: str) -> str:
    """A reason for the audit log, or nothing.

    Raises:
        InvalidValue: it is too long or has control characters.
    """
    return plain(MAX_REASON)(text)


def plain(most: int) -> Callable[[str], str]:
    """A reader of texts of at most so many characters, none of them a control character."""

    def read(text: str) -> str:
        if len(text) > most or _CONTROL.search(text):
            raise InvalidValue(f"at most {most} characters, none of them a control character")
        return text

    return read


def visible(most: int) -> Callable[[str], str]:
    """A reader of texts of at most so many visible ASCII characters: what can be compared with a name of ours."""

    def read(text: str) -> str:
        if len(text) > most or not (text.isascii() and text.isprintable()):
            raise InvalidValue(f"at most {most} visible ASCII characters")
        return text

    return read
