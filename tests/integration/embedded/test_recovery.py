from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from authsvc.domain.errors import FailedPrecondition
from authsvc.embedded import EmbeddedPostgres, Phase, postmaster
from authsvc.embedded.server import FIRST_PAUSE, LONGEST_PAUSE
from tests.support.embedded import Owner, servers
from tests.support.sql import ask
from tests.support.waiting import wait_until


def kill_server(server: EmbeddedPostgres) -> None:
    """Kill -9 of the postmaster, until `poll` has seen it."""
    dead = server.pid
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    wait_until(lambda: server.poll() is Phase.STARTING, "the death is seen")


def test_a_killed_server_comes_back_with_every_committed_row(server: EmbeddedPostgres) -> None:
    ask(server.dsn, "CREATE TABLE kept (n int)")
    for n in range(20):
        ask(server.dsn, f"INSERT INTO kept VALUES ({n})")
    before = server.pid
    kill_server(server)
    wait_until(lambda: server.poll() is Phase.READY, "it serves again")
    assert server.pid != before
    assert ask(server.dsn, "SELECT count(*) FROM kept") == 20


def test_restarts_wait_longer_each_time_up_to_a_bound(server: EmbeddedPostgres) -> None:
    assert server._pause == FIRST_PAUSE
    for expected in (0.1, 0.2):
        kill_server(server)
        died = time.monotonic()
        wait_until(lambda: server.poll() is Phase.READY, "it serves again")
        assert time.monotonic() - died > 0.9 * expected
    assert server._pause == 4 * FIRST_PAUSE
    server._pause = LONGEST_PAUSE
    kill_server(server)
    assert server._pause == LONGEST_PAUSE


def test_a_data_folder_that_vanishes_in_use_is_not_replaced_by_an_empty_one(root: Path) -> None:
    with Owner(root) as owner:
        owner.started()
        mine = EmbeddedPostgres(root)
        mine.start()
        owner.kill()
    wait_until(lambda: servers(root) == [], "the server ended")
    (root / "data").rename(root / "elsewhere")
    try:
        with pytest.raises(FailedPrecondition, match="is gone"):
            mine.poll()
        assert not (root / "data").exists()
    finally:
        mine.stop()
        (root / "elsewhere").rename(root / "data")


def test_kill_of_the_owner_leaves_no_server_and_no_lost_row(root: Path) -> None:
    with Owner(root) as owner:
        owner.started()
        ask(owner.dsn, "CREATE TABLE kept_by_owner AS SELECT 7 AS n")
        assert servers(root) == [owner.pid]
        owner.kill()
    wait_until(lambda: servers(root) == [], "the server ended")
    with EmbeddedPostgres(root) as server:
        assert ask(server.dsn, "SELECT n FROM kept_by_owner") == 7


def test_a_start_right_after_the_kill_of_the_owner_waits_for_its_server_to_end(root: Path) -> None:
    with Owner(root) as owner:
        owner.started()
        owner.kill()
    with EmbeddedPostgres(root) as server:
        assert server.owned
        assert servers(root) == [server.pid]


def test_lock_files_that_name_a_foreign_process_are_cleared(root: Path) -> None:
    with Owner(root) as owner:
        owner.started()
        os.kill(owner.pid, signal.SIGKILL)
        owner.kill()
    wait_until(lambda: servers(root) == [], "the server ended")
    foreign = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
    for lock in (root / "data" / "postmaster.pid", root / "s" / ".s.PGSQL.5432.lock"):
        _, rest = lock.read_text().split("\n", 1)
        lock.write_text(f"{foreign.pid}\n{rest}")
    with EmbeddedPostgres(root):
        assert foreign.poll() is None
    foreign.communicate()


def test_lock_files_of_a_zombie_are_cleared(root: Path) -> None:
    with Owner(root) as owner:
        owner.started()
        os.kill(owner.pid, signal.SIGKILL)
        owner.kill()
    zombie = subprocess.Popen(["true"])
    wait_until(lambda: Path(f"/proc/{zombie.pid}/stat").read_text().split()[2] == "Z", "it is a zombie")
    for lock in (root / "data" / "postmaster.pid", root / "s" / ".s.PGSQL.5432.lock"):
        lock.write_text(f"{zombie.pid}\n")
    with EmbeddedPostgres(root) as server:
        assert server.poll() is Phase.READY
    zombie.wait()


def test_kill_during_initdb_leaves_nothing_half_made(tmp_path: Path) -> None:
    root = tmp_path / "pg"
    with Owner(root) as owner:
        wait_until(lambda: any(root.glob("init.*/base/5")), "initdb has made the last database")
        owner.kill()
    assert not (root / "data").exists()
    with EmbeddedPostgres(root, options={"fsync": "off"}):
        assert not any(root.glob("init.*"))


def test_a_server_that_does_not_react_is_ended_by_force(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postmaster, "_FAST_SECONDS", 0.05)
    monkeypatch.setattr(postmaster, "_IMMEDIATE_SECONDS", 0.05)
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    server.stop()
    assert servers(server.root) == []


def test_open_sessions_do_not_delay_stop(server: EmbeddedPostgres) -> None:
    psql = [str(server.binaries.program("psql")), server.dsn, "-c", "SELECT pg_sleep(60)"]
    session = subprocess.Popen(psql, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    count = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'"
    ask = [psql[0], server.dsn, "-Atc", count]
    wait_until(lambda: subprocess.run(ask, check=True, capture_output=True).stdout == b"1\n", "the session runs")
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 5
    assert b"terminating connection" in session.communicate()[1]
