from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.policy_file import load_policy
from authsvc.domain.policy_file.comparing import Difference, compare
from tests.unit.domain.policy_file.samples import FULL

BEFORE = """
version: 1
scopes: {read: {}, write: {}}
key_types:
  sdk: {prefix: sdk_, default_scopes: [read]}
routes:
  - {path: /a, require: {scopes: [read]}}
  - {methods: [GET, POST], path: /b, require: {scopes: [read]}}
tests:
  - {name: a, request: {path: /a}, expect: {decision: DENY}}
"""


def changed(*pairs: tuple[str, str]) -> tuple[Difference, ...]:
    after = BEFORE
    for old, new in pairs:
        assert old in after
        after = after.replace(old, new)
    load_policy(after)
    return compare(BEFORE, after)


def test_a_file_says_the_same_however_it_is_written() -> None:
    assert compare(FULL, FULL) == ()
    assert compare(BEFORE, "# a comment\n" + yaml.safe_dump(yaml.safe_load(BEFORE), sort_keys=True)) == ()
    moved = BEFORE.replace("  - {path: /a, require: {scopes: [read]}}\n", "").replace(
        "tests:", "  - {path: /a, require: {scopes: [read]}}\ntests:"
    )
    assert compare(BEFORE, moved) == ()


def test_each_difference_has_the_place_and_both_values() -> None:
    assert changed(("default_scopes: [read]", "default_scopes: [read, write]")) == (
        Difference("key_types.sdk.default_scopes", "[read]", "[read, write]"),
    )
    assert changed(("key_types:", "issuer: https://auth.example\nkey_types:")) == (
        Difference("issuer", "", "https://auth.example"),
    )


def test_what_is_new_or_gone_is_shown_whole() -> None:
    assert changed(("routes:", "  ci: {prefix: ci_}\nroutes:")) == (Difference("key_types.ci", "", "{prefix: ci_}"),)
    assert changed(("  - {path: /a, require: {scopes: [read]}}\n", "  - {path: /c, allow: anonymous}\n")) == (
        Difference("routes./c", "", "{path: /c, allow: anonymous}"),
        Difference("routes./a", "{path: /a, require: {scopes: [read]}}", ""),
    )


def test_a_route_put_in_between_moves_no_other() -> None:
    [difference] = changed(("  - {methods", "  - {path: /new, allow: anonymous}\n  - {methods"))
    assert (difference.path, difference.before) == ("routes./new", "")


def test_a_first_file_is_all_new_and_sections_are_gone_into() -> None:
    assert [each.path for each in compare("", BEFORE)] == [
        "version",
        "scopes.read",
        "scopes.write",
        "key_types.sdk",
        "routes./a",
        'routes["GET,POST /b"]',
        "tests.a",
    ]
    assert [each.after for each in compare(BEFORE, "")] == [""] * 7


def test_a_long_value_is_cut() -> None:
    body = "x" * 5000
    [difference] = compare(
        BEFORE, f"{BEFORE}responses: {{KEY_EXPIRED: {{status: 401, content_type: text/plain, body: {body}}}}}\n"
    )
    assert difference.path == "responses.KEY_EXPIRED"
    assert len(difference.after) == 2003


@given(st.lists(st.sampled_from(["a", "b", "c"]), unique=True), st.lists(st.sampled_from(["a", "b", "c"]), unique=True))
def test_the_paths_are_what_was_added_and_removed(before: list[str], after: list[str]) -> None:
    def text(names: list[str]) -> str:
        return "version: 1\nscopes: {" + ", ".join(f"{name}: {{}}" for name in names) + "}\n"

    found = {(each.path, bool(each.before), bool(each.after)) for each in compare(text(before), text(after))}
    added = {(f"scopes.{name}", False, True) for name in set(after) - set(before)}
    assert found == added | {(f"scopes.{name}", True, False) for name in set(before) - set(after)}
