from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from authsvc.domain.errors import FailedPrecondition
from authsvc.transport.sockets import private_socket


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    # The path of a socket is short; that of a test's folder need not be.
    before = Path.cwd()
    os.chdir(tmp_path)
    yield Path("s.sock")
    os.chdir(before)


def listen(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen()
    return listener


def test_a_socket_is_for_our_user_alone_from_its_first_moment(path: Path) -> None:
    umask = os.umask(0o022)
    try:
        with private_socket(path), listen(path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(umask)


def test_a_socket_that_was_left_behind_is_replaced(path: Path) -> None:
    listen(path).close()
    assert path.is_socket()
    with private_socket(path), listen(path):
        assert path.is_socket()


def test_a_living_socket_is_left_alone(path: Path) -> None:
    with listen(path):
        with pytest.raises(FailedPrecondition, match="another process listens"), private_socket(path):
            pytest.fail("it was let in")
        assert path.is_socket()


def test_a_file_is_left_alone(path: Path) -> None:
    path.write_text("precious")
    with pytest.raises(FailedPrecondition, match="no socket"), private_socket(path):
        pytest.fail("it was let in")
    assert path.read_text() == "precious"
