from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from authsvc import secrets_folder
from authsvc.embedded.identity import Identity
from tests.support.embedded import servers
from tests.support.serving import Serving, alive, kill
from tests.support.waiting import wait_until

ELSEWHERE = "postgresql://nobody@127.0.0.1:1/none"
Start = Callable[..., Serving]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts supervisors on an own state folder each, with a database that is not run here."""
    running: list[Serving] = []

    def begin(modes: str = "serve", **flags: str) -> Serving:
        folder = tmp_path / f"run{len(running)}"
        folder.mkdir()
        if "database_url" not in flags:
            flags["database_url"] = ELSEWHERE
            flags.setdefault("secrets_dir", str(tmp_path / "secrets"))
            if not (tmp_path / "secrets").exists():
                secrets_folder.create(tmp_path / "secrets")
        running.append(Serving(folder, modes, {name: value for name, value in flags.items() if value}))
        return running[-1]

    yield begin
    for each in running:
        each.__exit__()


def test_the_line_with_serving_names_every_address_and_the_root_key(start: Start) -> None:
    run = start()
    grpc, http, admin, root_key = run.serving().groups()
    config = run.workers(1)[0]["config"]
    assert (config["grpc"], config["http"], config["admin"]) == ([grpc], http, admin)
    assert not any(address.endswith(":0") for address in (grpc, http, admin))
    assert root_key == str(run.state / "root.key")


def test_after_the_line_comes_a_command_for_another_terminal(start: Start) -> None:
    run = start()
    grpc = run.serving()[1]
    run.end(signal.SIGTERM)
    assert run.process.stdout is not None
    rest = run.process.stdout.read()
    assert f"AUTHSVC_STATE_DIR={run.state}" in rest
    assert f"AUTHSVC_TARGET={grpc}" in rest
    assert "keys list" in rest
    assert re.search(r"started in \d+\.\d\d s\. ", rest)


def test_the_supervisor_imports_neither_grpc_nor_the_driver_nor_the_engine(start: Start) -> None:
    run = start()
    run.serving()
    assert run.end(signal.SIGTERM) == 0
    assert json.loads((run.folder / "imported").read_text()) == ["authsvc.cli.serve"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_the_workers_and_ends_with_0(start: Start, number: signal.Signals) -> None:
    run = start()
    run.serving()
    assert run.end(number) == 0
    assert run.told() == ["drain"]
    assert not alive(run.started()[0]["pid"])
    assert run.events("worker_killed") == []


def test_without_a_terminal_sighup_reloads_and_everything_goes_on(start: Start) -> None:
    run = start(workers="2", session="own")
    run.serving()
    run.process.send_signal(signal.SIGHUP)
    wait_until(lambda: run.told() == ["reload", "reload"], "both workers were asked to reload")
    assert run.end(signal.SIGTERM) == 0
    assert len(run.started()) == 2


def test_a_closed_terminal_ends_what_runs_in_it(tmp_path: Path) -> None:
    secrets_folder.create(tmp_path / "secrets")
    terminal, theirs = os.openpty()
    flags = {"database_url": ELSEWHERE, "secrets_dir": str(tmp_path / "secrets")}
    with Serving(tmp_path / "run", flags=flags, terminal=theirs) as run:
        os.close(theirs)
        run.serving()
        os.close(terminal)
        assert run.wait() == 0
        assert run.told() == ["drain"]


def test_a_worker_that_does_not_end_in_time_is_killed(start: Start) -> None:
    run = start("stubborn", drain_timeout="0s")
    run.serving()
    pid = run.workers(1)[0]["pid"]
    run.process.send_signal(signal.SIGTERM)
    wait_until(lambda: run.told() == ["drain"], "drain was asked")
    assert alive(pid)
    run.process.send_signal(signal.SIGTERM)
    assert run.wait() == 0
    assert run.told() == ["drain", "stop"]
    assert not alive(pid)
    assert run.events("worker_killed")


def test_a_third_signal_waits_for_nothing(start: Start) -> None:
    run = start("stubborn", drain_timeout="10m")
    run.serving()
    for asked in range(3):
        run.process.send_signal(signal.SIGINT)
        wait_until(lambda asked=asked: len(run.told()) > asked or run.process.poll() is not None, "the order arrived")  # type: ignore[misc]
    assert run.wait() == 0


def test_a_signal_before_serving_ends_the_start_with_0(start: Start) -> None:
    run = start("hang")
    pid = run.workers(1)[0]["pid"]
    assert run.end(signal.SIGTERM) == 0
    assert not alive(pid)
    assert run.process.stdout is not None
    assert run.process.stdout.read() == ""


def test_a_worker_that_cannot_start_ends_the_start_with_its_reason(start: Start) -> None:
    run = start("fail")
    assert run.wait() == 3
    assert "refused: the reason why it cannot start" in run.log()
    assert len(run.started()) == 1


def test_a_worker_that_dies_before_it_served_ends_the_start(start: Start) -> None:
    run = start("die")
    assert run.wait() == 3
    assert "refused: worker 0 ended with status 7" in run.log()


def test_a_worker_that_dies_later_is_started_again_on_the_same_addresses(start: Start) -> None:
    run = start()
    run.serving()
    kill(run.workers(1)[0]["pid"])
    first, second = run.workers(2)
    assert second["config"] == first["config"]
    assert second["pid"] != first["pid"]
    assert run.process.poll() is None


def test_a_worker_that_dies_again_and_again_is_started_ever_more_slowly(start: Start) -> None:
    run = start("serve die")
    run.serving()
    kill(run.workers(1)[0]["pid"])
    wait_until(lambda: len(run.events("worker_ended")) >= 5, "five deaths")
    pauses = [event["next_in"] for event in run.events("worker_ended")][:5]
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6]


def test_workers_end_with_a_killed_supervisor_and_the_next_start_follows_at_once(start: Start, tmp_path: Path) -> None:
    run = start()
    run.serving()
    pid = run.workers(1)[0]["pid"]
    kill(run.process.pid)
    again = start(state_dir=str(run.state))
    again.serving()
    assert not alive(pid)
    assert again.workers(1)[0]["config"]["replica_id"] == run.started()[0]["config"]["replica_id"]


def test_a_second_start_on_the_same_folder_is_refused_and_names_the_first(start: Start) -> None:
    run = start()
    run.serving()
    second = start(state_dir=str(run.state))
    assert second.wait() == 3
    assert f"another authsvc serves from {run.state} (process {run.process.pid})" in second.log()
    assert run.process.poll() is None


@pytest.mark.parametrize("name", ["grpc", "http", "admin"])
def test_an_address_that_another_program_uses_is_refused_and_names_it(start: Start, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        run = start(**{name: address})
        assert run.wait() == 3
    assert f"refused: {address} is in use by process {os.getpid()} (" in run.log()


def test_an_address_that_would_be_shared_in_silence_is_refused(start: Start) -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        run = start(grpc=f"127.0.0.1:{server.getsockname()[1]}")
        assert run.wait() == 3
    assert "is in use" in run.log()


def test_an_address_of_another_authsvc_is_refused_also_while_it_has_no_worker(start: Start) -> None:
    run = start()
    address = run.serving()[1]
    # Fake workers listen on nothing, so only the supervisor holds the address.
    for claimed in (address, address.replace("127.0.0.1", "0.0.0.0")):
        second = start(grpc=claimed, insecure_listen="true")
        assert second.wait() == 3
        assert f"refused: {claimed} is in use" in second.log()


def test_workers_may_listen_on_a_held_address_and_restart_beside_lingering_connections(start: Start) -> None:
    run = start()
    port = int(run.serving()[1].rpartition(":")[2])
    for _ in range(2):
        with socket.socket() as worker:
            for option in (socket.SO_REUSEPORT, socket.SO_REUSEADDR):  # as both gRPC transports and our HTTP server do
                worker.setsockopt(socket.SOL_SOCKET, option, 1)
            worker.bind(("127.0.0.1", port))
            worker.listen()
            with socket.create_connection(("127.0.0.1", port)) as client:
                accepted, _peer = worker.accept()
                accepted.close()  # the server closes first: its side lingers
                assert client.recv(1) == b""
    run.end(signal.SIGTERM)
    again = start(grpc=f"127.0.0.1:{port}")
    assert again.serving()[1] == f"127.0.0.1:{port}"


def test_an_address_that_is_not_of_this_machine_is_refused(start: Start) -> None:
    run = start(grpc="192.0.2.1:0", insecure_listen="true")
    assert run.wait() == 3
    assert "refused: cannot listen on 192.0.2.1:0" in run.log()


def test_each_worker_is_told_a_socket_of_its_own(start: Start, tmp_path: Path) -> None:
    run = start(grpc=f"127.0.0.1:0,unix:{tmp_path}/s.sock", workers="2")
    grpc = run.serving()[1].split(",")
    assert grpc[1:] == [f"unix:{tmp_path}/s.0.sock", f"unix:{tmp_path}/s.1.sock"]
    configs = [worker["config"] for worker in run.workers(2)]
    assert sorted(config["slot"] for config in configs) == [0, 1]
    assert len({config["replica_id"] for config in configs}) == 2
    assert len({config["grpc"][0] for config in configs}) == 1


def test_a_socket_that_a_dead_worker_left_is_cleared_and_a_live_one_refused(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "s.0.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        run = start(grpc=f"unix:{tmp_path}/s.sock")
        assert run.wait() == 3
        assert f"unix:{path} is in use by another program" in run.log()
    assert path.exists()
    run = start(grpc=f"unix:{tmp_path}/s.sock")
    run.serving()
    assert not path.exists()
    second = start(grpc=f"unix:{tmp_path}/s.sock")
    assert second.wait() == 3
    assert "in use by another authsvc" in second.log()


def test_a_file_in_the_place_of_a_socket_is_left_alone(start: Start, tmp_path: Path) -> None:
    (tmp_path / "s.0.sock").write_text("precious")
    run = start(grpc=f"unix:{tmp_path}/s.sock")
    assert run.wait() == 3
    assert (tmp_path / "s.0.sock").read_text() == "precious"


def test_no_setting_and_no_password_reaches_a_worker_by_environment_or_argv(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://nobody:hunter2hunter2@127.0.0.1:1/none"
    monkeypatch.setenv("AUTHSVC_DATABASE_URL", url)
    run = start()
    run.serving()
    worker = run.workers(1)[0]
    assert not [name for name in worker["environment"] if name.startswith("AUTHSVC_")]
    assert worker["config"]["dsn"] == ELSEWHERE
    assert "hunter2" not in json.dumps(worker)
    assert "hunter2" not in Path(f"/proc/{worker['pid']}/cmdline").read_text() + run.log()


def test_a_database_url_needs_a_secrets_folder_that_is_there(start: Start, tmp_path: Path) -> None:
    run = start(secrets_dir=str(tmp_path / "none"))
    assert run.wait() == 3
    assert "authsvc secrets init" in run.log()
    assert not (tmp_path / "none").exists()


def test_what_is_in_the_state_folder_is_private_and_the_replica_keeps_its_name(start: Start) -> None:
    run = start()
    run.serving()
    name = (run.state / "replica-id").read_text().strip()
    assert run.workers(1)[0]["config"]["replica_id"] == f"{name}-0"
    assert stat.S_IMODE((run.state / "replica-id").stat().st_mode) == 0o600
    assert stat.S_IMODE((run.state / "lock").stat().st_mode) == 0o600
    assert stat.S_IMODE(run.state.stat().st_mode) & 0o066 == 0


def test_a_reader_that_went_away_does_not_end_the_service(start: Start) -> None:
    run = start()
    assert run.process.stdout is not None
    run.process.stdout.close()
    wait_until(lambda: run.events("all_serving"), "the line was printed, to nobody")
    assert run.end(signal.SIGTERM) == 0
    assert "BrokenPipe" not in run.log()


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    monkeypatch.setenv("PGSERVICE", "another")
    with Serving(tmp_path / "run") as run:
        yield run


def test_without_a_database_url_a_postgresql_is_run_and_restarted(embedded: Serving) -> None:
    embedded.serving()
    assert embedded.workers(1)[0]["config"]["dsn"].startswith("postgresql://")
    root = embedded.state / "pg"
    (first,) = servers(root)
    assert "PGSERVICE" not in embedded.started()[0]["environment"]
    kill(first)
    wait_until(lambda: [pid for pid in servers(root) if pid != first], "PostgreSQL runs again")
    assert len(embedded.started()) == 1
    assert embedded.end(signal.SIGTERM) == 0
    assert servers(root) == []


def test_a_new_embedded_store_gets_secrets_and_keeps_them(embedded: Serving, tmp_path: Path) -> None:
    embedded.serving()
    before = secrets_folder.load(embedded.state / "secrets").fingerprints()
    embedded.end(signal.SIGTERM)
    with Serving(tmp_path / "again", flags={"state_dir": str(embedded.state)}) as again:
        again.serving()
    assert secrets_folder.load(embedded.state / "secrets").fingerprints() == before
    shutil.rmtree(embedded.state / "secrets")
    with Serving(tmp_path / "lost", flags={"state_dir": str(embedded.state)}) as lost:
        assert lost.wait() == 3
        assert "put its folder back from your backup" in lost.log()
    assert not (embedded.state / "secrets").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_can_serve() -> None:
    entry = pwd.getpwnam("nobody")
    nobody = Identity(entry.pw_name, entry.pw_uid, entry.pw_gid)
    python = reachable_python(nobody)
    folder = Path(tempfile.mkdtemp(prefix="authsvc-test-", dir="/tmp"))
    try:
        os.chown(folder, nobody.uid, nobody.gid)
        with Serving(folder, user=nobody, python=python) as run:
            assert run.serving()[4] == str(folder / "state" / "root.key")
            assert {path.stat().st_uid for path in (run.state, *run.state.iterdir())} == {nobody.uid}
            assert run.end(signal.SIGTERM) == 0
    finally:
        shutil.rmtree(folder)


def reachable_python(identity: Identity) -> str:
    """A Python of our version that another user can run together with the packages of this one."""
    places = [Path(structlog.__file__).resolve(), Path(secrets_folder.__file__).resolve()]
    if not all(identity.passes(place.parent) for place in places):
        pytest.skip("user nobody cannot reach the packages of this run")
    for candidate in (Path(sys.executable).resolve(), Path("/usr/bin/python3").resolve()):
        check = [str(candidate), "-c", f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"]
        if candidate.exists() and identity.reaches(candidate) and subprocess.run(check, check=False).returncode == 0:
            return str(candidate)
    pytest.skip("no Python of this version that user nobody can run")


def test_two_supervisors_that_start_at_once_never_share_an_address(start: Start) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    runs = [start(grpc=address) for _ in range(3)]
    wait_until(lambda: sum(run.process.poll() == 3 for run in runs) == 2, "two of three are refused")
    (winner,) = [run for run in runs if run.process.poll() is None]
    assert winner.serving()[1] == address
    assert all("is in use" in run.log() for run in runs if run is not winner)
