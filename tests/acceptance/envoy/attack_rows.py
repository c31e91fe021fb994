"""The probes of the research on Envoy: M is its section 3.3 (headers that are changed), N 3.4 (what is read of a request)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Header = tuple[str, str]
HOST: Final = ("host", "api.example")
READER: Final = ("authorization", "Bearer ${reader}")
OFFICE: Final = ("authorization", "Bearer ${office}")
RUNNER: Final = ("authorization", "Bearer ${runner}")


@dataclass(frozen=True)
class Probe:
    """One request and what comes of it behind the hardened Envoy and behind one with defaults. Status 0: closed.

    `reaches` says whether the upstream may get it, from either. `Host` is added unless `bare_head`.
    """

    id: str
    what: str
    target: str
    hardened: int
    bare: int
    reaches: bool = False
    method: str = "GET"
    headers: tuple[Header, ...] = ()
    absent: tuple[str, ...] = ()
    """Headers that must not arrive."""
    body: str = ""
    bare_head: bool = False


def _paths(start: int, expected: tuple[int, int], *targets: str, what: str) -> list[Probe]:
    """Spellings of a protected path under an anonymous one, without any credential."""
    return [Probe(f"N{start}.{at}", what, target, *expected) for at, target in enumerate(targets, 1)]


MUTATION: Final = [
    Probe(
        "M1", "a forged identity header is replaced", "/orders/1", 200, 200, True, headers=(READER, ("x-auth-subject", "evil"))
    ),
    Probe("M1.2", "in any case", "/orders/1", 200, 200, True, headers=(READER, ("X-AUTH-Subject", "evil"))),
    Probe(
        "M2",
        "several forged copies are",
        "/orders/1",
        200,
        200,
        True,
        headers=(("x-auth-tenant", "evil"), READER, ("x-auth-subject", "evil"), ("x-auth-subject", "evil2")),
    ),
    Probe(
        "M3",
        "on an anonymous route they are removed",
        "/public/x",
        200,
        200,
        True,
        headers=tuple((f"x-auth-{name}", "evil") for name in ("subject", "tenant", "scopes", "environment")),
        absent=("x-auth-subject", "x-auth-tenant", "x-auth-scopes", "x-auth-environment"),
    ),
    Probe("M3.2", "and so is a credential", "/public/x", 200, 200, True, headers=(READER,), absent=("authorization",)),
    Probe("M4", "a subject with commas and quotes is one value", "/orders/1", 200, 200, True, headers=(("x-api-key", "${odd}"),)),
    Probe("M6", "a NUL in a header", "/orders/1", 400, 400, headers=(READER, ("x-foo", "a\0b"))),
    Probe("M6.2", "a line break in a header name", "/orders/1", 400, 400, headers=(READER, ("x-foo\rx-auth-subject", "evil"))),
    Probe("M7", "a deny repeats nothing of the path", "/orders/%0d%0aset-cookie:%20evil=1", 400, 400, absent=("set-cookie",)),
    Probe("M7.2", "nor of the credential", "/orders/1", 401, 401, headers=(("authorization", "Bearer %0d%0aset-cookie: evil"),)),
    Probe(
        "M8",
        "no header moves a request elsewhere",
        "/public/x",
        200,
        200,
        True,
        headers=(("x-original-url", "/admin"), ("x-rewrite-url", "/admin")),
        absent=("x-original-url", "x-rewrite-url"),
    ),
    Probe(
        "M8.2",
        "nor decides about another path",
        "/admin",
        401,
        401,
        headers=(("x-forwarded-uri", "/public/x"), ("x-original-uri", "/public/x")),
    ),
    *(
        Probe(f"M9.{at}", "a header asks for another method", "/public/x", 400, 400, headers=((name, "DELETE"),))
        for at, name in enumerate(("x-http-method-override", "x-http-method", "x-method-override"), 1)
    ),
    Probe("M10", "a query is no path", "/orders/1?next=/../admin&a=%20;%2f", 200, 200, True, headers=(READER,)),
    Probe("M10.2", "and no credential", "/orders/1?access_token=${reader}&authorization=Bearer%20${reader}", 401, 401),
    Probe("M12", "an underscore twin of an identity header", "/orders/1", 400, 400, headers=(READER, ("x_auth_subject", "evil"))),
    Probe("M12.2", "mixed", "/public/x", 400, 400, headers=(("x-auth_subject", "evil"),)),
    Probe("M12.3", "of a credential", "/orders/1", 400, 400, headers=(("x_api_key", "${reader}"),)),
    Probe(
        "M13",
        "Connection names an identity header",
        "/orders/1",
        200,
        200,
        True,
        headers=(READER, ("connection", "x-auth-subject")),
    ),
    Probe("M14", "Connection names the credential", "/orders/1", 401, 401, headers=(READER, ("connection", "authorization"))),
]

NORMALISATION: Final = [
    Probe(
        "N1", "a header twice that nobody reads", "/orders/1", 200, 200, True, headers=(READER, ("x-foo", "1"), ("x-foo", "2"))
    ),
    Probe(
        "N2",
        "two Authorization headers, the second good",
        "/orders/1",
        400,
        400,
        headers=(("authorization", "Bearer bad"), READER),
    ),
    Probe("N2.2", "the first good", "/orders/1", 400, 400, headers=(READER, ("authorization", "Bearer bad"))),
    Probe("N2.3", "both good", "/orders/1", 400, 400, headers=(READER, READER)),
    Probe("N2.4", "one with a comma", "/orders/1", 400, 400, headers=(("authorization", "Bearer bad,Bearer ${reader}"),)),
    Probe("N2.5", "two places", "/orders/1", 400, 400, headers=(READER, ("x-api-key", "${reader}"))),
    Probe("N2.6", "two spaces", "/orders/1", 401, 401, headers=(("authorization", "Bearer  ${reader}"),)),
    Probe("N3", "two Cookie headers", "/orders/1", 200, 200, True, headers=(READER, ("cookie", "a=1"), ("cookie", "b=2"))),
    Probe(
        "N4",
        "bytes that are no UTF-8 in a credential",
        "/orders/1",
        401,
        401,
        headers=(("authorization", "Bearer ${reader}\xff"),),
    ),
    Probe("N4.2", "in a header that nobody reads", "/orders/1", 200, 200, True, headers=(READER, ("x-foo", "\xff"))),
    Probe("N5", "two Host headers", "/orders/1", 400, 400, headers=(HOST, ("host", "evil.example"), READER), bare_head=True),
    Probe("N5.2", "a Host with a comma", "/orders/1", 400, 400, headers=(("host", "api.example,evil"), READER), bare_head=True),
    Probe("N5.3", "a Host with a user", "/orders/1", 400, 400, headers=(("host", "api.example@evil"), READER), bare_head=True),
    Probe("N5.4", "an empty Host", "/orders/1", 400, 400, headers=(("host", ""), READER), bare_head=True),
    Probe("N5.5", "no Host", "/orders/1", 400, 400, headers=(READER,), bare_head=True),
    Probe(
        "N6",
        "a Host in capitals, with port and dot",
        "/orders/1",
        200,
        200,
        True,
        headers=(("host", "API.Example.:8080"), READER),
        bare_head=True,
    ),
    Probe("N7", "absolute form", "http://other.example/admin", 403, 403, headers=(READER,)),
    Probe("N7.2", "absolute form of an anonymous path that is none", "http://other.example/public/../admin", 401, 400),
    *_paths(8, (401, 400), "/public/../admin", "/public/./../admin", "/public/x/../../admin", what="dot segments"),
    *_paths(9, (401, 400), "/public/%2e%2e/admin", "/public/%2E%2e/admin", "/public/.%2e/admin", what="encoded dot segments"),
    *_paths(10, (401, 400), "/public/..\\admin", "/public\\..\\admin", what="backslashes"),
    *_paths(11, (401, 401), "/%61dmin", "/%61%64%6d%69%6e", "/adm%69n", what="letters that need no encoding"),
    *_paths(12, (401, 400), "//admin", "///admin", what="empty segments"),
    Probe("N12.3", "which Envoy takes out before it asks and before it sends", "/public//../admin", 200, 400, True),
    *_paths(
        13,
        (400, 400),
        "/public/..%2fadmin",
        "/public/..%5cadmin",
        "/public%2F..%2Fadmin",
        "/public/%2fadmin",
        what="encoded separators",
    ),
    *_paths(14, (401, 400), "/public/..;/admin", "/public/..;a=b/admin", what="dot segments with parameters"),
    *_paths(
        15,
        (400, 400),
        "/public/%2e%2e;/admin",
        "/public/.%2e;/admin",
        "/public/%2e;/admin",
        "/public/%2e%2e;a=b/admin",
        "/public/x;/admin",
        "/admin;a=b",
        what="parameters that Envoy leaves",
    ),
    *_paths(
        16,
        (400, 400),
        "/public/%252e%252e/admin",
        "/public/..%252fadmin",
        "/public/%25%32%65/admin",
        "/public/%zz",
        "/public/%f",
        "/public/%ff",
        "/public/%00",
        "/admin%00",
        "/public/%c0%ae%c0%ae/admin",
        "/public/%e2%80%a5/admin",
        what="encodings",
    ),
    *_paths(
        17, (400, 400), "/ADMIN", "/Admin/x", "/admin.json", "/adm\u0131n".encode().decode("latin-1"), what="other spellings"
    ),
    Probe("N17.5", "a slash at the end", "/admin/", 401, 401),
    Probe("N17.6", "a space at the end", "/admin%20", 400, 400),
    Probe("N18", "a fragment", "/public/x#/../admin", 400, 400),
    Probe("N18.2", "a raw byte beyond ASCII", "/public/\xff", 400, 400),
    Probe("N18.3", "a space in the path", "/public/x /admin", 400, 400),
    Probe("N18.4", "a tab in the path", "/public/\tx", 400, 400),
    Probe(
        "N19",
        "content-length and transfer-encoding",
        "/public/x",
        400,
        400,
        method="POST",
        headers=(("transfer-encoding", "chunked"), ("content-length", "4")),
        body="0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n",
    ),
    Probe("N20", "a path of 50 kB", "/public/" + "a" * 50_000, 400, 400),
    Probe("N20.2", "a header of 70 kB", "/orders/1", 431, 431, headers=(READER, ("x-foo", "a" * 70_000))),
    Probe("N20.3", "two hundred headers", "/orders/1", 431, 431, headers=(READER, *((f"x-{at}", "1") for at in range(200)))),
    Probe("N20.4", "a key of 10 kB", "/orders/1", 401, 401, headers=(("authorization", "Bearer sdk_" + "a" * 10_000),)),
    *(
        Probe(f"N21.{at}", "a forged address", "/office", 403, 403, headers=(OFFICE, (name, value)))
        for at, (name, value) in enumerate(
            (
                ("x-envoy-external-address", "127.0.0.2"),
                ("x-forwarded-for", "127.0.0.2"),
                ("x-forwarded-for", "127.0.0.2, 9.9.9.9"),
                ("x-real-ip", "127.0.0.2"),
                ("forwarded", "for=127.0.0.2"),
                ("true-client-ip", "127.0.0.2"),
                ("x-client-ip", "127.0.0.2"),
            ),
            1,
        )
    ),
    Probe(
        "N22",
        "forged headers of the proxy",
        "/admin",
        401,
        401,
        headers=(("x-envoy-original-path", "/public/x"), ("x-request-id", "1")),
    ),
    Probe("N22.2", "a forged pass of the proxy", "/admin", 401, 401, headers=(("x-envoy-auth-failure-mode-allowed", "true"),)),
    Probe("N22.3", "a forged client certificate", "/admin", 401, 401, headers=(("x-forwarded-client-cert", "By=spiffe://x"),)),
    Probe(
        "N23",
        "an environment that the client says",
        "/orders/1",
        403,
        403,
        headers=(("authorization", "Bearer ${staging}"), ("environment", "staging")),
    ),
    Probe("N24", "TRACE", "/public/x", 400, 400, method="TRACE"),
    Probe("N24.2", "TRACK", "/public/x", 400, 400, method="TRACK"),
    Probe("N24.3", "a method in lower case", "/public/x", 400, 400, method="get"),
    Probe("N24.4", "HEAD is GET", "/admin", 401, 401, method="HEAD"),
    Probe("N24.5", "OPTIONS is a request", "/admin", 401, 401, method="OPTIONS"),
    Probe(
        "N24.6",
        "a preflight from a foreign origin",
        "/admin",
        401,
        401,
        method="OPTIONS",
        headers=(("origin", "https://evil.example"), ("access-control-request-method", "GET")),
    ),
    Probe("N24.7", "CONNECT", "api.example:443", 404, 404, method="CONNECT"),
    Probe(
        "N25",
        "an upgrade to WebSocket",
        "/admin",
        403,
        403,
        headers=(("connection", "upgrade"), ("upgrade", "websocket"), ("sec-websocket-key", "x")),
    ),
    Probe(
        "N25.2",
        "a gRPC call is denied as one",
        "/admin",
        200,
        200,
        method="POST",
        headers=(("content-type", "application/grpc"), ("te", "trailers")),
    ),
    Probe("N26", "a pattern in a resource", "/workflows/*/run", 400, 400, method="POST", headers=(RUNNER,)),
    Probe(
        "N26.2",
        "an encoded separator in a resource",
        "/workflows/wf_2%2f..%2fwf_1/run",
        400,
        400,
        method="POST",
        headers=(RUNNER,),
    ),
    Probe("N26.3", "an encoded byte in a resource", "/workflows/wf_1%20/run", 400, 400, method="POST", headers=(RUNNER,)),
    Probe("N26.4", "another resource", "/workflows/wf_2/run", 403, 403, method="POST", headers=(RUNNER,)),
    Probe("N26.5", "the right one", "/workflows/wf_1/run", 200, 200, True, method="POST", headers=(RUNNER,)),
]

PROBES: Final = [*MUTATION, *NORMALISATION]
