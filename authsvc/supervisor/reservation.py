"""Holding listen addresses for the workers.

Workers listen with SO_REUSEPORT, so that several of them, or a new one beside an old one, share an address. The same option would
let two services of one user share it in silence. So the supervisor first binds each address for itself alone, and keeps it bound
without listening: whoever comes later is told that it is in use, also while no worker lives. A port 0 becomes a real port here.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from authsvc.address import TcpAddress, UnixAddress
from authsvc.domain.errors import FailedPrecondition
from authsvc.supervisor import portowner

TURN = 2.0
"""Seconds to wait while another supervisor looks at the same port."""


class Reservation:
    """Addresses held until it is released, at the latest by the kernel when this process ends."""

    def __init__(self) -> None:
        self._held = ExitStack()

    def tcp(self, address: TcpAddress) -> TcpAddress:
        """Hold an address; it with its real port.

        Raises:
            FailedPrecondition: Somebody uses it, or it is not an address of this machine.
        """
        try:
            with _turn(address):
                held = _bind(address)
        except OSError as error:
            raise FailedPrecondition(_refusal(address, error)) from None
        self._held.callback(held.close)
        return TcpAddress(address.host, held.getsockname()[1])

    def unix(self, address: UnixAddress, workers: int) -> None:
        """Hold the socket paths of so many workers, and clear away what dead ones left.

        Raises:
            FailedPrecondition: Somebody uses one, or something else has its name.
        """
        path = address.path
        try:
            lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            self._held.callback(os.close, lock)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FailedPrecondition(f"{address} is in use by another authsvc") from None
        except OSError as error:
            raise FailedPrecondition(f"cannot listen on {address} ({error.strerror})") from None
        for slot in range(workers):
            _clear(address.of_worker(slot).path)
            self._held.callback(remove_socket, address.of_worker(slot).path)

    def release(self) -> None:
        """Let go of every address."""
        self._held.close()


def remove_socket(path: Path) -> None:
    """Take a socket away, and nothing else that has its name."""
    with contextlib.suppress(OSError):
        if stat.S_ISSOCK(path.lstat().st_mode):
            path.unlink()


def _clear(path: Path) -> None:
    if not os.path.lexists(path):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1.0)
        if client.connect_ex(str(path)) == 0:
            raise FailedPrecondition(f"unix:{path} is in use by another program")
    remove_socket(path)
    if os.path.lexists(path):
        raise FailedPrecondition(f"{path} is in the way and is no socket. Remove it, or name another path in AUTHSVC_GRPC")


def _bind(address: TcpAddress) -> socket.socket:
    """A socket bound for itself alone, which others may join only from now on, and only if they ask for it as we do."""
    try:
        held = _bound(address)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        held = _bind_beside_lingering(address)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return held


def _bind_beside_lingering(address: TcpAddress) -> socket.socket:
    """Connections of an earlier service linger for a minute and are no user of the port. Listening tells whether there is one."""
    with _bound(address, socket.SO_REUSEADDR) as probe:
        probe.listen(1)
    try:
        return _bound(address, socket.SO_REUSEPORT)
    except OSError:
        return _bound(address, socket.SO_REUSEPORT, socket.SO_REUSEADDR)


def _bound(address: TcpAddress, *options: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET6 if ":" in address.host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        for option in options:
            bound.setsockopt(socket.SOL_SOCKET, option, 1)
        bound.bind((address.host, address.port))
    except BaseException:
        bound.close()
        raise
    return bound


@contextlib.contextmanager
def _turn(address: TcpAddress) -> Iterator[None]:
    """One supervisor at a time looks at a port: between looking and holding nobody of us can slip in."""
    if sys.platform != "linux" or not address.port:
        yield
        return
    deadline = time.monotonic() + TURN
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as turn:
        while True:
            try:
                turn.bind(f"\0authsvc/port/{address.port}")  # an abstract name: of this network namespace, gone with the process
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        yield


def _refusal(address: TcpAddress, error: OSError) -> str:
    if error.errno != errno.EADDRINUSE:
        return f"cannot listen on {address} ({error.strerror})"
    who = portowner.describe(address.port)
    return f"{address} is in use{f' by {who}' if who else ''}. Stop it, or name another address"
