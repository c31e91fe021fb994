"""`decide` against an oracle that was written from the contract by somebody who had not read it."""

from __future__ import annotations

from collections import Counter

from authsvc.domain.decide import decide
from authsvc.domain.decision import Outcome
from authsvc.domain.reason import Reason
from tests.support.agreement import first_disagreement
from tests.support.case_generator import generate
from tests.support.oracle import expect

SEED = 20_261
COUNT = 20_000
BEFORE_ANY_PROOF = {Reason.REQUEST_MALFORMED, Reason.ROUTE_UNKNOWN, Reason.CREDENTIAL_MISSING, Reason.CREDENTIAL_AMBIGUOUS}
RARE = 100


def test_decide_agrees_with_the_oracle_over_twenty_thousand_cases() -> None:
    assert first_disagreement(decide, generate(SEED, COUNT)) is None


def test_every_answer_occurs_often_among_the_cases() -> None:
    answers = Counter((expected.outcome, expected.reason) for expected in map(expect, generate(SEED, COUNT)))
    denied = {reason: answers[Outcome.DENY, reason] for reason in Reason if reason is not Reason.NONE}
    assert {reason for reason, count in denied.items() if count < RARE} <= BEFORE_ANY_PROOF
    assert answers[Outcome.ALLOW, Reason.NONE] > COUNT // 10
    assert answers[None, Reason.NONE] >= RARE  # the cost is larger than a burst
