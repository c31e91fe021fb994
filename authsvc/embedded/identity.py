"""Which operating-system user PostgreSQL runs as. It refuses to run as root."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from authsvc.domain.errors import FailedPrecondition

if sys.platform != "win32":
    import pwd

if TYPE_CHECKING:
    from pathlib import Path

_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Identity:
    """An operating-system user: passwd name, user id, primary group id."""

    name: str
    uid: int
    gid: int

    @property
    def dropped(self) -> bool:
        """Whether PostgreSQL runs as another user than this process."""
        return self.uid != os.geteuid()

    def may(self, status: os.stat_result, bits: int) -> bool:
        """Whether the mode of a file gives this user all of `bits` (4 read, 2 write, 1 search or run).

        Access lists are not read. A wrong no costs a copy or a detour; a wrong yes ends in the error of the program.
        """
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return status.st_mode >> shift & bits == bits

    def passes(self, folder: Path) -> bool:
        """Whether this user can search `folder` and every folder above it (no symbolic links among them)."""
        return all(self.may(step.stat(), 1) for step in (folder, *folder.parents))

    def reaches(self, path: Path) -> bool:
        """Whether this user can read `path` and run or search it, where it is."""
        return self.may(path.stat(), 5) and self.passes(path.parent)


def ourselves() -> Identity:
    """The user of this process."""
    return Identity(_by_uid(os.geteuid()).name, os.geteuid(), os.getegid())


def choose(root: Path) -> Identity:
    """The user for the PostgreSQL below `root`.

    Not root: ourselves. As root: the owner of `data/`; else AUTHSVC_PG_USER; else the owner of the root folder unless that is
    root; else `postgres`, else `nobody`.

    Raises:
        FailedPrecondition: That user is root, or has no passwd entry (initdb and peer authentication need its name).
    """
    if os.geteuid() != 0:
        return ourselves()
    data = root / "data"
    if data.exists():
        return _not_root(_by_uid(data.stat().st_uid), f"{data} belongs to root: give it to an ordinary user with chown -R")
    if wanted := os.environ.get("AUTHSVC_PG_USER"):
        return _not_root(_by_name(wanted), "AUTHSVC_PG_USER names root: name an ordinary user")
    if owner := root.stat().st_uid:
        return _by_uid(owner)
    return _unprivileged()


def _unprivileged() -> Identity:
    for name in _UNPRIVILEGED:
        try:
            return _by_name(name)
        except FailedPrecondition:
            continue
    raise FailedPrecondition(
        "PostgreSQL does not run as root and there is no user postgres or nobody: name one in AUTHSVC_PG_USER"
    )


def _not_root(identity: Identity, message: str) -> Identity:
    if identity.uid == 0:
        raise FailedPrecondition(f"PostgreSQL does not run as root. {message}")
    return identity


def _by_uid(uid: int) -> Identity:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        message = (
            f"User id {uid} has no passwd entry, and PostgreSQL asks for its name. Add an entry, run as a user that has one, "
            "or use a server of your own: AUTHSVC_DATABASE_URL=postgresql://..."
        )
        raise FailedPrecondition(message) from None
    return Identity(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _by_name(name: str) -> Identity:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise FailedPrecondition(f"AUTHSVC_PG_USER: there is no user {name}") from None
    return Identity(entry.pw_name, entry.pw_uid, entry.pw_gid)
