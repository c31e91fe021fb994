"""Scope expressions: `projects:read AND (reports:read OR admin)`.

    expression = term *("OR" term)
    term       = factor *("AND" factor)
    factor     = scope / "(" expression ")"

AND binds tighter than OR; the keywords are upper case, which no scope is. Scopes are concrete: a requirement never asks for a
wildcard. An expression is compiled when it is read; recently read ones are remembered, for callers send the same few again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

from authsvc.domain.errors import InvalidValue
from authsvc.domain.scopes import parse_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_LENGTH: Final = 1024
MAX_SCOPES: Final = 64
MAX_NESTING: Final = 16

_WORDS: Final = re.compile(r"[()]|[^()\s]+")
_EXCERPT: Final = 30
_LONG: Final = re.compile(r"[^()\s:]{25,}")
"""No segment of a scope is as long; a credential pasted into the wrong field is."""


class Holder(Protocol):
    """Whoever holds scopes."""

    def covers(self, scope: str) -> bool:
        """Whether the concrete `scope` is held."""


class _Scope:
    """A leaf."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def holds(self, covers: Callable[[str], bool]) -> bool:
        return covers(self.name)

    def wanting(self, covers: Callable[[str], bool]) -> tuple[str, ...]:
        return () if covers(self.name) else (self.name,)

    def scopes(self) -> Iterator[str]:
        yield self.name

    def text(self) -> str:
        return self.name


class _All:
    """Two or more parts joined by AND; none of them is an AND itself."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[_Node]) -> None:
        self.parts = tuple(parts)

    def holds(self, covers: Callable[[str], bool]) -> bool:
        return all(part.holds(covers) for part in self.parts)

    def wanting(self, covers: Callable[[str], bool]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(scope for part in self.parts for scope in part.wanting(covers)))

    def scopes(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.scopes()

    def text(self) -> str:
        return " AND ".join(f"({part.text()})" if isinstance(part, _Any) else part.text() for part in self.parts)


class _Any:
    """Two or more parts joined by OR; none of them is an OR itself."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[_Node]) -> None:
        self.parts = tuple(parts)

    def holds(self, covers: Callable[[str], bool]) -> bool:
        return any(part.holds(covers) for part in self.parts)

    def wanting(self, covers: Callable[[str], bool]) -> tuple[str, ...]:
        return min((part.wanting(covers) for part in self.parts), key=len)

    def scopes(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.scopes()

    def text(self) -> str:
        return " OR ".join(part.text() for part in self.parts)


_Node = _Scope | _All | _Any


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; `parse_expression` makes it.

    Attributes:
        text: the one canonical form, which `str` gives too. Expressions with the same text are equal.
        scopes: every scope named, once, in order.
    """

    text: str
    scopes: tuple[str, ...] = field(compare=False, repr=False)
    _root: _Node = field(compare=False, repr=False)

    def satisfied_by(self, holder: Holder) -> bool:
        """Whether what is held satisfies the expression."""
        return self._root.holds(holder.covers)

    def missing(self, holder: Holder) -> tuple[str, ...]:
        """Name scopes which, held too, would satisfy the expression; of each OR the branch that needs fewest.

        Empty when it is satisfied. None of them can be left out.
        """
        wanting = self._root.wanting(holder.covers)
        needed = set(wanting)
        # A scope that one branch needed may satisfy another OR as well, which then needs nothing of its own.
        for scope in wanting:
            needed.discard(scope)
            if not self._root.holds(lambda name: name in needed or holder.covers(name)):
                needed.add(scope)
        return tuple(scope for scope in wanting if scope in needed)

    def __str__(self) -> str:  # type: ignore[explicit-override]  # typing.override needs Python 3.12
        return self.text


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Expression:
    """Read an expression of at most 1024 characters (written canonically, too), 64 scopes and 16 nested parentheses.

    Raises:
        InvalidValue: it is none; the message gives the column, counted from 1, and shows the place.
    """
    if len(text) > MAX_LENGTH:
        raise InvalidValue(f"an expression is at most {MAX_LENGTH} characters")
    root = _Parser(text).parse()
    canonical = root.text()
    if len(canonical) > MAX_LENGTH:
        raise InvalidValue(f"an expression is at most {MAX_LENGTH} characters, with a space around AND and OR")
    return Expression(canonical, tuple(dict.fromkeys(root.scopes())), root)


class _Parser:
    """Recursive descent over words; one is looked at ahead."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = _WORDS.finditer(text)
        self._depth = 0
        self._count = 0
        self._advance()

    def parse(self) -> _Node:
        root = self._expression()
        if self._word == ")":
            self._fail("this parenthesis was never opened")
        if self._word:
            hint = "; keywords are upper case" if self._word in ("and", "or") else ""
            self._fail(f"AND, OR or the end is expected{hint}")
        return root

    def _advance(self) -> None:
        match = next(self._words, None)
        self._word = match.group() if match else ""
        self._at = match.start() if match else len(self._text.rstrip())

    def _expression(self) -> _Node:
        return self._joined("OR", self._term, _Any)

    def _term(self) -> _Node:
        return self._joined("AND", self._factor, _All)

    def _joined(self, keyword: str, part: Callable[[], _Node], kind: type[_All | _Any]) -> _Node:
        parts: list[_Node] = []
        while True:
            found = part()
            parts += found.parts if isinstance(found, kind) else (found,)  # a OR (b OR c) is a OR b OR c
            if self._word != keyword:
                return kind(parts) if len(parts) > 1 else parts[0]
            self._advance()

    def _factor(self) -> _Node:
        return self._parenthesis() if self._word == "(" else self._scope()

    def _parenthesis(self) -> _Node:
        opened = self._at
        self._depth += 1
        if self._depth > MAX_NESTING:
            self._fail(f"parentheses nest at most {MAX_NESTING} deep")
        self._advance()
        inner = self._expression()
        if not self._word:
            self._fail("this parenthesis is never closed", opened)
        if self._word != ")":
            self._fail("AND, OR or ')' is expected")
        self._depth -= 1
        self._advance()
        return inner

    def _scope(self) -> _Node:
        if self._word in ("", ")", "AND", "OR"):
            self._fail("a scope or '(' is expected")
        self._count += 1
        if self._count > MAX_SCOPES:
            self._fail(f"an expression names at most {MAX_SCOPES} scopes")
        try:
            scope = _Scope(parse_scope(self._word))
        except InvalidValue as error:
            self._fail(str(error))
        self._advance()
        return scope

    def _fail(self, message: str, at: int | None = None) -> NoReturn:
        at = self._at if at is None else at
        raise InvalidValue(f"column {at + 1}: {message}\n{_excerpt(self._text, at)}") from None


def veiled(text: str) -> str:
    """The text with every word that is too long for a scope's segment blotted out: it may be a secret in the wrong field."""
    return _LONG.sub(lambda word: "?" * len(word[0]), text)


def _excerpt(text: str, at: int) -> str:
    """The surroundings of a place, one line, and a caret below it."""
    start, text = max(0, at - _EXCERPT), veiled(text)
    shown = "".join(c if c.isascii() and c.isprintable() else " " if c.isspace() else "?" for c in text[start : at + _EXCERPT])
    before = "..." if start else ""
    after = "..." if at + _EXCERPT < len(text) else ""
    return f"  {before}{shown}{after}\n  {' ' * (len(before) + at - start)}^"
