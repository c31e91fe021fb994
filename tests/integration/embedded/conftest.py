"""Folders for embedded servers: copies of one that was made once, because initdb is what takes long."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from authsvc.embedded import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Iterator

FAST = {"fsync": "off"}


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root folder whose server was started once and ended in good order."""
    root = tmp_path_factory.mktemp("seed") / "pg"
    with EmbeddedPostgres(root, options=FAST):
        pass
    return root


@pytest.fixture
def root(seed: Path, tmp_path: Path) -> Path:
    """A root folder with a data folder that no server runs on."""
    subprocess.run(["cp", "-a", str(seed), str(tmp_path / "pg")], check=True)
    return tmp_path / "pg"


@pytest.fixture
def server(root: Path) -> Iterator[EmbeddedPostgres]:
    """A running server on `root`."""
    with EmbeddedPostgres(root, options=FAST) as postgres:
        yield postgres


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user reaches, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="authsvc-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def open_root(seed: Path, open_folder: Path) -> Path:
    """A root folder like `root` that every user reaches."""
    subprocess.run(["cp", "-a", str(seed), str(open_folder / "pg")], check=True)
    return open_folder / "pg"
