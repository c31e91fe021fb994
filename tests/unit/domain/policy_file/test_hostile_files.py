"""Whatever is sent as a policy is answered with a policy or with its mistakes, and soon."""

from __future__ import annotations

from contextlib import suppress
from time import thread_time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from authsvc.domain.policy_file import Mistake, PolicyErrors, load_policy
from tests.unit.domain.policy_file.samples import FULL

LINES = FULL.splitlines(keepends=True)
NOTHING_SAID = Mistake(0, 0, "", "")
SIGNS = ["&a", "*a", "!!str", "!x", "<<: ", "- ", ": ", "? ", *"{}[]'\"\t#|>~", "---\n", "\n", "  ", "%YAML 1.1\n"]
WORDS = ["on", "0", "-1", "0x1", "1e9", "9" * 30, "\x00", "\u202e", "\ud800", "authsvc:", "*", "", "é", "null", "="]
PIECES = st.sampled_from([*SIGNS, *WORDS])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["a:*", "60s", "x_", "hmac"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def names_in(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(names_in, value.values()))
    return set().union(*map(names_in, value)) if isinstance(value, list) else set()


NAMES = sorted(names_in(yaml.safe_load(FULL)))


def answered(text: str) -> None:
    """A policy or mistakes with a place; anything else escapes and fails the test."""
    mistakes = mistakes_of(text)
    last = text.count("\n") + text.count("\r") + 2
    assert all(1 <= mistake.line <= last and mistake.column >= 1 and mistake.message for mistake in mistakes)


def mistakes_of(text: str) -> tuple[Mistake, ...]:
    try:
        load_policy(text)
    except PolicyErrors as error:
        return error.mistakes or (NOTHING_SAID,)
    return ()


@given(st.text())
@settings(deadline=1000)
def test_any_text_is_answered(text: str) -> None:
    answered(text)


@given(st.lists(PIECES | st.sampled_from(LINES), max_size=20).map("".join))
@settings(deadline=1000)
def test_any_heap_of_yaml_is_answered(text: str) -> None:
    answered(text)


@given(st.data())
@settings(deadline=1000, max_examples=300)
def test_a_valid_file_with_changes_is_answered(data: st.DataObject) -> None:
    text = FULL
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 1, 1, 5, 80])))
        text = text[:start] + data.draw(PIECES | st.just(text[start:end] * 2)) + text[end:]
    answered(text)


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), VALUES, max_size=6), st.data())
@settings(deadline=1000, max_examples=300)
def test_right_names_with_wrong_values_are_answered(changes: dict[str, object], data: st.DataObject) -> None:
    document = yaml.safe_load(FULL)
    for name, value in changes.items():
        place = document
        while isinstance(place, dict) and place and data.draw(st.booleans()):
            inner = [each for each in place.values() if isinstance(each, dict)]
            place = data.draw(st.sampled_from(inner)) if inner else place
            if not inner:
                break
        place[name] = value
    with suppress(yaml.representer.RepresenterError):
        answered(yaml.safe_dump(document, allow_unicode=True))


def laughs(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "version: 1\n" + "\n".join(lines) + "\n"


SOON = 10  # processor time of this thread: other work on the machine is not the parser's
"""Seconds; a quiet machine needs two at most."""
MEBIBYTE = (1 << 20) - 100


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (laughs(10), "values, those of aliases included"),
        ("version: 1\nx: " + "[" * MEBIBYTE, "nested deeper"),
        ("version: 1\nx: " + "{a: " * (MEBIBYTE // 4), "nested deeper"),
        ("version: 1\nx:\n " + "- " * (MEBIBYTE // 2), "nested deeper"),
        ("version: 1\nx: [" + "1," * (MEBIBYTE // 2) + "]", "values"),
        ("version: 1\n" + "".join(f"x{n}: 1\n" for n in range(90_000)), "no field here"),
        ("version: 1\nx: '" + "a" * MEBIBYTE + "'", "no field here"),
        ("version: 1\nx: " + "1" * MEBIBYTE, "plain decimal"),
        ("version: 1\nx: " + "&a " * (MEBIBYTE // 3), "not YAML"),
        ("version: 1\nkey_types:\n" + "".join(f" t{n}: {{prefix: k_}}\n" for n in range(40_000)), "at most 100"),
        ("version: 1\nscopes:\n" + "".join(f" s{n}: {{implies: [x{n}]}}\n" for n in range(999)), "there is no scope"),
        ("version: 1\nroutes: [{path: /" + "a/" * (MEBIBYTE // 2) + "!, require: {}}]", "a path begins"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_a_file_made_to_be_slow_is_refused_soon(text: str, part: str) -> None:
    start = thread_time()
    with pytest.raises(PolicyErrors) as caught:
        load_policy(text)
    assert any(part in mistake.message for mistake in caught.value.mistakes)
    assert thread_time() - start < SOON


def test_a_large_catalogue_in_which_everything_implies_everything_loads_soon() -> None:
    scopes = "".join(f" s{n}: {{implies: [s{n + 1}]}}\n" for n in range(999)) + " s999: {}\n"
    start = thread_time()
    policy = load_policy(f"version: 1\nscopes:\n{scopes}")
    assert policy.catalogue.grants(["s0"]).covers("s999")
    assert thread_time() - start < SOON
