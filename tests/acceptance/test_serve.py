"""`authsvc serve` as it is started by an operator: the real thing, in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.embedded import servers
from tests.support.postgres import PostgresServer
from tests.support.served import Served
from tests.support.serving import alive, kill
from tests.support.waiting import wait_until

CREATE = ("keys", "create", "caller", "--type", "authsvc", "--tenant", "/", "--scope", "authsvc:verify")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("served") / "state") as run:
        yield run


def metric(run: Served, name: str, **labels: str) -> float:
    text = httpx.get(f"http://{run.admin}/metrics").text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(sample.value for sample in samples if sample.name == name and labels.items() <= sample.labels.items())


def key_ids(run: Served) -> list[str]:
    return sorted(key["key_id"] for key in json.loads(run.cli("keys", "list", "--json"))["keys"])


def refused(environment: dict[str, str]) -> str:
    """What a start that fails says; it ends with 3."""
    done = subprocess.run(
        [sys.executable, "-m", "authsvc", "serve"],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
        timeout=60,
    )
    assert done.returncode == 3, (done.returncode, done.stderr)
    assert done.stdout == ""
    return done.stderr


def test_it_is_ready_and_answers_its_own_command_line(served: Served) -> None:
    assert served.ready()
    assert len(key_ids(served)) == 1


def test_the_root_key_is_in_a_file_for_us_alone_and_nowhere_else(served: Served) -> None:
    secret = served.root_key.read_text().strip()
    assert stat.S_IMODE(served.root_key.stat().st_mode) == 0o600
    assert secret not in served.log()


def test_calls_and_decisions_are_counted(served: Served) -> None:
    before = metric(served, "authsvc_rpcs_total", code="OK")
    key_ids(served)
    assert metric(served, "authsvc_rpcs_total", code="OK") == before + 1
    assert metric(served, "authsvc_lease_held") == 1
    assert metric(served, "authsvc_store_reachable") == 1


def test_a_created_secret_is_in_no_log_and_no_metric(served: Served) -> None:
    secret = served.cli(*CREATE).strip()
    assert secret.startswith("authsvc_")
    assert secret not in served.log()
    assert secret not in httpx.get(f"http://{served.admin}/metrics").text
    assert secret not in served.cli("db", "dump")


def test_the_store_can_be_looked_at_while_it_serves(served: Served, tmp_path: Path) -> None:
    status = json.loads(served.cli("db", "status", "--json"))
    assert status["applied"]
    assert (status["pending"], status["problem"]) == ([], "")
    assert served.cli("db", "psql", "-At", "-c", "SELECT current_user").strip() == "authsvc"
    assert "up to date" in served.cli("db", "migrate")
    backup = tmp_path / "backup.sql"
    served.cli("db", "dump", "--output", str(backup))
    assert "CREATE TABLE public.keys" in backup.read_text()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    served.cli("db", "psql", "-c", "no such statement", code=3)


def test_after_kill_9_of_postgresql_it_is_ready_again_with_the_same_worker(served: Served) -> None:
    worker, before = served.worker(), key_ids(served)
    (postgres,) = servers(served.state / "pg")
    kill(postgres)
    wait_until(lambda: [pid for pid in servers(served.state / "pg") if pid != postgres], "PostgreSQL runs again")
    served.wait_ready()
    assert key_ids(served) == before
    assert served.worker() == worker
    assert alive(worker)


def test_after_kill_9_of_the_worker_another_one_serves_at_the_same_addresses(served: Served) -> None:
    worker, before = served.worker(), key_ids(served)
    kill(worker)
    wait_until(lambda: served.worker() != worker, "another worker serves")
    served.wait_ready()
    assert key_ids(served) == before


def test_sigterm_ends_with_0_and_the_next_start_finds_everything(tmp_path: Path) -> None:
    with Served(tmp_path / "state") as run:
        run.cli(*CREATE)
        before, root_key = key_ids(run), run.root_key.read_text()
        assert run.end() == 0
        assert servers(tmp_path / "state" / "pg") == []
    with Served(tmp_path / "state") as again:
        assert key_ids(again) == before
        assert again.root_key.read_text() == root_key
        assert again.process.stdout is not None
        assert "started in " in again.process.stdout.readline()
        # In good order: nobody had to be fenced.
        assert again.events("fenced_predecessor") == []


def test_kill_9_of_the_supervisor_leaves_nothing_running_and_the_next_start_follows_at_once(tmp_path: Path) -> None:
    with Served(tmp_path / "state") as run:
        run.cli(*CREATE)
        before, worker = key_ids(run), run.worker()
        kill(run.process.pid)
        with Served(tmp_path / "state") as again:
            assert not alive(worker)
            assert key_ids(again) == before


@pytest.mark.grpcio
def test_the_other_transport_and_a_socket_serve_as_well(tmp_path: Path) -> None:
    socket = f"unix:{tmp_path}/s.sock"
    with Served(tmp_path / "state", {"AUTHSVC_TRANSPORT": "grpcio", "AUTHSVC_GRPC": f"127.0.0.1:0,{socket}"}) as run:
        assert run.grpc.partition(",")[2] == f"unix:{tmp_path}/s.0.sock"
        assert len(key_ids(run)) == 1
        assert stat.S_IMODE((tmp_path / "s.0.sock").stat().st_mode) == 0o600
        assert run.end(signal.SIGINT) == 0
    assert not (tmp_path / "s.0.sock").exists()


def test_the_store_can_be_looked_at_while_nothing_serves(tmp_path: Path) -> None:
    with Served(tmp_path / "state") as run:
        run.end()
        assert json.loads(run.cli("db", "status", "--json"))["applied"]
        assert servers(tmp_path / "state" / "pg") == []


def test_a_database_url_with_its_own_secrets_folder_serves_and_another_folder_is_refused(
    postgres: PostgresServer, database_url: str, tmp_path: Path
) -> None:
    environment = {"AUTHSVC_DATABASE_URL": database_url, "AUTHSVC_SECRETS_DIR": str(tmp_path / "secrets")}
    init = [sys.executable, "-m", "authsvc", "secrets", "init"]
    subprocess.run(init, env={**os.environ, **environment}, check=True, capture_output=True)
    with Served(tmp_path / "state", environment) as run:
        assert len(key_ids(run)) == 1
        assert not (tmp_path / "state" / "pg").exists()
        assert json.loads(run.cli("db", "status", "--json"))["pending"] == []
        assert run.end() == 0
    environment["AUTHSVC_SECRETS_DIR"] = str(tmp_path / "others")
    subprocess.run(init, env={**os.environ, **environment}, check=True, capture_output=True)
    said = refused({**environment, "AUTHSVC_STATE_DIR": str(tmp_path / "state2"), "AUTHSVC_GRPC": "127.0.0.1:0", **ANY_HTTP})
    assert "this secrets folder does not belong to this store" in said
    assert "peppers/p1 is " in said


ANY_HTTP = {"AUTHSVC_HTTP": "127.0.0.1:0", "AUTHSVC_ADMIN": "127.0.0.1:0"}


def test_a_database_that_is_not_there_ends_the_start_without_showing_its_password(tmp_path: Path) -> None:
    environment = {
        "AUTHSVC_DATABASE_URL": "postgresql://owner:hunter2hunter2@127.0.0.1:1/none",
        "AUTHSVC_SECRETS_DIR": str(tmp_path / "secrets"),
        "AUTHSVC_STATE_DIR": str(tmp_path / "state"),
        "AUTHSVC_START_TIMEOUT": "1s",
        "AUTHSVC_GRPC": "127.0.0.1:0",
        "AUTHSVC_LOG_LEVEL": "debug",
        **ANY_HTTP,
    }
    subprocess.run(
        [sys.executable, "-m", "authsvc", "secrets", "init"], env={**os.environ, **environment}, check=True, capture_output=True
    )
    said = refused(environment)
    assert "not ready within 1 s" in said
    assert "hunter2" not in said
