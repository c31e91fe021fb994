"""Routes: which rule a request falls under.

1. The template that is more specific wins (`trie`). Within one template a route that names the host wins over one for every host,
   then a route that names the method over one for every method. Whatever is still equal is a mistake of the policy, not a choice.
2. HEAD is GET. A CORS preflight looks first for a route that names OPTIONS.
3. A path is matched as it is, and as careless servers read it: lower case, no slash at the end, no extension, without matrix
   parameters. Templates are read so too. When that leads to another rule, the request is refused; hosts with `paths: exact` are
   taken at their word that they tell all of these apart.
4. A `;` is refused, unless the route says that the upstream drops parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from authsvc.domain.decision import ANYONE, Requirement
from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.http.path import fold, without_extension, without_parameters
from authsvc.domain.http.template import Composition, PathTemplate, Segment, Wild
from authsvc.domain.http.trie import Key, Trie
from authsvc.domain.resources import is_segment

EVERY_HOST: Final = "*"
"""Among the exact hosts: all of them."""

_CARELESS_CLASH: Final = (
    "are one path to servers that ignore case, a slash at the end or an extension: "
    "require the same of both, or write `paths: exact` for a host that tells them apart"
)
_AMBIGUOUS: Final = "the path is spelled so that some servers would take it for another one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a route asks for. Routes with equal rules are as good as one."""

    anonymous: bool = False
    requirement: Requirement = ANYONE
    """Without the resource."""
    resource: Composition | None = None
    tenant: Composition | None = None
    """The tenant that the path names; None: it names none."""
    shadow: bool = False
    """Decide, but let the request through whatever comes out."""
    parameters: bool = False
    """The upstream drops matrix parameters, so they may be there."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """One route. `number` is its position in the policy, from 1; no methods or hosts: every one."""

    number: int
    template: PathTemplate
    rule: Rule
    methods: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    """As `canonical_host` writes them."""

    def __post_init__(self) -> None:
        """Check what no field says alone.

        Raises:
            InvalidValue: two things that it says cannot go together.
        """
        if "HEAD" in self.methods and "GET" not in self.methods:
            raise InvalidValue("HEAD follows GET: name GET instead")
        if self.rule.resource is not None and self.rule.requirement.resource_deferred:
            raise InvalidValue("a route names the resource or leaves it to the upstream, not both")
        if self.rule.anonymous and self.rule != Rule(anonymous=True, parameters=self.rule.parameters):
            raise InvalidValue("an anonymous route requires nothing and cannot be a shadow")


class RouteClash(InvalidValue):
    """Two routes between which a request would have to guess; `route` is the later one."""

    def __init__(self, first: Route, route: Route, how: str) -> None:
        self.route = route
        super().__init__(f"route {first.number} ({first.template.text}) and route {route.number} ({route.template.text}) {how}")


@dataclass(slots=True, eq=False)
class Match:
    """A route with the path that led to it."""

    route: Route
    segments: list[str]

    def check_variables(self) -> None:
        """Check that every path variable is one segment of a resource (CONTRACT section 3).

        In a canonical path everything such a segment may hold is decoded, so what is still encoded is not of it.

        Raises:
            Malformed: one of them is not.
        """
        for _, at in self.route.template.variables:
            if not is_segment(self.segments[at]):
                raise Malformed("a path variable is one segment of A-Z, a-z, 0-9, '.', '_', '~' and '-'")

    def variables(self) -> dict[str, str]:
        """The path variables, by name."""
        return {name: self.segments[at] for name, at in self.route.template.variables}


class Routes:
    """Compiled routes."""

    def __init__(self, routes: Iterable[Route], exact_hosts: Iterable[str] = (), clashes: list[RouteClash] | None = None) -> None:
        """Compile.

        Args:
            routes: in any order.
            exact_hosts: hosts with `paths: exact`; `EVERY_HOST` for all.
            clashes: given, it collects all of them, and what was made is not to be used.

        Raises:
            RouteClash: two routes are of equal rank for one request, or are one to careless servers and differ in their rules.
        """
        self.all = tuple(routes)
        self._exact: Trie[Route] = Trie()
        self._careless: Trie[Route] = Trie()
        self._exact_hosts = frozenset(exact_hosts)
        self._all_exact = EVERY_HOST in self._exact_hosts
        self._is_folded = True  # every template is its own folded form, so a path that is too needs no second look
        names: list[set[str]] = [{""}, {""}]
        for route in self.all:
            for key in _keys(route):
                names[0].add(key[0])
                names[1].add(key[1])
                for clash in self._add(route, key):
                    if clashes is None:
                        raise clash
                    clashes.append(clash)
        self._keys = {(host, method): _ranked(host, method) for host in names[0] for method in names[1]}
        self._hosts, self._methods = map(frozenset, names)

    def _add(self, route: Route, key: Key) -> Iterator[RouteClash]:
        first = self._exact.place(route.template.segments).setdefault(key, route)
        if first is not route:
            yield RouteClash(first, route, f"are of equal rank for {key[1] or 'every method'}")
            return
        if self._is_exact(key[0]):
            return
        for segments in folded_forms(route.template.segments):
            self._is_folded = self._is_folded and segments in (route.template.segments, ())
            first = self._careless.place(segments).setdefault(key, route)
            if first.rule != route.rule:
                yield RouteClash(first, route, _CARELESS_CLASH)

    def _is_exact(self, host: str) -> bool:
        return self._all_exact or host in self._exact_hosts

    def find(self, method: str, host: str, path: str, *, preflight: bool = False) -> Match | None:
        """Find the route of a request; None when there is none.

        Args:
            method: as `parse_method` returns it.
            host: as `canonical_host` returns it.
            path: as `canonical_path` returns it.
            preflight: whether `is_preflight` says so.

        Raises:
            Malformed: careless servers would take the request for one under another rule.
        """
        if preflight:
            named = [(host, method), ("", method)]
            match = self._search(named, host, path)
            if match is not None:
                return match
        method = "GET" if method == "HEAD" else method
        keys = self._keys[host if host in self._hosts else "", method if method in self._methods else ""]
        return self._search(keys, host, path)

    def _search(self, keys: Sequence[Key], host: str, path: str) -> Match | None:
        plain = without_parameters(path) if ";" in path else path
        segments = plain[1:].split("/")
        route = self._exact.find(segments, keys)
        if not self._is_exact(host):
            self._check_careless(route, keys, plain)
        if plain is not path and route is not None:
            self._check_parameters(route, keys, path)
        return None if route is None else Match(route, segments)

    def _check_careless(self, route: Route | None, keys: Sequence[Key], path: str) -> None:
        """A template is there in every form that a path it matches can take; so a form that matches none is another path too."""
        rule = None if route is None else route.rule
        folded = fold(path)
        if folded != path or not self._is_folded:
            self._check_form(rule, keys, folded)
        shorter = without_extension(folded)
        if shorter != folded:
            self._check_form(rule, keys, shorter)

    def _check_form(self, rule: Rule | None, keys: Sequence[Key], folded: str) -> None:
        other = self._careless.find(folded.split("/")[1:], keys)
        if (None if other is None else other.rule) != rule:
            raise Malformed(_AMBIGUOUS)

    def _check_parameters(self, route: Route, keys: Sequence[Key], path: str) -> None:
        if not route.rule.parameters:
            raise Malformed("a path has no ';' here")
        other = self._exact.find(path[1:].split("/"), keys)
        if other is not None and other.rule != route.rule:
            raise Malformed(_AMBIGUOUS)


def _keys(route: Route) -> Iterator[Key]:
    for host in route.hosts or ("",):
        for method in (route.methods - {"HEAD"}) or ("",):
            yield host, method


def _ranked(host: str, method: str) -> tuple[Key, ...]:
    return tuple(dict.fromkeys([(host, method), (host, ""), ("", method), ("", "")]))


def folded_forms(segments: tuple[Segment, ...]) -> Iterator[tuple[Segment, ...]]:
    """A template as careless servers read it; when the last literal may end a path, without its extension too."""
    lower = tuple(segment.lower() if isinstance(segment, str) else segment for segment in segments)
    lower = lower[:-1] if lower[-1] == "" else lower
    yield lower
    whole = lower[:-1] if lower[-1:] == (Wild.REST,) else lower
    if whole and isinstance(whole[-1], str):
        shorter = without_extension(whole[-1])
        if shorter != whole[-1]:
            yield (*whole[:-1], shorter)
