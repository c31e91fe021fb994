"""What is fuzzed: a parser with the rules that its answers keep, whatever it is given."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from authsvc.domain.errors import InvalidValue

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Target:
    """One parser."""

    name: str
    run: Callable[[bytes], None]
    """Parses some bytes. Whatever it raises is a finding."""
    seeds: tuple[bytes, ...]
    """Where mutation begins: what is right, and what is nearly right."""
    words: tuple[str, ...] = ()
    """What the grammar is made of."""
    weight: int = 1
    """Share of the time."""


def text_target(name: str, run: Callable[[str], None], seeds: tuple[str, ...], words: tuple[str, ...] = ()) -> Target:
    """A parser of text. It is given lone surrogates as well, which no request can hold and no parser should choke on."""

    def decoded(data: bytes) -> None:
        with suppress(InvalidValue):
            run(data.decode("utf-8", "surrogateescape"))

    return Target(name, decoded, tuple(seed.encode() for seed in seeds), words, weight=2)


def stable(parse: Callable[[str], str]) -> Callable[[str], None]:
    """The rule of parsers that return what they were given: they do, and would take it again."""

    def run(text: str) -> None:
        assert parse(text) == text
        assert parse(text) == text

    return run


def refused(parse: Callable[[], T]) -> T | None:
    """What a parser makes of it, or None when it refuses."""
    try:
        return parse()
    except InvalidValue:
        return None


def complaint(parse: Callable[[], object]) -> str:
    """Why it refuses; empty: it does not."""
    try:
        parse()
    except InvalidValue as error:
        return str(error)
    return ""
