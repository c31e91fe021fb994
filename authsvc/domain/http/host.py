"""Hosts (RFC 9110 section 7.2), in the one spelling by which a policy names them."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address
from typing import Final

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.network import parse_address

MAX_HOST: Final = 253
"""Characters of a name, without port (RFC 1035 section 2.3.4)."""

_AUTHORITY: Final = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]+)(?::([0-9]{1,5}))?")
_LABEL: Final = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_RULE: Final = "a host is one name, IPv4 address or IPv6 address in brackets, optionally with ':' and a port"


@lru_cache(maxsize=1024)
def canonical_host(text: str) -> str:
    """Return a host in lower case, without port and without the dot of a fully qualified name; IPv6 as RFC 5952 has it.

    Recent ones are remembered: requests name the same few.

    Raises:
        Malformed: it is none, it is several, or it carries a user.
    """
    found = _AUTHORITY.fullmatch(text.lower()) if text.isascii() else None
    if found is None or (found[2] and int(found[2]) > 65_535):
        raise Malformed(_RULE)
    host = found[1]
    if host[0] == "[":
        return _ipv6(host[1:-1])
    host = host.removesuffix(".")
    if len(host) > MAX_HOST or not _NAME.fullmatch(host) or not _is_unambiguous(host):
        raise Malformed(_RULE)
    return host


def _is_unambiguous(host: str) -> bool:
    """A name that ends in a number is an IPv4 address to some (WHATWG URL, section 3.5), so it has to be one to all."""
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return True
    try:
        parse_address(host)
    except InvalidValue:
        return False
    return True


def _ipv6(text: str) -> str:
    try:
        return f"[{IPv6Address(text).compressed}]"
    except AddressValueError:
        raise Malformed(_RULE) from None
