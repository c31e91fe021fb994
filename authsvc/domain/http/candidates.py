"""Why a request falls under one route and not under another. For people: a decision never looks at more than the trie."""

from __future__ import annotations

from dataclasses import dataclass

from authsvc.domain.http.malformed import Malformed
from authsvc.domain.http.path import fold, without_extension, without_parameters
from authsvc.domain.http.routes import Route, Routes, folded_forms
from authsvc.domain.http.template import Segment, Wild

_RANKS = {Wild.VARIABLE: 1, Wild.REST: 2}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A route whose path matches a request. `why` is a clause: why the request falls under it, or not."""

    route: Route
    chosen: bool
    why: str


def candidates(routes: Routes, chosen: Route | None, method: str, host: str, path: str) -> list[Candidate]:
    """Every route whose path matches, the most specific first.

    Args:
        routes: of the policy.
        chosen: what `Routes.find` found; None: nothing, or it refused.
        method: as `parse_method` returns it.
        host: as `canonical_host` returns it.
        path: as `canonical_path` returns it.
    """
    plain = without_parameters(path)
    segments, careless = plain[1:].split("/"), _careless_forms(plain)
    found: list[Candidate] = []
    for route in sorted(routes.all, key=_rank):
        if matches(route.template.segments, segments):
            found.append(Candidate(route, route is chosen, _why(route, chosen, method, host)))
        elif any(matches(form, path) for form in folded_forms(route.template.segments) for path in careless):
            found.append(
                Candidate(route, chosen=False, why="servers that ignore case, a slash at the end or an extension read it so")
            )
    return found


def matches(template: tuple[Segment, ...], path: list[str]) -> bool:
    """Whether a template matches the segments of a path, each by itself."""
    if template[-1:] == (Wild.REST,):
        template, path = template[:-1], path[: len(template) - 1]
    return len(template) == len(path) and all(
        part == segment if isinstance(part, str) else bool(segment) for part, segment in zip(template, path, strict=True)
    )


def _careless_forms(path: str) -> list[list[str]]:
    try:
        form = fold(path)
    except Malformed:
        return []
    return [each.split("/")[1:] for each in {form, without_extension(form)}]


def _rank(route: Route) -> tuple[list[int], bool, bool, int]:
    """The order of the trie, then of `Routes`: literal, variable, end of the template, `**`; named host; named method."""
    ranks = [0 if isinstance(segment, str) else _RANKS[segment] for segment in route.template.segments]
    return [*ranks, 0], not route.hosts, not route.methods, route.number


def _why(route: Route, chosen: Route | None, method: str, host: str) -> str:
    if route is chosen:
        return "nothing more specific is for this host and method"
    if route.hosts and host not in route.hosts:
        return "it is for other hosts"
    if route.methods and ("GET" if method == "HEAD" else method) not in route.methods:
        return "it is for other methods"
    return "the path is ambiguous" if chosen is None else f"route {chosen.number} is more specific"
