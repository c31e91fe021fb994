from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from authsvc.domain.decision import Requirement
from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.http.path import canonical_path
from authsvc.domain.http.routes import EVERY_HOST, Match, Route, RouteClash, Routes, Rule
from authsvc.domain.resources import is_segment
from tests.unit.domain.http.routing import ANYBODY, naive_find, needs, route, table

HOST = "api.example"
READ, WRITE, ADMIN = needs("read"), needs("write"), needs("admin")

# Few words, so that templates overlap all the time and careless servers mix them up.
WORDS = ["a", "b", "B", "a.x", "c"]
LITERALS = st.sampled_from(WORDS)
TEMPLATES = st.tuples(
    st.lists(st.one_of(LITERALS, LITERALS, st.just("{}")), max_size=3), st.sampled_from(["", "", "/**", "/"])
).map(lambda drawn: name_variables("".join(f"/{part}" for part in drawn[0]) + drawn[1] or "/"))
PATHS = st.lists(st.sampled_from([*WORDS, "A", "a.y", "b.x.y", "z"]), max_size=4).flatmap(
    lambda parts: st.sampled_from(["/" + "/".join(parts), "/" + "/".join(parts) + "/" if parts else "/"])
)
METHODS = st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PROPFIND"])
HOSTS = st.sampled_from(["x.example", "y.example", HOST])
RULES = st.sampled_from([READ, WRITE, ADMIN, ANYBODY])


def name_variables(template: str) -> str:
    first, *rest = template.split("{}")
    return first + "".join(f"{{v{'abc'[at]}}}{part}" for at, part in enumerate(rest))


@st.composite
def tables(draw: st.DrawFn) -> list[Route]:
    drawn = draw(
        st.lists(
            st.tuples(
                TEMPLATES,
                RULES,
                st.sets(st.sampled_from(["GET", "POST", "OPTIONS"]), max_size=2),
                st.sets(st.sampled_from(["x.example", "y.example"]), max_size=1),
            ),
            max_size=8,
        )
    )
    routes: list[Route] = []
    taken: set[tuple[str, str, str]] = set()
    for number, (path, rule, methods, hosts) in enumerate(drawn, 1):
        shape = path.replace("{va}", "{}").replace("{vb}", "{}").replace("{vc}", "{}")
        keys = {(shape, method, host) for method in methods or {""} for host in hosts or {""}}
        if not keys & taken:
            taken |= keys
            routes.append(route(number, path, rule, methods, hosts))
    return routes


def found(routes: Routes, path: str, method: str = "GET", host: str = HOST) -> Rule | None:
    match = routes.find(method, host, canonical_path(path))
    return None if match is None else match.route.rule


def outcome(routes: Routes, path: str, method: str = "GET", host: str = HOST) -> Rule | str | None:
    try:
        return found(routes, path, method, host)
    except Malformed:
        return "malformed"


