from __future__ import annotations

import os
from pathlib import Path

import pytest

from authsvc.domain.errors import FailedPrecondition
from authsvc.embedded.folder import make_folder, make_root, open_file, replace_file
from authsvc.embedded.identity import ourselves


def test_a_folder_is_made_closed_and_closed_again(tmp_path: Path) -> None:
    for _ in range(2):
        make_folder(tmp_path / "s", ourselves())
        assert (tmp_path / "s").stat().st_mode & 0o777 == 0o700
        (tmp_path / "s").chmod(0o777)


def test_a_link_in_place_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o755)
    (tmp_path / "s").symlink_to(tmp_path / "theirs")
    with pytest.raises(FailedPrecondition, match="cannot be a folder of authsvc"):
        make_folder(tmp_path / "s", ourselves())
    assert (tmp_path / "theirs").stat().st_mode & 0o777 == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_a_third_user_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    os.chown(tmp_path / "s", 54321, 54321)
    with pytest.raises(FailedPrecondition, match="another user"):
        make_folder(tmp_path / "s", ourselves())


@pytest.mark.parametrize("link", [Path.symlink_to, Path.hardlink_to])
def test_a_file_is_never_opened_through_a_link(tmp_path: Path, link: object) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("kept")
    assert callable(link)
    link(tmp_path / "lock", theirs)
    with pytest.raises(FailedPrecondition):
        open_file(tmp_path / "lock", os.O_RDWR)
    assert theirs.read_text() == "kept"


def test_replacing_a_link_leaves_what_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("kept")
    for name in ("rules", "rules.new"):
        (tmp_path / name).symlink_to(tmp_path / "theirs")
    replace_file(tmp_path / "rules", "ours", ourselves())
    assert (tmp_path / "theirs").read_text() == "kept"
    assert (tmp_path / "rules").read_text() == "ours"
    assert not (tmp_path / "rules").is_symlink()


def test_the_root_folder_is_made_and_what_is_above_it_left_alone(tmp_path: Path) -> None:
    above = tmp_path / "above"
    above.mkdir(mode=0o700)
    make_root(above / "state" / "pg")
    assert above.stat().st_mode & 0o777 == 0o700
    assert (above / "state" / "pg").stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)


def test_a_root_folder_that_cannot_be_made_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FailedPrecondition, match="AUTHSVC_STATE_DIR"):
        make_root(tmp_path / "file" / "pg")
