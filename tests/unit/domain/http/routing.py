"""Routes that tests start from, and the naive reading of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from authsvc.domain.decision import Requirement
from authsvc.domain.http.routes import Route, Rule
from authsvc.domain.http.template import parse_composition, parse_template


def needs(*scopes: str, resource: str = "", path: str = "", parameters: bool = False) -> Rule:
    composed = parse_composition(resource, parse_template(path)) if resource else None
    return Rule(requirement=Requirement(scopes=scopes), resource=composed, parameters=parameters)


ANYBODY = Rule(anonymous=True)


def route(number: int, path: str, rule: Rule, methods: Iterable[str] = (), hosts: Iterable[str] = ()) -> Route:
    return Route(number=number, template=parse_template(path), rule=rule, methods=frozenset(methods), hosts=frozenset(hosts))


def table(*rows: tuple[str, str, Rule]) -> list[Route]:
    """Routes from rows such as `("GET,POST", "/a/**", rule)`; `*` is every method."""
    return [
        route(number, path, rule, () if methods == "*" else methods.split(","))
        for number, (methods, path, rule) in enumerate(rows, 1)
    ]


def naive_find(routes: Sequence[Route], method: str, host: str, path: str) -> Route | None:
    """Look at every route, and take the most specific of those that match: by path, then by host, then by method."""
    method = "GET" if method == "HEAD" else method
    fitting = [
        (_specificity(each), host not in each.hosts, method not in each.methods, each.number, each)
        for each in routes
        if host in (each.hosts or {host}) and method in (each.methods or {method}) and _matches(each.template.text, path)
    ]
    return min(fitting)[-1] if fitting else None


def _matches(template: str, path: str) -> bool:
    pattern = re.escape(template).replace(r"/\*\*", "(/.*)?")
    return re.fullmatch(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", pattern), path, re.DOTALL) is not None


def _specificity(route: Route) -> tuple[int, ...]:
    kinds = [3 if part == "**" else 1 if part.startswith("{") else 0 for part in route.template.text.split("/")[1:]]
    return (*kinds, 2)
