"""How a command ends, and the commands that need no server."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

from authsvc import secrets_folder
from authsvc.cli import db
from authsvc.cli import main as frame
from authsvc.domain.errors import AuthsvcError, FailedPrecondition, InvalidArgument, StoreUnavailable, Violation

SECRET = "authsvc_" + "Zx9" * 14


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AUTHSVC_STATE_DIR", str(tmp_path / "state"))


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of a command."""
    monkeypatch.setattr(sys, "argv", ["authsvc", *arguments])
    with pytest.raises(SystemExit) as ended:
        frame.main()
    code = ended.value.code
    return code if isinstance(code, int) else 0


def add_command(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """A command `fail` that raises."""
    app = typer.Typer()

    @app.command()
    def fail() -> None:
        local = SECRET.replace("authsvc_", "hunter-")
        assert local
        raise error

    monkeypatch.setitem(sys.modules, "tests.a_command", SimpleNamespace(app=app))
    monkeypatch.setitem(frame.COMMANDS, "fail", "tests.a_command")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoreUnavailable("nobody is at home"), 3),
        (FailedPrecondition("not like this"), 3),
        (InvalidArgument(Violation("key.name", "must be short")), 2),
        (RuntimeError("unforeseen"), 3),
        (typer.Exit(1), 1),
        (typer.Abort(), 130),
        (KeyboardInterrupt(), 130),
        (EOFError(), 130),
    ],
)
def test_only_a_decision_ends_with_1(monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int) -> None:
    add_command(monkeypatch, error)
    assert run(monkeypatch, "fail") == code


def test_what_is_wrong_is_said_on_standard_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    add_command(monkeypatch, InvalidArgument(Violation("key.name", "must be short"), Violation("key.type", "must be known")))
    run(monkeypatch, "fail")
    said = capsys.readouterr()
    assert said.out == ""
    assert "key.name: must be short" in said.err
    assert "key.type: must be known" in said.err


@pytest.mark.parametrize("error", [RuntimeError(SECRET), AuthsvcError(SECRET)])
def test_a_failure_shows_no_secret_and_no_local_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    add_command(monkeypatch, error)
    run(monkeypatch, "fail")
    said = capsys.readouterr()
    assert "[redacted]" in said.err
    assert "Zx9" not in said.err + said.out


def test_an_unknown_command_is_a_wrong_call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "srve") == 2
    assert "srve" in capsys.readouterr().err


def test_every_command_of_the_table_has_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--help") == 0
    said = capsys.readouterr().out
    for command in frame.COMMANDS:
        assert f" {command} " in said


def test_a_wrong_setting_ends_serve_with_2_and_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "serve", "--lease", "1ms", "--transport", "other") == 2
    said = capsys.readouterr().err
    assert "AUTHSVC_LEASE (--lease): allowed is 200ms to 1m" in said
    assert "AUTHSVC_TRANSPORT (--transport): " in said


def test_a_password_on_the_command_line_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "serve", "--database-url", "postgresql://u:hunter2@h/d") == 2
    assert "hunter2" not in capsys.readouterr().err


def test_secrets_init_makes_a_folder_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "secrets"
    assert run(monkeypatch, "secrets", "init", "--secrets-dir", str(folder)) == 0
    made = capsys.readouterr().out
    fingerprints = secrets_folder.load(folder).fingerprints()
    assert all(fingerprint in made for fingerprint in fingerprints.values())
    assert run(monkeypatch, "secrets", "init", "--secrets-dir", str(folder)) == 3
    assert secrets_folder.load(folder).fingerprints() == fingerprints
    capsys.readouterr()
    assert run(monkeypatch, "secrets", "fingerprints", "--secrets-dir", str(folder)) == 0
    assert capsys.readouterr().out in made


def test_db_commands_without_a_store_say_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "db", "status") == 3
    assert "authsvc serve" in capsys.readouterr().err


def test_a_password_reaches_a_client_program_by_environment_alone() -> None:
    url = "postgresql://owner:p%40ss@db:5433/authsvc?sslmode=require&password=other"
    assert db._without_password(url) == "postgresql://owner@db:5433/authsvc?sslmode=require"
    assert db._password(url) == "p@ss"
    assert db._password("postgresql://owner@db/authsvc?password=other") == "other"
    embedded = "postgresql://authsvc@/authsvc?host=/var/lib/authsvc/pg/s&port=5432"
    assert db._without_password(embedded) == embedded
