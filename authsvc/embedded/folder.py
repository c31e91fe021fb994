"""Folders and files of ours, made so that nobody who can write nearby makes root touch something else."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from authsvc.domain.errors import FailedPrecondition

if TYPE_CHECKING:
    from pathlib import Path

    from authsvc.embedded.identity import Identity


def make_root(root: Path) -> None:
    """Makes the root folder: 0700, as root 0711 (PostgreSQL's user has to pass). Folders above it are left as they are.

    Raises:
        FailedPrecondition: The folder cannot be made, or belongs to another user while we are not root.
    """
    try:
        exists = root.is_dir()
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = root.stat()
    except OSError as error:
        raise FailedPrecondition(f"{root} cannot be made ({error.strerror}). Name another folder in AUTHSVC_STATE_DIR") from None
    us = os.geteuid()
    if us not in (0, status.st_uid):
        raise FailedPrecondition(f"{root} belongs to another user. Run as that user, or name another folder in AUTHSVC_STATE_DIR")
    if us == status.st_uid and (us == 0 or not exists):
        root.chmod(stat.S_IMODE(status.st_mode) | (0o711 if us == 0 else 0o700))


def make_folder(path: Path, identity: Identity, mode: int = 0o700) -> None:
    """Makes a folder of `identity`, or takes the one that is there if it is ours or already theirs.

    A symbolic link, or a folder of anybody else, is refused: whoever put it there would receive what we chown.

    Raises:
        FailedPrecondition: The folder is not one of ours.
    """
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise FailedPrecondition(f"{path} cannot be a folder of authsvc ({error.strerror})") from None
    try:
        if os.fstat(folder).st_uid not in (os.geteuid(), identity.uid):
            raise FailedPrecondition(f"{path} belongs to another user. Remove it")
        if os.geteuid() == 0:
            os.fchown(folder, identity.uid, identity.gid)
        os.fchmod(folder, mode)
    finally:
        os.close(folder)


def open_file(path: Path, flags: int) -> int:
    """Opens a private file (0600) in a folder of ours, made for the owner of that folder. Returns a descriptor no child inherits.

    Raises:
        FailedPrecondition: Something else than a plain file of ours has that name, or we may not open it.
    """
    try:
        file = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise FailedPrecondition(f"{path} cannot be opened ({error.strerror}). Run as its owner, or remove it") from None
    owner, status = path.parent.stat(), os.fstat(file)
    # A second hard link would be somebody else's file that a user of this folder wants root to write to.
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1 or status.st_uid not in (os.geteuid(), owner.st_uid):
        os.close(file)
        raise FailedPrecondition(f"{path} is not a file of authsvc. Remove it")
    if os.geteuid() == 0:
        os.fchown(file, owner.st_uid, owner.st_gid)
    return file


def replace_file(path: Path, text: str, identity: Identity) -> None:
    """Puts `text` into a file of `identity` in one step; a link of that name is replaced, not followed."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as stream:
        stream.write(text)
        if os.geteuid() == 0:
            os.fchown(file, identity.uid, identity.gid)
    fresh.replace(path)


def sync_folder(path: Path) -> None:
    """Makes renames inside a folder survive a power cut."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
