"""Path templates in a tree, so that a match costs what the path is long and not what the policy is.

Of all templates that match a path the one wins that is more specific at the first segment where they differ: a literal over a
`{variable}` over `**`, and the end of the template over a `**` that stands for nothing. The search goes depth first in that order
and takes a step back where a branch ends, so every node is looked at once at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from authsvc.domain.http.template import Segment, Wild

Entry = TypeVar("Entry")
Key = tuple[str, str]
"""A host and a method; empty: any."""


class Trie(Generic[Entry]):
    """One node, and the tree below it."""

    __slots__ = ("_ends", "_literals", "_rests", "_variable")

    def __init__(self) -> None:
        self._literals: dict[str, Trie[Entry]] = {}
        self._variable: Trie[Entry] | None = None
        self._ends: dict[Key, Entry] = {}
        self._rests: dict[Key, Entry] = {}

    def place(self, segments: Sequence[Segment], at: int = 0) -> dict[Key, Entry]:
        """What stands at a template, made when it is not there: entries by host and method."""
        if at == len(segments):
            return self._ends
        segment = segments[at]
        if segment is Wild.REST:
            return self._rests
        branch = self._literals.get(segment) if isinstance(segment, str) else self._variable
        if branch is None:
            branch = Trie()
            if isinstance(segment, str):
                self._literals[segment] = branch
            else:
                self._variable = branch
        return branch.place(segments, at + 1)

    def find(self, segments: Sequence[str], keys: Sequence[Key], at: int = 0) -> Entry | None:
        """Find the entry of the most specific template that has one of the keys.

        Args:
            segments: of the path.
            keys: hosts and methods, the most specific first.
            at: the segment to begin with.
        """
        if at == len(segments):
            return _first(self._ends, keys) or _first(self._rests, keys)
        segment = segments[at]
        branch = self._literals.get(segment)
        if branch is not None:
            found = branch.find(segments, keys, at + 1)
            if found is not None:
                return found
        if segment and self._variable is not None:
            found = self._variable.find(segments, keys, at + 1)
            if found is not None:
                return found
        return _first(self._rests, keys)


def _first(entries: dict[Key, Entry], keys: Sequence[Key]) -> Entry | None:
    if entries:
        for key in keys:
            entry = entries.get(key)
            if entry is not None:
                return entry
    return None
