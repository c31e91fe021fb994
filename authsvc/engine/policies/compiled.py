"""The policies of the store, compiled away from the event loop before they are applied."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from authsvc.domain.policy import Policy
from authsvc.engine.records import PolicyVersion

REMEMBERED = 2


class CompiledPolicies:
    """Compiles each policy once. `State` calls it, and finds what the follower prepared."""

    def __init__(self, compile_policy: Callable[[PolicyVersion | None], Policy]) -> None:
        self._compile = compile_policy
        self._made: dict[tuple[int, str], Policy] = {}

    def __call__(self, applied: PolicyVersion | None) -> Policy:
        """The policy; compiled here and now if nobody has before."""
        policy = self._made.get(_name(applied))
        return self._keep(applied, self._compile(applied)) if policy is None else policy

    async def prepare(self, applied: PolicyVersion | None) -> None:
        """Compile in a thread: thousands of routes take a second, in which decisions go on."""
        if _name(applied) not in self._made:
            self._keep(applied, await asyncio.to_thread(self._compile, applied))

    def _keep(self, applied: PolicyVersion | None, policy: Policy) -> Policy:
        self._made[_name(applied)] = policy
        while len(self._made) > REMEMBERED:
            del self._made[next(iter(self._made))]
        return policy


def _name(applied: PolicyVersion | None) -> tuple[int, str]:
    return (0, "") if applied is None else (applied.version, applied.source)
