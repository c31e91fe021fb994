"""Path templates (`/workflows/{workflow_id}/run`, `/api/**`) and the resources made of their variables.

A segment is literal or one `{variable}`, which stands for exactly one segment that is not empty. `**` as the last one stands for
any number of segments, none included: `/projects/**` is `/projects`, `/projects/` and everything below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.resources import MAX_LENGTH as MAX_RESOURCE
from authsvc.domain.resources import is_segment

MAX_TEMPLATE: Final = 1024
MAX_SEGMENTS: Final = 64

_LITERAL: Final = re.compile(r"(?!\.\.?$)[A-Za-z0-9._~!$&'()+,=:@-]+")
_VARIABLE: Final = re.compile(r"\{([a-z_][a-z0-9_]{0,63})\}")
_RULE: Final = (
    f"a path begins with '/' and has at most {MAX_TEMPLATE} characters and {MAX_SEGMENTS} segments; a segment is literal "
    "(no '*', ';', '%' or dot segment) or one {variable}, and the last one may be **"
)


@unique
class Wild(Enum):
    """What a segment may be besides a literal."""

    VARIABLE = "{}"
    REST = "**"


Segment = str | Wild


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """A parsed template; `parse_template` makes it.

    Attributes:
        text: as written.
        segments: literals in their own case, an empty one last when the template ends with a slash.
        variables: names with their positions among the segments, from 0.
    """

    text: str
    segments: tuple[Segment, ...]
    variables: tuple[tuple[str, int], ...]


def parse_template(text: str) -> PathTemplate:
    """Read a path template.

    Raises:
        InvalidValue: it is none, or names a variable twice.
    """
    first, *parts = text.split("/")
    if first or not parts or len(text) > MAX_TEMPLATE or len(parts) > MAX_SEGMENTS:
        raise InvalidValue(_RULE)
    names = [(found[1], at) for at, part in enumerate(parts) if (found := _VARIABLE.fullmatch(part))]
    if len(dict(names)) < len(names):
        raise InvalidValue("a path names each variable once")
    segments = tuple(_segment(part, is_last=at == len(parts) - 1) for at, part in enumerate(parts))
    return PathTemplate(text, segments, tuple(names))


def _segment(part: str, *, is_last: bool) -> Segment:
    if _VARIABLE.fullmatch(part):
        return Wild.VARIABLE
    if is_last and part == "**":
        return Wild.REST
    if _LITERAL.fullmatch(part) or (is_last and not part):
        return part
    raise InvalidValue(_RULE)


@dataclass(frozen=True, slots=True)
class Composition:
    """Segments joined by `/`: a text, or the position of a segment of the path."""

    parts: tuple[str | int, ...]

    def of(self, segments: Sequence[str]) -> str:
        """Put in the segments of a path, which are resource segments already.

        Raises:
            Malformed: the result is longer than a resource may be.
        """
        made = "/".join([part if isinstance(part, str) else segments[part] for part in self.parts])
        if len(made) > MAX_RESOURCE:
            raise Malformed(f"what the path names has at most {MAX_RESOURCE} characters")
        return made


def parse_composition(text: str, template: PathTemplate) -> Composition:
    """Read a resource or tenant that a route names, such as `workflows/{workflow_id}`.

    Raises:
        InvalidValue: a segment is neither the segment of a resource nor a variable of the path.
    """
    known = dict(template.variables)
    parts: list[str | int] = []
    for part in text.split("/"):
        variable = _VARIABLE.fullmatch(part)
        if variable and variable[1] not in known:
            raise InvalidValue(f"the path has no variable {{{variable[1]}}}")
        if not variable and not is_segment(part):
            raise InvalidValue("its segments are A-Z, a-z, 0-9, '.', '_', '~' and '-', or one {variable} of the path")
        parts.append(known[variable[1]] if variable else part)
    if len(text) > MAX_RESOURCE:
        raise InvalidValue(f"it has at most {MAX_RESOURCE} characters")
    return Composition(tuple(parts))
