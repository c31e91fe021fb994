from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from authsvc.domain.errors import StoreUnavailable
from authsvc.embedded import program
from authsvc.embedded.identity import ourselves
from authsvc.embedded.program import Programs


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path, ourselves())


def script(programs: Programs, text: str) -> None:
    path = programs.bindir / "postgres"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_only_chosen_variables_are_handed_down(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHSVC_DATABASE_URL", "secret")
    monkeypatch.setenv("PGPORT", "1")
    script(programs, "env; exit 1")
    with pytest.raises(StoreUnavailable) as failed:
        programs.run("postgres", programs.bindir, timeout=10)
    assert "secret" not in failed.value.message
    assert "PGPORT" not in failed.value.message
    assert "LC_ALL=C" in failed.value.message


def test_a_program_that_takes_too_long_is_ended(programs: Programs) -> None:
    script(programs, "exec sleep 60")
    with pytest.raises(StoreUnavailable, match="did not finish"):
        programs.run("postgres", programs.bindir, timeout=0.3)


def test_a_server_is_started_from_the_main_thread_only(programs: Programs) -> None:
    caught: list[BaseException] = []

    def spawn() -> None:
        try:
            programs.spawn("postgres", programs.bindir, log=1)
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=spawn)
    thread.start()
    thread.join()
    assert "main thread" in str(caught[0])


def test_a_program_whose_starter_has_ended_does_not_run(tmp_path: Path) -> None:
    launch = [sys.executable, "-I", "-S", str(program._LAUNCH), "1", "2", "-1", "-1", "", "/bin/touch", str(tmp_path / "ran")]
    done = subprocess.run(launch, check=False, capture_output=True, text=True)
    assert "has ended" in done.stderr
    assert not (tmp_path / "ran").exists()


def test_a_program_inherits_no_ignored_signal_and_a_closed_umask() -> None:
    command = ["/bin/sh", "-c", "grep SigIgn /proc/self/status; umask"]
    launch = [sys.executable, "-I", "-S", str(program._LAUNCH), str(os.getpid()), "2", "-1", "-1", "", *command]
    ignored, umask = subprocess.run(launch, check=True, capture_output=True, text=True).stdout.splitlines()
    assert int(ignored.split()[1], 16) & (1 << signal.SIGPIPE - 1 | 1 << signal.SIGXFSZ - 1) == 0
    assert umask == "0077"
