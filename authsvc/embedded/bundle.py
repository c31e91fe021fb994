"""A copy of the programs for a user that cannot reach the installed ones: a virtual environment below a closed home, say."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from authsvc.domain.errors import FailedPrecondition
from authsvc.embedded.binaries import WHEEL
from authsvc.embedded.folder import make_folder
from authsvc.embedded.identity import ourselves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from authsvc.embedded.identity import Identity

CACHE = Path("/var/cache/authsvc")


def reachable_bindir(bindir: Path, identity: Identity, root: Path) -> Path:
    """`bindir` itself if `identity` can run it there, else the same programs copied to where it can.

    The copy is 31 MB and made once, in `<root>/pg/<hash>`, or in /var/cache/authsvc if the root folder is below a closed one.

    Raises:
        FailedPrecondition: The programs are not the wheel's, or there is no place for a copy.
    """
    if not identity.dropped or identity.reaches(bindir / "postgres"):
        return bindir
    if bindir.parts[-3:] != (WHEEL, "pginstall", "bin"):
        raise FailedPrecondition(
            f"User {identity.name} cannot run the programs in {bindir}. Name a folder it reaches in AUTHSVC_PG_BINDIR"
        )
    site = bindir.parents[2]
    place = _place(identity, root) / _fingerprint(site)
    if not place.exists():
        _copy(site, place)
    return place / bindir.relative_to(site)


def _place(identity: Identity, root: Path) -> Path:
    folder = root / "pg" if identity.passes(root) else CACHE
    make_folder(folder, ourselves(), mode=0o755)
    return folder


def _parts(site: Path) -> Iterator[Path]:
    """What runs: the programs, their libraries and data; the wheel finds its bundled libraries in a folder beside the package."""
    yield from (site / WHEEL / "pginstall" / part for part in ("bin", "lib", "share"))
    yield from site.glob(f"{WHEEL}.libs")


def _fingerprint(site: Path) -> str:
    """Names one state of the installed files: an upgrade in place gets a copy of its own."""
    files = sorted(file for part in _parts(site) for file in part.rglob("*") if file.is_file())
    text = "\n".join(f"{file}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in files)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _copy(site: Path, place: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="copy.", dir=place.parent, ignore_cleanup_errors=True) as folder:
        fresh = Path(folder) / "programs"
        for part in _parts(site):
            shutil.copytree(part, fresh / part.relative_to(site))
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        try:
            fresh.rename(place)
        except OSError:  # another process was faster; its copy is the same
            if not place.exists():
                raise
