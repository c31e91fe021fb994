from __future__ import annotations

import base64
import itertools
import os
import stat
from pathlib import Path

import pytest

from authsvc import secrets_folder
from authsvc.domain.base62 import ALPHABET
from authsvc.domain.errors import FailedPrecondition
from authsvc.domain.keyring import Keyring
from authsvc.domain.own_secret import OwnKind
from authsvc.engine.sealing import KeyEncryptionKeys
from authsvc.secrets_folder import add, create, load, remove, set_current, version

KINDS = ("peppers", "tag-keys", "keks")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return create(tmp_path / "secrets").path


def refused(folder: Path) -> str:
    with pytest.raises(FailedPrecondition) as caught:
        load(folder)
    return caught.value.message


def secrets_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "current"]


def test_a_new_folder_holds_one_random_secret_of_each_kind(tmp_path: Path) -> None:
    made, other = create(tmp_path / "a"), create(tmp_path / "b")
    values = [base64.urlsafe_b64decode(path.read_text()) for path in secrets_in(made.path) + secrets_in(other.path)]
    assert sorted(path.parent.name for path in secrets_in(made.path)) == sorted(KINDS)
    assert [len(value) for value in values] == [32] * 6
    assert len(set(values)) == 6


def test_a_new_folder_is_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        made = create(tmp_path / "secrets").path
    finally:
        os.umask(umask)
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.rglob("*") if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (made, *made.iterdir())} == {0o700}


def test_a_folder_is_never_made_over_another(folder: Path) -> None:
    before = load(folder).fingerprints()
    with pytest.raises(FailedPrecondition, match="never written over"):
        create(folder)
    assert load(folder).fingerprints() == before


def test_a_folder_that_could_not_be_finished_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(secrets_folder, "write_new", full)
    with pytest.raises(FailedPrecondition, match="No space left"):
        create(tmp_path / "secrets")
    assert list(tmp_path.iterdir()) == []


def test_what_is_read_makes_a_keyring_and_key_encryption_keys(folder: Path) -> None:
    found = load(folder)
    ring = Keyring(found.tag_keys.keys, found.peppers.keys, found.tag_keys.current, found.peppers.current, os.urandom(32))
    credential = ring.issue("authsvc_", "x" * 32)
    assert ring.fingerprint(credential) is not None
    keks = KeyEncryptionKeys(found.keks.keys, found.keks.current)
    assert keks.unseal(*keks.seal(b"private", "sig_1"), "sig_1") == b"private"


def test_several_ids_live_at_once_and_the_current_one_comes_first(folder: Path) -> None:
    second = folder / "peppers" / "p2"
    second.write_text(base64.urlsafe_b64encode(os.urandom(32)).decode())
    second.chmod(0o600)
    assert list(load(folder).peppers.keys) == ["p1", "p2"]
    (folder / "peppers" / "current").write_text("p2\n")
    found = load(folder)
    assert list(found.peppers.keys) == ["p2", "p1"]
    assert found.peppers.current == "p2"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_or_write_is_refused(folder: Path, kind: str, mode: int) -> None:
    path = next(path for path in secrets_in(folder) if path.parent.name == kind)
    path.chmod(mode)
    assert refused(folder) == f"{path} is open to other users. Mend it with: chmod 600 {path}"


