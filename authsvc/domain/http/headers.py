"""Request headers as a proxy hands them over, and what may stand in a header that we write.

A header view is a mapping from lower-case names to values, several values of one name joined by commas: then one header with a
comma and two headers are the same thing, which is the point (RFC 9110 section 5.3). Pseudo headers such as `:path` are in it when
the proxy puts them there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.malformed import Malformed

MAX_NAME: Final = 64

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_RESERVED: Final = frozenset(
    (
        # RFC 9110 section 7.6.1 and its predecessors: for one connection only
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer"),
        *("transfer-encoding", "upgrade", "http2-settings"),
        # What the message is, where it goes and who else speaks
        *("host", "content-length", "content-type", "content-encoding", "content-range", "expect", "range", "date"),
        *("cookie", "set-cookie", "origin", "forwarded", "via", "x-request-id", "x-real-ip"),
        *("x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url"),
    )
)
_RESERVED_STARTS: Final = ("x-envoy-", "x-forwarded-", "grpc-", "sec-", "access-control-")
_OUTGOING_NAME: Final = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_OUTGOING_VALUE: Final = re.compile(r"[!-~](?:[ !-~]*[!-~])?")
_SAFE: Final = "!#$&'()*+-./:;<=>?@[]^_`{|}~"
_PLAIN: Final = re.compile(r"[A-Za-z0-9" + re.escape(_SAFE) + "]*")


def joined(pairs: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Make a header view of headers that come one by one. Bytes that are no ASCII become `!`, which no credential of ours has."""
    view: dict[str, list[str]] = {}
    for name, raw in pairs:
        view.setdefault(name.lower(), []).append(raw.decode("ascii", "replace").replace("\ufffd", "!"))
    return {name: ",".join(values) for name, values in view.items()}


def single(headers: Mapping[str, str], name: str) -> str | None:
    """The value of a header that has one; None when it is absent.

    Raises:
        Malformed: it has several, or a comma, which is no different.
    """
    value = headers.get(name)
    if value is not None and "," in value:
        raise Malformed(f"the header {name} has one value")
    return value


def parse_owned_header(text: str) -> str:
    """Return `text` when it can be the name of a header that we read credentials from or write for the upstream.

    No underscore: servers that hand headers on as variables cannot tell `x_auth` from `x-auth`.

    Raises:
        InvalidValue: it cannot.
    """
    if len(text) > MAX_NAME or not _NAME.fullmatch(text):
        raise InvalidValue(f"a header is named in lower case: at most {MAX_NAME} of a-z, 0-9 and '-', no underscore")
    if text in _RESERVED or text.startswith(_RESERVED_STARTS):
        raise InvalidValue(f"the header {text} has a meaning of its own to proxies and servers; choose another")
    return text


def header_text(value: str) -> str:
    """Write any text so that it can be part of a header value (RFC 9110 section 5.5), and of a list of them.

    What is visible ASCII stays, but for percent sign, comma, quote and backslash: these and everything else are percent-encoded
    as UTF-8. So nothing is lost, nothing splits the value, and who reads it decodes it once.
    """
    return value if _PLAIN.fullmatch(value) else quote(value, safe=_SAFE)


def check_outgoing(name: str, value: str = "-") -> None:
    """Check what is about to be sent: a lower-case token, and visible ASCII with spaces inside (RFC 9110 sections 5.1 and 5.5).

    Everything that writes headers keeps to this already. A proxy that writes what it is given would split the message at a line
    break, so nothing leaves unchecked.

    Raises:
        InvalidValue: it must not be sent.
    """
    if not _OUTGOING_NAME.fullmatch(name):
        raise InvalidValue("the name of a header that we write is a lower-case token")
    if not _OUTGOING_VALUE.fullmatch(value):
        raise InvalidValue(f"the value of the header {name} is visible ASCII, and not empty")
