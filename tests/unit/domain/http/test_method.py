from __future__ import annotations

import pytest

from authsvc.domain.http.malformed import Malformed
from authsvc.domain.http.method import is_preflight, parse_method


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "M-SEARCH"])
def test_methods_are_taken(method: str) -> None:
    assert parse_method(method) == method


@pytest.mark.parametrize(
    "method", ["", "get", "Get", "TRACE", "TRACK", "CONNECT", "GET ", "GET\n", "A,B", "-A", "A-", "G\u00c9T", "X" * 33, "GET2"]
)
def test_what_is_no_method_or_never_let_through_is_refused(method: str) -> None:
    with pytest.raises(Malformed):
        parse_method(method)


PREFLIGHT = {"origin": "https://app.example", "access-control-request-method": "PUT"}


def test_options_with_origin_and_method_to_come_is_a_preflight() -> None:
    assert is_preflight("OPTIONS", PREFLIGHT)
    assert is_preflight("OPTIONS", PREFLIGHT | {"origin": "null"})


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", PREFLIGHT),
        ("OPTIONS", {}),
        ("OPTIONS", {"origin": "https://app.example"}),
        ("OPTIONS", {"access-control-request-method": "PUT"}),
        ("OPTIONS", PREFLIGHT | {"origin": ""}),
        ("OPTIONS", PREFLIGHT | {"access-control-request-method": ""}),
        ("OPTIONS", PREFLIGHT | {"access-control-request-method": "put it"}),
        ("OPTIONS", PREFLIGHT | {"access-control-request-method": "TRACE"}),
    ],
)
def test_anything_else_is_no_preflight(method: str, headers: dict[str, str]) -> None:
    assert not is_preflight(method, headers)


@pytest.mark.parametrize("name", PREFLIGHT)
def test_a_preflight_names_one_origin_and_one_method(name: str) -> None:
    with pytest.raises(Malformed):
        is_preflight("OPTIONS", PREFLIGHT | {name: "a,b"})
