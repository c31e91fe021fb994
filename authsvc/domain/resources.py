"""Resources and the patterns that restrict a key to some of them.

A resource (`workflows/wf_1`) comes from a request and never holds a `*`. In a pattern a whole segment `*` stands for exactly one
segment, and `**` as the last one for one or more: `workflows/*` and `workflows/**` both cover `workflows/wf_1`, neither covers
`workflows`. Comparison is by exact characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from authsvc.domain.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LENGTH: Final = 256

_CHARACTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-"
_RESOURCE_RULE: Final = (
    "a resource is at most 256 characters: segments of A-Z, a-z, 0-9, '.', '_', '~' and '-' joined by '/', "
    "none of them empty, '.' or '..'"
)
_PATTERN_RULE: Final = _RESOURCE_RULE + "; in a pattern a whole segment may be '*', and the last one '**'"


def parse_resource(text: str) -> str:
    """Return `text` when it names one resource.

    Raises:
        InvalidValue: it does not.
    """
    if len(text) > MAX_LENGTH or not all(map(is_segment, text.split("/"))):
        raise InvalidValue(_RESOURCE_RULE)
    return text


def parse_pattern(text: str) -> str:
    """Return `text` when it is a resource pattern.

    Raises:
        InvalidValue: it is not.
    """
    *segments, last = text.split("/")
    is_pattern = all(segment == "*" or is_segment(segment) for segment in segments) and (last in ("*", "**") or is_segment(last))
    if len(text) > MAX_LENGTH or not is_pattern:
        raise InvalidValue(_PATTERN_RULE)
    return text


def is_segment(text: str) -> bool:
    """Whether `text` can be one segment of a resource: what a path variable must be after one decoding."""
    # strip leaves something exactly when a character is foreign
    return text not in ("", ".", "..") and not text.strip(_CHARACTERS)


class Patterns:
    """Compiled patterns. None at all cover nothing: "unrestricted" is not a set of patterns, the key says it apart."""

    __slots__ = ("_by_length", "_depth", "_everything", "_exact", "_stems", "_wide")

    def __init__(self, patterns: Iterable[str]) -> None:
        """Sort parsed patterns by how they are matched: set lookup, start of the string, segment by segment."""
        given = tuple(patterns)
        self._exact = frozenset(pattern for pattern in given if "*" not in pattern)
        self._everything = "**" in given
        plain = [pattern[:-2] for pattern in given if pattern.endswith("/**")]
        self._stems = tuple(stem for stem in plain if "*" not in stem)
        self._wide = tuple(tuple(stem[:-1].split("/")) for stem in plain if "*" in stem)
        self._by_length: dict[int, list[tuple[str, ...]]] = {}
        for pattern in given:
            if "*" in pattern and not pattern.endswith("**"):
                segments = tuple(pattern.split("/"))
                self._by_length.setdefault(len(segments), []).append(segments)
        self._depth = max((pattern.count("/") + 1 for pattern in given), default=0)

    @classmethod
    def compile(cls, patterns: tuple[str, ...]) -> Self:
        """Compile patterns that `parse_pattern` accepted."""
        return cls(patterns)

    def covers(self, resource: str) -> bool:
        """Whether a pattern covers the `resource` (parsed already)."""
        if resource in self._exact or self._everything or resource.startswith(self._stems):
            return True
        return bool(self._by_length or self._wide) and self._covers_segments(resource.split("/"))

    def _covers_segments(self, segments: list[str]) -> bool:
        if any(_matches(pattern, segments) for pattern in self._by_length.get(len(segments), ())):
            return True
        return any(len(stem) < len(segments) and _matches(stem, segments) for stem in self._wide)

    def covers_pattern(self, pattern: str) -> bool:
        """Whether everything that `pattern` covers is covered here, exactly: `a/*` with `a/*/**` covers `a/**`.

        A `*` taken as a segment of a resource is a segment no pattern names, so what covers it covers every segment there.
        `**` is tried at each length up to one more than the longest pattern here; beyond that only `**` can match, and
        does so at every length.
        """
        if not pattern.endswith("**"):
            return self.covers(pattern)
        stem = pattern[:-2]
        longest = max(1, self._depth + 1 - stem.count("/"))
        return all(self.covers(stem + "/".join("*" * length)) for length in range(1, longest + 1))


def _matches(pattern: tuple[str, ...], segments: list[str]) -> bool:
    """Whether each segment of `pattern` is `*` or equal; further segments do not matter."""
    return all(wanted in ("*", segment) for wanted, segment in zip(pattern, segments, strict=False))
