"""Asking a `decide` the cases that the oracle answers, and telling where the two part."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from pprint import pformat

from authsvc.domain.access import Access, Proof, compile_access, prove_key, prove_token
from authsvc.domain.decision import Decision, Query, Requirement
from authsvc.domain.errors import InvalidValue
from authsvc.domain.expression import parse_expression
from authsvc.domain.key import Key, Secret, State, Tenant
from authsvc.domain.limits import RateLimit, admit
from authsvc.domain.network import parse_address
from authsvc.domain.policy import KeyType, Policy, TokenRules
from authsvc.domain.policy_file import default_policy
from authsvc.domain.reason import Reason
from authsvc.domain.scopes import Catalogue
from authsvc.domain.token import Token
from tests.support.case import Case, PolicyFacts, RequirementFacts, TokenFacts
from tests.support.oracle import Expected, expect, explains

Decide = Callable[[Query, Proof | Reason, int, tuple[int, ...]], Decision]


def first_disagreement(decide: Decide, cases: Iterable[Case]) -> str | None:
    """The first case in which `decide` is not what the oracle expects, readably; None when they agree in all.

    What was allowed is asked a second time, with the limits as the first answer left them: so what was taken shows too.
    """
    for case in cases:
        tats = tats_of(case)
        decision, wrong = _ask(decide, case, tats)
        if decision is not None and decision.allowed and not wrong:
            again = replace(case, history=(*case.history, (case.now, case.cost))) if case.cost else case
            _, wrong = _ask(decide, again, tats if decision.tats is None else decision.tats)
        if wrong:
            return wrong
    return None


def _ask(decide: Decide, case: Case, tats: tuple[int, ...]) -> tuple[Decision | None, str]:
    """The decision, None when the cost was refused, and what is wrong with it."""
    expected, proof = expect(case), proof_of(case)
    try:
        decision = decide(query_of(case), proof, case.now, tats)
    except InvalidValue:
        decision = None
    if agree(case, expected, decision, proof, tats):
        return decision, ""
    return decision, f"decided {_shown(decision)}\nexpected {expected}\n{pformat(case, width=130)}"


def agree(case: Case, expected: Expected, decision: Decision | None, proof: Proof | Reason, tats: tuple[int, ...]) -> bool:
    """Whether the decision is right in every member that the contract determines."""
    if decision is None or expected.outcome is None:
        return decision is None and expected.outcome is None
    return (
        (decision.outcome, decision.reason, decision.retry_after)
        == (expected.outcome, expected.reason, expected.retry_after or 0)
        and decision.proof is (proof if expected.proven else None)
        and (decision.allowed or decision.tats in (None, tats))  # a deny takes nothing
        and _tells_missing(case, expected, frozenset(decision.missing_scopes))
    )


def _tells_missing(case: Case, expected: Expected, missing: frozenset[str]) -> bool:
    return explains(case, missing) if expected.reason is Reason.INSUFFICIENT_SCOPE else not missing


def _shown(decision: Decision | None) -> str:
    """The decision without its proof, which the case tells better."""
    if decision is None:
        return "InvalidValue"
    proven = "proven" if decision.proof is not None else "not proven"
    rest = f"missing={decision.missing_scopes}, retry_after={decision.retry_after}, tats={decision.tats}"
    return f"{decision.outcome!r} {decision.reason!r} ({proven}, {rest})"


# --- raw facts as the domain wants them


def query_of(case: Case) -> Query:
    """The query that `decide` is asked."""
    source = None if case.source is None else parse_address(case.source)
    return Query(requirement_of(case.requirement), source, case.tenant, case.environment, case.cost, case.organization)


def requirement_of(facts: RequirementFacts) -> Requirement:
    """The requirement, with its expression compiled."""
    expression = parse_expression(facts.expression) if facts.expression else None
    return Requirement(
        facts.scopes, expression, facts.grants, facts.resource, facts.resource_deferred, facts.inherits, facts.audience
    )


def proof_of(case: Case) -> Proof | Reason:
    """The credential, as the engine would prove it."""
    if isinstance(case.presented, Reason):
        return case.presented
    access = access_of(case)
    if isinstance(case.presented, TokenFacts):
        return prove_token(access, token_of(access, case.presented), revoked=case.presented.revoked)
    return prove_key(access, access.key.secrets[case.presented.secret])


def access_of(case: Case) -> Access:
    """The key under the policy and tenants of the case."""
    facts = case.key
    key = Key(
        key_id="key_1",
        display_name="a key",
        type=facts.type,
        tenant=facts.tenant,
        subject="someone",
        environment=facts.environment,
        scopes=facts.scopes,
        resources=facts.resources,
        allowed_cidrs=facts.cidrs,
        rate_limits=limits_of(case),
        state=State[facts.state],
        created_by="key_0",
        create_time=0,
        update_time=0,
        expire_time=facts.expire_time,
        etag="e",
        secrets=tuple(
            Secret(secret_id=f"secret_{place}", prefix="t_abcd", pepper_id="p", digest=b"", create_time=0, expire_time=end)
            for place, end in enumerate(facts.secrets)
        ),
    )
    tenants = {each.path: Tenant(each.path, each.cidrs, each.suspended) for each in case.tenants}
    return compile_access(key, policy_of(case.policy), tenants)


@lru_cache(maxsize=256)
def policy_of(facts: PolicyFacts) -> Policy:
    """The compiled policy."""
    return Policy(
        key_types={name: KeyType(name=name, prefix=f"{name}_", allowed_scopes=allowed) for name, allowed in facts.key_types},
        catalogue=Catalogue.open() if facts.scopes is None else Catalogue(dict(facts.scopes)),
        environments=facts.environments,
        tokens=TokenRules(audience=frozenset(facts.audience)),
        http=default_policy().http,
    )


def token_of(access: Access, facts: TokenFacts) -> Token:
    """A token of the key."""
    return Token(
        token_id="token_1",
        key_id=access.key.key_id,
        secret_id="gone" if facts.secret is None else f"secret_{facts.secret}",
        subject="someone",
        tenant=access.key.tenant,
        environment=facts.environment,
        scopes=facts.scopes,
        resources=facts.resources,
        audience=facts.audience,
        issue_time=0,
        expire_time=facts.expire_time,
        signing_key_id="k",
    )


def limits_of(case: Case) -> tuple[RateLimit, ...]:
    """The windows of the key."""
    return tuple(RateLimit(*window) for window in case.key.limits)


def tats_of(case: Case) -> tuple[int, ...]:
    """What the earlier calls left of the limits."""
    tats: tuple[int, ...] = ()
    for time, cost in case.history:
        tats = admit(limits_of(case), tats, time, cost).tats
    return tats
