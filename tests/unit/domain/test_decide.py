"""The rules of `decide` about the credential, the key and the circumstances, one by one.

Each starts from a call that is allowed and changes what the rule is about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from authsvc.domain.decision import Outcome
from authsvc.domain.reason import Reason
from tests.support.case import Case, KeyFacts, RequirementFacts, SecretFacts, TenantFacts
from tests.support.sample_call import (
    CALL,
    KEY,
    NOW,
    POLICY,
    SECOND,
    TOKEN,
    WITH_TOKEN,
    decided,
    reason,
    requiring,
    with_key,
    with_token,
)

# --- the rules in the docstring of `decide`


@pytest.mark.parametrize("case", [CALL, WITH_TOKEN], ids=["key", "token"])
def test_a_call_that_meets_everything_is_allowed(case: Case) -> None:
    decision = decided(case)
    assert (decision.outcome, decision.reason, decision.missing_scopes, decision.retry_after) == (
        Outcome.ALLOW,
        Reason.NONE,
        (),
        0,
    )
    assert decision.principal is not None
    assert decision.principal.key_id == "key_1"


def test_nothing_required_means_authenticated_only() -> None:
    assert reason(replace(CALL, key=KeyFacts(type="sdk", tenant="/"), requirement=RequirementFacts())) is Reason.NONE


@pytest.mark.parametrize("why", list(Reason))
def test_what_proved_nothing_is_never_allowed_and_names_nobody(why: Reason) -> None:
    decision = decided(replace(CALL, presented=why))
    assert (decision.outcome, decision.reason, decision.principal) == (Outcome.DENY, why, None)


def test_the_first_reason_in_the_order_of_the_contract_is_named() -> None:
    """Everything is wrong at once, and is put right one reason at a time."""
    wrong = Case(
        policy=POLICY,
        tenants=(TenantFacts(path="acme", suspended=True),),
        key=replace(KEY, state="REVOKED", type="gone", expire_time=NOW, limits=((1, SECOND, 1),)),
        presented=replace(TOKEN, expire_time=NOW, revoked=True, audience=()),
        requirement=RequirementFacts(scopes=("reports:write",), resource="agents/a"),
        tenant="globex",
        environment="production",
        now=NOW,
        history=((NOW, 1),),
    )
    key = replace(wrong.key, state="INACTIVE")
    steps: list[tuple[Reason, dict[str, Any]]] = [
        (Reason.TOKEN_EXPIRED, {"presented": replace(TOKEN, revoked=True, audience=())}),
        (Reason.TOKEN_REVOKED, {"presented": replace(TOKEN, audience=())}),
        (Reason.AUDIENCE_MISMATCH, {"presented": replace(TOKEN, scopes=("reports:*",))}),
        (Reason.KEY_REVOKED, {"key": key}),
        (Reason.KEY_INACTIVE, {"key": (key := replace(key, state="ACTIVE"))}),
        (Reason.KEY_INACTIVE, {"key": (key := replace(key, type="sdk"))}),
        (Reason.KEY_EXPIRED, {"key": replace(key, expire_time=None)}),
        (Reason.TENANT_SUSPENDED, {"tenants": ()}),
        (Reason.SOURCE_IP_UNKNOWN, {"source": "198.51.100.7"}),
        (Reason.SOURCE_IP_DENIED, {"source": "192.0.2.1"}),
        (Reason.ENVIRONMENT_MISMATCH, {"environment": "staging"}),
        (Reason.TENANT_MISMATCH, {"tenant": ""}),
        (Reason.RESOURCE_DENIED, {"requirement": RequirementFacts(scopes=("reports:write",), resource="workflows/a")}),
        (Reason.INSUFFICIENT_SCOPE, {"requirement": RequirementFacts(scopes=("reports:read",), resource="workflows/a")}),
        (Reason.RATE_LIMITED, {"history": ()}),
    ]
    for why, remedy in steps:
        assert reason(wrong) is why
        wrong = replace(wrong, **remedy)
    assert reason(wrong) is Reason.NONE


@pytest.mark.parametrize(
    "case",
    [
        with_token(expire_time=NOW),
        with_token(revoked=True),
        with_token(audience=()),
        with_key(state="REVOKED"),
        with_key(scopes=()),
    ],
    ids=["expired token", "revoked token", "audience", "revoked key", "scope"],
)
def test_a_deny_after_proof_names_the_principal(case: Case) -> None:
    assert decided(case).principal is not None


def test_the_same_arguments_give_the_same_answer() -> None:
    first, second = decided(CALL), decided(CALL)
    assert (first.outcome, first.reason, first.tats) == (second.outcome, second.reason, second.tats)


# --- the credential


def test_a_secret_proves_its_key_until_its_grace_period_ends() -> None:
    assert reason(with_key(secrets=(NOW + 1,))) is Reason.NONE
    dead = decided(with_key(secrets=(NOW,)))
    assert (dead.reason, dead.principal) == (Reason.CREDENTIAL_INVALID, None)


def test_a_dead_secret_says_nothing_about_a_revoked_key() -> None:
    assert reason(with_key(secrets=(NOW,), state="REVOKED")) is Reason.CREDENTIAL_INVALID


def test_a_new_secret_works_beside_a_dead_one() -> None:
    assert reason(replace(with_key(secrets=(NOW, None)), presented=SecretFacts(secret=1))) is Reason.NONE


def test_a_token_ends_at_its_expiry() -> None:
    assert reason(with_token(expire_time=NOW + 1)) is Reason.NONE
    assert reason(with_token(expire_time=NOW)) is Reason.TOKEN_EXPIRED


def test_a_revoked_token_is_dead() -> None:
    assert reason(with_token(revoked=True)) is Reason.TOKEN_REVOKED


def test_a_token_dies_with_the_secret_it_was_minted_with() -> None:
    assert reason(with_token(secret=None)) is Reason.TOKEN_REVOKED
    assert reason(replace(WITH_TOKEN, key=replace(KEY, secrets=(NOW,)))) is Reason.TOKEN_REVOKED


def test_a_token_needs_the_audience_that_is_asked_for() -> None:
    assert reason(requiring(with_token(audience=("api", "billing")), audience="billing")) is Reason.NONE
    assert reason(requiring(WITH_TOKEN, audience="billing")) is Reason.AUDIENCE_MISMATCH


def test_a_token_needs_an_audience_of_the_policy_when_none_is_asked_for() -> None:
    assert reason(with_token(audience=("billing",))) is Reason.AUDIENCE_MISMATCH
    assert reason(with_token(audience=())) is Reason.AUDIENCE_MISMATCH


def test_a_key_has_no_audience() -> None:
    assert reason(requiring(CALL, audience="billing")) is Reason.NONE


# --- the key


@pytest.mark.parametrize("case", [CALL, WITH_TOKEN], ids=["key", "token"])
@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"state": "REVOKED"}, Reason.KEY_REVOKED),
        ({"state": "INACTIVE"}, Reason.KEY_INACTIVE),
        ({"type": "gone"}, Reason.KEY_INACTIVE),
        ({"state": "REVOKED", "type": "gone"}, Reason.KEY_REVOKED),
        ({"expire_time": NOW}, Reason.KEY_EXPIRED),
        ({"expire_time": NOW + 1}, Reason.NONE),
    ],
)
def test_the_key_must_be_in_force_for_its_tokens_too(case: Case, facts: dict[str, Any], why: Reason) -> None:
    assert reason(replace(case, key=replace(KEY, **facts))) is why


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("acme/etl", Reason.TENANT_SUSPENDED),
        ("acme", Reason.TENANT_SUSPENDED),
        ("/", Reason.TENANT_SUSPENDED),
        ("acme/etl/night", Reason.NONE),
        ("acme/web", Reason.NONE),
    ],
)
def test_a_suspended_tenant_suspends_what_is_below_it(path: str, why: Reason) -> None:
    assert reason(replace(CALL, tenants=(TenantFacts(path=path, suspended=True),))) is why


# --- the circumstances


def test_an_allowlist_needs_a_source_address() -> None:
    assert reason(replace(CALL, source=None)) is Reason.SOURCE_IP_UNKNOWN
    assert reason(replace(with_key(cidrs=()), source=None)) is Reason.NONE


@pytest.mark.parametrize("path", ["acme/etl", "acme", "/"])
def test_an_address_must_be_in_every_allowlist_from_the_key_to_the_root(path: str) -> None:
    assert reason(replace(CALL, tenants=(TenantFacts(path=path, cidrs=("192.0.2.1/32",)),))) is Reason.NONE
    assert reason(replace(CALL, tenants=(TenantFacts(path=path, cidrs=("192.0.2.2/32",)),))) is Reason.SOURCE_IP_DENIED
    assert (
        reason(replace(CALL, tenants=(TenantFacts(path=path, cidrs=("0.0.0.0/0",)),), source="198.51.100.7"))
        is Reason.SOURCE_IP_DENIED
    )


def test_an_ipv4_address_written_as_ipv6_is_that_ipv4_address() -> None:
    assert reason(replace(CALL, source="::ffff:192.0.2.1")) is Reason.NONE
    assert reason(replace(with_key(cidrs=("::/0",)), source="::ffff:192.0.2.1")) is Reason.SOURCE_IP_DENIED


def test_a_restricted_environment_must_be_named() -> None:
    assert reason(replace(CALL, environment="production")) is Reason.ENVIRONMENT_MISMATCH
    assert reason(replace(CALL, environment="")) is Reason.ENVIRONMENT_MISMATCH
    assert reason(replace(with_key(environment=""), environment="production")) is Reason.NONE


def test_a_token_keeps_its_environment_when_its_key_has_none() -> None:
    token = replace(with_token(environment="staging"), key=replace(KEY, environment=""))
    assert reason(token) is Reason.NONE
    assert reason(replace(token, environment="production")) is Reason.ENVIRONMENT_MISMATCH


def test_minting_may_leave_the_environment_unnamed_but_not_name_another() -> None:
    assert reason(requiring(replace(CALL, environment=""), inherits=True)) is Reason.NONE
    assert reason(requiring(replace(CALL, environment="production"), inherits=True)) is Reason.ENVIRONMENT_MISMATCH


@pytest.mark.parametrize(
    ("tenant", "why"),
    [
        ("", Reason.NONE),
        ("acme/etl", Reason.NONE),
        ("acme/etl/night", Reason.NONE),
        ("acme", Reason.TENANT_MISMATCH),
        ("acme/etlx", Reason.TENANT_MISMATCH),
        ("/", Reason.TENANT_MISMATCH),
    ],
)
def test_a_named_tenant_must_be_the_keys_or_below_it(tenant: str, why: Reason) -> None:
    assert reason(replace(CALL, tenant=tenant)) is why


@pytest.mark.parametrize(
    ("organization", "why"),
    [
        ("", Reason.NONE),
        ("acme", Reason.NONE),
        ("acme/etl", Reason.NONE),
        ("acme/etl/night", Reason.TENANT_MISMATCH),
        ("acme/other", Reason.TENANT_MISMATCH),
        ("acm", Reason.TENANT_MISMATCH),
        ("globex", Reason.TENANT_MISMATCH),
    ],
)
def test_a_key_belongs_to_a_named_organization_or_to_a_tenant_below_it(organization: str, why: Reason) -> None:
    assert reason(replace(CALL, organization=organization)) is why


def test_a_restricted_key_needs_a_resource_it_covers() -> None:
    assert reason(requiring(CALL, resource="agents/a")) is Reason.RESOURCE_DENIED
    assert reason(requiring(CALL, resource="")) is Reason.RESOURCE_DENIED
    assert reason(requiring(with_key(resources=()), resource="")) is Reason.NONE


@pytest.mark.parametrize("fact", ["resource_deferred", "inherits"])
def test_a_resource_may_be_left_to_the_upstream_or_to_the_token_but_a_named_one_is_checked(fact: str) -> None:
    assert reason(requiring(CALL, resource="", **{fact: True})) is Reason.NONE
    assert reason(requiring(CALL, resource="agents/a", **{fact: True})) is Reason.RESOURCE_DENIED


def test_key_and_token_must_both_cover_the_resource() -> None:
    assert reason(with_token(resources=("workflows/a",))) is Reason.NONE
    assert reason(with_token(resources=("workflows/b",))) is Reason.RESOURCE_DENIED
    assert reason(requiring(with_token(resources=("**",)), resource="agents/a")) is Reason.RESOURCE_DENIED
