"""The connection to a server: in plaintext on this machine, encrypted to any other, because a caller key goes with every call."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import grpc

from authsvc.cli.failure import Failure

_SOCKETS = ("unix:", "unix-abstract:")
_SCHEMES = ("dns:", "ipv4:", "ipv6:")


@dataclass(frozen=True, slots=True)
class Security:
    """What the user says about encryption."""

    ca: Path | None = None
    """Who signed the server's certificate; None: one of those that this machine trusts."""
    client_cert: Path | None = None
    """The certificate to show, for servers that ask for one, and its key."""
    client_key: Path | None = None
    insecure: bool = False
    """Plaintext, also to another machine."""

    def encrypts(self, target: str) -> bool:
        """Whether the connection is encrypted.

        Raises:
            Failure: what was said contradicts itself or the target.
        """
        asked = self.ca is not None or self.client_cert is not None
        if (self.client_cert is None) != (self.client_key is None):
            raise Failure("--client-cert and --client-key belong together")
        if asked and self.insecure:
            raise Failure("--insecure means plaintext, where no certificate is looked at")
        if asked and target.startswith(_SOCKETS):
            raise Failure("certificates are for HOST:PORT; a socket of this machine needs none")
        return asked or not (self.insecure or is_local(target))


def is_local(target: str) -> bool:
    """Whether a target is surely this machine."""
    if target.startswith(_SOCKETS):
        return True
    for scheme in _SCHEMES:
        if target.startswith(scheme):
            target = target.removeprefix(scheme).rpartition("/")[2]
    hosts = [each.rpartition(":")[0].strip("[]").lower() for each in target.split(",")]
    return all(host == "localhost" or _is_loopback(host) for host in hosts)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def open_channel(target: str, security: Security, options: Sequence[tuple[str, object]]) -> grpc.Channel:
    """Make a channel; nothing connects yet.

    Raises:
        Failure: a file cannot be read, or the options do not fit together.
    """
    if not security.encrypts(target):
        return grpc.insecure_channel(target, options)
    ca = security.ca or ssl.get_default_verify_paths().cafile
    key, certificate = _read(security.client_key), _read(security.client_cert)
    credentials = grpc.ssl_channel_credentials(_read(Path(ca)) if ca else None, key, certificate)
    return grpc.secure_channel(target, credentials, options)


def _read(file: Path | None) -> bytes | None:
    try:
        return None if file is None else file.read_bytes()
    except OSError as error:
        raise Failure(f"{file} cannot be read ({error.strerror})") from None
