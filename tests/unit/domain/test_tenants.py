from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidValue
from authsvc.domain.tenants import ancestors, covers, parse_tenant

# Few letters, so that generated tenants are often related.
TENANTS = st.one_of(st.just("/"), st.lists(st.sampled_from(["a", "ab", "b"]), min_size=1, max_size=8).map("/".join))


@pytest.mark.parametrize("text", ["/", "acme", "acme/etl", "A1/b.c_d-e", "a" * 64, "/".join("a" * 8), "0"])
def test_tenant_is_the_root_or_segments(text: str) -> None:
    assert parse_tenant(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "//",
        "/acme",
        "acme/",
        "a//b",
        ".",
        "..",
        "a/../b",
        ".a",
        "-a",
        "_a",
        "a b",
        "a\n",
        "é",
        "a/*",
        "*",
        "a" * 65,
        "a%2Fb",
        "٣",
    ],
)
def test_tenant_refuses_everything_else(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_tenant(text)


def test_tenant_has_at_most_eight_segments_and_256_characters() -> None:
    longest = "/".join(["a" * 63] * 3 + ["a" * 64])
    assert len(longest) == 256
    assert parse_tenant(longest) == longest
    for text in ("/".join("a" * 9), "/".join(["a" * 64] * 4)):
        with pytest.raises(InvalidValue):
            parse_tenant(text)


def test_a_prefix_ends_at_a_segment() -> None:
    assert covers("acme", "acme")
    assert covers("acme", "acme/etl")
    assert not covers("acme", "acmex")
    assert not covers("acme/etl", "acme")
    assert not covers("acme", "/")
    assert covers("/", "/")
    assert covers("/", "acme")


def test_ancestors_run_from_self_to_root() -> None:
    assert ancestors("acme/etl") == ("acme/etl", "acme", "/")
    assert ancestors("/") == ("/",)


@given(TENANTS, TENANTS)
def test_a_tenant_is_covered_by_exactly_its_ancestors(prefix: str, tenant: str) -> None:
    assert covers(prefix, tenant) == (prefix in ancestors(tenant))
    left = [segment for segment in prefix.split("/") if segment]
    assert covers(prefix, tenant) == ([segment for segment in tenant.split("/") if segment][: len(left)] == left)


@given(TENANTS, TENANTS, TENANTS)
def test_cover_is_a_partial_order(a: str, b: str, c: str) -> None:
    assert covers(a, a)
    assert not (covers(a, b) and covers(b, a)) or a == b
    assert not (covers(a, b) and covers(b, c)) or covers(a, c)
