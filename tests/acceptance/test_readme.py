"""The README's session, extracted and pasted as it is into a shell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import readme
from tests.support.real_service import RealService

BIN = Path(sys.executable).parent


@pytest.mark.parametrize("transport", ["native", "grpcio"])
def test_the_session_of_the_readme_works_as_it_stands(tmp_path: Path, transport: str) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/bin").symlink_to(BIN)
    with RealService(tmp_path / ".state", {"transport": transport}) as service:
        environment = {**os.environ, "AUTHSVC_TARGET": service.grpc, "PS4": "+ "}
        done = subprocess.run(
            ["bash", "-e"],
            input=readme.session(),
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        said = done.stdout + done.stderr
        assert said.count("ALLOW") >= 4, said
        for line in ("denied", "denied while inactive", "its tokens are dead too", "KEY_INACTIVE", "effective on 1/1 processes"):
            assert line in said, line
        assert service.stop() == 0
    assert "Traceback" not in service.log.read_text()


def test_stopped_and_started_again_it_finds_the_same_keys(tmp_path: Path) -> None:
    service = RealService(tmp_path / "state").start()
    secret = service.cli("keys", "create", "kept", "--type", "sdk", "--tenant", "acme").stdout.strip()
    before = service.cli("keys", "list", "--quiet", "--all").stdout
    assert service.stop() == 0
    cold = service.start_seconds
    with service:
        assert service.cli("keys", "list", "--quiet", "--all").stdout == before
        assert service.cli("verify", "-", stdin=secret).returncode == 0
        print(f"first start {cold} s, started again {service.start_seconds} s")
        assert service.stop() == 0