class TestPrecedence:
    ROUTES = table(
        ("*", "/", READ),
        ("*", "/a/b", needs("literal")),
        ("*", "/a/{x}", needs("variable")),
        ("*", "/a/**", needs("rest")),
        ("*", "/a/b/c", needs("deep")),
        ("*", "/a/{x}/d", needs("after-variable")),
        ("GET", "/m", READ),
        ("POST", "/m", WRITE),
        ("*", "/n", WRITE),
        ("GET", "/n", READ),
        ("PUT", "/o/p", ADMIN),
        ("*", "/o/**", READ),
    )

    @pytest.mark.parametrize(
        ("method", "path", "scope"),
        [
            ("GET", "/", "read"),
            ("GET", "/a/b", "literal"),
            ("GET", "/a/x", "variable"),
            ("GET", "/a", "rest"),
            ("GET", "/a/", "rest"),
            ("GET", "/a/x/y/z", "rest"),
            ("GET", "/a/b/c", "deep"),
            ("GET", "/a/b/d", "after-variable"),
            ("GET", "/a/b/e", "rest"),
            ("GET", "/m", "read"),
            ("POST", "/m", "write"),
            ("GET", "/n", "read"),
            ("PROPFIND", "/n", "write"),
            ("PUT", "/o/p", "admin"),
            ("GET", "/o/p", "read"),
        ],
    )
    def test_the_most_specific_route_wins(self, method: str, path: str, scope: str) -> None:
        rule = found(Routes(self.ROUTES), path, method)
        assert rule is not None
        assert rule.requirement.scopes == (scope,)

    @pytest.mark.parametrize(("method", "path"), [("PUT", "/m"), ("GET", "/x"), ("GET", "/n/x"), ("OPTIONS", "/m")])
    def test_what_no_route_covers_is_unknown(self, method: str, path: str) -> None:
        assert found(Routes(self.ROUTES), path, method) is None

    def test_no_routes_know_nothing(self) -> None:
        assert found(Routes([]), "/") is None

    def test_a_route_for_the_host_wins_over_one_for_every_host(self) -> None:
        routes = Routes(
            [
                route(1, "/a", READ),
                route(2, "/a", WRITE, hosts=["x.example"]),
                route(3, "/a", ADMIN, ["GET"]),
                route(4, "/**", ANYBODY, hosts=["x.example"]),
            ]
        )
        assert found(routes, "/a", host="x.example") == WRITE
        assert found(routes, "/a", host="y.example") == ADMIN
        assert found(routes, "/a", "POST", host="y.example") == READ
        assert found(routes, "/b", host="x.example") == ANYBODY
        assert found(routes, "/b", host="y.example") is None

    def test_head_follows_get(self) -> None:
        routes = Routes(table(("GET", "/a", READ), ("*", "/a", WRITE), ("POST", "/b", WRITE)))
        assert found(routes, "/a", "HEAD") == READ
        assert found(routes, "/b", "HEAD") is None

    def test_head_cannot_be_something_of_its_own(self) -> None:
        with pytest.raises(InvalidValue, match="HEAD follows GET"):
            route(1, "/a", READ, ["HEAD"])
        assert found(Routes([route(1, "/a", READ, ["GET", "HEAD"])]), "/a", "HEAD") == READ


class TestPreflight:
    def find(self, path: str, *, preflight: bool) -> Rule | None:
        routes = Routes(table(("*", "/a/**", READ), ("OPTIONS", "/**", ANYBODY), ("GET", "/b", READ)))
        match = routes.find("OPTIONS", HOST, path, preflight=preflight)
        return None if match is None else match.route.rule

    def test_a_preflight_looks_for_a_route_that_names_options(self) -> None:
        assert self.find("/a/b", preflight=True) == ANYBODY
        assert self.find("/b", preflight=True) == ANYBODY

    def test_any_other_options_is_a_method_like_others(self) -> None:
        assert self.find("/a/b", preflight=False) == READ

    def test_without_a_route_that_names_options_a_preflight_is_a_method_like_others(self) -> None:
        routes = Routes(table(("*", "/a", READ), ("GET", "/b", READ)))
        match = routes.find("OPTIONS", HOST, "/a", preflight=True)
        assert match is not None
        assert match.route.rule == READ
        assert routes.find("OPTIONS", HOST, "/b", preflight=True) is None


class TestClash:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (("*", "/a/{x}"), ("*", "/a/{y}")),
            (("GET", "/a"), ("GET,POST", "/a")),
            (("*", "/a/**"), ("*", "/a/**")),
        ],
    )
    def test_two_routes_of_equal_rank_are_a_mistake_that_names_both(
        self, first: tuple[str, str], second: tuple[str, str]
    ) -> None:
        with pytest.raises(RouteClash, match=r"route 1 \(/a.*\) and route 2 \(/a.*\) are of equal rank") as clash:
            Routes(table((*first, READ), (*second, READ)))
        assert clash.value.route.number == 2

    @pytest.mark.parametrize("other", ["/Report", "/report/", "/report.json", "/REPORT.Json", "/report.tar.gz"])
    def test_routes_that_careless_servers_mix_up_need_the_same(self, other: str) -> None:
        rows = ("*", "/report", READ), ("*", other, WRITE)
        with pytest.raises(RouteClash, match=r"route 1 .* and route 2 .*paths: exact"):
            Routes(table(*rows))
        assert found(Routes(table(*rows), [EVERY_HOST]), other) == WRITE
        assert found(Routes(table(("*", "/report", READ), ("*", other, READ))), other) == READ

    def test_routes_of_exact_hosts_do_not_clash_by_spelling(self) -> None:
        routes = [route(1, "/a", READ, hosts=[HOST]), route(2, "/A", WRITE, hosts=[HOST])]
        assert found(Routes(routes, [HOST]), "/A") == WRITE
        with pytest.raises(RouteClash):
            Routes(routes)

    def test_an_anonymous_route_requires_nothing_and_is_no_shadow(self) -> None:
        for rule in (Rule(anonymous=True, shadow=True), Rule(anonymous=True, requirement=Requirement(scopes=("a",)))):
            with pytest.raises(InvalidValue):
                route(1, "/a", rule)


