"""Reads YAML into plain values and remembers where each one stands.

Rules, beyond those of YAML:
1. Only text, whole numbers, true, false, lists and mappings with text for names. An empty value is a mistake, not a null: a
   restriction left blank must never count as "no restriction".
2. What YAML 1.1 and 1.2 read differently (yes, on, 012, 1:30, dates) has to be put in quotes or written plainly.
3. No tag but `!!str`, no merge key, one document. A name given twice is a mistake.
4. Bounds, so that no file can make us work for long: size, depth, and the number of values after aliases are written out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import yaml
from yaml.resolver import Resolver

from authsvc.domain.policy_file.mistakes import Finding, Mistake, Path, field_name, quote

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 16
MAX_VALUES: Final = 100_000

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNREADABLE: Final = re.compile("[^\t\n\r -~\u00a0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Control characters, line separators that editors do not count as lines, characters that reverse the writing direction."""
_WHOLE_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_TAG: Final = "tag:yaml.org,2002:"
_RESOLVER: Final = Resolver()
_IN_QUOTES: Final = {
    "int": "a number has to be whole and in plain decimal digits; put text in quotes",
    "float": "a number has to be whole and in plain decimal digits; put text in quotes",
    "timestamp": "put a date in quotes",
    "null": "the value is missing; leave the field out or give it one",
}


