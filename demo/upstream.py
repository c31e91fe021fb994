"""What stands behind the proxy: it answers with what it was sent, and keeps it. Two products have a rule of their own."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

import jwt
from typing_extensions import override

from demo.wire import Address

INSTANCES: Final = {"wfi_1": "workflows/wf_1", "wfi_2": "workflows/wf_2"}
"""The product gaife: which workflow an instance is of."""
NOT_AUTHORIZED: Final = {"error": "API key is not authorized for this workflow"}


@dataclass(frozen=True)
class Seen:
    """One request that arrived. Header names in lower case, in the order they came."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    claims: Mapping[str, Any] = field(default_factory=dict)
    """Of the token, once it was verified."""

    def header(self, name: str) -> str | None:
        """A header's values joined by commas; None: it did not arrive."""
        values = [value for each, value in self.headers if each == name]
        return ",".join(values) if values else None


class TokenReader:
    """Verifies the tokens that a product gets, with the keys that authsvc publishes.

    Args:
        jwks: Address of the JWKS.
    """

    def __init__(self, jwks: str, issuer: str, audience: str) -> None:
        self._keys = jwt.PyJWKClient(jwks)
        self._issuer = issuer
        self._audience = audience

    def read(self, authorization: str | None) -> Mapping[str, Any]:
        """The claims of `Bearer <token>`.

        Raises:
            jwt.PyJWTError: it is not such a token, or not for us.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme != "Bearer" or jwt.get_unverified_header(token).get("typ") != "at+jwt":
            raise jwt.InvalidTokenError("no access token")
        key = self._keys.get_signing_key_from_jwt(token)
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["ES256"],
            issuer=self._issuer,
            audience=self._audience,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "jti"]},
        )
        return claims


class Upstream(ThreadingHTTPServer):
    """Listens on a free port until the block is left.

    Args:
        tokens: given, a request without a good token is refused.
    """

    daemon_threads = True

    def __init__(self, tokens: TokenReader | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tokens = tokens
        self.seen: list[Seen] = []

    @property
    def address(self) -> Address:
        """Where it listens."""
        return "127.0.0.1", self.server_port

    def answer(self, seen: Seen) -> tuple[int, Mapping[str, Any]]:
        """Status and body for a request."""
        *_, instance, last = ("", *seen.target.partition("?")[0].split("/"))
        if (
            last == "status"
            and instance in INSTANCES
            and not _is_among(INSTANCES[instance], seen.header("x-auth-resources") or "")
        ):
            return 403, NOT_AUTHORIZED
        return 200, {"method": seen.method, "target": seen.target, "headers": seen.headers, "claims": seen.claims}

    @override
    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, name="upstream", daemon=True).start()
        return self

    @override
    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


def _is_among(resource: str, patterns: str) -> bool:
    """Whether `$resources` covers a resource: patterns joined by spaces; `*` is one segment, `**` at the end any number."""
    return any(
        pattern in ("**", resource) or (pattern.endswith("/*") and resource.rpartition("/")[0] == pattern[:-2])
        for pattern in patterns.split(" ")
    )


class _Handler(BaseHTTPRequestHandler):
    server: Upstream
    protocol_version = "HTTP/1.1"

    @override
    def handle_one_request(self) -> None:
        """Any method is one."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        self.rfile.read(int(self.headers.get("content-length") or 0))
        method, target, _ = self.requestline.split(" ", 2)
        headers = tuple((name.lower(), value) for name, value in self.headers.items())
        seen = Seen(method, target, headers)
        try:
            if self.server.tokens is not None:
                seen = Seen(method, target, headers, self.server.tokens.read(seen.header("authorization")))
            status, body = self.server.answer(seen)
        except jwt.PyJWTError as error:
            status, body = 500, {"upstream": f"refused the token: {error}"}
        self.server.seen.append(seen)
        self._write(method, status, body)

    def _write(self, method: str, status: int, body: Mapping[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        if method != "HEAD":
            self.wfile.write(raw)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """What arrived is kept; nothing is printed."""
