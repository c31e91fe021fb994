from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.http.host import canonical_host
from authsvc.domain.http.malformed import Malformed

HOSTS = st.text(alphabet="aB1.-_:[]@, %0x", max_size=10)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("api.example", "api.example"),
        ("API.Example:8443", "api.example"),
        ("api.example.", "api.example"),
        ("api.example.:443", "api.example"),
        ("localhost", "localhost"),
        ("my_service:80", "my_service"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("192.0.2.1:80", "192.0.2.1"),
        ("[::1]", "[::1]"),
        ("[2001:DB8:0:0::1]:443", "[2001:db8::1]"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
        ("3com.example", "3com.example"),
    ],
)
def test_each_host_has_one_spelling(text: str, host: str) -> None:
    assert canonical_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "..", ":80", "a..b", ".a", "a.b..", "-a.b", "a-.b", "a" * 64),
        *("a,b", "good@evil", "a b", "a/b", "a\\b", "a\x00", "a\r\nb", "a%2eb", "b\u00fccher.example", "a;b", "a?b", "a#b"),
        *("a:", "a:b", "a:65536", "a:1:2", "a: 80", "a:-1", "a:000080"),
        *("1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "010.0.0.1", "256.1.1.1", "1.2.3.4.5", "a.1", "a.0x"),
        *("[", "[]", "[::1", "::1", "[::1]a", "[::1%25eth0]", "[1.2.3.4]", "[g::]"),
        ".".join(["a" * 63] * 4),
    ],
)
def test_what_is_not_one_host_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        canonical_host(text)


@given(HOSTS)
def test_a_canonical_host_is_its_own(text: str) -> None:
    try:
        host = canonical_host(text)
    except Malformed:
        return
    assert canonical_host(host) == host
    assert canonical_host(host.upper() + ":443") == host
