"""Addresses and networks, held against Python's own reading of them."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from authsvc.address import TcpAddress
from authsvc.address import parse_address as parse_listen
from authsvc.domain.http.client_address import ClientAddress
from authsvc.domain.http.host import canonical_host
from authsvc.domain.network import Allowlist, parse_address, parse_cidr, show_address
from tests.fuzz.target import Target, text_target

ADDRESSES = ("192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "fe80::1%eth0", "010.0.0.1", "::1.2.3.4")
PARTS = ("::", ":", ".", "/", "ffff:", "0", "255", "%", "[", "]")


def address(text: str) -> None:
    read = parse_address(text)
    shown = show_address(read)
    assert parse_address(shown) == read
    known = ip_address(text)
    mapped = known.ipv4_mapped if known.version == 6 else None
    assert ip_address(shown) == (mapped or known)


def cidr(text: str) -> None:
    network = parse_cidr(text)
    assert parse_cidr(network) == network
    first, last = ip_network(network)[0], ip_network(network)[-1]
    allowlist = Allowlist((text,))
    assert allowlist.contains(parse_address(str(first)))
    assert allowlist.contains(parse_address(str(last))) or last.version == 6
    assert allowlist.covers_cidr(network)
    ip_network(text)


def listen(text: str) -> None:
    read = parse_listen(text)
    assert parse_listen(str(read)) == read
    if isinstance(read, TcpAddress):
        assert 0 <= read.port <= 65_535


def host(text: str) -> None:
    assert canonical_host(canonical_host(text)) == canonical_host(text)


def forwarded(text: str) -> None:
    headers = {"x-forwarded-for": text, "x-envoy-external-address": text}
    ClientAddress.peer().read(text, headers)
    found = ClientAddress.forwarded_for(1).read("", headers)
    assert found is not None
    if "," not in text:
        assert ClientAddress.external().read("", headers) == found


TARGETS: tuple[Target, ...] = (
    text_target("address", address, ADDRESSES, PARTS),
    text_target("cidr", cidr, ("192.0.2.0/24", "2001:db8::/32", "::ffff:10.0.0.0/104", "10.0.0.1/8", *ADDRESSES), PARTS),
    text_target("listen", listen, ("127.0.0.1:50051", "[::1]:0", "unix:/run/s.sock", "localhost:1"), ("unix:", "[", "]:", "/")),
    text_target("host", host, ("Api.Example.", "a.example:443", "[2001:DB8::1]:80", "127.1", "u@h"), (*PARTS, "xn--")),
    text_target("forwarded", forwarded, ("192.0.2.1, 10.0.0.1", "[2001:db8::1]:80", "192.0.2.1:80", ","), (*PARTS, ", ")),
)
