"""What only a process of its own shows: a terminal, Ctrl-C, a reader that goes away, a mistake of ours."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from authsvc.v1.auth_service_pb2 import VerifyResponse
from authsvc.v1.decision_pb2 import DECISION_ALLOW
from authsvc.v1.key_pb2 import Key
from authsvc.v1.key_service_pb2 import CreateKeyResponse, GetKeyResponse, ListKeysResponse
from authsvc.v1.receipt_pb2 import Receipt
from tests.support.programmable_server import ProgrammableServer
from tests.unit.cli.conftest import Cli


def start(server: ProgrammableServer, state: Path, *args: str, **streams: Any) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "AUTHSVC_TARGET": server.target,
        "AUTHSVC_STATE_DIR": str(state),
        "TERM": "xterm",
        "COLUMNS": "40",
    }
    return subprocess.Popen([sys.executable, "-m", "authsvc", *args], env=environment, start_new_session=True, **streams)


def read_all(terminal: int) -> str:
    """Everything that a process writes to a terminal until it ends."""
    read = b""
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side is closed
            return read.decode()
        if not chunk:
            return read.decode()
        read += chunk


def test_a_person_sees_the_secret_whole_and_is_told_to_keep_it(server: ProgrammableServer, state: Path) -> None:
    secret = "ak_" + "x" * 60  # longer than the terminal is wide
    server.answer("CreateKey", CreateKeyResponse(secret=secret, key=Key(key_id="key_1"), receipt=Receipt(effective=True)))
    ours, theirs = pty.openpty()
    process = start(server, state, "keys", "create", "etl", stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    shown = read_all(ours)
    os.close(ours)
    assert process.wait(30) == 0
    assert "shown once" in shown
    assert f"{secret}\r\n" in shown


def test_a_credential_typed_at_a_terminal_is_not_shown(server: ProgrammableServer, state: Path) -> None:
    server.answer("Verify", VerifyResponse(decision=DECISION_ALLOW))
    ours, theirs = pty.openpty()
    process = start(server, state, "verify", stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"credential" not in shown:  # the prompt comes after the echo is off
        shown += os.read(ours, 4096)
    os.write(ours, b"ak_secret\n")
    rest = read_all(ours)
    os.close(ours)
    assert process.wait(30) == 0
    assert server.requests[0].credential == "ak_secret"
    assert "ALLOW" in rest
    assert "ak_secret" not in shown.decode() + rest


def test_ctrl_c_ends_with_130_and_no_traceback(server: ProgrammableServer, state: Path) -> None:
    arrived, released = threading.Event(), threading.Event()

    def hang(_: object) -> GetKeyResponse:
        arrived.set()
        released.wait(30)
        return GetKeyResponse()

    server.answer("GetKey", hang)
    process = start(server, state, "keys", "get", "key_1", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert arrived.wait(30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    released.set()
    assert process.returncode == 130
    assert out == b""
    assert b"Traceback" not in err


def test_a_reader_that_goes_away_is_no_deny(server: ProgrammableServer, state: Path) -> None:
    server.answer("ListKeys", ListKeysResponse(keys=[Key(key_id=f"key_{n}", display_name="x" * 128) for n in range(1000)]))
    read, write = os.pipe()
    os.close(read)
    process = start(server, state, "keys", "list", stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 141
    assert b"Traceback" not in err


def test_a_mistake_of_ours_ends_with_3_and_shows_neither_traceback_nor_message(
    cli: Cli, server: ProgrammableServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(*_: object) -> None:
        raise ZeroDivisionError("ak_secret")

    server.answer("Verify", VerifyResponse(decision=DECISION_ALLOW))
    monkeypatch.setattr("authsvc.cli.verify.print_json", mistaken)
    run = cli("verify", "-", "--json", stdin="ak_secret")
    assert run.code == 3
    assert "ZeroDivisionError" in run.err
    assert "ak_secret" not in run.err
