"""Where the credential in question comes from: never from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from authsvc.v1.auth_service_pb2 import VerifyResponse
from authsvc.v1.decision_pb2 import DECISION_ALLOW
from tests.support.programmable_server import ProgrammableServer
from tests.unit.cli.conftest import Cli


@pytest.fixture(autouse=True)
def allow(server: ProgrammableServer) -> None:
    server.answer("Verify", VerifyResponse(decision=DECISION_ALLOW))


@pytest.mark.parametrize("command", [("verify", "-"), ("verify",)])
def test_it_is_read_from_standard_input_without_white_space_around(
    cli: Cli, server: ProgrammableServer, command: tuple[str, ...]
) -> None:
    assert cli(*command, stdin=" ak_secret\r\n").code == 0
    assert server.requests[0].credential == "ak_secret"


def test_it_is_read_from_a_file(cli: Cli, server: ProgrammableServer, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("ak_secret\n")
    assert cli("verify", "--credential-file", str(tmp_path / "secret")).code == 0
    assert server.requests[0].credential == "ak_secret"


def test_nothing_is_for_the_server_to_judge(cli: Cli, server: ProgrammableServer) -> None:
    assert cli("verify", "-", stdin="").code == 0
    assert server.requests[0].credential == ""


@pytest.mark.parametrize("command", [("verify",), ("check-scope",), ("mint",), ("token", "revoke"), ("keys", "identify")])
def test_an_argument_is_refused(cli: Cli, server: ProgrammableServer, command: tuple[str, ...]) -> None:
    run = cli(*command, "ak_secret")
    assert run.code == 2
    assert "never an argument" in run.err
    assert "ak_secret" not in run.err
    assert server.requests == []


def test_revoke_takes_no_secret_as_an_argument_either(cli: Cli, server: ProgrammableServer) -> None:
    for run in (cli("keys", "revoke", "--credential", "ak_secret"), cli("keys", "revoke", "ak_secret")):
        assert run.code == 2
        assert "standard input" in run.err
        assert "ak_secret" not in run.err
    assert server.requests == []


@pytest.mark.parametrize("content", [b"caf\xc3\xa9", b"\xff\xfe", b"a" * 8193])
def test_what_cannot_be_one_is_refused_without_repeating_it(cli: Cli, server: ProgrammableServer, content: bytes) -> None:
    run = cli("verify", "-", stdin=content)
    assert run.code == 2
    assert "a credential" in run.err
    assert "caf" not in run.err
    assert server.requests == []


def test_two_sources_are_one_too_many(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("ak_secret")
    run = cli("verify", "-", "--credential-file", str(tmp_path / "secret"))
    assert run.code == 2
    assert "not both" in run.err


def test_a_file_that_cannot_be_read_is_a_usage_error(cli: Cli, tmp_path: Path) -> None:
    run = cli("verify", "--credential-file", str(tmp_path / "absent"))
    assert run.code == 2
    assert "cannot be read" in run.err
