"""What the store must never hold: peppers, tag keys, key-encryption keys, 32 random bytes each.

- `peppers/<id>`: under which digests are stored
- `tag-keys/<generation>`: under which check tags are made; one base62 character names it
- `keks/<id>`: under which private signing keys are sealed
- `imports/<name>`: keys of others, 1 to 512 bytes: under which imported HMAC-SHA256 digests were made; most folders have none

Each file is base64url, 0600. Several ids live at once, so that each kind can be rotated. `current` beside them holds the id that
new things are made under in an empty store; afterwards the store says it. Nothing of a file's content is in any message, `repr`
or fingerprint.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import itertools
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from authsvc.domain.base62 import ALPHABET
from authsvc.domain.errors import FailedPrecondition
from authsvc.domain.own_secret import OwnKind
from authsvc.state_folder import sync_folder, write_new

SECRET_BYTES = 32
CURRENT = "current"
IMPORTS = "imports"
MAX_FOREIGN_KEY = 512
_IDS = {
    OwnKind.PEPPER: re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}"),
    OwnKind.TAG_KEY: re.compile(r"[A-Za-z0-9]"),
    OwnKind.KEK: re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}"),
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
    imports: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Keys of others, by name: whoever made the HMAC-SHA256 digests that were imported."""

    def fingerprints(self) -> Mapping[str, str]:
        """Name -> 16 hexadecimal digits that tell two secrets apart and say nothing about either (each has 256 random bits).

        Keys of others may have fewer, so theirs are hard to compute.
        """
        ours = {
            f"{kind}/{name}": hmac.digest(secret, _PURPOSE + f"{kind}/{name}".encode(), "sha256").hex()[:16]
            for kind in OwnKind
            for name, secret in sorted(self.of(kind).keys.items())
        }
        return ours | {f"{IMPORTS}/{name}": _slow_fingerprint(name, key) for name, key in sorted(self.imports.items())}

    def of(self, kind: OwnKind) -> Secrets:
        """Those of one kind."""
        return {OwnKind.PEPPER: self.peppers, OwnKind.TAG_KEY: self.tag_keys, OwnKind.KEK: self.keks}[kind]


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
        for kind in OwnKind:
            (fresh / kind).mkdir(mode=0o700)
            first = next(_ids(kind))
            write_new(fresh / kind / first, _new_secret())
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


def add(path: Path, kind: OwnKind, taken: frozenset[str]) -> str:
    """Add a secret; its id. Nothing is made under it yet.

    Args:
        path: The folder.
        kind: Of what.
        taken: Ids that were used before, by this folder or another one.

    Raises:
        FailedPrecondition: It cannot be written, or there is no id left.
    """
    taken |= load(path).of(kind).keys.keys()
    own_id = next((each for each in _ids(kind) if each not in taken), "")
    if not own_id:
        raise FailedPrecondition(f"every id of a {kind.label} was used; there is none left")
    try:
        write_new(path / kind / own_id, _new_secret())
        _hand_over(path / kind / own_id)
    except OSError as error:
        raise FailedPrecondition(f"{path / kind / own_id} cannot be written ({error.strerror})") from None
    return own_id


def set_current(path: Path, kind: OwnKind, own_id: str) -> None:
    """Note which id new things are made under, for a store that begins with this folder."""
    fresh = path / kind / f".{CURRENT}.new"
    try:
        fresh.unlink(missing_ok=True)
        write_new(fresh, f"{own_id}\n".encode())
        _hand_over(fresh)
        fresh.rename(path / kind / CURRENT)
        sync_folder(path / kind)
    except OSError as error:
        raise FailedPrecondition(f"{path / kind / CURRENT} cannot be written ({error.strerror})") from None


def remove(path: Path, kind: OwnKind, own_id: str) -> None:
    """Take a secret away that nothing needs any more, if it is there."""
    try:
        (path / kind / own_id).unlink(missing_ok=True)
        sync_folder(path / kind)
    except OSError as error:
        raise FailedPrecondition(f"{path / kind / own_id} cannot be removed ({error.strerror})") from None


def version(path: Path) -> object:
    """Another value whenever a file was added, replaced or taken away; cheap, and no error for a folder that is not there."""
    found = []
    for kind in (*OwnKind, IMPORTS):
        with contextlib.suppress(OSError), os.scandir(path / kind) as entries:
            found += [(str(kind), entry.name, _stamp(entry)) for entry in entries]
    return sorted(found)


def _hand_over(path: Path) -> None:
    """What root adds is for whoever serves: the owner of the folder."""
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)


def _stamp(entry: os.DirEntry[str]) -> tuple[int, ...]:
    try:
        status = entry.stat()
    except OSError:
        return ()
    return (status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode, status.st_uid)


def _ids(kind: OwnKind) -> Iterator[str]:
    """Ids in the order in which they are given."""
    if kind is OwnKind.TAG_KEY:
        return iter(ALPHABET[1:] + ALPHABET[:1])
    return (f"{kind[0]}{number}" for number in itertools.count(1))


def _new_secret() -> bytes:
    return base64.urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)) + b"\n"


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
    peppers, tag_keys, keks = (_load_kind(path, kind) for kind in OwnKind)
    return SecretsFolder(path, peppers, tag_keys, keks, _load_imports(path))


def _load_kind(path: Path, kind: OwnKind) -> Secrets:
    folder = path / kind
    if not folder.is_dir():
        raise FailedPrecondition(f"{folder} is missing")
    _check_access(folder)
    # Hidden names are how Kubernetes and editors keep versions; no id begins with a dot.
    names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith(".") and entry.name != CURRENT)
    for name in names:
        if not _IDS[kind].fullmatch(name):
            raise FailedPrecondition(f"{folder} holds a file whose name is no id of a {kind.label}: take it away")
    keys = {name: _secret(folder / name, kind.label) for name in names}
    current = _read(folder / CURRENT).decode("ascii", "replace").strip()
    if current not in keys:
        raise FailedPrecondition(
            f"{folder / CURRENT} must hold the name of a file beside it: the {kind.label} that new things use"
        )
    return Secrets({current: keys[current], **keys}, current)


def _load_imports(path: Path) -> dict[str, bytes]:
    folder = path / IMPORTS
    if not folder.is_dir():
        return {}
    _check_access(folder)
    names = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    for name in names:
        if not _IDS[OwnKind.PEPPER].fullmatch(name):
            raise FailedPrecondition(f"{folder} holds a file whose name is no id of a foreign key: take it away")
    return {name: _foreign_key(folder / name) for name in names}


def _foreign_key(path: Path) -> bytes:
    try:
        key = base64.b64decode(_read(path).strip(), altchars=b"-_", validate=True)
    except binascii.Error:
        key = b""
    if not 1 <= len(key) <= MAX_FOREIGN_KEY:
        raise FailedPrecondition(f"{path} is no foreign key: it must hold 1 to {MAX_FOREIGN_KEY} bytes in base64url")
    return key


def _slow_fingerprint(name: str, key: bytes) -> str:
    return hashlib.scrypt(key, salt=_PURPOSE + f"{IMPORTS}/{name}".encode(), n=1 << 14, r=8, p=1, dklen=8).hex()


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
