"""Addresses and networks a key may be used from.

An IPv4 address in IPv6 clothes (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is that IPv4 address: dual-stack sockets show
IPv4 peers so, and an allowlist must mean the same either way. `::/0` is therefore all of IPv6 and nothing of IPv4.
Forms that two parsers read differently are refused: zone ids (`fe80::1%eth0`), leading zeros (`010.0.0.1`), netmasks.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, collapse_addresses
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from authsvc.domain.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_ADDRESS_LENGTH: Final = 45  # ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255
_MAX_CIDR_LENGTH: Final = _MAX_ADDRESS_LENGTH + len("/128")
_MAPPED: Final = 0xFFFF
_OCTETS: Final = {str(octet): octet for octet in range(256)}
_ADDRESS_RULE: Final = "an address is IPv4 (192.0.2.1, no leading zeros) or IPv6 (2001:db8::1, no zone)"
_CIDR_RULE: Final = "a network is an address, optionally with '/' and a prefix length: 192.0.2.0/24 or 2001:db8::/32"


class Address(NamedTuple):
    """An address as numbers: `version` 4 or 6, `value` the 32 or 128 bits. Cheap to make, compare and hash."""

    version: int
    value: int


def show_address(address: Address) -> str:
    """Write an address as people do (RFC 5952)."""
    return str(IPv4Address(address.value) if address.version == 4 else IPv6Address(address.value))


def parse_address(text: str) -> Address:
    """Read an address; an IPv4-mapped one becomes IPv4.

    Raises:
        InvalidValue: it is none, or in a form that is not read alike everywhere.
    """
    if len(text) > _MAX_ADDRESS_LENGTH or "%" in text:
        raise InvalidValue(_ADDRESS_RULE)
    try:
        if ":" not in text:
            return Address(4, _ipv4(text))
        value = int(IPv6Address(text))
    except (KeyError, ValueError):
        raise InvalidValue(_ADDRESS_RULE) from None
    if value >> 32 == _MAPPED:
        return Address(4, value & 0xFFFFFFFF)
    return Address(6, value)


def _ipv4(text: str) -> int:
    """Four octets as they are written canonically, in half the time of `IPv4Address`: most addresses are these."""
    first, second, third, fourth = map(_OCTETS.__getitem__, text.split("."))
    return first << 24 | second << 16 | third << 8 | fourth


def parse_cidr(text: str) -> str:
    """Read a network and return its canonical form; a single address becomes a network of one.

    Raises:
        InvalidValue: it is none, or has bits set behind the prefix (the message then names the network that was probably meant).
    """
    return str(_parse_network(text))


def _parse_network(text: str) -> IPv4Network | IPv6Network:
    address_text, slash, prefix_text = text.partition("/")
    if len(text) > _MAX_CIDR_LENGTH or (slash and not _is_decimal(prefix_text)):
        raise InvalidValue(_CIDR_RULE)
    try:
        address = parse_address(address_text)
    except InvalidValue:
        raise InvalidValue(_CIDR_RULE) from None
    bits = 32 if ":" not in address_text else 128
    prefix = int(prefix_text) if slash else bits
    if prefix > bits:
        raise InvalidValue(_CIDR_RULE)
    if address.version == 4 and bits == 128:
        address, prefix = _unmapped(address, prefix)
    return _network(address, prefix)


def _is_decimal(text: str) -> bool:
    return len(text) <= 3 and text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")


def _unmapped(address: Address, prefix: int) -> tuple[Address, int]:
    """A mapped network is IPv4 down to /96; a wider one reaches beyond the mapped addresses and stays IPv6."""
    if prefix >= 96:
        return address, prefix - 96
    return Address(6, _MAPPED << 32 | address.value), prefix


def _network(address: Address, prefix: int) -> IPv4Network | IPv6Network:
    at = (address.value, prefix)
    network = IPv4Network(at, strict=False) if address.version == 4 else IPv6Network(at, strict=False)
    if int(network.network_address) != address.value:
        raise InvalidValue(f"bits are set behind the prefix; the network is {network}")
    return network


class Allowlist:
    """Compiled networks. None at all contain nothing: "unrestricted" is not an allowlist, the key says it apart."""

    __slots__ = ("_networks",)

    def __init__(self, cidrs: Iterable[str]) -> None:
        """Merge what touches, so that a network lies in the list exactly when it lies in one entry.

        Raises:
            InvalidValue: one of the `cidrs` is not a network.
        """
        networks = [_parse_network(cidr) for cidr in cidrs]
        merged: list[IPv4Network | IPv6Network] = []
        merged += collapse_addresses(network for network in networks if isinstance(network, IPv4Network))
        merged += collapse_addresses(network for network in networks if isinstance(network, IPv6Network))
        starts: dict[tuple[int, int], set[int]] = {}
        for network in merged:
            shift = network.max_prefixlen - network.prefixlen
            starts.setdefault((network.version, shift), set()).add(int(network.network_address) >> shift)
        # version -> (bits to drop, what may then remain), once per prefix length in use
        self._networks: dict[int, list[tuple[int, frozenset[int]]]] = {4: [], 6: []}
        for (version, shift), remains in starts.items():
            self._networks[version].append((shift, frozenset(remains)))

    @classmethod
    def compile(cls, cidrs: tuple[str, ...]) -> Self:
        """Compile networks.

        Raises:
            InvalidValue: one of the `cidrs` is not a network.
        """
        return cls(cidrs)

    def contains(self, address: Address) -> bool:
        """Whether `address` lies in one of the networks."""
        version, value = address
        for shift, remains in self._networks[version]:  # noqa: SIM110 -- a generator costs more than the rest of this call
            if value >> shift in remains:
                return True
        return False

    def covers_cidr(self, cidr: str) -> bool:
        """Whether every address of `cidr` lies in the networks, taken together.

        Raises:
            InvalidValue: `cidr` is not a network.
        """
        network = _parse_network(cidr)
        value, size = int(network.network_address), network.max_prefixlen - network.prefixlen
        return any(shift >= size and value >> shift in remains for shift, remains in self._networks[network.version])
