"""What the store must never hold: peppers, tag keys, key-encryption keys, 32 random bytes each.

- `peppers/<id>`: under which digests are stored
- `tag-keys/<generation>`: under which check tags are made; one base62 character names it
- `keks/<id>`: under which private signing keys are sealed

Each file is base64url, 0600; `current` beside them holds the id that new things are made under. Several ids live at once, so that
each kind can be rotated. Nothing of a file's content is in any message, `repr` or fingerprint.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from authsvc.domain.errors import FailedPrecondition
from authsvc.state_folder import sync_folder, write_new

SECRET_BYTES = 32
CURRENT = "current"
_FIRST = {"peppers": "p1", "tag-keys": "1", "keks": "k1"}
_LABELS = {"peppers": "pepper", "tag-keys": "tag key", "keks": "key-encryption key"}
_IDS = {
    "peppers": re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}"),
    "tag-keys": re.compile(r"[A-Za-z0-9]"),
    "keks": re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}"),
}
_PURPOSE = b"authsvc secret fingerprint 1\0"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of one kind by id, and the id that new things are made under."""

    keys: Mapping[str, bytes] = field(repr=False)
    """The current one first."""
    current: str


@dataclass(frozen=True, slots=True)
class SecretsFolder:
    """A secrets folder as it was read."""

    path: Path
    peppers: Secrets
    tag_keys: Secrets
    """By generation character."""
    keks: Secrets

    def fingerprints(self) -> Mapping[str, str]:
        """Name -> 16 hexadecimal digits that tell two secrets apart and say nothing about either (each has 256 random bits)."""
        kinds = {"peppers": self.peppers, "tag-keys": self.tag_keys, "keks": self.keks}
        return {
            f"{kind}/{name}": hmac.digest(secret, _PURPOSE + f"{kind}/{name}".encode(), "sha256").hex()[:16]
            for kind, of_kind in kinds.items()
            for name, secret in sorted(of_kind.keys.items())
        }


def create(path: Path) -> SecretsFolder:
    """Make a folder with one secret of each kind, whole or not at all.

    Raises:
        FailedPrecondition: Something is there already, or the folder cannot be made.
    """
    if path.exists():
        raise FailedPrecondition(f"{path} is there already; secrets are never written over")
    fresh = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        for kind, first in _FIRST.items():
            (fresh / kind).mkdir(mode=0o700)
            write_new(fresh / kind / first, base64.urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)) + b"\n")
            write_new(fresh / kind / CURRENT, f"{first}\n".encode())
        sync_folder(fresh)
        fresh.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise FailedPrecondition(f"the secrets folder {path} cannot be made ({error.strerror})") from None
    finally:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
    return load(path)


def load(path: Path) -> SecretsFolder:
    """Read a folder.

    Raises:
        FailedPrecondition: It is missing, open to others, or a file in it is not what it should be; says how to mend it.
    """
    try:
        return _load(path)
    except PermissionError as error:
        raise FailedPrecondition(f"{error.filename} may not be read by this user") from None


def _load(path: Path) -> SecretsFolder:
    if not path.is_dir():
        raise FailedPrecondition(
            f"there is no secrets folder {path}. If this store already has keys, put its folder back from your backup or another "
            "replica; for a new store make one with: authsvc secrets init"
        )
    _check_access(path)
    return SecretsFolder(path, _load_kind(path, "peppers"), _load_kind(path, "tag-keys"), _load_kind(path, "keks"))


def check_fingerprints(ours: Mapping[str, str], stored: Mapping[str, str]) -> dict[str, str]:
    """Compare this folder with what the store was made with.

    Args:
        ours: `SecretsFolder.fingerprints()`.
        stored: The same, as the store remembers it; empty for a new store.

    Returns:
        What the store has yet to remember.

    Raises:
        FailedPrecondition: A secret of the store is another one here, or missing. Serving would call every key invalid.
    """
    wrong = [
        f"{name} is {ours[name]} here and {there} in the store"
        for name, there in stored.items()
        if ours.get(name, there) != there
    ]
    missing = [f"{name} ({there} in the store) is missing here" for name, there in stored.items() if name not in ours]
    if wrong or missing:
        raise FailedPrecondition(
            f"this secrets folder does not belong to this store: {'; '.join([*wrong, *missing])}. Put the folder of this store "
            "into AUTHSVC_SECRETS_DIR, or name the right database in AUTHSVC_DATABASE_URL"
        )
    return {name: fingerprint for name, fingerprint in ours.items() if name not in stored}


def _load_kind(path: Path, kind: str) -> Secrets:
    folder = path / kind
    if not folder.is_dir():
        raise FailedPrecondition(f"{folder} is missing")
    _check_access(folder)
    # Hidden names are how Kubernetes and editors keep versions; no id begins with a dot.
    names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith(".") and entry.name != CURRENT)
    for name in names:
        if not _IDS[kind].fullmatch(name):
            raise FailedPrecondition(f"{folder} holds a file whose name is no id of a {_LABELS[kind]}: take it away")
    keys = {name: _secret(folder / name, _LABELS[kind]) for name in names}
    current = _read(folder / CURRENT).decode("ascii", "replace").strip()
    if current not in keys:
        raise FailedPrecondition(
            f"{folder / CURRENT} must hold the name of a file beside it: the {_LABELS[kind]} that new things use"
        )
    return Secrets({current: keys[current], **keys}, current)


def _secret(path: Path, label: str) -> bytes:
    try:
        secret = base64.b64decode(_read(path).strip(), altchars=b"-_", validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise FailedPrecondition(f"{path} is no {label}: it must hold {SECRET_BYTES} bytes in base64url")
    return secret


def _read(path: Path) -> bytes:
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise FailedPrecondition(f"{path} is missing") from None
    except OSError as error:
        raise FailedPrecondition(f"{path} cannot be read ({error.strerror})") from None
    with os.fdopen(file, "rb") as stream:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise FailedPrecondition(f"{path} is not a plain file")
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise FailedPrecondition(f"{path} is open to other users. Mend it with: chmod 600 {path}")
        _check_owner(path, status)
        return stream.read(1024)


def _check_access(folder: Path) -> None:
    status = folder.stat()
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise FailedPrecondition(f"{folder} is open to other users. Mend it with: chmod 700 {folder}")
    _check_owner(folder, status)


def _check_owner(path: Path, status: os.stat_result) -> None:
    if status.st_uid not in (0, os.geteuid()):
        raise FailedPrecondition(
            f"{path} belongs to another user, who could put in another secret. Mend it with: chown {os.geteuid()} {path}"
        )