class TestSpelling:
    """`/billing/portal` needs more than what is around it."""

    AROUND = (
        table(("*", "/billing/portal", WRITE), ("*", "/billing/**", READ)),
        table(("*", "/billing/portal", WRITE), ("*", "/**", ANYBODY)),
        table(("*", "/billing/portal", WRITE), ("*", "/billing/{page}", READ)),
        table(("*", "/billing/portal", WRITE), ("*", "/Billing/**", READ), ("*", "/BILLING/{page}", ANYBODY)),
        table(("*", "/Billing/Portal", WRITE), ("*", "/billing/{page}", READ), ("*", "/**", ANYBODY)),
        table(("*", "/billing/portal/", WRITE), ("*", "/billing/{page}", READ), ("*", "/**", ANYBODY)),
        table(("*", "/billing/portal.json", WRITE), ("*", "/billing/{page}", READ), ("*", "/**", ANYBODY)),
        table(("*", "/billing/portal/**", WRITE), ("*", "/**", ANYBODY)),
        table(("*", "/billing/portal", WRITE)),
    )

    @pytest.mark.parametrize("routes", AROUND)
    @pytest.mark.parametrize(
        "path",
        [
            *("/billing/portal/", "/BILLING/portal", "/billing/PORTAL", "/billing/portal.json", "/Billing/Portal.JSON/"),
            *("/billing/portal.", "/billing/portal.tar.gz", "/%62illing/portal", "/billing/%70ortal/", "/billing/portal%20"),
            *(
                "/billing/port%ef%bd%81l",
                "/b%c4%b1lling/portal",
                "/billing/portal%3f",
                "/billing/portal%23x",
                "/billing/portal.json%20",
            ),
        ],
    )
    def test_no_spelling_meets_a_weaker_rule(self, routes: list[Route], path: str) -> None:
        assert outcome(Routes(routes), path) in (WRITE, "malformed", None)

    def test_where_all_spellings_need_the_same_each_is_fine(self) -> None:
        routes = Routes(table(("*", "/files/**", READ), ("*", "/w/{id}", READ)))
        for path in ("/files/Report.PDF", "/files/a/b/", "/files/stra%C3%9Fe", "/w/Abc", "/w/abc.json"):
            assert found(routes, path) == READ

    def test_a_dot_in_the_literal_before_the_rest_is_no_extension(self) -> None:
        routes = Routes(table(("*", "/api/v1.2/**", READ), ("*", "/openapi.json", ANYBODY)))
        for path in ("/api/v1.2", "/api/v1.2/", "/api/v1.2/x.y"):
            assert found(routes, path) == READ
        assert found(routes, "/openapi.json") == ANYBODY
        assert outcome(routes, "/openapi.yaml") == "malformed"

    def test_exact_hosts_are_taken_at_their_word(self) -> None:
        routes = Routes(table(("*", "/billing/portal", WRITE), ("*", "/billing/**", READ)), ["exact.example"])
        assert found(routes, "/billing/PORTAL", host="exact.example") == READ
        assert outcome(routes, "/billing/PORTAL", host="other.example") == "malformed"

    @given(tables(), PATHS, METHODS, HOSTS, st.data())
    def test_no_spelling_meets_another_rule(
        self, table_: list[Route], path: str, method: str, host: str, data: st.DataObject
    ) -> None:
        try:
            routes = Routes(table_)
        except RouteClash:
            assume(False)
        meant = outcome(routes, path, method, host)
        assume(meant != "malformed" and path != "/")
        spelled = path.removesuffix("/")
        spelled = "".join(data.draw(st.sampled_from([char, char.upper(), char.lower()])) for char in spelled)
        spelled = spelled.replace("a", data.draw(st.sampled_from(["a", "%61", "%EF%BD%81"])))
        spelled += data.draw(st.sampled_from(["", ".json", ".x.y", ".", "%20"])) + data.draw(st.sampled_from(["", "/"]))
        assert outcome(routes, spelled, method, host) in (meant, "malformed")


