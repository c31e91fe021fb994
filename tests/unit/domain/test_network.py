from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidValue
from authsvc.domain.network import Address, Allowlist, parse_address, parse_cidr, show_address

# Networks close together, so that they overlap and touch: 192.0.2.0-192.0.2.15 and 2001:db8::0-f.
BASES = {4: int(ipaddress.IPv4Address("192.0.2.0")), 6: int(ipaddress.IPv6Address("2001:db8::"))}


@st.composite
def cidrs(draw: st.DrawFn) -> str:
    version = draw(st.sampled_from([4, 6]))
    bits = 32 if version == 4 else 128
    prefix = draw(st.integers(bits - 4, bits))
    value = BASES[version] + draw(st.integers(0, 15))
    kind = ipaddress.IPv4Network if version == 4 else ipaddress.IPv6Network
    return str(kind((value, prefix), strict=False))


NEAR = [Address(version, base + offset) for version, base in BASES.items() for offset in range(-1, 17)]


def naive_contains(held: list[str], address: Address) -> bool:
    return any(ipaddress.ip_address(show_address(address)) in ipaddress.ip_network(cidr) for cidr in held)


@pytest.mark.parametrize(
    ("text", "version", "value"),
    [
        ("0.0.0.0", 4, 0),
        ("192.0.2.1", 4, 0xC0000201),
        ("::", 6, 0),
        ("::1", 6, 1),
        ("2001:DB8::1", 6, 0x20010DB8 << 96 | 1),
        ("::ffff:192.0.2.1", 4, 0xC0000201),
        ("::FFFF:c000:201", 4, 0xC0000201),
        ("0:0:0:0:0:ffff:192.0.2.1", 4, 0xC0000201),
        ("::192.0.2.1", 6, 0xC0000201),
        ("64:ff9b::192.0.2.1", 6, 0x0064FF9B << 96 | 0xC0000201),
    ],
)
def test_address_is_read_and_a_mapped_one_becomes_ipv4(text: str, version: int, value: int) -> None:
    assert parse_address(text) == Address(version, value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "1.2.3",
            "1.2.3.4.5",
            "256.0.0.1",
            "010.0.0.1",
            "1.2.3.04",
            "0x7f.0.0.1",
            "127.1",
            "2130706433",
            " 1.2.3.4",
            "1.2.3.4\n",
        ),
        *(
            "1.2.3.4:80",
            "[::1]",
            "::1%eth0",
            "fe80::1%1",
            "1::2::3",
            ":::",
            "::ffff:01.2.3.4",
            "12345::",
            "g::",
            "\u0661.2.3.4",
            "::1/128",
        ),
        "0" * 1000,
    ],
)
def test_address_refuses_what_is_not_read_alike_everywhere(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_address(text)
    assert refused.value.__cause__ is None
    with pytest.raises(InvalidValue):
        Allowlist.compile((text if "/" not in text else text + "/1",))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:DB8:0:0::/32", "2001:db8::/32"),
        ("::1", "::1/128"),
        ("::/0", "::/0"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:0:0/96", "0.0.0.0/0"),
        ("::ffff:192.0.2.7", "192.0.2.7/32"),
    ],
)
def test_cidr_has_one_canonical_form(text: str, canonical: str) -> None:
    assert parse_cidr(text) == canonical
    assert parse_cidr(canonical) == canonical


@pytest.mark.parametrize(
    "text",
    [
        *("", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/255.0.0.0"),
        *("10.0.0.0/8/8", "10/8", "::ffff:10.0.0.0/129", "fe80::%eth0/64", "10.0.0.0/٨", "10.0.0.0/ 8", "all"),
    ],
)
def test_cidr_refuses_everything_else(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_cidr(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("2001:db8::1/32", "2001:db8::/32"),
        ("::ffff:10.1.0.0/104", "10.0.0.0/8"),
        ("::ffff:1.2.3.4/64", "::/64"),
        ("::ffff:1.2.3.4/90", "::ffc0:0:0/90"),
    ],
)
def test_bits_behind_the_prefix_name_the_network_meant(text: str, meant: str) -> None:
    with pytest.raises(InvalidValue, match=f"{meant}$"):
        parse_cidr(text)


def test_the_longest_ways_to_write_an_address_are_read_and_nothing_longer() -> None:
    longest = "ffff:" * 6 + "255.255.255.255"
    assert parse_address(longest) == Address(6, 2**128 - 1)
    assert parse_cidr(longest + "/128") == show_address(parse_address(longest)) + "/128"
    with pytest.raises(InvalidValue):
        parse_address("1" * 100_000)


def test_all_of_ipv6_holds_no_ipv4_in_either_clothes() -> None:
    everything = Allowlist.compile(("::/0",))
    assert everything.contains(parse_address("2001:db8::1"))
    assert not everything.contains(parse_address("192.0.2.1"))
    assert not everything.contains(parse_address("::ffff:192.0.2.1"))


def test_an_empty_allowlist_contains_nothing() -> None:
    assert not Allowlist.compile(()).contains(parse_address("192.0.2.1"))
    assert not Allowlist.compile(()).covers_cidr("192.0.2.1/32")


def test_halves_cover_the_whole_together() -> None:
    assert Allowlist.compile(("10.0.0.0/9", "10.128.0.0/9")).covers_cidr("10.0.0.0/8")
    assert not Allowlist.compile(("10.0.0.0/9",)).covers_cidr("10.0.0.0/8")


def test_an_address_is_shown_as_people_write_it() -> None:
    assert show_address(parse_address("::ffff:192.0.2.1")) == "192.0.2.1"
    assert show_address(parse_address("2001:DB8::0")) == "2001:db8::"


@given(st.integers(0, 2**128 - 1))
def test_every_ipv6_address_survives_a_round_trip(value: int) -> None:
    address = parse_address(str(ipaddress.IPv6Address(value)))
    assert parse_address(show_address(address)) == address


@given(
    st.one_of(
        st.ip_addresses().map(str),
        st.lists(st.sampled_from(["0", "1", "25", "255", "256", "00", "", "x"]), max_size=5).map(".".join),
    )
)
def test_an_address_is_read_as_the_standard_library_reads_it(text: str) -> None:
    try:
        expected = ipaddress.ip_address(text)
    except ValueError:
        with pytest.raises(InvalidValue):
            parse_address(text)
    else:
        mapped = expected.ipv4_mapped if isinstance(expected, ipaddress.IPv6Address) else None
        assert parse_address(text) == Address((mapped or expected).version, int(mapped or expected))


@given(st.integers(0, 2**32 - 1))
def test_both_clothes_of_an_ipv4_address_are_equal(value: int) -> None:
    text = str(ipaddress.IPv4Address(value))
    assert parse_address(text) == parse_address("::ffff:" + text) == Address(4, value)


@given(st.lists(cidrs(), max_size=5))
def test_allowlist_contains_what_one_of_its_networks_contains(held: list[str]) -> None:
    allowlist = Allowlist.compile(tuple(held))
    for address in NEAR:
        assert allowlist.contains(address) == naive_contains(held, address)


@given(st.lists(cidrs(), max_size=6), cidrs())
def test_a_network_is_covered_exactly_when_each_address_is(held: list[str], cidr: str) -> None:
    network = ipaddress.ip_network(cidr)
    inside = [Address(network.version, int(address)) for address in network]
    allowlist = Allowlist.compile(tuple(held))
    assert allowlist.covers_cidr(cidr) == all(allowlist.contains(address) for address in inside)
