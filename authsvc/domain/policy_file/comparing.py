"""How two policy files differ in what they say. Comments, order of names and spelling of YAML make no difference.

Routes are told apart by what they are for, and tests by their names: one that is put in between moves none of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from authsvc.domain.policy_file.mistakes import Path, field_name
from authsvc.domain.policy_file.tree import read_tree

MAX_SHOWN: Final = 2000
"""Characters of one value."""
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: where, and the value on either side as YAML; empty: there is none."""

    path: str
    before: str
    after: str


def compare(before: str, after: str) -> tuple[Difference, ...]:
    """Compare two files that have no mistakes, in the order of the second; an empty one says nothing.

    Args:
        before: a policy file, or nothing.
        after: a policy file, or nothing.
    """
    return tuple(_walk((), _root(before), _root(after)))


def _root(text: str) -> object:
    return read_tree(text).root if text else {}


def _walk(path: Path, before: object, after: object) -> Iterator[Difference]:
    before, after = _named(path, before), _named(path, after)
    if len(path) < 2:  # sections are always gone into: what is new in them is what one wants to see
        if before is _ABSENT and isinstance(after, dict):
            before = {}
        elif after is _ABSENT and isinstance(before, dict):
            after = {}
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*after, *before]):
            yield from _walk((*path, name), before.get(name, _ABSENT), after.get(name, _ABSENT))
    elif before != after:
        yield Difference(field_name(path), _shown(before), _shown(after))


def _named(path: Path, value: object) -> object:
    """A list of things with names as a mapping; anything else as it is."""
    name_of = _NAMES.get(path)
    if name_of is None or not isinstance(value, list):
        return value
    named = {name_of(each): each for each in value}
    return named if len(named) == len(value) else value


def _route_name(route: Mapping[str, Any]) -> str:
    methods, hosts = ",".join(sorted(route.get("methods", ()))), ",".join(sorted(route.get("hosts", ())))
    return " ".join(part for part in (methods, hosts, route["path"]) if part)


def _test_name(test: Mapping[str, Any]) -> str:
    return str(test["name"])


_NAMES: Final[Mapping[Path, Callable[[Mapping[str, Any]], str]]] = {("routes",): _route_name, ("tests",): _test_name}


def _shown(value: object) -> str:
    if value is _ABSENT:
        return ""
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=MAX_SHOWN * 4)
    text = text.removesuffix("\n").removesuffix("\n...")
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "..."
