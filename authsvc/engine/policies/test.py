"""TestPolicy: run the tests that a document carries."""

from __future__ import annotations

from authsvc.domain.policy_tests import TestResult
from authsvc.engine.policies.documents import Documents
from authsvc.engine.state import State


class TestPolicy:
    """Runs tests."""

    __test__ = False

    def __init__(self, state: State, documents: Documents) -> None:
        self._state = state
        self._documents = documents

    async def __call__(self, source: str) -> tuple[TestResult, ...]:
        """The results for a document; an empty one is the policy in force. Raises PolicyErrors."""
        return (await self._documents.read(source or self._state.rules.policy.source)).results
