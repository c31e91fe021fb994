"""A call that is allowed, by key and by token, to be changed one fact at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from authsvc.domain.decide import decide
from authsvc.domain.decision import Decision
from authsvc.domain.reason import Reason
from tests.support.agreement import proof_of, query_of, tats_of
from tests.support.case import Case, KeyFacts, PolicyFacts, RequirementFacts, SecretFacts, TokenFacts

SECOND = 1_000_000
NOW = 1_763_600_000 * SECOND

POLICY = PolicyFacts(
    scopes=(("projects:read", ()), ("projects:write", ("projects:read",)), ("reports:read", ()), ("reports:write", ())),
    key_types=(("sdk", ()), ("reader", ("projects:read",))),
    environments=("staging", "production"),
    audience=("api",),
)
KEY = KeyFacts(
    type="sdk",
    tenant="acme/etl",
    environment="staging",
    scopes=("projects:*", "reports:read"),
    resources=("workflows/*",),
    cidrs=("192.0.2.0/24",),
    limits=((60, 60 * SECOND, 2),),
)
CALL = Case(
    policy=POLICY,
    key=KEY,
    presented=SecretFacts(),
    requirement=RequirementFacts(scopes=("projects:read",), resource="workflows/a"),
    source="192.0.2.1",
    tenant="acme/etl",
    environment="staging",
    now=NOW,
)
TOKEN = TokenFacts(scopes=("projects:read",), audience=("api",), expire_time=NOW + SECOND)
WITH_TOKEN = replace(CALL, presented=TOKEN)


def with_key(**facts: Any) -> Case:
    return replace(CALL, key=replace(KEY, **facts))


def with_token(**facts: Any) -> Case:
    return replace(CALL, presented=replace(TOKEN, **facts))


def requiring(case: Case, **facts: Any) -> Case:
    return replace(case, requirement=replace(case.requirement, **facts))


def decided(case: Case) -> Decision:
    return decide(query_of(case), proof_of(case), case.now, tats_of(case))


def reason(case: Case) -> Reason:
    """The reason of a deny, NONE of an allow; a deny never says NONE."""
    decision = decided(case)
    assert decision.allowed == (decision.reason is Reason.NONE)
    return decision.reason
