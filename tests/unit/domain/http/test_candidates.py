from __future__ import annotations

from hypothesis import given

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.candidates import candidates
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.http.path import canonical_path
from authsvc.domain.http.routes import EVERY_HOST, Route, Routes
from tests.unit.domain.http.routing import needs, route
from tests.unit.domain.http.test_routes import HOSTS, METHODS, PATHS, tables

READ, WRITE = needs("read"), needs("write")


@given(tables(), METHODS, HOSTS, PATHS)
def test_the_first_candidate_for_this_host_and_method_is_the_route_that_decides(
    table: list[Route], method: str, host: str, path: str
) -> None:
    try:
        routes = Routes(table, [EVERY_HOST])
    except InvalidValue:
        return
    match = routes.find(method, host, canonical_path(path))
    chosen = None if match is None else match.route
    found = candidates(routes, chosen, method, host, canonical_path(path))
    named = "GET" if method == "HEAD" else method
    fitting = [
        each.route
        for each in found
        if "servers" not in each.why
        and (not each.route.hosts or host in each.route.hosts)
        and (not each.route.methods or named in each.route.methods)
    ]
    assert fitting[:1] == ([] if chosen is None else [chosen])
    assert [each.route for each in found if each.chosen] == ([] if chosen is None else [chosen])


def shown(routes: Routes, method: str, path: str, host: str = "api.example") -> list[tuple[int, bool, str]]:
    try:
        match = routes.find(method, host, path)
    except Malformed:
        match = None
    found = candidates(routes, None if match is None else match.route, method, host, path)
    return [(each.route.number, each.chosen, each.why) for each in found]


def test_each_candidate_says_why_it_lost() -> None:
    routes = Routes(
        [
            route(1, "/a/**", READ, set(), set()),
            route(2, "/a/{x}", READ, {"POST"}, set()),
            route(3, "/a/b", WRITE, set(), {"other.example"}),
            route(4, "/a/{x}", READ, {"GET"}, set()),
            route(5, "/b/**", READ, set(), set()),
        ],
        [EVERY_HOST],
    )
    assert shown(routes, "GET", "/a/b") == [
        (3, False, "it is for other hosts"),
        (2, False, "it is for other methods"),
        (4, True, "nothing more specific is for this host and method"),
        (1, False, "route 4 is more specific"),
    ]
    assert shown(routes, "GET", "/c") == []


def test_a_route_that_only_careless_servers_would_take_is_named() -> None:
    routes = Routes([route(1, "/billing/portal", WRITE, set(), set())])
    [(number, chosen, why)] = shown(routes, "GET", "/Billing/portal.json")
    assert (number, chosen) == (1, False)
    assert why.startswith("servers that ignore case")
