"""Folders for embedded servers. Making one takes longer than everything else, so tests share two, one after the other."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from authsvc.embedded import EmbeddedPostgres
from tests.support.embedded import servers

if TYPE_CHECKING:
    from collections.abc import Iterator

FAST = {"fsync": "off"}


def make(root: Path) -> Path:
    with EmbeddedPostgres(root, options=FAST):
        return root


@pytest.fixture(scope="session")
def closed_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("closed") / "pg")


@pytest.fixture(scope="session")
def public_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="authsvc-test-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def public_root(public_folder: Path) -> Path:
    return make(public_folder / "pg")


@pytest.fixture
def root(closed_root: Path) -> Iterator[Path]:
    """A root folder that no server runs on, below a folder of mode 0700 as pytest makes them."""
    yield closed_root
    assert servers(closed_root) == []


@pytest.fixture
def open_root(public_root: Path) -> Iterator[Path]:
    """The same where every user can reach it."""
    yield public_root
    assert servers(public_root) == []


@pytest.fixture
def open_folder(public_folder: Path) -> Iterator[Path]:
    """An empty folder that every user reaches, with a short path."""
    folder = Path(tempfile.mkdtemp(dir=public_folder))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(root: Path) -> Iterator[EmbeddedPostgres]:
    """A running server on `root`."""
    with EmbeddedPostgres(root, options=FAST) as postgres:
        yield postgres
