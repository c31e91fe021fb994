"""Texts with `$name` in them. `$$` is a dollar; a `$` before anything else is itself. There is no logic in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Final

from authsvc.domain.errors import InvalidValue

_NAME: Final = re.compile(r"\$(?:\$|([A-Za-z_][A-Za-z0-9_]*))")


def names_in(text: str) -> list[str]:
    """Every name that a text uses, in order."""
    return [found[1] for found in _NAME.finditer(text) if found[1] is not None]


class Text:
    """A compiled text."""

    __slots__ = ("_parts", "names")

    def __init__(self, text: str, known: Collection[str]) -> None:
        """Compile.

        Args:
            text: as the policy has it.
            known: the names there are.

        Raises:
            InvalidValue: it uses another one.
        """
        self._parts: list[tuple[str, bool]] = []
        at = 0
        for found in _NAME.finditer(text):
            self._parts.append((text[at : found.start()], False))
            self._parts.append((found[1] or "$", found[1] is not None))
            at = found.end()
        self._parts.append((text[at:], False))
        self._parts = [part for part in self._parts if part[0]]
        self.names = frozenset(part for part, is_name in self._parts if is_name)
        unknown = sorted(self.names.difference(known))
        if unknown:
            raise InvalidValue(f"there is no ${unknown[0]}; there are {', '.join(f'${name}' for name in sorted(known))}")

    def fill(self, values: Mapping[str, str], escape: Callable[[str], str]) -> str:
        """Put escaped values in the places of their names."""
        return "".join([escape(values[part]) if is_name else part for part, is_name in self._parts])
