"""The command line in this process, against a server that answers as a test says."""

from __future__ import annotations

import io
import json
import secrets
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from authsvc.cli.main import main
from tests.support.programmable_server import ProgrammableServer


@dataclass(frozen=True)
class Run:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Run]


@pytest.fixture
def server() -> Iterator[ProgrammableServer]:
    server = ProgrammableServer()
    yield server
    server.stop()


@pytest.fixture
def caller_key() -> str:
    return f"authsvc_{secrets.token_hex(24)}"


@pytest.fixture
def state(tmp_path: Path, caller_key: str) -> Path:
    (tmp_path / "root.key").write_text(f"{caller_key}\n")
    return tmp_path


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], server: ProgrammableServer, state: Path) -> Cli:
    monkeypatch.setenv("AUTHSVC_TARGET", server.target)
    monkeypatch.setenv("AUTHSVC_STATE_DIR", str(state))

    def run(*args: str, stdin: str | bytes = "", watched: bool = False) -> Run:
        content = stdin.encode() if isinstance(stdin, str) else stdin
        given = io.TextIOWrapper(io.BytesIO(content))
        monkeypatch.setattr(given, "isatty", lambda: watched)
        monkeypatch.setattr(sys, "stdin", given)
        monkeypatch.setattr(sys, "argv", ["authsvc", *args])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        code = ended.value.code or 0
        assert isinstance(code, int)
        return Run(code, out, err)

    return run
