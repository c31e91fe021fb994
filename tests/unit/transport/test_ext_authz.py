"""CheckRequest and CheckResponse: what is read, and that nothing but an explicit allow is written as one."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.identity import Mutation
from authsvc.domain.http.responses import Answer
from authsvc.domain.reason import Reason
from authsvc.engine import check
from authsvc.engine.check import Facts, Passed, TurnedAway
from authsvc.envoy.v3 import ext_authz_pb2 as pb
from authsvc.transport.codec.ext_authz import read_request, write_verdict
from tests.support.check import check_request, read

ALLOWED = Facts(reason=Reason.NONE, revision=7, route="/a")
DENIED = Facts(reason=Reason.ROUTE_UNKNOWN, revision=7)

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True)
VALUES = st.from_regex(r"[!-~]([ -~]{0,10}[!-~])?", fullmatch=True)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=5).map(tuple)
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=12)


@given(HEADERS, st.integers(400, 599), st.text(st.characters(codec="utf-8")))
def test_a_deny_is_never_an_allow(headers: tuple[tuple[str, str], ...], status: int, body: str) -> None:
    written = write_verdict(TurnedAway(DENIED, Answer(status, headers, body)))
    answer = read(pb.CheckResponse.FromString(written.SerializeToString()))
    assert not answer.allowed
    assert (answer.status, answer.body) == (status, body)
    assert set(answer.set) == {name for name, _ in headers}
    assert written.status.code == (16 if status == 401 else 7)
    assert answer.metadata == {"decision": "DENY", "reason": "ROUTE_UNKNOWN", "revision": 7}


@given(HEADERS, st.lists(NAMES, unique=True).map(tuple))
def test_an_allow_says_so(settings: tuple[tuple[str, str], ...], remove: tuple[str, ...]) -> None:
    unique = tuple(dict(settings).items())
    remove = tuple(name for name in remove if name not in dict(unique))
    written = write_verdict(Passed(ALLOWED, Mutation(unique, remove)))
    answer = read(pb.CheckResponse.FromString(written.SerializeToString()))
    assert answer.allowed
    assert (answer.set, answer.remove) == (dict(unique), remove)
    assert answer.metadata == {"decision": "ALLOW", "route": "/a", "revision": 7}


def test_several_values_of_one_header_are_joined() -> None:
    answer = read(write_verdict(TurnedAway(DENIED, Answer(403, (("x-a", "1"), ("x-b", "2"), ("x-a", "3")), ""))))
    assert answer.set == {"x-a": "1, 3", "x-b": "2"}


@pytest.mark.parametrize("nothing", [None, object(), (), pb.CheckResponse()])
def test_what_is_no_verdict_is_no_answer(nothing: Any) -> None:
    with pytest.raises(AssertionError):
        write_verdict(nothing)


@pytest.mark.parametrize("bad", ["", "a\r\nset-cookie: x", "a\x00b", "\u00e9", " a", "a ", "a\tb"])
def test_a_value_that_splits_a_message_is_not_sent(bad: str) -> None:
    for verdict in (Passed(ALLOWED, Mutation((("x-a", bad),), ())), TurnedAway(DENIED, Answer(403, (("x-a", bad),), ""))):
        with pytest.raises(InvalidValue):
            write_verdict(verdict)


@pytest.mark.parametrize("bad", ["", "X-A", "x a", "x:a", "x\r\na", ":path", "\u00e9"])
def test_a_name_that_is_none_is_not_sent(bad: str) -> None:
    for mutation in (Mutation(((bad, "v"),), ()), Mutation((), (bad,))):
        with pytest.raises(InvalidValue):
            write_verdict(Passed(ALLOWED, mutation))


def test_both_forms_of_headers_read_alike() -> None:
    headers = {"authorization": "Bearer x", "x-a": "1,2"}
    assert read_request(check_request(headers=headers)) == read_request(check_request(headers=headers, raw=True))


def test_names_are_compared_without_case_and_nothing_is_dropped() -> None:
    request = check_request(headers={"X-Api-Key": "a", "x-api-key": "b"})
    request.attributes.request.http.header_map.headers.add(key="X-API-KEY", raw_value=b"c\xff")
    request.attributes.request.http.header_map.headers.add(key="x-text", value="d")
    headers = read_request(request).headers
    assert sorted(headers["x-api-key"].split(",")) == ["a", "b", "c!"]
    assert headers["x-text"] == "d"


def test_method_path_host_and_address_are_the_requests_own() -> None:
    forged = {
        "x-forwarded-host": "evil",
        "x-original-url": "/evil",
        "x-forwarded-for": "198.51.100.9",
        "x-envoy-original-path": "/e",
    }
    request = check_request("PUT", "/a?b", forged, peer="192.0.2.7", extensions={"environment": "staging"})
    request.attributes.request.http.query = "evil"
    request.attributes.destination.address.socket_address.address = "198.51.100.1"
    found = read_request(request)
    assert (found.method, found.path, found.host, found.peer) == ("PUT", "/a?b", "api.example", "192.0.2.7")
    assert found.extensions == {"environment": "staging"}


def test_a_socket_has_no_address() -> None:
    request = check_request(peer="")
    request.attributes.source.address.pipe.path = "/run/192.0.2.1"
    assert read_request(request).peer == ""


def test_an_empty_question_is_about_nothing() -> None:
    found = read_request(pb.CheckRequest())
    assert (found.method, found.path, found.host, dict(found.headers), found.peer) == ("", "", "", {}, "")


@given(st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=4), st.lists(st.tuples(ANY_TEXT, st.binary(max_size=8)), max_size=4))
def test_any_headers_become_a_view_in_lower_case(headers: dict[str, str], raw: list[tuple[str, bytes]]) -> None:
    request = check_request(headers=headers)
    for name, value in raw:
        request.attributes.request.http.header_map.headers.add(key=name, raw_value=value)
    found = read_request(request).headers
    assert all(name == name.lower() for name in found)
    assert {name.lower() for name in (*headers, *(name for name, _ in raw))} <= set(found)


def test_passed_is_made_in_three_places_only() -> None:
    tree = ast.parse(inspect.getsource(check))
    makers = [
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Passed"
    ]
    assert sorted(makers) == ["_anonymous", "_decided", "_shadowed"]
