"""Mistakes in a policy file: where, in which field, and what is allowed. A policy holds no secret, so values may be quoted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, NamedTuple

from typing_extensions import override

from authsvc.domain.errors import InvalidArgument, Violation

MAX_MISTAKES: Final = 200
"""More are counted, not shown: such a file is no policy."""
MAX_QUOTED: Final = 40
MAX_LISTED: Final = 20

Path = tuple[str | int, ...]

_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_.:*/-]{1,64}")


class Finding(NamedTuple):
    """A mistake before its position is looked up. `at_name`: the name of the field is wrong rather than its value."""

    path: Path
    message: str
    at_name: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake. `line` and `column` count from 1; `field` is like `key_types.sdk.prefix`, or empty for the whole file."""

    line: int
    column: int
    field: str
    message: str

    @override
    def __str__(self) -> str:
        """One line for people."""
        where = f"line {self.line}, column {self.column}"
        return f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"


class PolicyErrors(InvalidArgument):
    """The policy file has mistakes."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))[:MAX_MISTAKES]
        super().__init__(*(Violation(each.field or "document", f"line {each.line}: {each.message}") for each in self.mistakes))
        self.message = "\n".join(map(str, self.mistakes))
        left_out = len(set(mistakes)) - len(self.mistakes)
        if left_out:
            self.message += f"\nand at least {left_out} more mistakes"
        self.args = (self.message,)


def field_name(path: Path) -> str:
    """Write a path as people do: `key_types.sdk.rate_limits[0].burst`; a name with odd characters in brackets and quotes."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN_NAME.fullmatch(step):
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"[{quote(step)}]")
    return "".join(parts)


def quote(value: object) -> str:
    """Show a value of the file, shortened, on one line of ASCII."""
    shown = json.dumps(value[:MAX_QUOTED] if isinstance(value, str) else value, default=lambda _: "...")
    return shown if len(shown) <= 2 * MAX_QUOTED else shown[: 2 * MAX_QUOTED] + "..."


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Name the nearest known name as `; did you mean "x"?`, or else list those there are; empty when there are none."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1) if len(name) <= 2 * MAX_QUOTED else []
    if near:
        return f"; did you mean {quote(near[0])}?"
    if not names:
        return ""
    more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
    return f"; there are {', '.join(names[:MAX_LISTED])}{more}"