class Position(NamedTuple):
    """Line and column, from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Tree:
    """What a file holds. A value that had a mistake is None, and None is nothing else."""

    root: object
    positions: Mapping[Path, Position]
    """Of every value; a list or mapping stands where its name does."""
    names: Mapping[Path, Position]
    """Of the name of every value in a mapping."""
    mistakes: tuple[Mistake, ...]
    silenced: frozenset[str]
    """Fields whose value was taken out because of a mistake: what follows from its absence is no mistake of its own."""

    def locate(self, finding: Finding) -> Mistake:
        """Give a finding the position of its value, or of the nearest thing around it."""
        path = finding.path
        place = self.names.get(path) if finding.at_name else None
        while place is None and path:
            place = self.positions.get(path)
            path = path[:-1]
        line, column = place or self.positions.get((), Position(1, 1))
        return Mistake(line, column, field_name(finding.path), finding.message)


class Unreadable(Exception):
    """The text cannot be read to its end, so there is nothing to check."""

    def __init__(self, place: Position, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.mistake = Mistake(place.line, place.column, field_name(path), message)


@dataclass(slots=True, eq=False)
class _Node:
    place: Position
    kind: type
    value: str = ""
    tag: str = ""
    items: list[_Node] = field(default_factory=list)
    """Of a mapping: name, value, name, value."""
    is_open: bool = False


def read_tree(text: str) -> Tree:
    """Read a whole file.

    Raises:
        Unreadable: it is no YAML, or larger, deeper or longer than a policy may be.
    """
    _check_text(text)
    root = _compose(text)
    reader = _Reader()
    if root is None:
        raise Unreadable(Position(1, 1), "the file is empty; the shortest policy is: version: 1")
    data = reader.read(root, ())
    return Tree(data, reader.positions, reader.names, tuple(reader.mistakes), frozenset(reader.silenced))


def _check_text(text: str) -> None:
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        raise Unreadable(Position(1, 1), "a policy file has at most 1 MiB")
    found = _UNREADABLE.search(text)
    if found:
        before = text[: found.start()]
        place = Position(before.count("\n") + 1, found.start() - before.rfind("\n"))
        raise Unreadable(place, f"the character U+{ord(found[0]):04X} is not allowed; in a quoted text it can be escaped")


def _compose(text: str) -> _Node | None:
    """Build nodes from events, without recursion: the parser must not go deeper than we allow."""
    composer = _Composer()
    try:
        for event in _events(text):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
        raise Unreadable(place, _syntax_message(error, _line(text, place))) from None
    except yaml.YAMLError:
        raise Unreadable(Position(1, 1), "this is not YAML") from None
    return composer.root


def _events(text: str) -> Iterator[Any]:
    return iter(yaml.parse(text.removeprefix("\ufeff"), Loader=_LOADER))


def _line(text: str, place: Position) -> str:
    return next((line for number, line in enumerate(text.split("\n"), 1) if number == place.line), "")


def _syntax_message(error: yaml.MarkedYAMLError, line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        return "this is not YAML: indent with spaces, not with tabs"
    parts = [part for part in (error.context, error.problem) if part]
    return "this is not YAML: " + (", ".join(parts) or "it cannot be read")


class _Composer:
    """Takes events, keeps the nodes that are not complete yet on a stack."""

    def __init__(self) -> None:
        self.root: _Node | None = None
        self._stack: list[_Node] = []
        self._anchors: dict[str, _Node] = {}

    def take(self, event: Any) -> None:
        place = Position(event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.AliasEvent):
            self._add(self._alias(str(event.anchor), place))
        elif isinstance(event, yaml.ScalarEvent):
            self._add(self._anchored(event, _Node(place, str, event.value, _tag(event))))
        elif isinstance(event, yaml.CollectionStartEvent):
            kind = dict if isinstance(event, yaml.MappingStartEvent) else list
            tag = "" if event.tag in (None, "!") else "foreign"
            node = self._anchored(event, _Node(place, kind, tag=tag, is_open=True))
            self._add(node)
            self._stack.append(node)
            if len(self._stack) > MAX_DEPTH:
                raise Unreadable(place, f"nested deeper than {MAX_DEPTH} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop().is_open = False

    def _anchored(self, event: Any, node: _Node) -> _Node:
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _alias(self, anchor: str, place: Position) -> _Node:
        node = self._anchors.get(anchor)
        if node is None:
            raise Unreadable(place, f"the alias *{anchor[:40]} has no anchor before it")
        if node.is_open:
            raise Unreadable(place, f"the alias *{anchor[:40]} stands inside its own anchor")
        return node

    def _add(self, node: _Node) -> None:
        if self._stack:
            self._stack[-1].items.append(node)
        elif self.root is None:
            self.root = node
        else:
            raise Unreadable(node.place, "a policy file is one document; a second one begins here")


def _tag(event: yaml.ScalarEvent) -> str:
    """What a scalar is: str, int, bool, ... for plain ones by YAML 1.1, whose list of surprises is the longer one."""
    if event.tag not in (None, "!"):
        return "str" if event.tag == _TAG + "str" else "foreign"
    if not event.implicit[0]:
        return "str"
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, event.value, (True, False))  # type: ignore[no-untyped-call] # not in the stubs
    return tag.removeprefix(_TAG)


class _Reader:
    """Turns nodes into values."""

    def __init__(self) -> None:
        self.positions: dict[Path, Position] = {}
        self.names: dict[Path, Position] = {}
        self.mistakes: list[Mistake] = []
        self.silenced: set[str] = set()
        self._left = MAX_VALUES

    def read(self, node: _Node, path: Path, place: Position | None = None) -> object:
        self._left -= 1
        if self._left < 0:
            raise Unreadable(node.place, f"more than {MAX_VALUES} values, those of aliases included", path)
        if len(path) > MAX_DEPTH:
            raise Unreadable(node.place, f"nested deeper than {MAX_DEPTH} levels", path)
        self.positions[path] = place or node.place
        if node.tag == "foreign":
            self._refuse(node.place, path, "tags are not allowed")
            return None
        if node.kind is str:
            return self._scalar(node, path)
        if node.kind is list:
            return [self.read(item, (*path, index)) for index, item in enumerate(node.items)]
        return self._mapping(node, path)

    def _scalar(self, node: _Node, path: Path) -> object:
        value, tag = node.value, node.tag
        if tag == "str":
            return value
        if tag == "bool" and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if tag == "int" and _WHOLE_NUMBER.fullmatch(value):
            return int(value)
        self._refuse(node.place, path, _ambiguous_message(value, tag))
        return None

    def _mapping(self, node: _Node, path: Path) -> dict[str, object]:
        values: dict[str, object] = {}
        for name, value in zip(node.items[::2], node.items[1::2], strict=True):
            if name.tag != "str":
                self._refuse(name.place, path, _name_message(name))
                continue
            at = (*path, name.value)
            if name.value in values:
                first = self.names[at].line
                self._complain(name.place, at, f"given twice, first on line {first}")
                continue
            self.names[at] = name.place
            values[name.value] = self.read(value, at, name.place if value.items else None)
        return values

    def _refuse(self, place: Position, path: Path, message: str) -> None:
        self._complain(place, path, message)
        self.silenced.add(field_name(path))

    def _complain(self, place: Position, path: Path, message: str) -> None:
        self.mistakes.append(Mistake(place.line, place.column, field_name(path), message))


def _ambiguous_message(value: str, tag: str) -> str:
    if tag == "bool":
        return f"write true or false; the text {quote(value)} has to be in quotes"
    return _IN_QUOTES.get(tag, f"put {value[:40]} in quotes")


def _name_message(name: _Node) -> str:
    if name.tag == "merge":
        return "merge keys (<<) are not supported; write the fields out, or use an alias for a whole value"
    if name.kind is str and name.tag != "foreign":
        return f"a name has to be text; put {name.value[:40]} in quotes"
    return "a name has to be text"
