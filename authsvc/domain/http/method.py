"""Request methods (RFC 9110 section 9), which are compared with case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from authsvc.domain.http.headers import single
from authsvc.domain.http.malformed import Malformed

OVERRIDES: Final = frozenset({"x-http-method-override", "x-http-method", "x-method-override"})
"""Headers by which frameworks let a request pass for one with another method."""

_COMMON: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_METHOD: Final = re.compile(r"[A-Z](?:[A-Z-]{0,30}[A-Z])?")
_REFUSED: Final = frozenset({"TRACE", "TRACK", "CONNECT"})


def parse_method(text: str) -> str:
    """Return `text` when it is a method that can be decided on.

    TRACE echoes credentials and CONNECT has no path. A method in lower case is another one by the standard and the same to many
    servers, so it is refused.

    Raises:
        Malformed: it is not.
    """
    if text in _COMMON:
        return text
    if not _METHOD.fullmatch(text):
        raise Malformed("a method is 1 to 32 upper-case letters, with '-' between them")
    if text in _REFUSED:
        raise Malformed("TRACE, TRACK and CONNECT are not let through")
    return text


def is_preflight(method: str, headers: Mapping[str, str]) -> bool:
    """Whether this is a CORS preflight (Fetch standard, section 4.8): OPTIONS that names an origin and a method to come.

    Raises:
        Malformed: it names several.
    """
    if method != "OPTIONS":
        return False
    coming = single(headers, "access-control-request-method")
    return bool(single(headers, "origin") and coming and coming not in _REFUSED and _METHOD.fullmatch(coming))
