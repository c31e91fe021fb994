from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidValue
from authsvc.domain.resources import Patterns, is_segment, parse_pattern, parse_resource

SEGMENTS = st.sampled_from(["a", "b", "ab"])
RESOURCES = st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join)


@st.composite
def patterns(draw: st.DrawFn) -> str:
    segments = draw(st.lists(st.one_of(SEGMENTS, st.just("*")), max_size=3))
    last = draw(st.one_of(SEGMENTS, st.sampled_from(["*", "**"])))
    return "/".join([*segments, last])


def naive_covers(held: list[str], resource: str) -> bool:
    """Each pattern as a regular expression."""
    kinds = {"*": "[^/]+", "**": ".+"}
    return any(re.fullmatch("/".join(kinds.get(s, re.escape(s)) for s in pattern.split("/")), resource) for pattern in held)


@pytest.mark.parametrize("text", ["workflows/wf_1", "a", "A.b~c-d/0", "a" * 256, "...", "a/...", "~"])
def test_resource_is_segments_joined_by_slashes(text: str) -> None:
    assert parse_resource(text) == text
    assert parse_pattern(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "a/../b",
        "./a",
        "a/.",
        "a b",
        "a%2Fb",
        "a\n",
        "é",
        "a" * 257,
        "a*",
        "a/b*",
        "***",
        "**/a",
    ],
)
def test_resource_and_pattern_refuse_everything_else(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_resource(text)
    with pytest.raises(InvalidValue):
        parse_pattern(text)


@pytest.mark.parametrize("text", ["*", "**", "a/*", "*/a", "a/**", "*/*/**"])
def test_only_a_pattern_may_hold_wildcards(text: str) -> None:
    assert parse_pattern(text) == text
    with pytest.raises(InvalidValue):
        parse_resource(text)


def test_a_path_variable_is_one_segment() -> None:
    assert is_segment("wf_1")
    assert not any(is_segment(text) for text in ["", "a/b", ".", "..", "*", "a b", "é"])


def test_one_star_is_one_segment_and_two_are_one_or_more() -> None:
    one, more = Patterns.compile(("workflows/*",)), Patterns.compile(("workflows/**",))
    assert [one.covers(r) for r in ("workflows", "workflows/1", "workflows/1/runs", "workflowsx/1")] == [
        False,
        True,
        False,
        False,
    ]
    assert [more.covers(r) for r in ("workflows", "workflows/1", "workflows/1/runs", "workflowsx/1")] == [
        False,
        True,
        True,
        False,
    ]


def test_both_wildcards_in_one_pattern() -> None:
    mixed = Patterns.compile(("*/runs/**",))
    assert [mixed.covers(r) for r in ("a/runs/1", "b/runs/1/logs", "a/runs", "a/b/1")] == [True, True, False, False]


def test_no_patterns_cover_nothing() -> None:
    nothing = Patterns.compile(())
    assert not nothing.covers("a")
    assert not nothing.covers_pattern("a")
    assert not nothing.covers_pattern("**")


def test_patterns_cover_together_what_none_covers_alone() -> None:
    assert Patterns.compile(("a/*", "a/*/**")).covers_pattern("a/**")
    assert not Patterns.compile(("a/*", "a/*/*")).covers_pattern("a/**")
    assert not Patterns.compile(("*/b", "*/a")).covers_pattern("*/*")


@given(st.lists(patterns(), max_size=4), RESOURCES)
def test_cover_agrees_with_regular_expressions(held: list[str], resource: str) -> None:
    assert Patterns.compile(tuple(held)).covers(resource) == naive_covers(held, resource)


# Every resource of up to 5 segments over the letters of the patterns and one that no pattern names: enough to tell patterns of
# up to 3 segments apart.
WORLD = ["/".join(r) for length in range(1, 6) for r in itertools.product(["a", "b", "z"], repeat=length)]


@given(
    st.lists(patterns().filter(lambda p: "ab" not in p and p.count("/") < 3), max_size=5),
    patterns().filter(lambda p: "ab" not in p and p.count("/") < 3),
)
def test_a_pattern_is_covered_exactly_when_all_its_resources_are(held: list[str], pattern: str) -> None:
    mine = Patterns.compile(tuple(held))
    assert mine.covers_pattern(pattern) == all(mine.covers(r) for r in WORLD if naive_covers([pattern], r))
