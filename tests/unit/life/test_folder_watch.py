"""A process keeps up with its secrets folder, and never loses what it has by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from authsvc import secrets_folder
from authsvc.domain.own_secret import OwnKind
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.folder_watch import FolderWatch, read_offer
from authsvc.state_folder import write_new


@dataclass
class Watched:
    """A folder, what a process uses of it, and how often it was told of a change."""

    path: Path
    own: OwnSecrets
    watch: FolderWatch
    changed: asyncio.Event

    async def next_change(self) -> None:
        async with asyncio.timeout(10):
            await self.changed.wait()
        self.changed.clear()


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    path = secrets_folder.create(tmp_path / "secrets").path
    own, changed = OwnSecrets(read_offer(path)), asyncio.Event()
    watch = FolderWatch(path, own, changed.set)
    task = asyncio.create_task(watch.run())
    yield Watched(path, own, watch, changed)
    task.cancel()


async def test_a_new_file_is_noticed_and_nothing_that_was_remembered_is_lost(watched: Watched) -> None:
    keyring = watched.own.keyring
    text = keyring.issue("chy_sdk_", "a" * 32)
    names = keyring.fingerprint(text), keyring.untagged_fingerprint(text)
    secrets_folder.add(watched.path, OwnKind.PEPPER, frozenset())
    await watched.next_change()
    now = watched.own.keyring
    assert now is not keyring
    assert now.pepper_ids == ("p1", "p2")
    assert (now.fingerprint(text), now.untagged_fingerprint(text)) == names
    assert any(mark.startswith("peppers/p2=") for mark in watched.own.marks)


async def test_what_is_current_is_not_said_by_the_folder(watched: Watched) -> None:
    watched.own.install(read_offer(watched.path).rows(1))
    secrets_folder.add(watched.path, OwnKind.PEPPER, frozenset())
    secrets_folder.set_current(watched.path, OwnKind.PEPPER, "p2")
    await watched.next_change()
    assert watched.own.keyring.pepper == "p1"


async def test_a_folder_that_cannot_be_used_changes_nothing_and_is_said(watched: Watched) -> None:
    watched.own.install(read_offer(watched.path).rows(1))
    keyring = watched.own.keyring
    lost = (watched.path / "peppers" / "p1").read_bytes()
    with structlog.testing.capture_logs() as logs:
        secrets_folder.add(watched.path, OwnKind.PEPPER, frozenset())
        secrets_folder.set_current(watched.path, OwnKind.PEPPER, "p2")
        secrets_folder.remove(watched.path, OwnKind.PEPPER, "p1")
        watched.watch.reload()
        async with asyncio.timeout(10):
            while not logs:  # noqa: ASYNC110 - the log has no event
                await asyncio.sleep(0.01)
        assert {(each["event"], each["log_level"]) for each in logs} == {("secrets_not_reloaded", "warning")}
        assert "peppers/p1" in logs[0]["error"]
        assert watched.own.keyring is keyring
    write_new(watched.path / "peppers" / "p1", lost)
    await watched.next_change()
    assert watched.own.keyring.pepper_ids == ("p1", "p2")


async def test_asked_to_reload_it_reads_what_looks_the_same(watched: Watched) -> None:
    watched.watch.reload()
    await watched.next_change()
