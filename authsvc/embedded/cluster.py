"""The data folder: made once in one step, checked and given its access rules at every start."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from authsvc.domain.errors import FailedPrecondition
from authsvc.embedded.address import DATABASE, ROLE
from authsvc.embedded.folder import replace_file, sync_folder
from authsvc.embedded.identity import ourselves

if TYPE_CHECKING:
    from authsvc.embedded.binaries import Binaries
    from authsvc.embedded.identity import Identity
    from authsvc.embedded.program import Programs

_FIRST_MAJOR_WITH_BUILTIN_LOCALE = 17
# The owner of the database is no superuser: what works here works on a managed server, and no SQL of ours can run a program.
_FIRST_STATEMENTS = f"CREATE ROLE {ROLE} LOGIN CREATEDB;\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n"
_ACCESS = f"# Written by authsvc at every start.\nlocal all {ROLE} peer map={ROLE}\n"


def discard_unfinished(root: Path) -> None:
    """Removes what a killed `create` left, as far as nothing writes there any more. The caller holds the lock of the folder."""
    for path in root.glob("init.*"):
        shutil.rmtree(path, ignore_errors=True)


def create(root: Path, programs: Programs, major: int, timeout: float) -> None:
    """Makes `<root>/data` with the database and its role. Killed at any moment, it leaves nothing that looks finished.

    Raises:
        StoreUnavailable: A program failed or took more than `timeout` seconds.
    """
    discard_unfinished(root)
    fresh = Path(tempfile.mkdtemp(prefix="init.", dir=root))
    if programs.identity.dropped:
        os.chown(fresh, programs.identity.uid, programs.identity.gid)
    programs.run("initdb", fresh, *_initdb_arguments(major), timeout=timeout)
    programs.run(
        "postgres", fresh, "--single", "-F", "-c", "exit_on_error=true", "postgres", stdin=_FIRST_STATEMENTS, timeout=timeout
    )
    programs.run("initdb", fresh, "--sync-only", timeout=timeout)
    fresh.rename(root / "data")
    sync_folder(root)
    # Again: the children of an initdb that was killed a moment ago went on for some milliseconds.
    discard_unfinished(root)


def _initdb_arguments(major: int) -> list[str]:
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= _FIRST_MAJOR_WITH_BUILTIN_LOCALE else []
    access = ["--username=postgres", "--auth-local=peer", "--auth-host=reject"]
    return [*access, *builtin, "--locale=C", "--encoding=UTF8", "--data-checksums", "--no-sync", "--no-instructions"]


def check_version(data: Path, binaries: Binaries) -> None:
    """Refuses a data folder that another major version made.

    Raises:
        FailedPrecondition: Names both versions and the ways out.
    """
    try:
        made_by = (data / "PG_VERSION").read_text("utf-8").strip()
    except OSError:
        raise FailedPrecondition(f"{data} is not a PostgreSQL data folder. Move it away to start with an empty store") from None
    if made_by != str(binaries.major):
        message = (
            f"{data} was made by PostgreSQL {made_by}, but the programs found are PostgreSQL {binaries.version} in "
            f"{binaries.bindir}. Name the folder of PostgreSQL {made_by}'s programs in AUTHSVC_PG_BINDIR; to move "
            "to the new version, run `authsvc db dump` that way and load the dump into an empty store; or move the folder away "
            "to start with an empty store"
        )
        raise FailedPrecondition(message)


def write_access_rules(data: Path, identity: Identity) -> None:
    """Lets three users in: this one, PostgreSQL's own, and root. Only through the socket, only as the database's owner."""
    names = sorted({ourselves().name, identity.name, "root"})
    lines = [f'{ROLE} "{name}" {ROLE}' for name in names]
    replace_file(data / "pg_hba.conf", _ACCESS, identity)
    replace_file(data / "pg_ident.conf", "\n".join(["# Written by authsvc at every start.", *lines, ""]), identity)
