from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidValue
from authsvc.domain.scopes import OWN_SCOPES, Catalogue, Grants, parse_grant, parse_scope

# Few letters, so that generated scopes collide often.
SCOPES = st.lists(st.sampled_from(["a", "b", "authsvc"]), min_size=1, max_size=3).map(":".join)
GRANTS = st.one_of(SCOPES, SCOPES.map(lambda scope: f"{scope}:*"), st.just("*"))
PRODUCT_SCOPES = SCOPES.filter(lambda scope: not scope.startswith("authsvc:"))


@st.composite
def catalogues(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    names = draw(st.lists(PRODUCT_SCOPES, min_size=1, max_size=8, unique=True))
    return {name: tuple(draw(st.lists(st.sampled_from(names), max_size=3))) for name in names}


def naive_match(grant: str, scope: str) -> bool:
    """Rule by rule, over segments, as the contract says it."""
    pattern, segments = grant.split(":"), scope.split(":")
    if grant == "*":
        return not (segments[0] == "authsvc" and len(segments) > 1)
    if pattern[-1] == "*":
        return len(segments) >= len(pattern) and segments[: len(pattern) - 1] == pattern[:-1]
    return pattern == segments


def naive_cover(definitions: dict[str, tuple[str, ...]], held: list[str]) -> set[str]:
    known = set(definitions) | set(OWN_SCOPES)
    covered = {scope for scope in known for grant in held if naive_match(grant, scope)}
    while True:
        more = {implied for scope in covered for implied in definitions.get(scope, ())} | covered
        if more == covered:
            return covered
        covered = more


@pytest.mark.parametrize("text", ["projects:read", "a", "a.b-c_d:0", "a" * 64, "mint:act:x"])
def test_scope_is_segments_joined_by_colons(text: str) -> None:
    assert parse_scope(text) == text
    assert parse_grant(text) == text


@pytest.mark.parametrize(
    "text",
    ["", ":", "a:", ":a", "a::b", "A", "a b", "a\n", "ä", "a/b", "a" * 65, "a*", "*a", "*:a", "a:*:b", "a:**", "**", "٣", "AND"],
)
def test_scope_and_grant_refuse_everything_else(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_scope(text)
    with pytest.raises(InvalidValue):
        parse_grant(text)


@pytest.mark.parametrize("text", ["*", "a:*", "a:b:*", "a" * 62 + ":*"])
def test_only_a_grant_may_end_in_a_wildcard(text: str) -> None:
    assert parse_grant(text) == text
    with pytest.raises(InvalidValue):
        parse_scope(text)


def test_a_wildcard_grant_counts_its_star_in_the_length() -> None:
    with pytest.raises(InvalidValue):
        parse_grant("a" * 63 + ":*")


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_scope("sk-SECRET")
    assert "SECRET" not in str(refused.value)


def test_a_wildcard_covers_further_segments_but_not_its_stem() -> None:
    grants = Catalogue.open().grants(["projects:*"])
    assert grants.covers("projects:read")
    assert grants.covers("projects:read:own")
    assert not grants.covers("projects")
    assert not grants.covers("projectsx:read")


def test_a_bare_star_never_covers_the_scopes_of_authsvc() -> None:
    for catalogue in (Catalogue.open(), Catalogue({"projects:read": ()})):
        grants = catalogue.grants(["*"])
        assert grants.covers("projects:read")
        assert grants.missing(OWN_SCOPES) == OWN_SCOPES
        assert not grants.covers_grant("authsvc:*")
        assert catalogue.grants(["authsvc:*"]).missing(OWN_SCOPES) == ()


def test_no_grants_cover_nothing() -> None:
    for catalogue in (Catalogue.open(), Catalogue({"a": ()})):
        assert not catalogue.grants([]).covers("a")
        assert not catalogue.grants([]).covers_grant("*")


def test_implications_reach_over_several_steps_and_cycles() -> None:
    catalogue = Catalogue({"a": ("b",), "b": ("c",), "c": ("a",), "d": ()})
    assert catalogue.grants(["b"]).missing(["a", "b", "c", "d"]) == ("d",)


def test_a_wildcard_covers_what_its_scopes_imply() -> None:
    catalogue = Catalogue({"projects:write": ("billing:read",), "billing:read": ()})
    grants = catalogue.grants(["projects:*"])
    assert grants.covers("billing:read")
    assert grants.covering("billing:read") == "projects:*"


def test_an_implied_wildcard_covers_the_known_scopes_under_it() -> None:
    catalogue = Catalogue({"admin": ("projects:*",), "projects:read": (), "other": ()})
    grants = catalogue.grants(["admin"])
    assert grants.covers("projects:read")
    assert grants.covers_grant("projects:*")
    assert not grants.covers("other")


def test_under_a_catalogue_an_unknown_scope_is_never_covered() -> None:
    catalogue = Catalogue({"projects:read": ()})
    grants = catalogue.grants(["projects:*", "gone:scope", "*"])
    assert not grants.covers("projects:delete")
    assert not grants.covers("gone:scope")
    assert grants.covering("gone:scope") is None


@pytest.mark.parametrize(
    "definitions",
    [
        {"a": ("b",)},
        {"a": ("b:*",)},
        {"A": ()},
        {"a": ("B",)},
        {"a:*": ()},
        {"a": ("authsvc:keys:grant",)},
        {"a": ("authsvc:*",)},
        {"authsvc:new": ()},
        {"authsvc:verify": ("a",), "a": ()},
    ],
)
def test_catalogue_refuses_unknown_implications_and_own_scopes(definitions: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(InvalidValue):
        Catalogue(definitions)


def test_catalogue_knows_its_scopes_its_wildcards_and_the_own_scopes() -> None:
    catalogue = Catalogue({"projects:read": ()})
    assert all(catalogue.knows(grant) for grant in ["projects:read", "projects:*", "*", "authsvc:verify", "authsvc:keys:*"])
    assert not any(
        catalogue.knows(grant) for grant in ["projects", "projects:write", "billing:*", "projects:read:*", "authsvc:x", ""]
    )
    assert not Catalogue({}).knows("*")


def test_catalogue_lists_its_scopes_and_an_open_one_has_none_to_list() -> None:
    assert set(Catalogue({"b": ("a",), "a": ()}).scopes) == {"a", "b", *OWN_SCOPES}
    assert list(Catalogue({"b": (), "a": ()}).scopes[:1]) == ["a"]
    assert Catalogue.open().scopes == ()


def test_open_catalogue_knows_every_grammatical_grant() -> None:
    assert all(Catalogue.open().knows(grant) for grant in ["a", "a:b", "a:*", "*"])
    assert not any(Catalogue.open().knows(grant) for grant in ["", "A", "a:", "a:*:b", "a*", ":*", "a" * 63 + ":*"])


def test_an_exact_grant_explains_before_a_wildcard() -> None:
    for catalogue in (Catalogue.open(), Catalogue({"p:read": (), "p:write": ()})):
        grants = catalogue.grants(["p:*", "p:read"])
        assert grants.covering("p:read") == "p:read"
        assert grants.covering("p:write") == "p:*"
        assert grants.covering("q") is None


def test_missing_keeps_the_order_asked() -> None:
    assert Catalogue.open().grants(["b"]).missing(("c", "b", "a")) == ("c", "a")


def test_holding_all_scopes_of_a_wildcard_is_less_than_the_wildcard() -> None:
    catalogue = Catalogue({"p:read": (), "p:write": ()})
    assert not catalogue.grants(["p:read", "p:write"]).covers_grant("p:*")
    assert catalogue.grants(["*"]).covers_grant("p:*")


@given(st.lists(GRANTS, max_size=4), SCOPES)
def test_open_cover_agrees_with_the_naive_match(held: list[str], scope: str) -> None:
    grants = Catalogue.open().grants(held)
    assert grants.covers(scope) == any(naive_match(grant, scope) for grant in held)


@given(catalogues(), st.lists(GRANTS, max_size=4), SCOPES)
def test_closed_cover_agrees_with_the_naive_closure(definitions: dict[str, tuple[str, ...]], held: list[str], scope: str) -> None:
    grants = Catalogue(definitions).grants(held)
    assert grants.covers(scope) == (scope in naive_cover(definitions, held))


@given(catalogues(), st.booleans(), st.lists(GRANTS, max_size=4), SCOPES)
def test_the_covering_grant_covers_alone(
    definitions: dict[str, tuple[str, ...]], is_open: bool, held: list[str], scope: str
) -> None:
    catalogue = Catalogue.open() if is_open else Catalogue(definitions)
    origin = catalogue.grants(held).covering(scope)
    assert (origin is not None) == catalogue.grants(held).covers(scope)
    if origin is not None:
        assert origin in held
        assert catalogue.grants([origin]).covers(scope)


@given(catalogues(), catalogues(), st.lists(GRANTS, max_size=4), GRANTS, SCOPES)
def test_a_covered_wildcard_is_no_wider_under_any_catalogue(
    now: dict[str, tuple[str, ...]], later: dict[str, tuple[str, ...]], held: list[str], grant: str, scope: str
) -> None:
    assume(grant.endswith("*"))
    for catalogue in (Catalogue.open(), Catalogue(now)):
        if catalogue.grants(held).covers_grant(grant):
            for any_catalogue in (Catalogue.open(), Catalogue(now), Catalogue(later)):
                assert any_catalogue.grants(held).covers(scope) or not any_catalogue.grants([grant]).covers(scope)


@given(catalogues(), st.booleans(), st.lists(GRANTS, max_size=3), st.lists(GRANTS, max_size=3), st.lists(SCOPES, max_size=4))
def test_narrowed_rights_are_what_both_sides_cover(
    definitions: dict[str, tuple[str, ...]], is_open: bool, key: list[str], token: list[str], asked: list[str]
) -> None:
    catalogue = Catalogue.open() if is_open else Catalogue(definitions)
    mine, others = catalogue.grants(key), catalogue.grants(token)
    both = others.narrowed_by(mine)
    assert both.missing(asked) == tuple(scope for scope in asked if not (mine.covers(scope) and others.covers(scope)))
    for scope in asked:
        assert both.covers(scope) == (scope not in both.missing(asked))
        assert (both.covering(scope) is not None) == both.covers(scope)
        assert both.narrowed_by(catalogue.grants([])).covers(scope) is False
    for grant in [*key, *token]:
        assert both.covers_grant(grant) == (mine.covers_grant(grant) and others.covers_grant(grant))


def test_grants_keep_what_was_given_once() -> None:
    grants: Grants = Catalogue.open().grants(["b", "a", "b"])
    assert grants.grants == ("b", "a")
