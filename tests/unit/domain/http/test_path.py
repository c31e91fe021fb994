from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from authsvc.domain.http.malformed import Malformed
from authsvc.domain.http.path import MAX_PATH, canonical_path, fold, without_extension, without_parameters

# Everything that servers have disagreed about, close together.
PIECES = [
    *("/", "/", "/", "a", "B", ".", "..", ";", "?", "#", "%", "\\", "*", "~", "@", " ", "\x00", "\x7f", "\u00e9", "[", "%%"),
    *("%2e", "%2E", "%2f", "%2F", "%5c", "%25", "%252e", "%25u", "%3b", "%3f", "%23", "%61", "%41", "%7e", "%2a", "%20", "%00"),
    *("%0d", "%7f", "%c3%a9", "%C3", "%ff", "%c0%ae", "%ef%bc%8f", "%e2%80%a4", "%e2%84%aa", "%zz", "%4"),
]
TARGETS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=12).map(lambda pieces: "/" + "".join(pieces)),
    st.text(max_size=12),
)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/", "/"),
        ("/a", "/a"),
        ("/a/", "/a/"),
        ("/a/b?c=/../d", "/a/b"),
        ("/a?b?c", "/a"),
        ("/?", "/"),
        ("/a/...", "/a/..."),
        ("/.well-known/jwks.json", "/.well-known/jwks.json"),
        ("/A/b", "/A/b"),
        ("/!$&'()*+,=:@-._~", "/!$&'()*+,=:@-._~"),
        ("/%61dmin/%7Euser", "/admin/~user"),
        ("/%40me/%2a", "/@me/*"),
        ("/caf%c3%a9/a%20b", "/caf%C3%A9/a%20b"),
        ("/what%3f/%23", "/what%3F/%23"),
        ("/100%25", "/100%25"),
        ("/a;v=1/b", "/a;v=1/b"),
    ],
)
def test_each_path_has_one_spelling(target: str, path: str) -> None:
    assert canonical_path(target) == path


@pytest.mark.parametrize(
    "target",
    [
        *("", "a", "*", "?a", "http://other/admin", "a/b"),
        *("/..", "/.", "/a/..", "/a/../b", "/a/./b", "/a/.", "/../", "/..?x"),
        *("/%2e%2e/a", "/.%2e/a", "/%2E", "/a%2eb"),
        *("/..;/a", "/.;a=b/c", "/%2e%2e;/admin", "/orders/..;", "/;/a", "/a/;x"),
        *("/..%20/a", "/..%3f/a", "/.%23", "/a/..%3F"),
        *("//", "//a", "/a//b", "/a//"),
        *("/a%2fb", "/a%2Fb", "/a%5cb", "/a%5Cb", "/a\\b", "/..\\a"),
        *("/%00", "/a%0d%0ab", "/%7f", "/%1F", "/a\x00", "/a\r\nb", "/a\tb", "/a b", "/\x7f"),
        *("/\u00e9", "/a#b", "/#"),
        *("/%", "/%4", "/%zz", "/%-1", "/% 1", "/%u002e", "/a%"),
        *("/%252e%252e/a", "/%252f", "/%2525", "/%25u002e", "/%25%32%65", "/%3b", "/%3B"),
        *("/%ff", "/%c3", "/%c0%ae", "/%c0%af", "/%e2%82", "/%ed%a0%80"),
        "/" + "a" * MAX_PATH,
    ],
)
def test_a_path_that_two_servers_could_read_differently_is_refused(target: str) -> None:
    with pytest.raises(Malformed):
        canonical_path(target)


def test_the_longest_path_is_taken_whatever_its_query() -> None:
    path = "/" + "a" * (MAX_PATH - 1)
    assert canonical_path(path + "?" + "q" * 100_000) == path


@given(TARGETS)
@example("/%2541")
@example("/%25%34%31")
@example("/a/%2")
def test_a_canonical_path_is_its_own_canonical_path(target: str) -> None:
    try:
        path = canonical_path(target)
    except Malformed:
        return
    assert canonical_path(path) == path


@given(TARGETS)
@example("/.%3f")
def test_no_number_of_decodings_makes_a_canonical_path_lead_elsewhere(target: str) -> None:
    try:
        path = canonical_path(target)
    except Malformed:
        return
    assert path.isascii()
    assert path.isprintable()
    for _ in range(4):
        read = [part for part in re.split(r"[/\\]", without_parameters(path))[1:] if part or path != "/"]
        assert not {".", ".."}.intersection(read)
        assert "" not in read[:-1]
        assert "\\" not in path
        assert not any(ord(character) < 0x20 for character in path)
        path = re.split("[?#]", unquote(path))[0]


@given(TARGETS)
def test_a_refusal_repeats_nothing_of_the_path(target: str) -> None:
    message = ""
    try:
        canonical_path("/SECRET" + target[1:])
    except Malformed as refusal:
        message = str(refusal)
    assert "SECRET" not in message


def test_parameters_are_cut_from_every_segment() -> None:
    assert without_parameters("/a;b=c/d;e;f/g") == "/a/d/g"


@pytest.mark.parametrize(
    ("path", "folded"),
    [
        ("/", ""),
        ("/a/", "/a"),
        ("/Billing/PORTAL", "/billing/portal"),
        ("/a/b.JSON", "/a/b.json"),
        ("/b%C4%B1ll%C4%B1ng", "/billing"),  # dotless i, whose upper case is I
        ("/%E2%84%AAey", "/key"),  # the Kelvin sign
        ("/%EF%BD%81", "/a"),  # full width
        ("/admin%20/x%20", "/admin/x"),
        ("/admin%3Fa/b", "/admin"),
        ("/admin%23a", "/admin"),
    ],
)
def test_careless_servers_take_these_for_one(path: str, folded: str) -> None:
    assert fold(canonical_path(path)) == folded


@pytest.mark.parametrize("path", ["/a%EF%BC%8F..%EF%BC%8Fb", "/%E2%80%A4%E2%80%A4/b", "/a/%20/b", "/a%EF%BC%BCb", "/a%EF%BC%9Bb"])
def test_characters_that_stand_for_separators_are_refused(path: str) -> None:
    with pytest.raises(Malformed):
        fold(canonical_path(path))


@pytest.mark.parametrize(
    ("folded", "shorter"),
    [
        ("/a/b.json", "/a/b"),
        ("/a/b.tar.gz", "/a/b"),
        ("/a/b.", "/a/b"),
        ("/a.b/c", "/a.b/c"),
        ("/a/.env", "/a/.env"),
        ("/a/.env.json", "/a/.env"),
        ("", ""),
    ],
)
def test_an_extension_is_what_follows_the_first_dot_of_the_last_segment(folded: str, shorter: str) -> None:
    assert without_extension(folded) == shorter
