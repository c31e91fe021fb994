"""Policy documents that callers send, read away from the event loop: a bad one of 1 MiB takes seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from authsvc.domain.policy import Policy
from authsvc.domain.policy_file import default_policy, load_with_tests
from authsvc.domain.policy_file.comparing import Difference, compare
from authsvc.domain.policy_tests import TestResult, run_tests

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Document:
    """A document without mistakes, and what became of its tests."""

    policy: Policy
    results: tuple[TestResult, ...]


class Documents:
    """Reads documents, one at a time: whoever sends many waits, and nobody's decisions do."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="policies")

    async def read(self, source: str) -> Document:
        """Read one and run its tests; an empty one is the built-in policy. Raises PolicyErrors."""
        return await self._run(lambda: _read(source))

    async def compare(self, before: str, after: str) -> tuple[Difference, ...]:
        """How one differs from another; neither has mistakes."""
        return await self._run(lambda: compare(before, after))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _read(source: str) -> Document:
    if not source:
        return Document(default_policy(), ())
    policy, tests = load_with_tests(source)
    return Document(policy, run_tests(policy, tests))
