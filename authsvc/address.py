"""Listen addresses: `127.0.0.1:50051`, `[::1]:50051`, `localhost:50051`, `unix:/run/authsvc/s.sock`."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from authsvc.domain.errors import InvalidValue

LONGEST_SOCKET = 100
"""Bytes of a socket path; kernels allow 103 (macOS) to 107 (Linux)."""
_ALLOWED = "an address is HOST:PORT with an IP address or localhost (an IPv6 address in brackets), or unix:/absolute/path"


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """An IP address and a port; port 0 asks for a free one."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether only this machine can connect."""
        return ipaddress.ip_address(self.host).is_loopback

    @override
    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """The path of a unix socket."""

    path: Path

    @property
    def loopback(self) -> bool:
        """Only this machine can connect."""
        return True

    def of_worker(self, slot: int) -> UnixAddress:
        """The socket of one worker: `s.sock` is `s.0.sock` for the first."""
        return UnixAddress(self.path.with_name(f"{self.path.stem}.{slot}{self.path.suffix}"))

    @override
    def __str__(self) -> str:
        return f"unix:{self.path}"


Address = TcpAddress | UnixAddress


def parse_address(text: str) -> Address:
    """Read one address.

    Raises:
        InvalidValue: It is none; the message says what is allowed.
    """
    text = text.strip()
    return _parse_unix(text.removeprefix("unix:")) if text.startswith("unix:") else parse_tcp(text)


def parse_tcp(text: str) -> TcpAddress:
    """Read one TCP address.

    Raises:
        InvalidValue: It is none.
    """
    host, colon, port = text.strip().rpartition(":")
    if not colon or not port.isascii() or not port.isdecimal() or int(port) > 65_535:
        raise InvalidValue(f"{_ALLOWED}; a port is 0 to 65535")
    bracketed = host.startswith("[") and host.endswith("]")
    host = "127.0.0.1" if host == "localhost" else host[1:-1] if bracketed else host
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        raise InvalidValue(_ALLOWED) from None
    if (version == 6) != bracketed or "%" in host:
        raise InvalidValue(_ALLOWED)
    return TcpAddress(str(ipaddress.ip_address(host)), int(port))


def _parse_unix(text: str) -> UnixAddress:
    path = Path(text)
    if not path.is_absolute() or not path.name or "," in text or "\0" in text:
        raise InvalidValue(_ALLOWED)
    longest = max(len(bytes(UnixAddress(path).of_worker(slot).path)) for slot in (0, 99))
    if longest > LONGEST_SOCKET:
        raise InvalidValue(f"the path of a socket is at most {LONGEST_SOCKET - 3} bytes")
    return UnixAddress(path)
