from __future__ import annotations

import pytest

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.http.template import Wild, parse_composition, parse_template


def test_a_template_is_segments() -> None:
    template = parse_template("/a/{b_1}/c.d/**")
    assert template.segments == ("a", Wild.VARIABLE, "c.d", Wild.REST)
    assert template.variables == (("b_1", 1),)
    assert parse_template("/").segments == ("",)
    assert parse_template("/a/").segments == ("a", "")


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a/b", "//", "/a//b", "/**/a", "/a**", "/*", "/a*b", "/{a", "/a}", "/{A}", "/{}", "/{a}b", "/x{a}", "/{a-b}"),
        *("/.", "/..", "/a/../b", "/a;b", "/a%20b", "/a b", "/a?b", "/a#b", "/a\\b", "/\u00e9", "/{a}/{a}", "/***"),
        *("/" + "a" * 1024, "/a" * 65),
    ],
)
def test_anything_else_is_no_template(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_template(text)


def test_a_resource_is_composed_of_literals_and_variables() -> None:
    template = parse_template("/orgs/{org}/w/{id}/**")
    assert parse_composition("w/{id}/of/{org}", template).of(["orgs", "o1", "w", "w_1", "x"]) == "w/w_1/of/o1"
    assert parse_composition("fixed", template).of([]) == "fixed"


@pytest.mark.parametrize("text", ["", "a/", "/a", "a/{no}", "a/x{id}", "a/*", "a/**", "a/..", "a b", "{ID}", "{}"])
def test_a_resource_has_no_wildcard_and_no_part_of_a_segment(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_composition(text, parse_template("/a/{id}"))


def test_a_resource_too_long_is_refused() -> None:
    composition = parse_composition("w/{id}", parse_template("/a/{id}"))
    assert composition.of(["a", "x" * 254]) == "w/" + "x" * 254
    with pytest.raises(Malformed):
        composition.of(["a", "x" * 255])
