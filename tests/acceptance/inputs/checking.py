"""Envoy's Check: HTTP requests that are malformed or want to be taken for others. None of them passes."""

from __future__ import annotations

from typing import Any, Final

from authsvc.envoy.v3 import ext_authz_pb2 as pb
from tests.acceptance.inputs.row import CONTROL, LEAK, UNKNOWN, Row, also, answered, long, number

CHECK = "Authorization/Check"
MALFORMED, NO_ROUTE, MISSING = "REQUEST_MALFORMED", "ROUTE_UNKNOWN", "CREDENTIAL_MISSING"
AMBIGUOUS, INVALID = "CREDENTIAL_AMBIGUOUS", "CREDENTIAL_INVALID"


def asked(headers: dict[str, str] | None = None, **http: Any) -> pb.CheckRequest:
    """A right question but for these parts."""
    sent = {"method": "GET", "path": "/p/1", "host": "api.example", "headers": headers or {}, **http}
    request = pb.CheckRequest()
    request.attributes.request.http.CopyFrom(pb.AttributeContext.HttpRequest(**sent))
    return request


def listed(*headers: tuple[str, bytes]) -> pb.CheckRequest:
    """The same with headers one by one, as bytes."""
    request = asked()
    for name, value in headers:
        request.attributes.request.http.header_map.headers.add(key=name, raw_value=value)
    return request


HTTP: Final[tuple[tuple[str, dict[str, Any], str], ...]] = (
    ("no method", {"method": ""}, MALFORMED),
    ("a method in lower case", {"method": "get"}, MALFORMED),
    ("a method that echoes", {"method": "TRACE"}, MALFORMED),
    ("a method without path", {"method": "CONNECT"}, MALFORMED),
    ("a method with a line break", {"method": "GET\r\n"}, MALFORMED),
    ("no host", {"host": ""}, MALFORMED),
    ("a host with a user", {"host": "a@api.example"}, MALFORMED),
    ("two hosts", {"host": "a.example,b.example"}, MALFORMED),
    ("a host with a port that is none", {"host": "api.example:99999"}, MALFORMED),
    ("a host that is a number", {"host": "2130706433"}, MALFORMED),
    ("a host beyond ASCII", {"host": "apï.example"}, MALFORMED),
    ("a host of 300 characters", {"host": "a" * 300}, MALFORMED),
    ("no path", {"path": ""}, MALFORMED),
    ("a path that climbs", {"path": "/open/../p/1"}, MALFORMED),
    ("a path that climbs, encoded", {"path": "/open/%2e%2e/p/1"}, MALFORMED),
    ("a path that climbs, encoded twice", {"path": "/open/%252e%252e/p/1"}, MALFORMED),
    ("a path that climbs with a parameter", {"path": "/open/..;/p/1"}, MALFORMED),
    ("a path with an encoded slash", {"path": "/p%2f1"}, MALFORMED),
    ("a path with a backslash", {"path": "/open\\..\\p"}, MALFORMED),
    ("a path with an empty segment", {"path": "//p/1"}, MALFORMED),
    ("a path with NUL", {"path": "/p/\x00"}, MALFORMED),
    ("a path with encoded NUL", {"path": "/p/%00"}, MALFORMED),
    ("a path with a line break", {"path": "/p/1\r\nx: y"}, MALFORMED),
    ("a path with a bad encoding", {"path": "/p/%zz"}, MALFORMED),
    ("a path with bytes that are no UTF-8", {"path": "/p/%ff"}, MALFORMED),
    ("a path of 9000 characters", {"path": "/p/" + "a" * 9000}, MALFORMED),
    ("a whole URL as path", {"path": "http://api.example/open"}, MALFORMED),
    ("a resource that is a pattern", {"path": "/r/*", "headers": {"authorization": f"Bearer {LEAK}"}}, MALFORMED),
    ("a path that no route has", {"path": "/nowhere"}, NO_ROUTE),
    ("a path that begins like an open one", {"path": "/opened"}, NO_ROUTE),
)
HEADERS: Final[tuple[tuple[str, dict[str, str], str], ...]] = (
    ("no credential", {}, MISSING),
    ("an empty credential", {"authorization": ""}, MISSING),
    ("the scheme alone", {"authorization": "Bearer"}, MISSING),
    ("somebody else's scheme", {"authorization": "Basic YTpi"}, MISSING),
    ("a made-up key", {"authorization": f"Bearer {LEAK}"}, INVALID),
    ("a key with NUL", {"authorization": f"Bearer {CONTROL}"}, INVALID),
    ("two spaces before the key", {"authorization": f"Bearer  {LEAK}"}, INVALID),
    ("a key of 20 KB", {"authorization": "Bearer " + "a" * 20_000}, INVALID),
    ("a key in two headers", {"authorization": f"Bearer {LEAK}", "x-api-key": LEAK}, AMBIGUOUS),
    ("two keys in one header", {"authorization": f"Bearer {LEAK},Bearer {LEAK}"}, MALFORMED),
    ("a header that asks for another method", {"x-http-method-override": "GET"}, MALFORMED),
    ("10,000 headers", {f"x-{n}": "a" for n in range(10_000)}, MISSING),
)
ROWS: Final[tuple[Row, ...]] = (
    *(answered(CHECK, name, asked(**http), deny) for name, http, deny in HTTP),
    *(answered(CHECK, name, asked(headers), deny) for name, headers, deny in HEADERS),
    answered(CHECK, "attributes of a newer Envoy", also(asked(), UNKNOWN), MISSING),
    answered(CHECK, "attributes that are a number", number(1, 7), MALFORMED),
    answered(CHECK, "attributes sent twice", also(asked(), long(1, b"")), MISSING),
    answered(CHECK, "a header of bytes that are no text", listed(("authorization", b"Bearer \xff\xfe")), INVALID),
    answered(CHECK, "a header twice", listed(("authorization", b"Bearer a"), ("authorization", b"Bearer b")), MALFORMED),
    answered(CHECK, "a header twice, in another case", listed(("x-api-key", b"a"), ("X-Api-Key", b"b")), MALFORMED),
    answered(CHECK, "the same header 100,000 times", listed(*[("x-a", b"")] * 100_000), MISSING),
    answered(CHECK, "a key in both forms of headers", also(asked({"x-api-key": "a"}), b""), INVALID),
)
