"""The state folder, the secrets folder and the root key on disk."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from authsvc import secrets_folder
from authsvc.cli.doctor.finding import Finding, advice, fault, ok
from authsvc.domain.errors import FailedPrecondition
from authsvc.settings import Settings

ENOUGH = 1 << 30
"""Bytes that should be free where the database is."""


def examine(found: Settings) -> Iterator[Finding]:
    """Permissions first: a secret that others read is no secret."""
    state = found.state_dir
    if not state.is_dir():
        yield fault("state folder", f"{state} does not exist", "authsvc serve, which makes it; or set AUTHSVC_STATE_DIR")
        return
    yield from _state(state)
    yield _secrets(found)
    yield _root_key(found.state.root_key)


def _state(state: Path) -> Iterator[Finding]:
    mode = stat.S_IMODE(state.stat().st_mode)
    if mode & 0o022:
        yield fault("state folder", f"{state} can be written to by others", f"chmod go-w {state}")
    else:
        yield ok("state folder", str(state))
    free = shutil.disk_usage(state).free
    if free < ENOUGH:
        yield advice("disk", f"{free >> 20} MiB are free below {state}", "make room before the database stops")


def _secrets(found: Settings) -> Finding:
    folder = found.secrets_folder
    if not folder.exists() and found.database_url is None and not (found.state.postgres / "data").exists():
        return ok("secrets", "none yet; the first start makes them")
    try:
        read = secrets_folder.load(folder)
    except FailedPrecondition as error:
        return fault("secrets", error.message, _mend_secrets(folder))
    return ok("secrets", f"{len(read.fingerprints())} in {folder}")


def _mend_secrets(folder: Path) -> str:
    if not folder.exists():
        return f"put the backup of {folder} back; for a new store: authsvc secrets init"
    return f"chmod 700 {folder} {folder}/*/ && chmod 600 {folder}/*/*; or put the backup of the folder back"


def _root_key(file: Path) -> Finding:
    try:
        status = file.stat()
    except FileNotFoundError:
        return advice("root key", f"{file} is not there: the command line has no key", "authsvc root-key rotate --offline")
    except OSError as error:
        return fault("root key", f"{file} cannot be read ({error.strerror})", f"chown {os.geteuid()} {file}")
    if stat.S_IMODE(status.st_mode) & 0o077:
        return fault(
            "root key",
            f"{file} is open to others",
            f"chmod 600 {file} && authsvc root-key rotate --offline, since it was",
        )
    return ok("root key", str(file))
