"""The tests that a policy file carries, and running them: no store, no server, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from authsvc.domain.decide import decide
from authsvc.domain.decision import Decision, Outcome
from authsvc.domain.http.rules import HttpRequest, Question
from authsvc.domain.key_rules import KeyDraft
from authsvc.domain.policy import SECOND, Policy
from authsvc.domain.reason import Reason
from authsvc.domain.trial import Trial, conclude, imagine, prove

NOW: Final = 1_700_000_000 * SECOND
"""The time at which every test takes place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyTest:
    """One request, and what must come out."""

    name: str
    request: HttpRequest
    """With the placeholder of a credential where there is a key."""
    key: KeyDraft | None
    """Checked; None: nobody's, so that a credential in the request is unknown."""
    outcome: Outcome
    reason: Reason | None = None
    """None: any."""
    status: int | None = None
    """What the client gets; None: anything."""


@dataclass(frozen=True, slots=True)
class TestResult:
    """What became of one test. Each difference is a sentence with what was expected and what came out."""

    __test__ = False

    name: str
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


def run_tests(policy: Policy, tests: Iterable[PolicyTest]) -> tuple[TestResult, ...]:
    """Run tests under a policy, in order."""
    return tuple(TestResult(test.name, tuple(_differences(test, _try(policy, test)))) for test in tests)


def _try(policy: Policy, test: PolicyTest) -> Trial:
    rules = policy.http
    read = rules.read(test.request)
    decision = _decide(policy, test, read) if isinstance(read, Question) else None
    return conclude(rules, test.request, read, decision)


def _decide(policy: Policy, test: PolicyTest, question: Question) -> Decision:
    proof = Reason.CREDENTIAL_INVALID if test.key is None else prove(imagine(test.key), policy, {}, NOW)
    return decide(replace(question.query, cost=0), proof, NOW)


def _differences(test: PolicyTest, trial: Trial) -> Iterator[str]:
    if trial.outcome is not test.outcome:
        expected = f"{test.outcome.name} {test.reason.name}" if test.reason else test.outcome.name
        yield f"decision: expected {expected}, got {_shown(trial)}"
    elif test.reason is not None and trial.reason is not test.reason:
        yield f"reason: expected {test.reason.name}, got {_shown(trial)}"
    if test.status is not None and (trial.answer is None or trial.answer.status != test.status):
        got = "the request is passed on" if trial.answer is None else f"got {trial.answer.status}"
        yield f"status: expected {test.status}, {got}"


def _shown(trial: Trial) -> str:
    """What came out, and what explains it."""
    if trial.outcome is Outcome.ALLOW:
        route = "" if trial.match is None else f" by route {trial.match.route.number} ({trial.match.route.template.text})"
        return f"ALLOW{route}"
    why = trial.cause or (f"missing scopes: {' '.join(trial.missing)}" if trial.missing else "")
    return f"DENY {trial.reason.name}" + (f" ({why})" if why else "")
