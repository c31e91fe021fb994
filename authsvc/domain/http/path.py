r"""Paths: one spelling for each, and the form in which careless servers compare them.

A canonical path is what RFC 3986 section 6.2.2 makes of a path, and stricter, because an upstream may decode more than once, or
resolve what it decoded:

1. It begins with `/`; everything from the first `?` on is left out and never looked at.
2. Every percent-encoded visible character is decoded, so that `/%61dmin` is `/admin`; what stays encoded (spaces, `?`, `#`, `%`,
   UTF-8) has upper-case digits.
3. Refused are dot segments, also before a `;` or an encoded space, `?` or `#`; empty segments; `/`, `\`, `.`, `;` and control
   characters in encoded form; `\`, `#`, spaces, control characters and bytes from 0x80 on as they are; bad encodings, doubled
   ones and those that are no UTF-8.

Nothing is resolved: a path that would need it is refused. A query or a path is never handed to a URL parser, which would take
`//admin/x` for a host.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize
from urllib.parse import unquote, unquote_to_bytes

from authsvc.domain.http.malformed import Malformed

MAX_PATH: Final = 8192
"""Characters, without the query."""

# Visible ASCII that means itself: all but # % / ; ? \
_PLAIN: Final = re.compile(r"(?:/(?!\.\.?(?:/|$))[!\"$&-.0-:<->@-\[\]-~]++)++/?|/")
_ESCAPE: Final = re.compile(r"%(?:([0-9A-Fa-f]{2})|)")
_REFUSED_ESCAPE: Final = frozenset([*range(0x20), *b"/\\.;\x7f"])
_KEPT_ESCAPE: Final = frozenset([*b" ?#%", *range(0x80, 0x100)])
_DOUBLED: Final = re.compile(r"%25(?:[0-9A-Fa-f]{2}|[uU])")
_DOT_SEGMENT: Final = re.compile(r"/\.\.?(?:[/;]|%(?:20|23|3F)|$)")
_EMPTY_SEGMENT: Final = re.compile(r"/[/;]")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f\\;]")


def canonical_path(target: str) -> str:
    """Return the one spelling of the path of a request target (RFC 9112 section 3.2.1, origin form).

    The result of a result is the same again. A `;` is left where it is: only a route can say what it means.

    Raises:
        Malformed: the path can be read in more than one way.
    """
    path = target.partition("?")[0]
    if len(path) > MAX_PATH:
        raise Malformed(f"a path has at most {MAX_PATH} characters")
    if _PLAIN.fullmatch(path):
        return path
    return _canonical(path)


def _canonical(path: str) -> str:
    """The slow way: what has escapes or parameters, and what is wrong."""
    if path[:1] != "/":
        raise Malformed("a path begins with '/'")
    if not (path.isascii() and path.isprintable()) or " " in path:
        raise Malformed("a path is visible ASCII; anything else is percent-encoded")
    if "\\" in path or "#" in path:
        raise Malformed("a path has no backslash and no '#'")
    path = _ESCAPE.sub(_decode, path)
    if _DOUBLED.search(path):
        raise Malformed("a path is percent-encoded once")
    _check_structure(path)
    try:
        unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        raise Malformed("a path is percent-encoded UTF-8") from None
    return path


def _decode(escape: re.Match[str]) -> str:
    if escape[1] is None:
        raise Malformed("a '%' is followed by two hexadecimal digits")
    byte = int(escape[1], 16)
    if byte in _REFUSED_ESCAPE:
        raise Malformed("a path does not encode '/', '\\', '.', ';' or control characters")
    return escape[0].upper() if byte in _KEPT_ESCAPE else chr(byte)


def _check_structure(path: str) -> None:
    if _EMPTY_SEGMENT.search(path):
        raise Malformed("a path has no empty segment")
    if _DOT_SEGMENT.search(path):
        raise Malformed("a path has no segment '.' or '..'")


def without_parameters(path: str) -> str:
    """Cut each segment of a canonical path at its `;`, as servers with matrix parameters do."""
    return "/".join([segment.partition(";")[0] for segment in path.split("/")])


def fold(path: str) -> str:
    """Return what a server that is careless about case, Unicode and a slash at the end makes of a canonical path.

    Paths that it takes for the same have the same folded form. The root folds to nothing.

    Raises:
        Malformed: such a server would find segments in it that it does not have.
    """
    folded = _careless(path) if "%" in path else path.lower()
    return folded.removesuffix("/")


def _careless(path: str) -> str:
    """Decoded, compatibility forms replaced, cut at a `?` or `#`, spaces at the ends of segments dropped."""
    text = normalize("NFKC", unquote(path)).upper().lower()
    text = "/".join([segment.rstrip(" ") for segment in re.split("[?#]", text, maxsplit=1)[0].split("/")])
    if _UNSAFE.search(text):
        raise Malformed("a path has no character that stands for a separator or a control character")
    _check_structure(text)
    return text


def without_extension(folded: str) -> str:
    """Cut the last segment of a folded path at its first dot, not counting one that it begins with."""
    dot = folded.find(".", folded.rfind("/") + 2)
    return folded if dot < 0 else folded[:dot]