def test_a_folder_that_others_may_enter_is_refused(folder: Path) -> None:
    folder.chmod(0o750)
    assert refused(folder).endswith(f"chmod 700 {folder}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(folder: Path) -> None:
    path = secrets_in(folder)[0]
    os.chown(path, 65534, 65534)
    assert "belongs to another user" in refused(folder)


@pytest.mark.parametrize("content", ["", "short", "A" * 44, base64.urlsafe_b64encode(b"x" * 31).decode(), "!" * 43])
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_no_secret_is_refused_without_showing_it(folder: Path, kind: str, content: str) -> None:
    path = next(path for path in secrets_in(folder) if path.parent.name == kind)
    path.write_text(content)
    message = refused(folder)
    assert message.startswith(f"{path} is no ")
    assert not content or content not in message


def test_a_missing_folder_names_the_command_that_makes_one(tmp_path: Path) -> None:
    assert "authsvc secrets init" in refused(tmp_path / "none")


@pytest.mark.parametrize("kind", KINDS)
def test_a_current_marker_must_name_a_secret(folder: Path, kind: str) -> None:
    (folder / kind / "current").write_text("another")
    assert "current must hold the name of a file beside it" in refused(folder)
    (folder / kind / "current").unlink()
    assert refused(folder) == f"{folder / kind / 'current'} is missing"


def test_a_tag_key_is_named_by_one_character(folder: Path) -> None:
    (folder / "tag-keys" / "1").rename(folder / "tag-keys" / "one")
    assert "no id of a tag key" in refused(folder)


def test_hidden_files_are_left_alone(folder: Path) -> None:
    (folder / "peppers" / ".p1.swp").write_text("an editor's")
    assert list(load(folder).peppers.keys) == ["p1"]


def test_nothing_of_a_secret_is_in_repr_or_fingerprints(folder: Path) -> None:
    found = load(folder)
    shown = repr(found) + repr(found.fingerprints())
    for path in secrets_in(folder):
        secret = path.read_text().strip()
        assert secret not in shown
        assert base64.urlsafe_b64decode(secret).hex()[:16] not in shown


def test_fingerprints_tell_folders_apart_and_stay_the_same(tmp_path: Path) -> None:
    one, other = create(tmp_path / "a"), create(tmp_path / "b")
    assert one.fingerprints() == load(one.path).fingerprints()
    assert set(one.fingerprints()) == {"peppers/p1", "tag-keys/1", "keks/k1"}
    assert not set(one.fingerprints().values()) & set(other.fingerprints().values())


def test_one_secret_has_different_fingerprints_under_different_names(folder: Path) -> None:
    secret = (folder / "peppers" / "p1").read_text()
    (folder / "keks" / "k1").write_text(secret)
    found = load(folder).fingerprints()
    assert found["peppers/p1"] != found["keks/k1"]


def test_an_added_secret_is_live_and_not_yet_the_current_one(folder: Path) -> None:
    assert add(folder, OwnKind.PEPPER, frozenset()) == "p2"
    found = load(folder)
    assert list(found.peppers.keys) == ["p1", "p2"]
    assert found.peppers.current == "p1"
    set_current(folder, OwnKind.PEPPER, "p2")
    assert load(folder).peppers.current == "p2"
    remove(folder, OwnKind.PEPPER, "p1")
    remove(folder, OwnKind.PEPPER, "p1")
    assert list(load(folder).peppers.keys) == ["p2"]


def test_an_id_that_was_ever_used_is_not_given_again(folder: Path) -> None:
    assert add(folder, OwnKind.KEK, frozenset({"k1", "k2", "k3"})) == "k4"
    assert add(folder, OwnKind.TAG_KEY, frozenset("123456789")) == "A"
    with pytest.raises(FailedPrecondition, match="none left"):
        add(folder, OwnKind.TAG_KEY, frozenset(ALPHABET))


def test_a_folder_has_another_version_after_every_change(folder: Path) -> None:
    seen = [version(folder)]
    add(folder, OwnKind.PEPPER, frozenset())
    seen.append(version(folder))
    (folder / "peppers" / "p2").write_bytes((folder / "peppers" / "p1").read_bytes())
    seen.append(version(folder))
    set_current(folder, OwnKind.PEPPER, "p2")
    seen.append(version(folder))
    remove(folder, OwnKind.PEPPER, "p1")
    seen.append(version(folder))
    assert all(one != other for one, other in itertools.combinations(seen, 2))
    assert version(folder) == seen[-1]
    assert version(folder / "nowhere") == []


def put_import(folder: Path, name: str, content: bytes) -> Path:
    (folder / "imports").mkdir(mode=0o700, exist_ok=True)
    path = folder / "imports" / name
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_a_folder_may_hold_keys_of_others_of_any_length(folder: Path) -> None:
    assert load(folder).imports == {}
    before = version(folder)
    put_import(folder, "old", base64.urlsafe_b64encode(b"k"))
    put_import(folder, "older-2", base64.urlsafe_b64encode(b"x" * 512) + b"\n")
    assert load(folder).imports == {"old": b"k", "older-2": b"x" * 512}
    assert version(folder) != before


def test_the_fingerprint_of_a_foreign_key_is_its_own(folder: Path) -> None:
    put_import(folder, "old", base64.urlsafe_b64encode(b"k"))
    put_import(folder, "other", base64.urlsafe_b64encode(b"k"))
    found = load(folder).fingerprints()
    assert len({found["imports/old"], found["imports/other"]}) == 2
    assert [len(fingerprint) for fingerprint in found.values()] == [16] * 5
    assert found == load(folder).fingerprints()
    put_import(folder, "old", base64.urlsafe_b64encode(b"l"))
    assert load(folder).fingerprints()["imports/old"] != found["imports/old"]


@pytest.mark.parametrize("content", [b"", b"\n", b"not base64!", base64.urlsafe_b64encode(b"x" * 513)])
def test_a_foreign_key_that_is_none_is_refused_without_showing_it(folder: Path, content: bytes) -> None:
    path = put_import(folder, "old", content)
    message = refused(folder)
    assert str(path) in message
    assert not content.strip() or content.decode() not in message


def test_a_foreign_key_that_is_open_to_others_is_refused(folder: Path) -> None:
    path = put_import(folder, "old", base64.urlsafe_b64encode(b"k"))
    path.chmod(0o640)
    assert f"chmod 600 {path}" in refused(folder)
    path.chmod(0o600)
    (folder / "imports").chmod(0o755)
    assert f"chmod 700 {folder / 'imports'}" in refused(folder)


def test_a_foreign_key_has_a_name(folder: Path) -> None:
    put_import(folder, "a=b", base64.urlsafe_b64encode(b"k"))
    assert "no id of a foreign key" in refused(folder)
