"""Addresses: whether they can be had, and whether what listens there is us."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator

from authsvc.address import TcpAddress
from authsvc.cli.doctor.finding import Finding, advice, fault, ok
from authsvc.settings import Settings
from authsvc.supervisor import portowner


def examine(found: Settings) -> Iterator[Finding]:
    """Each address of the settings."""
    running = serves(found)
    what = "it serves from this state folder" if running else "no service runs from this state folder"
    yield ok("service", what) if running else advice("service", what, "authsvc serve")
    for address in (*found.grpc, found.http, found.admin):
        if isinstance(address, TcpAddress):
            yield _tcp(address, running=running)
            if not address.loopback and found.insecure_listen:
                yield advice("address", f"{address} is plaintext for other machines", "set AUTHSVC_TLS_CERT and _KEY")
        elif found.trust_socket:
            yield advice("address", f"whoever may open {address} may do everything", "unset AUTHSVC_TRUST_SOCKET")


def serves(found: Settings) -> bool:
    """Whether a supervisor holds the lock of this state folder."""
    try:
        lock = os.open(found.state.lock, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _tcp(address: TcpAddress, *, running: bool) -> Finding:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            if running:
                return ok("address", f"{address} is in use, by this service as far as can be told")
            owner = portowner.describe(address.port)
            return fault(
                "address",
                f"{address} cannot be had: {error.strerror}{f', {owner}' if owner else ''}",
                "end what listens there, or name another address in AUTHSVC_GRPC, AUTHSVC_HTTP, AUTHSVC_ADMIN",
            )
    return ok("address", f"{address} is free")
