"""Keeping state at the store's revision."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from authsvc.domain.errors import LeaseLost, Unavailable
from authsvc.engine.ports import Following
from authsvc.engine.records import PolicyVersion
from authsvc.engine.state import State


class Follower:
    """Applies what happened, one reader at a time. Nothing else moves `State.applied` on."""

    def __init__(self, store: Following, state: State, prepare: Callable[[PolicyVersion | None], Awaitable[None]]) -> None:
        self._store = store
        self._state = state
        self._prepare = prepare
        """Compiles a policy before it is applied."""
        self._turn = asyncio.Lock()

    async def start_over(self) -> None:
        """Drop everything and read a snapshot."""
        async with self._turn:
            self._state.forget()
            snapshot = await self._store.snapshot()
            await self._prepare(snapshot.policy)
            self._state.install(snapshot)

    async def catch_up(self, revision: int) -> None:
        """Apply at least through `revision`.

        Raises:
            LeaseLost: The changes could not be applied; all state is dropped and the membership starts over.
            Unavailable: The store does not have this revision.
        """
        state = self._state
        while state.applied < revision:
            async with self._turn:
                if state.applied < 0:
                    raise LeaseLost
                if state.applied >= revision:
                    return
                before = state.applied
                changes = await self._store.changes(before)
                if changes.policy is not None:
                    await self._prepare(changes.policy)
                if state.applied != before:
                    continue
                if not state.apply(changes):
                    state.forget()
                    raise LeaseLost("the change log could not be followed; starting over")
                if state.applied < revision:
                    raise Unavailable(f"revision {revision} is not there yet; the newest is {state.applied}")
