from __future__ import annotations

import sys
from pathlib import Path

import pytest

from authsvc.domain.errors import FailedPrecondition, StoreUnavailable
from authsvc.embedded import EmbeddedPostgres, Phase
from tests.support.embedded import Owner, servers
from tests.support.sql import ask
from tests.support.waiting import wait_until


def test_an_empty_folder_becomes_a_server_and_its_rows_are_there_after_a_second_start(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / "state" / "pg") as first:  # the one test with real fsync, from nothing
        assert ask(first.dsn, "SHOW fsync") == "on"
        assert ask(first.dsn, "SHOW data_checksums") == "on"
        assert ask(first.dsn, "SHOW server_encoding") == "UTF8"
        ask(first.dsn, "CREATE TABLE kept AS SELECT 7 AS n")
    assert servers(first.root) == []
    with EmbeddedPostgres(tmp_path / "state" / "pg") as second:
        assert (
            second.dsn
            == first.root.joinpath("s").as_uri().replace("file://", "postgresql://authsvc@/authsvc?host=") + "&port=5432"
        )
        assert ask(second.dsn, "SELECT n FROM kept") == 7


def test_one_object_starts_again_after_stop(server: EmbeddedPostgres) -> None:
    before = server.pid
    server.stop()
    assert not server.owned
    assert server.pid is None
    server.start()
    assert server.pid != before
    assert ask(server.dsn, "SELECT 1") == 1


def test_the_application_is_no_superuser(server: EmbeddedPostgres) -> None:
    assert ask(server.dsn, "SHOW is_superuser") == "off"
    assert ask(server.dsn, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'authsvc'") == "authsvc"


def test_nothing_listens_on_tcp_whatever_the_options_say(root: Path) -> None:
    with EmbeddedPostgres(root, options={"listen_addresses": "127.0.0.1", "unix_socket_permissions": "0777"}) as server:
        assert ask(server.dsn, "SHOW listen_addresses") == ""
        assert ask(server.dsn, "SHOW unix_socket_permissions") == "0700"
        opened = {str(path.readlink()) for path in Path(f"/proc/{server.pid}/fd").iterdir()}
        sockets = {name for name in opened if name.startswith("socket:")}
        lines = [line for kind in ("tcp", "tcp6") for line in Path(f"/proc/net/{kind}").read_text().splitlines()]
        listening = {f"socket:[{line.split()[9]}]" for line in lines}
        assert sockets
        assert not sockets & listening


def test_folders_are_closed_to_others(server: EmbeddedPostgres) -> None:
    assert (server.root / "data").stat().st_mode & 0o777 == 0o700
    assert (server.root / "s").stat().st_mode & 0o777 == 0o700
    assert server.root.stat().st_mode & 0o066 == 0
    for name in ("lock", "postgres.log"):
        assert (server.root / name).stat().st_mode & 0o777 == 0o600


def test_variables_for_libpq_change_neither_server_nor_connection(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGDATA": "/nowhere", "PGHOST": "nowhere", "PGUSER": "x", "PGDATABASE": "x"}.items():
        monkeypatch.setenv(name, value)
    with EmbeddedPostgres(root) as server:
        assert ask(server.dsn, "SELECT current_user || '@' || current_database()") == "authsvc@authsvc"


def test_a_path_too_long_for_a_socket_gets_one_in_the_runtime_folder(
    root: Path, tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(open_folder))
    long = root.rename(tmp_path / ("x" * 120))
    try:
        with EmbeddedPostgres(long) as server:
            assert str(long) not in server.dsn
            assert ask(server.dsn, "SELECT 1") == 1
            with Owner(long) as second:
                assert second.started().dsn == server.dsn
            sockets = Path(server.dsn.partition("host=")[2].partition("&")[0])
        sockets.rmdir()
    finally:
        long.rename(root)


def test_a_second_process_attaches_and_takes_over_when_the_owner_ends(root: Path) -> None:
    mine = EmbeddedPostgres(root)
    with Owner(root) as owner:
        owner.started()
        assert mine.start() == owner.dsn
        assert not mine.owned
        assert mine.pid == owner.pid
        assert mine.poll() is Phase.READY
    try:
        wait_until(lambda: mine.poll() is Phase.READY and mine.owned, "taken over")
        assert ask(mine.dsn, "SELECT 1") == 1
        assert servers(root) == [mine.pid]
    finally:
        mine.stop()


def test_stop_of_an_attached_process_leaves_the_server_running(server: EmbeddedPostgres) -> None:
    with Owner(server.root) as second:
        assert not second.started().owned
    assert server.poll() is Phase.READY


def test_attaching_gives_up_in_time_while_the_owner_has_no_server(root: Path) -> None:
    server = EmbeddedPostgres(root)
    assert server._lock.acquire()
    with pytest.raises(StoreUnavailable, match="Another process owns"):
        EmbeddedPostgres(root).start(timeout=0.1)
    server.stop()


def test_another_major_version_is_refused_with_the_ways_out(root: Path) -> None:
    (root / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(FailedPrecondition, match=r"made by PostgreSQL 14, .*AUTHSVC_PG_BINDIR.*authsvc db dump") as refused:
        EmbeddedPostgres(root).start()
    assert EmbeddedPostgres(root).binaries.version in refused.value.message
    (root / "data" / "PG_VERSION").write_text(f"{EmbeddedPostgres(root).binaries.major}\n")
    with EmbeddedPostgres(root):
        pass


def test_a_server_that_cannot_start_says_why(root: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"did not start: .*no_such_setting.*postgres\.log"):
        EmbeddedPostgres(root, options={"no_such_setting": "1"}).start()
    with EmbeddedPostgres(root):  # and leaves nothing in the way of the next start
        pass


def test_windows_is_refused_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(FailedPrecondition, match="AUTHSVC_DATABASE_URL"):
        EmbeddedPostgres(tmp_path)


@pytest.mark.skipif(not Path("/usr/lib/postgresql/15/bin/initdb").exists(), reason="Debian's PostgreSQL 15 is not installed")
def test_debians_oldest_supported_version_serves_below_a_closed_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHSVC_PG_BINDIR", "/usr/lib/postgresql/15/bin")
    tmp_path.chmod(0o700)
    with EmbeddedPostgres(tmp_path / "pg") as server:
        assert ask(server.dsn, "SHOW server_version").startswith("15.")
