"""`authsvc secrets` where replicas have folders of their own: nothing is used before it is everywhere."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from authsvc import secrets_folder
from authsvc.domain.own_secret import OwnKind
from authsvc.engine.own_secrets import Offer
from authsvc.folder_watch import FolderWatch, read_offer
from tests.support.engine import RunningEngine, Secrets, running_engine
from tests.support.stored import eventually


@dataclass
class Folder:
    """What a replica reads its secrets from."""

    path: Path

    def offer(self) -> Offer:
        return read_offer(self.path)


@dataclass
class Run:
    """How a command ended."""

    code: int
    out: str
    err: str


class Machine:
    """The one where the operator sits, with a folder of its own."""

    def __init__(self, database_url: str, home: Path) -> None:
        self.secrets = secrets_folder.create(home / "secrets").path
        self._environment = {
            **os.environ,
            "AUTHSVC_DATABASE_URL": database_url,
            "AUTHSVC_STATE_DIR": str(home / "state"),
            "AUTHSVC_SECRETS_DIR": str(self.secrets),
        }

    async def __call__(self, *words: str) -> Run:
        command = (sys.executable, "-P", "-m", "authsvc", *words)
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=self._environment
        )
        out, err = await process.communicate()
        return Run(process.returncode or 0, out.decode(), err.decode())

    async def status(self, *words: str) -> dict[str, Any]:
        run = await self("secrets", "status", "--json", *words)
        assert run.code == 0, run.err
        return {each["name"]: each for each in json.loads(run.out)["secrets"]}


@pytest.fixture
def machine(database_url: str, tmp_path: Path) -> Machine:
    return Machine(database_url, tmp_path)


@pytest.fixture
async def replica(database_url: str, machine: Machine, tmp_path: Path) -> AsyncIterator[RunningEngine]:
    """A process elsewhere, which watches its own copy of the folder."""
    theirs = tmp_path / "theirs"
    shutil.copytree(machine.secrets, theirs)
    async with running_engine(database_url, shared=cast("Secrets", Folder(theirs)), replica_id="elsewhere") as running:
        watch = FolderWatch(theirs, running.engine.own, running.engine.membership.kick)
        watching = asyncio.create_task(watch.run())
        yield running
        watching.cancel()


async def test_a_rotation_waits_for_a_folder_elsewhere_and_goes_on_when_it_has_the_file(
    machine: Machine, replica: RunningEngine, tmp_path: Path
) -> None:
    old = await replica.create()
    first = await machine("secrets", "rotate", "peppers", "--timeout", "2s")
    assert first.code == 4, first
    file = machine.secrets / "peppers" / "p2"
    assert "peppers/p2 is made and not in use" in first.err
    assert "of replica elsewhere" in first.err
    assert str(file) in first.err
    assert (await replica.create()).record.key.secrets[0].pepper_id == "p1"
    status = await machine.status("peppers")
    assert {name: (each["state"], each["here"], each["processes"]) for name, each in status.items()} == {
        "peppers/p1": ("current", True, "1/1"),
        "peppers/p2": ("begun", True, "0/1"),
    }
    shutil.copy2(file, tmp_path / "theirs" / "peppers" / "p2")
    again = await machine("secrets", "rotate", "peppers", "--timeout", "20s")
    assert again.code == 0, again
    assert "going on with peppers/p2" in again.err
    assert "effective on 2/2 processes" in again.err
    assert (machine.secrets / "peppers" / "current").read_text() == "p2\n"
    new = await replica.create()
    assert new.record.key.secrets[0].pepper_id == "p2"
    for each in (old, new):
        assert (await replica.verify(each.secret)).allowed


async def test_what_is_still_needed_is_not_retired_and_it_is_said_by_what(machine: Machine, replica: RunningEngine) -> None:
    done = await replica.create()
    for refused in (await machine("secrets", "retire", "peppers", "p1"), await machine("secrets", "retire", "peppers", "p9")):
        assert refused.code == 2, refused
    made = secrets_folder.add(machine.secrets, OwnKind.TAG_KEY, frozenset())
    watched = replica.engine.own
    shutil.copy2(machine.secrets / "tag-keys" / made, machine.secrets.parent / "theirs" / "tag-keys" / made)
    await eventually(lambda: has(watched.marks, f"tag-keys/{made}"), "the replica has noticed the file")
    assert (await machine("secrets", "rotate", "tag-keys")).code == 0
    refused = await machine("secrets", "retire", "tag-keys", "1")
    assert refused.code == 2
    assert "1 living secrets of keys need tag-keys/1" in refused.err
    assert "authsvc secrets keys tag-keys 1" in refused.err
    listed = await machine("secrets", "keys", "tag-keys", "1")
    assert done.record.key.key_id in listed.out
    assert (await machine("secrets", "keys", "tag-keys", "1", "--quiet")).out == f"{done.record.key.key_id}\n"
    await replica.engine.change_state.revoke(replica.call(), done.record.key.key_id, "")
    retired = await machine("secrets", "retire", "tag-keys", "1")
    assert retired.code == 0, retired
    assert not (machine.secrets / "tag-keys" / "1").exists()
    assert (await machine.status())["tag-keys/2"]["state"] == "current"
    assert "tag-keys/1" not in await machine.status()
    assert (await machine.status("--all"))["tag-keys/1"]["state"] == "retired"
    # An id is used once, whatever became of its file.
    shutil.rmtree(machine.secrets.parent / "theirs")
    assert (await machine("secrets", "rotate", "tag-keys", "--timeout", "1s")).code == 4
    assert (machine.secrets / "tag-keys" / "3").exists()


async def has(marks: tuple[str, ...], name: str) -> bool:
    return any(mark.startswith(f"{name}=") for mark in marks)


async def test_a_folder_that_is_not_the_stores_changes_nothing(machine: Machine, replica: RunningEngine, tmp_path: Path) -> None:
    other = Machine(machine._environment["AUTHSVC_DATABASE_URL"], tmp_path / "other")
    before = await replica.store.revision()
    for words in (("secrets", "rotate", "keks"), ("root-key", "rotate", "--offline", "--yes")):
        refused = await other(*words)
        assert refused.code == 3
        assert "does not belong to this store" in refused.err
    assert await replica.store.revision() == before
    assert list((other.secrets / "keks").glob("k2")) == []


async def test_a_file_that_was_put_there_by_hand_is_taken_and_a_folder_that_cannot_be_written_is_said(
    machine: Machine, replica: RunningEngine
) -> None:
    """As in a cluster whose secrets are mounted to be read: here the place of `current` is taken by a folder."""
    made = secrets_folder.add(machine.secrets, OwnKind.PEPPER, frozenset())
    shutil.copy2(machine.secrets / "peppers" / made, machine.secrets.parent / "theirs" / "peppers" / made)
    (machine.secrets / "peppers" / ".current.new" / "full").mkdir(parents=True)
    run = await machine("secrets", "rotate", "peppers", "--timeout", "20s")
    assert run.code == 0, run
    assert "peppers/current cannot be written" in run.err
    assert (await replica.create()).record.key.secrets[0].pepper_id == made
