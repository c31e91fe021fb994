from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidValue
from authsvc.domain.expression import parse_expression
from authsvc.domain.scopes import Catalogue

NAMES = ["a", "b", "c", "d:x"]
# A tree is a scope, or a keyword with its parts.
TREES = st.recursive(
    st.sampled_from(NAMES),
    lambda inner: st.tuples(st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=12,
)
HELD = st.sets(st.sampled_from(NAMES))


class Holder:
    def __init__(self, scopes: set[str]) -> None:
        self.scopes = scopes

    def covers(self, scope: str) -> bool:
        return scope in self.scopes


def write(tree: object) -> str:
    """Every inner node in parentheses, so that precedence plays no part."""
    if isinstance(tree, str):
        return tree
    assert isinstance(tree, tuple)
    return "(" + f" {tree[0]} ".join(map(write, tree[1])) + ")"


def naive(tree: object, held: set[str]) -> bool:
    if isinstance(tree, str):
        return tree in held
    assert isinstance(tree, tuple)
    return (all if tree[0] == "AND" else any)(naive(part, held) for part in tree[1])


def message(text: str) -> str:
    with pytest.raises(InvalidValue) as refused:
        parse_expression(text)
    return str(refused.value)


@given(TREES, HELD)
def test_an_expression_means_what_its_parts_mean(tree: object, held: set[str]) -> None:
    assert parse_expression(write(tree)).satisfied_by(Holder(held)) == naive(tree, held)


@given(TREES, HELD)
def test_the_canonical_form_reads_back_to_the_same(tree: object, held: set[str]) -> None:
    expression = parse_expression(write(tree))
    again = parse_expression(str(expression))
    assert again == expression
    assert hash(again) == hash(expression)
    assert str(again) == str(expression)
    assert again.scopes == expression.scopes
    assert again.satisfied_by(Holder(held)) == naive(tree, held)


@given(TREES, HELD)
def test_the_missing_scopes_satisfy_and_none_can_be_left_out(tree: object, held: set[str]) -> None:
    expression = parse_expression(write(tree))
    missing = expression.missing(Holder(held))
    assert (missing == ()) == expression.satisfied_by(Holder(held))
    assert not set(missing) & held
    assert set(missing) <= set(expression.scopes)
    assert naive(tree, held | set(missing))
    for scope in missing:
        assert not naive(tree, (held | set(missing)) - {scope})


@given(st.lists(st.sampled_from(NAMES), min_size=3, max_size=3), st.sets(st.sampled_from(NAMES)))
def test_and_binds_tighter_than_or(names: list[str], held: set[str]) -> None:
    a, b, c = names
    assert parse_expression(f"{a} OR {b} AND {c}").satisfied_by(Holder(held)) == (a in held or (b in held and c in held))
    assert parse_expression(f"{a} AND {b} OR {c}").satisfied_by(Holder(held)) == ((a in held and b in held) or c in held)


def test_wildcards_and_implications_count() -> None:
    catalogue = Catalogue({"projects:write": ("projects:read",), "projects:read": (), "billing": ()})
    expression = parse_expression("projects:read AND (billing OR projects:write)")
    assert expression.satisfied_by(catalogue.grants(["projects:*"]))
    assert not expression.satisfied_by(catalogue.grants(["projects:read"]))
    assert expression.missing(catalogue.grants(["billing"])) == ("projects:read",)


def test_missing_names_the_cheapest_branch() -> None:
    assert parse_expression("(a AND b AND c) OR (c AND d)").missing(Holder({"a", "b"})) == ("c",)
    assert parse_expression("a OR b").missing(Holder(set())) == ("a",)
    assert parse_expression("(a OR b) AND (b OR c) AND b").missing(Holder(set())) == ("b",)
    assert parse_expression("(a OR b) AND (b OR c) AND held").missing(Holder({"held"})) == ("b",)


def test_scopes_are_named_once_in_order() -> None:
    assert parse_expression("b AND (a OR b) AND c").scopes == ("b", "a", "c")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a", "a"),
        ("((a))", "a"),
        (" a\tAND\n b ", "a AND b"),
        ("a AND(b OR c)", "a AND (b OR c)"),
        ("(a AND b) OR c", "a AND b OR c"),
        ("a AND (b AND (c))", "a AND b AND c"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("or OR and", "or OR and"),
    ],
)
def test_the_canonical_form_has_no_needless_parentheses(text: str, canonical: str) -> None:
    assert str(parse_expression(text)) == canonical


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("", 1, "a scope or '(' is expected"),
        ("   ", 1, "a scope or '(' is expected"),
        ("a AND", 6, "a scope or '(' is expected"),
        ("a AND  ", 6, "a scope or '(' is expected"),
        ("OR a", 1, "a scope or '(' is expected"),
        ("a AND OR b", 7, "a scope or '(' is expected"),
        ("()", 2, "a scope or '(' is expected"),
        ("a b", 3, "AND, OR or the end is expected"),
        ("a and b", 3, "keywords are upper case"),
        ("a (b)", 3, "AND, OR or the end is expected"),
        ("a AND (b OR c", 7, "never closed"),
        ("(a b)", 4, "AND, OR or ')' is expected"),
        ("a)", 2, "never opened"),
        ("a AND b*", 7, "a scope is 1 to 64 characters"),
        ("a AND Projects:Read", 7, "a scope is 1 to 64 characters"),
        ("a && b", 3, "AND, OR or the end is expected"),
    ],
)
def test_a_syntax_error_shows_its_place(text: str, column: int, says: str) -> None:
    first, shown, caret = message(text).split("\n")
    assert first.startswith(f"column {column}: ")
    assert says in first
    assert caret.index("^") - 2 == column - 1
    assert shown == f"  {' '.join(text.split(' '))}"


