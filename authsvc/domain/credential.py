"""The grammar of what is presented: a credential is an API key or an access token, and nothing else is ever looked at."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from authsvc.domain.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_KEY_LENGTH: Final = 512
MAX_TOKEN_LENGTH: Final = 8192
MAX_PREFIX_LENGTH: Final = 24

_BASE64URL: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_PREFIX_CHARACTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789_-"
_RULE: Final = (
    f"a credential is visible ASCII without spaces: an access token of at most {MAX_TOKEN_LENGTH} characters, "
    f"or a key of at most {MAX_KEY_LENGTH}"
)
_PREFIX_RULE: Final = (
    f"a key prefix is empty or at most {MAX_PREFIX_LENGTH} of a-z, 0-9, '_' and '-', "
    "begins with a letter or digit and ends with '_' or '-'"
)


def parse_credential(text: str) -> str:
    """Return `text` when it can be a credential: VCHAR (RFC 5234 appendix B.1) only, and not too long for its kind.

    Raises:
        InvalidValue: it cannot. The message does not repeat it.
    """
    is_visible = text.isascii() and text.isprintable() and " " not in text
    if not text or not is_visible or len(text) > MAX_TOKEN_LENGTH or (len(text) > MAX_KEY_LENGTH and not is_token(text)):
        raise InvalidValue(_RULE)
    return text


def parse_authorization(value: str, scheme: str = "Bearer") -> str | None:
    """Read the credential from a header value `<scheme> <credential>` (RFC 9110 section 11.4, but exactly one space).

    Args:
        value: the whole value.
        scheme: compared without case; empty: the value is the credential alone, as in `X-API-Key`.

    Returns:
        The credential, or None when the value carries another scheme: then it carries none for us.

    Raises:
        InvalidValue: the scheme is right and what follows is no credential.
    """
    if not scheme:
        return parse_credential(value)
    found, _, credential = value.partition(" ")
    if found.lower() != scheme.lower():
        return None
    return parse_credential(credential)


def is_token(text: str) -> bool:
    """Whether `text` is meant as an access token: three base64url parts, the first beginning `eyJ` (`{"` in base64url)."""
    if not text.startswith("eyJ") or not text.isascii():
        return False
    return text.encode("ascii").translate(None, _BASE64URL) == b".." and ".." not in text and text[-1] != "."


def parse_prefix(text: str) -> str:
    """Return `text` when it can be the prefix of a key type: empty, `sk-`, `dg_`, `chy_sdk_`.

    A prefix ends with a character that base62 does not have. So no key of the type without a prefix ever looks like another's.

    Raises:
        InvalidValue: it cannot.
    """
    foreign = len(text) > MAX_PREFIX_LENGTH or text.strip(
        _PREFIX_CHARACTERS
    )  # strip leaves something when a character is foreign
    if text and (foreign or text[0] in "_-" or text[-1] not in "_-"):
        raise InvalidValue(_PREFIX_RULE)
    return text


def check_prefix_free(prefixes: Iterable[str]) -> None:
    """Check that no prefix begins another, so that the prefix of a key says its type. One may be empty and takes the rest.

    Raises:
        InvalidValue: two of them cannot be told apart; the message names both.
    """
    given = sorted(prefixes)
    if given.count("") > 1:
        raise InvalidValue("at most one key type may have an empty prefix")
    named = [prefix for prefix in given if prefix]
    # Sorted, everything that a prefix begins follows it at once.
    for first, second in pairwise(named):
        if second.startswith(first):
            raise InvalidValue(f"the key prefixes '{first}' and '{second}' cannot be told apart: one begins the other")
