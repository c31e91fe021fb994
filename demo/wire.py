"""HTTP/1.1 as it is written: a request goes out byte for byte, so that it can also be one that no library would send."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Address = tuple[str, int]
Header = tuple[str, str]


@dataclass(frozen=True)
class Reply:
    """What came back. `headers` by lower-case name, several values joined by commas; status 0: the connection was closed."""

    status: int
    headers: Mapping[str, str]
    body: str

    def json(self) -> Any:
        """The body's JSON; None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def send(
    address: Address,
    method: str,
    target: str,
    headers: Iterable[Header] = (),
    body: str = "",
    *,
    source: str = "",
    timeout: float = 10,
) -> Reply:
    """Send one request and read the answer. Nothing is added but what ends the message; `source` is the address it comes from."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "connection: close"]
    if body:
        lines.append(f"content-length: {len(body.encode())}")
    raw = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body.encode()
    return exchange(address, raw, head=method == "HEAD", source=source, timeout=timeout)


def exchange(address: Address, raw: bytes, *, head: bool = False, source: str = "", timeout: float = 10) -> Reply:
    """Send bytes and read one answer to them."""
    with socket.create_connection(address, timeout, (source, 0) if source else None) as connection:
        try:
            connection.sendall(raw)
            response = http.client.HTTPResponse(connection, method="HEAD" if head else "GET")
            response.begin()
            body = response.read().decode("utf-8", "replace")
        except (ConnectionError, http.client.BadStatusLine):
            return Reply(0, {}, "")
    named: dict[str, str] = {}
    for name, value in response.getheaders():
        key = name.lower()
        named[key] = f"{named[key]},{value}" if key in named else value
    return Reply(response.status, named, body)
