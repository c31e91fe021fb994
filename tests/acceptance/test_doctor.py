"""Broken installations: the doctor names each fault and what mends it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from authsvc.embedded import EmbeddedPostgres
from tests.support.real_service import RealService
from tests.support.sql import ask


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder that served and was stopped in good order."""
    state = tmp_path_factory.mktemp("doctor") / "state"
    with RealService(state) as service:
        service.cli("keys", "create", "lasting", "--type", "sdk", "--tenant", "acme")
        assert service.stop() == 0
    return state


@pytest.fixture
def state(healthy: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "state"
    subprocess.run(["cp", "-a", str(healthy), str(copy)], check=True)
    return copy


def doctor(state: Path, **environment: str) -> tuple[int, list[dict[str, str]]]:
    ports = dict.fromkeys(("AUTHSVC_GRPC", "AUTHSVC_HTTP", "AUTHSVC_ADMIN"), "127.0.0.1:0")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "authsvc", "doctor", "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **ports, "AUTHSVC_STATE_DIR": str(state), **environment},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)["findings"]


def faults(findings: list[dict[str, str]]) -> list[dict[str, str]]:
    return [finding for finding in findings if finding["level"] == "fault"]


def sql(state: Path, statement: str) -> None:
    with EmbeddedPostgres(state / "pg") as postgres:
        ask(postgres.dsn, statement)


def test_a_healthy_installation_has_no_fault_and_gets_advice_about_keys(state: Path) -> None:
    code, findings = doctor(state)
    assert (code, faults(findings)) == (0, [])
    advice = " ".join(finding["finding"] for finding in findings if finding["level"] == "advice")
    assert "never expire" in advice


def _open_state(state: Path) -> dict[str, str]:
    state.chmod(0o777)
    return {}


def _no_secrets(state: Path) -> dict[str, str]:
    shutil.rmtree(state / "secrets")
    return {}


def _open_pepper(state: Path) -> dict[str, str]:
    (state / "secrets/peppers/p1").chmod(0o644)
    return {}


def _other_pepper(state: Path) -> dict[str, str]:
    file = state / "secrets/peppers/p1"
    file.write_text("A" * 43 + "=\n")
    return {}


def _open_root_key(state: Path) -> dict[str, str]:
    (state / "root.key").chmod(0o640)
    return {}


def _bad_setting(_state: Path) -> dict[str, str]:
    return {"AUTHSVC_LEASE": "soon"}


def _no_database(_state: Path) -> dict[str, str]:
    return {"AUTHSVC_DATABASE_URL": "postgresql://authsvc:hidden@127.0.0.1:9/authsvc"}


def _newer_schema(state: Path) -> dict[str, str]:
    sql(
        state,
        "INSERT INTO schema_migrations SELECT number + 100, '0101_later', checksum, number + 100 FROM schema_migrations LIMIT 1",
    )
    return {}


def _changed_migration(state: Path) -> dict[str, str]:
    sql(state, "UPDATE schema_migrations SET checksum = repeat('0', 64) WHERE number = 1")
    return {}


def _bad_policy_file(state: Path) -> dict[str, str]:
    file = state.parent / "policy.yaml"
    file.write_text("version: 1\nkey_types: {sdk: {prefix: 7}}\n")
    return {"AUTHSVC_POLICY": str(file)}


def _no_policy_file(state: Path) -> dict[str, str]:
    return {"AUTHSVC_POLICY": str(state.parent / "missing.yaml")}


def _no_state(state: Path) -> dict[str, str]:
    return {"AUTHSVC_STATE_DIR": str(state.parent / "elsewhere")}


BROKEN: list[tuple[Callable[[Path], dict[str, str]], str, str, str]] = [
    (_open_state, "state folder", "written to by others", "chmod go-w"),
    (_no_secrets, "secrets", "no secrets folder", "authsvc secrets init"),
    (_open_pepper, "secrets", "open to other users", "chmod 600"),
    (_other_pepper, "secrets", "peppers/p1 is", "put the secrets folder of this store back"),
    (_open_root_key, "root key", "open to others", "authsvc root-key rotate --offline"),
    (_bad_setting, "settings", "AUTHSVC_LEASE", "correct the setting"),
    (_no_database, "database", "", "AUTHSVC_DATABASE_URL"),
    (_newer_schema, "schema", "newer", "run the version of authsvc"),
    (_changed_migration, "schema", "0001_begin", "run the version of authsvc"),
    (_bad_policy_file, "policy", "has mistakes", "authsvc policy check"),
    (_no_policy_file, "settings", "AUTHSVC_POLICY", "correct the setting"),
    (_no_state, "state folder", "does not exist", "AUTHSVC_STATE_DIR"),
]


@pytest.mark.parametrize(("break_it", "subject", "what", "mend"), BROKEN, ids=[case[0].__name__[1:] for case in BROKEN])
def test_a_fault_is_named_with_its_mend(
    state: Path, break_it: Callable[[Path], dict[str, str]], subject: str, what: str, mend: str
) -> None:
    code, findings = doctor(state, **break_it(state))
    assert code == 3
    named = [finding for finding in faults(findings) if finding["subject"] == subject and what in finding["finding"]]
    assert named, findings
    assert any(mend in finding["mend"] for finding in named), named
    assert "hidden" not in json.dumps(findings)


def test_an_address_of_somebody_else_is_named(state: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        code, findings = doctor(state, AUTHSVC_ADMIN=address)
    assert code == 3
    assert any(address in fault["finding"] and str(os.getpid()) in fault["finding"] for fault in faults(findings)), findings
