"""The address of the client: the connection's, or what a proxy says, and only if the policy trusts that proxy.

Everything here comes from the request that is asked about: address and metadata of the call that asks are the proxy's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.network import Address, parse_address

EXTERNAL: Final = "x-envoy-external-address"
FORWARDED_FOR: Final = "x-forwarded-for"
MAX_HOPS: Final = 16

_WITH_PORT: Final = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class ClientAddress:
    """Where the address stands.

    Attributes:
        header: the header that has it; empty: the peer of the connection.
        trusted_hops: for `x-forwarded-for`, how many proxies append to it that are trusted, the asking one included. Each appends
            the address it was called from, so the client's is that many entries from the right; what is left of it anybody wrote.
    """

    header: str = ""
    trusted_hops: int = 0

    @classmethod
    def peer(cls) -> ClientAddress:
        """The other end of the connection; the default."""
        return cls()

    @classmethod
    def external(cls) -> ClientAddress:
        """What Envoy found to be the client and says in `x-envoy-external-address`."""
        return cls(EXTERNAL)

    @classmethod
    def forwarded_for(cls, trusted_hops: int) -> ClientAddress:
        """An entry of `x-forwarded-for`.

        Raises:
            InvalidValue: nobody is trusted, or too many.
        """
        if not 1 <= trusted_hops <= MAX_HOPS:
            raise InvalidValue(f"trusted_hops is 1 to {MAX_HOPS}")
        return cls(FORWARDED_FOR, trusted_hops)

    def read(self, peer: str, headers: Mapping[str, str]) -> Address | None:
        """Read the address.

        Args:
            peer: the connection's other end; empty when it has no IP address, as on a unix socket.
            headers: of the request.

        Returns:
            The address; None when the peer is asked for and has none: then a key that is restricted to networks is denied.

        Raises:
            Malformed: a header is asked for and does not have exactly that.
        """
        if not self.header:
            return _peer(peer)
        entries = headers.get(self.header, "").rsplit(",", self.trusted_hops)
        if len(entries) < self.trusted_hops:
            raise Malformed(f"the header {self.header} names every trusted proxy")
        return self._parsed(entries[-self.trusted_hops or -1].strip(" \t"))

    def said_of(self, client: str) -> dict[str, str]:
        """The headers in which the trusted proxies would say that a request comes from this client."""
        if not self.header:
            return {}
        return {self.header: ", ".join([client, *["127.0.0.1"] * (self.trusted_hops - 1)])}

    def _parsed(self, text: str) -> Address:
        found = _WITH_PORT.fullmatch(text)
        try:
            return parse_address((found[1] or found[2]) if found else text)
        except InvalidValue:
            raise Malformed(f"the header {self.header} names the address of the client") from None


def _peer(text: str) -> Address | None:
    try:
        return parse_address(text) if text else None
    except InvalidValue:
        return None
