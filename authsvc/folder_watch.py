"""From the folder of secrets to what the engine makes of it, at start and whenever the folder changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from authsvc.domain.errors import FailedPrecondition
from authsvc.domain.own_secret import OwnKind
from authsvc.engine.own_secrets import Offer, OwnSecrets
from authsvc.secrets_folder import load, version

LOOK_EVERY = 1.0
"""Seconds between looks at the folder."""

log = structlog.get_logger(__name__)


def read_offer(path: Path) -> Offer:
    """What a folder has. Raises FailedPrecondition, as `secrets_folder.load` does."""
    folder = load(path)
    return Offer(
        secrets={kind: folder.of(kind).keys for kind in OwnKind},
        current={kind: folder.of(kind).current for kind in OwnKind},
        fingerprints=folder.fingerprints(),
        foreign_keys=folder.imports,
    )


class FolderWatch:
    """Keeps a process's secrets at what its folder has.

    Args:
        path: The folder.
        own: What the process uses.
        changed: Called after a change, so that others learn of it.
    """

    def __init__(self, path: Path, own: OwnSecrets, changed: Callable[[], None]) -> None:
        self._path = path
        self._own = own
        self._changed = changed
        self._asked = asyncio.Event()
        self._seen = version(path)

    def reload(self) -> None:
        """Read the folder at once, changed or not."""
        self._seen = None
        self._asked.set()

    async def run(self) -> None:
        """Watch until cancelled. A folder that cannot be used is said once, and what was read before stays in use."""
        while True:
            seen = await asyncio.to_thread(version, self._path)
            if seen != self._seen:
                self._seen = seen
                await self._read()
            await self._wait()

    async def _read(self) -> None:
        try:
            self._own.offer(await asyncio.to_thread(read_offer, self._path))
        except FailedPrecondition as error:
            log.warning("secrets_not_reloaded", error=error.message)
        else:
            log.info("secrets_reloaded", secrets=list(self._own.marks))
            self._changed()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_EVERY):
                await self._asked.wait()
        except TimeoutError:
            return
        self._asked.clear()
