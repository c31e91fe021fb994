"""The rules of `decide` about scopes and rate limits, one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authsvc.domain.decide import decide
from authsvc.domain.decision import Outcome
from authsvc.domain.errors import InvalidValue
from authsvc.domain.reason import Reason
from tests.support.agreement import proof_of, query_of
from tests.support.case import Case
from tests.support.sample_call import CALL, KEY, NOW, SECOND, TOKEN, WITH_TOKEN, decided, reason, requiring, with_key, with_token

# --- scopes


def test_every_required_scope_must_be_held() -> None:
    decision = decided(requiring(CALL, scopes=("reports:write", "projects:read", "reports:unknown")))
    assert decision.reason is Reason.INSUFFICIENT_SCOPE
    assert decision.missing_scopes == ("reports:write", "reports:unknown")


def test_a_scope_brings_what_it_implies() -> None:
    assert reason(with_key(scopes=("projects:write",))) is Reason.NONE


def test_the_expression_is_required_besides_the_scopes() -> None:
    assert reason(requiring(CALL, expression="reports:write OR reports:read")) is Reason.NONE
    decision = decided(requiring(CALL, scopes=("reports:write",), expression="projects:read AND unknown"))
    assert (decision.reason, decision.missing_scopes) == (Reason.INSUFFICIENT_SCOPE, ("reports:write", "unknown"))
    assert reason(requiring(CALL, scopes=("reports:write",), expression="projects:read")) is Reason.INSUFFICIENT_SCOPE


def test_a_token_has_only_what_its_key_has_too() -> None:
    assert reason(with_token(scopes=("reports:read",))) is Reason.INSUFFICIENT_SCOPE
    assert reason(replace(WITH_TOKEN, key=replace(KEY, scopes=("reports:read",)))) is Reason.INSUFFICIENT_SCOPE


@pytest.mark.parametrize("case", [CALL, WITH_TOKEN], ids=["key", "token"])
def test_the_key_type_bounds_what_its_keys_and_their_tokens_have(case: Case) -> None:
    reader = requiring(replace(case, key=replace(KEY, type="reader", scopes=("*",))))
    assert reason(reader) is Reason.NONE
    assert decided(requiring(reader, scopes=("projects:write",))).missing_scopes == ("projects:write",)


def test_a_principal_names_no_scope_that_the_policy_takes_away() -> None:
    for scopes in (("*",), ("projects:*", "reports:read"), ("projects:write",)):
        for case in (CALL, replace(WITH_TOKEN, presented=replace(TOKEN, scopes=scopes))):
            principal = decided(replace(case, key=replace(KEY, type="reader", scopes=scopes))).principal
            assert principal is not None
            assert principal.scopes == ("projects:read",)
    dropped = decided(with_key(scopes=("*", "dropped:read"))).principal
    assert dropped is not None
    assert dropped.scopes == ("*",)


def test_a_requested_grant_is_no_wider_than_what_is_held() -> None:
    assert reason(requiring(CALL, grants=("projects:*", "reports:read"))) is Reason.NONE
    decision = decided(requiring(CALL, grants=("projects:*", "*", "reports:*")))
    assert (decision.reason, decision.missing_scopes) == (Reason.INSUFFICIENT_SCOPE, ("*", "reports:*"))


def test_holding_every_scope_under_a_wildcard_is_less_than_the_wildcard() -> None:
    both = with_key(scopes=("projects:read", "projects:write"))
    assert reason(requiring(both, grants=("projects:*",))) is Reason.INSUFFICIENT_SCOPE


def test_a_missing_scope_is_told_once() -> None:
    decision = decided(requiring(CALL, scopes=("reports:write",), expression="reports:write", grants=("reports:write",)))
    assert decision.missing_scopes == ("reports:write",)


# --- limits


BUSY = ((NOW, 1), (NOW, 1))


def test_a_full_window_denies_and_says_until_when() -> None:
    decision = decided(replace(CALL, history=BUSY))
    assert (decision.reason, decision.retry_after) == (Reason.RATE_LIMITED, SECOND)
    assert reason(replace(CALL, history=BUSY, now=NOW + SECOND - 1)) is Reason.RATE_LIMITED
    assert reason(replace(CALL, history=BUSY, now=NOW + SECOND)) is Reason.NONE


@pytest.mark.parametrize("limits", [((60, SECOND, 60), (1, SECOND, 1)), ((1, SECOND, 1), (60, SECOND, 60))])
def test_every_window_must_have_room(limits: tuple[tuple[int, int, int], ...]) -> None:
    assert reason(replace(with_key(limits=limits), history=((NOW, 1),))) is Reason.RATE_LIMITED


def test_tokens_use_the_limit_of_their_key() -> None:
    assert reason(replace(WITH_TOKEN, history=BUSY)) is Reason.RATE_LIMITED


def test_an_allowed_call_takes_its_cost() -> None:
    first = decided(replace(CALL, cost=2))
    assert first.tats is not None
    assert decide(query_of(CALL), proof_of(CALL), NOW, first.tats).retry_after == SECOND


def test_a_call_that_is_denied_takes_nothing() -> None:
    assert decided(requiring(CALL, scopes=("reports:write",))).tats is None
    assert decided(replace(CALL, history=BUSY)).tats is None


def test_a_call_without_cost_is_not_limited_and_takes_nothing() -> None:
    decision = decided(replace(CALL, cost=0, history=BUSY))
    assert (decision.outcome, decision.tats) == (Outcome.ALLOW, None)


def test_a_cost_larger_than_a_burst_is_an_error_and_not_an_answer() -> None:
    with pytest.raises(InvalidValue):
        decided(replace(CALL, cost=3))


def test_a_cost_larger_than_a_burst_is_told_only_when_everything_else_passes() -> None:
    assert reason(replace(with_key(state="INACTIVE"), cost=3)) is Reason.KEY_INACTIVE
    assert reason(requiring(replace(CALL, cost=3), scopes=("reports:write",))) is Reason.INSUFFICIENT_SCOPE
