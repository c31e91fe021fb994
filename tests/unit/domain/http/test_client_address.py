from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.client_address import MAX_HOPS, ClientAddress
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.network import parse_address

PEER, EXTERNAL, ONE_HOP, TWO_HOPS = (
    ClientAddress.peer(),
    ClientAddress.external(),
    ClientAddress.forwarded_for(1),
    ClientAddress.forwarded_for(2),
)
FORGED = {"x-forwarded-for": "192.0.2.66", "x-envoy-external-address": "192.0.2.66", "x-real-ip": "192.0.2.66"}


def test_the_peer_is_the_peer_whatever_headers_say() -> None:
    assert PEER.read("198.51.100.1", FORGED) == parse_address("198.51.100.1")
    assert PEER.read("::ffff:198.51.100.1", {}) == parse_address("198.51.100.1")


@pytest.mark.parametrize("peer", ["", "@unix", "198.51.100", "fe80::1%eth0"])
def test_a_peer_without_an_address_is_unknown(peer: str) -> None:
    assert PEER.read(peer, FORGED) is None


def test_the_external_address_is_the_proxys_header() -> None:
    headers = {"x-envoy-external-address": "198.51.100.1", "x-forwarded-for": "192.0.2.66"}
    assert EXTERNAL.read("203.0.113.9", headers) == parse_address("198.51.100.1")


@pytest.mark.parametrize("value", ["", "localhost", "198.51.100.1,192.0.2.66", "198.51.100.1 192.0.2.66", "-"])
def test_an_external_address_that_is_not_one_address_is_malformed(value: str) -> None:
    with pytest.raises(Malformed):
        EXTERNAL.read("203.0.113.9", {"x-envoy-external-address": value})


@pytest.mark.parametrize("address", [EXTERNAL, ONE_HOP])
def test_a_declared_header_that_is_missing_is_malformed(address: ClientAddress) -> None:
    with pytest.raises(Malformed):
        address.read("203.0.113.9", {})


@pytest.mark.parametrize(
    ("address", "value", "client"),
    [
        (ONE_HOP, "198.51.100.1", "198.51.100.1"),
        (ONE_HOP, "192.0.2.66, 198.51.100.1", "198.51.100.1"),
        (ONE_HOP, "garbage,,192.0.2.66,198.51.100.1", "198.51.100.1"),
        (TWO_HOPS, "192.0.2.66, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (TWO_HOPS, "198.51.100.1,10.0.0.1", "198.51.100.1"),
        (ONE_HOP, "192.0.2.66,\t2001:db8::1 ", "2001:db8::1"),
        (ONE_HOP, "198.51.100.1:4711", "198.51.100.1"),
        (ONE_HOP, "[2001:db8::1]:4711", "2001:db8::1"),
        (ONE_HOP, "[2001:db8::1]", "2001:db8::1"),
    ],
)
def test_of_forwarded_for_only_what_trusted_proxies_wrote_counts(address: ClientAddress, value: str, client: str) -> None:
    assert address.read("203.0.113.9", {"x-forwarded-for": value}) == parse_address(client)


@pytest.mark.parametrize(
    ("address", "value"),
    [
        (ONE_HOP, ""),
        (ONE_HOP, "198.51.100.1,"),
        (ONE_HOP, "198.51.100.1,unknown"),
        (ONE_HOP, "198.51.100.1:"),
        (ONE_HOP, "_hidden"),
        (TWO_HOPS, "198.51.100.1"),
        (TWO_HOPS, ",10.0.0.1"),
    ],
)
def test_forwarded_for_that_trusted_proxies_did_not_fill_is_malformed(address: ClientAddress, value: str) -> None:
    with pytest.raises(Malformed):
        address.read("203.0.113.9", {"x-forwarded-for": value})


@given(st.text(alphabet="0123456789.,:[] x", max_size=40), st.integers(1, 3))
def test_nothing_a_client_writes_changes_its_address(forged: str, hops: int) -> None:
    honest = ["198.51.100.1", "10.0.0.1", "10.0.0.2"][:hops]
    headers = {"x-forwarded-for": ",".join([forged, *honest])}
    assert ClientAddress.forwarded_for(hops).read("10.9.9.9", headers) == parse_address("198.51.100.1")


@pytest.mark.parametrize("hops", [0, -1, MAX_HOPS + 1])
def test_somebody_is_trusted_but_not_everybody(hops: int) -> None:
    with pytest.raises(InvalidValue):
        ClientAddress.forwarded_for(hops)