def test_a_place_far_inside_is_shown_with_its_surroundings_only() -> None:
    text = " AND ".join(["scope"] * 20) + " AND é\x00 AND " + " OR ".join(["other"] * 20)
    first, shown, caret = message(text).split("\n")
    assert first.startswith(f"column {text.index('é') + 1}: ")
    assert shown[caret.index("^")] == "?"
    assert shown.startswith("  ...")
    assert shown.endswith("...")
    assert len(shown) < 80
    assert shown.isprintable()


def test_an_expression_is_bounded_in_length_scopes_and_nesting() -> None:
    assert parse_expression(" OR ".join(["a"] * 64)).scopes == ("a",)
    assert str(parse_expression("(" * 16 + "a" + ")" * 16)) == "a"
    assert str(parse_expression("a" + " " * 1023)) == "a"
    assert "at most 64 scopes" in message(" OR ".join(["a"] * 65))
    assert "at most 16 deep" in message("(" * 17 + "a" + ")" * 17)
    assert "at most 1024 characters" in message("a" + " " * 1024)


def test_siblings_do_not_count_as_nesting() -> None:
    assert parse_expression(" AND ".join(["(a OR b)"] * 30)).scopes == ("a", "b")
    assert "at most 16 deep" in message("(a OR b) AND " + "(" * 17 + "a" + ")" * 17)


def test_equal_expressions_show_as_their_text() -> None:
    assert repr(parse_expression("(a)")) == repr(parse_expression("a")) == "Expression(text='a')"


def test_an_expression_too_long_in_canonical_form_is_refused() -> None:
    longest = " OR ".join(["a" * 64] * 15 + ["b" * 4])
    assert len(longest) == 1024
    assert str(parse_expression(longest)) == longest
    text = "AND".join(f"({'a' * 60} OR b)" for _ in range(14))
    text += f"AND({'a' * (1024 - len(text) - len('AND( OR b)'))} OR b)"
    assert len(text) == 1024
    assert "at most 1024 characters" in message(text)


@given(st.lists(st.sampled_from([*"ab():*é \n", "AND", "OR", " AND ", " OR "]), max_size=40).map("".join))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        expression = parse_expression(text)
    except InvalidValue as refused:
        assert str(refused).startswith("column ")  # noqa: PT017 -- both outcomes are right, each has its own rule
    else:
        assert parse_expression(str(expression)) == expression


def test_every_pair_of_held_scopes_agrees_with_a_truth_table() -> None:
    expression = parse_expression("projects:read AND (a OR b)")
    for held in itertools.chain.from_iterable(itertools.combinations(["projects:read", "a", "b"], n) for n in range(4)):
        assert expression.satisfied_by(Holder(set(held))) == ("projects:read" in held and bool({"a", "b"} & set(held)))


@pytest.mark.parametrize("before", ["", "projects:read AND ", " OR ".join(["scope"] * 20) + " AND "])
def test_a_secret_in_the_wrong_field_is_not_repeated(before: str) -> None:
    secret = "chy_sdk_" + "S3cret" * 7
    said = message(before + secret)
    assert "S3cret" not in said
    assert said.startswith(f"column {len(before) + 1}: ")
    assert "??????????" in said