class TestParameters:
    def test_a_semicolon_is_refused_unless_the_route_takes_it(self) -> None:
        routes = Routes(
            table(
                ("*", "/a", READ), ("*", "/p/{x}", needs("read", parameters=True)), ("*", "/f/**", needs("read", parameters=True))
            )
        )
        assert outcome(routes, "/a;v=1") == "malformed"
        assert outcome(routes, "/x;v=1") is None
        for path in ("/p/b;v=1", "/p;v=1/b", "/f/a;b/c;d"):
            assert found(routes, path) == needs("read", parameters=True)

    def test_a_variable_is_what_stands_before_the_semicolon(self) -> None:
        match = Routes(table(("*", "/p/{x}", needs(parameters=True)))).find("GET", HOST, "/p/b;v=1")
        assert match is not None
        assert match.variables() == {"x": "b"}

    def test_parameters_do_not_lead_to_another_rule(self) -> None:
        rows = ("*", "/a/c", needs("read", parameters=True)), ("*", "/{x}/c", needs("write", parameters=True))
        assert outcome(Routes(table(*rows), [EVERY_HOST]), "/a;b/c") == "malformed"
        assert found(Routes(table(*rows)), "/a/c") == needs("read", parameters=True)


@given(tables(), PATHS, METHODS, HOSTS)
def test_matching_agrees_with_looking_at_every_route(table_: list[Route], path: str, method: str, host: str) -> None:
    match = Routes(table_, [EVERY_HOST]).find(method, host, path)
    assert (None if match is None else match.route) is naive_find(table_, method, host, path)


@given(tables(), PATHS, METHODS, HOSTS)
def test_a_careless_host_meets_the_same_rule_or_none(table_: list[Route], path: str, method: str, host: str) -> None:
    try:
        routes = Routes(table_)
    except RouteClash:
        assume(False)
    naive = naive_find(table_, method, host, path)
    assert outcome(routes, path, method, host) in (None if naive is None else naive.rule, "malformed")


VALUES = st.lists(
    st.sampled_from(
        ["a", "Z", "0", ".", "..", "*", "**", "%2a", "%2F", "%2f", "%252f", "%20", "@", "~", "-", "_", ":", "%41", ";"]
    ),
    min_size=1,
    max_size=4,
).map("".join)


@given(VALUES, VALUES)
def test_a_path_variable_puts_nothing_but_one_plain_segment_into_a_resource(first: str, second: str) -> None:
    path = "/w/{one}/{two}"
    routes = Routes(table(("*", path, needs(resource="w/{two}/x/{one}", path=path))), [EVERY_HOST])
    try:
        match = routes.find("GET", HOST, canonical_path(f"/w/{first}/{second}"))
        assume(match is not None)
        assert match is not None
        match.check_variables()
    except Malformed:
        return
    composed = match.route.rule.resource
    assert composed is not None
    w, two, x, one = composed.of(match.segments).split("/")
    assert (w, x) == ("w", "x")
    assert is_segment(one)
    assert is_segment(two)
    assert match.variables() == {"one": one, "two": two}


def instructions(run: Callable[[], object]) -> int:
    """How many bytecode instructions a call takes."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(before)
    return count


def test_a_match_among_5000_routes_costs_what_one_among_5_does() -> None:
    def cost(size: int) -> int:
        rows = [("GET", f"/api/v1/things-{at}/{{id}}/run", READ) for at in range(size - 1)]
        routes = Routes(table(*rows, ("GET", "/api/{version}/**", WRITE)))
        paths = [f"/api/v1/things-{size - 2}/7/run", "/api/v1/things-0/7/stop", "/api/v1/THINGS-1/7/run/"]
        return sum(instructions(lambda path=path: outcome(routes, path)) for path in paths)  # type: ignore[misc]

    few, many = cost(5), cost(5000)
    assert few > 100
    assert many <= few * 1.1


def test_a_match_is_shown_with_its_variables() -> None:
    match = Routes(table(("*", "/a/{one}/b/{two}", READ))).find("GET", HOST, "/a/1/b/2")
    assert isinstance(match, Match)
    assert match.variables() == {"one": "1", "two": "2"}
