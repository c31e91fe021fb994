from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote

import pytest

from authsvc.domain.errors import FailedPrecondition
from authsvc.embedded import address
from authsvc.embedded.identity import ourselves


@pytest.mark.parametrize("folder", ["/a b/s", "/ä/s", "/a?b&c=d#e%41/s"])
def test_the_connection_string_holds_any_path(folder: str) -> None:
    dsn = address.dsn(Path(folder))
    start = "postgresql://authsvc@/authsvc?host="
    assert dsn.startswith(start)
    assert dsn.endswith("&port=5432")
    host = dsn.removeprefix(start).removesuffix("&port=5432")
    assert unquote(host) == folder
    assert not set(host) & set(" ?&#=")


def test_a_socket_path_is_measured_in_bytes() -> None:
    assert address.fits(Path("/" + "x" * 85))  # and /.s.PGSQL.5432: 100
    assert not address.fits(Path("/" + "x" * 86))
    assert not address.fits(Path("/" + "ä" * 43))
    assert not address.fits(Path("/a,b"))


def test_the_usual_folder_is_below_the_root(tmp_path: Path) -> None:
    root = Path("/tmp") / f"a{os.getpid()}"
    root.mkdir()
    try:
        assert address.make_socket_folder(root, ourselves()) == root / "s"
    finally:
        (root / "s").rmdir()
        root.rmdir()


def test_two_long_roots_get_two_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short = Path("/tmp") / f"authsvc-test-{os.getpid()}"
    monkeypatch.setattr(address, "_runtime_folder", lambda: short)
    try:
        first = address.make_socket_folder(tmp_path / ("x" * 100), ourselves())
        second = address.make_socket_folder(tmp_path / ("y" * 100), ourselves())
        assert first != second
        assert first == address.make_socket_folder(tmp_path / ("x" * 100), ourselves())
        assert first.parent == short
        first.rmdir()
        second.rmdir()
    finally:
        short.rmdir()


@pytest.mark.skipif(os.geteuid() == 0, reason="root has /run/authsvc")
@pytest.mark.parametrize("runtime", ["", "relative", "/no/such/folder", "long"])
def test_a_runtime_folder_that_cannot_serve_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: str) -> None:
    (tmp_path / ("z" * 100)).mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("z" * 100)) if runtime == "long" else runtime)
    assert address._runtime_folder() == Path(f"/tmp/authsvc-{os.geteuid()}")


def test_a_foreign_folder_in_the_runtime_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short = Path("/tmp") / f"authsvc-test-{os.getpid()}"
    short.symlink_to(tmp_path)
    monkeypatch.setattr(address, "_runtime_folder", lambda: short)
    try:
        with pytest.raises(FailedPrecondition, match="cannot be a folder of authsvc"):
            address.make_socket_folder(tmp_path / ("x" * 100), ourselves())
    finally:
        short.unlink()
