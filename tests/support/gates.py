"""Stopping a store call where a race needs it: between what the store answered and what becomes of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


class Gate:
    """Holds the next call of one method after the store has answered, until it is opened."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._open = asyncio.Event()

    def open(self) -> None:
        """Let the call go on."""
        self._open.set()

    async def hold(self) -> None:
        self.reached.set()
        await self._open.wait()


class GatedStore:
    """A real store whose answers can be held back, and that can be told to fail or to count."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._gates: dict[str, list[Gate]] = {}
        self.failing: Callable[[str], Exception | None] = lambda _method: None
        self.calls: list[str] = []

    def gate(self, method: str) -> Gate:
        """Hold the answer of the next call of this method."""
        gate = Gate()
        self._gates.setdefault(method, []).append(gate)
        return gate

    def __getattr__(self, name: str) -> Any:
        target = getattr(self._store, name)
        if not asyncio.iscoroutinefunction(target):
            return target
        return self._wrapped(name, target)

    def _wrapped(self, name: str, target: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            self.calls.append(name)
            error = self.failing(name)
            if error is not None:
                raise error
            waiting = self._gates.get(name)
            gate = waiting.pop(0) if waiting else None
            answer = await target(*args, **kwargs)
            if gate is not None:
                await gate.hold()
            return answer

        return call
