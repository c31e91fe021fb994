from __future__ import annotations

import os
from pathlib import Path

import pytest

from authsvc.domain.errors import FailedPrecondition
from authsvc.embedded import identity
from authsvc.embedded.identity import Identity, choose, ourselves

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root chooses")


def status(mode: int, uid: int, gid: int) -> os.stat_result:
    return os.stat_result((mode, 0, 0, 1, uid, gid, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "bits", "allowed"),
    [
        (0o700, 5, 9, 7, True),
        (0o077, 5, 6, 1, False),  # the owner's bits count for the owner, even if others have more
        (0o070, 9, 6, 7, True),
        (0o707, 9, 6, 1, False),  # likewise the group's
        (0o711, 9, 9, 1, True),
        (0o711, 9, 9, 5, False),
    ],
)
def test_the_bits_of_the_closest_class_count(mode: int, uid: int, gid: int, bits: int, allowed: bool) -> None:
    assert Identity("x", 5, 6).may(status(mode, uid, gid), bits) is allowed


def test_a_path_is_reached_only_through_folders_that_can_be_searched(tmp_path: Path) -> None:
    stranger = Identity("stranger", 54321, 54321)
    inner = tmp_path / "inner"
    inner.mkdir(mode=0o755)
    tmp_path.chmod(0o700)
    assert ourselves().passes(inner)
    assert not stranger.passes(inner)
    assert not stranger.reaches(inner)


@pytest.mark.skipif(os.geteuid() == 0, reason="root becomes somebody else")
def test_an_ordinary_user_stays_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHSVC_PG_USER", "nobody")
    assert choose(tmp_path).uid == os.geteuid()


@as_root
def test_without_a_word_root_becomes_postgres_else_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose(tmp_path).name in {"postgres", "nobody"}
    monkeypatch.setattr(identity, "_UNPRIVILEGED", ("no-such-user", "nobody"))
    assert choose(tmp_path).name == "nobody"
    monkeypatch.setattr(identity, "_UNPRIVILEGED", ("no-such-user",))
    with pytest.raises(FailedPrecondition, match="AUTHSVC_PG_USER"):
        choose(tmp_path)


@as_root
def test_the_owner_of_the_data_counts_more_than_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHSVC_PG_USER", "daemon")
    assert choose(tmp_path).name == "daemon"
    (tmp_path / "data").mkdir()
    os.chown(tmp_path / "data", 65534, 65534)
    assert choose(tmp_path).uid == 65534


@as_root
def test_the_owner_of_the_root_folder_counts_less_than_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(tmp_path, 1, 1)
    assert choose(tmp_path).uid == 1
    monkeypatch.setenv("AUTHSVC_PG_USER", "nobody")
    assert choose(tmp_path).name == "nobody"


@as_root
@pytest.mark.parametrize("name", ["root", "no-such-user"])
def test_a_user_that_cannot_be_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("AUTHSVC_PG_USER", name)
    with pytest.raises(FailedPrecondition, match="AUTHSVC_PG_USER"):
        choose(tmp_path)


@as_root
def test_data_of_root_and_of_nobody_known_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(FailedPrecondition, match="chown"):
        choose(tmp_path)
    os.chown(tmp_path / "data", 54321, 54321)
    with pytest.raises(FailedPrecondition, match="54321 has no passwd entry"):
        choose(tmp_path)
