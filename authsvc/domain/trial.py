"""What would become of an HTTP request, without any effect: for the tests of a policy and for explanations.

Rules:
1. What a request asks for is read by `HttpRules.read`, and decided by `decide`, as for a request that is real.
2. What follows from that is what `engine.check` answers; a test holds the two against each other.
3. A key that does not exist has no secret: a request carries `PLACEHOLDER` in its place, which proves nothing anywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, assert_never

from authsvc.domain.access import Principal, Proof, compile_access, prove_key
from authsvc.domain.decision import Decision, Outcome, Requirement
from authsvc.domain.http.identity import Mutation
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.http.responses import Answer, Denial
from authsvc.domain.http.routes import Match
from authsvc.domain.http.rules import Anonymous, HttpRequest, HttpRules, Question, Refused
from authsvc.domain.key import Key, Secret, Tenant
from authsvc.domain.key_rules import KeyDraft
from authsvc.domain.policy import Policy
from authsvc.domain.reason import Reason

PLACEHOLDER: Final = "the-secret-of-this-key"
TOKEN: Final = "<token>"  # noqa: S105 - stands where the upstream's token would
NO_KEY: Final = "key_" + 22 * "0"
"""The key_id of a key that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What would become of a request."""

    outcome: Outcome
    """DENY also on a route that only watches, which lets the request through all the same."""
    reason: Reason = Reason.NONE
    cause: str = ""
    """Our own clause on what is malformed."""
    match: Match | None = None
    requirement: Requirement | None = None
    """What the route asks for, with the path's variables put in; None: nothing, or there is no route."""
    principal: Principal | None = None
    missing: tuple[str, ...] = ()
    answer: Answer | None = None
    """What the client gets; None: the request goes on."""
    mutation: Mutation | None = None
    """With which changes the request goes on; None: it does not."""


def conclude(rules: HttpRules, request: HttpRequest, read: Refused | Anonymous | Question, decision: Decision | None) -> Trial:
    """Say what becomes of a request.

    Args:
        rules: under which it was read.
        request: the request.
        read: what they make of it.
        decision: on the question; None where none was asked.
    """
    match read:
        case Anonymous(match):
            return Trial(outcome=Outcome.ALLOW, match=match, mutation=rules.identity.unknown(request.headers))
        case Refused(reason, cause, match):
            denied = Trial(outcome=Outcome.DENY, reason=reason, cause=cause, match=match, requirement=_required(match))
        case Question(match, _, query):
            if decision is None:
                raise ValueError("a question has a decision")
            denied = Trial(
                outcome=decision.outcome,
                reason=decision.reason,
                match=match,
                requirement=query.requirement,
                principal=decision.principal,
                missing=decision.missing_scopes,
            )
            if decision.allowed and denied.principal is not None:
                return replace(denied, mutation=_known(rules, request, denied.principal, match))
        case _:
            assert_never(read)
    return _turned_away(rules, request, denied)


def _known(rules: HttpRules, request: HttpRequest, principal: Principal, match: Match) -> Mutation:
    token = TOKEN if rules.upstream_token is not None else ""
    return rules.identity.known(principal, request.headers, token=token, shadow=match.route.rule.shadow)


def _turned_away(rules: HttpRules, request: HttpRequest, denied: Trial) -> Trial:
    if denied.match is not None and denied.match.route.rule.shadow:
        return replace(denied, mutation=rules.identity.unknown(request.headers, shadow=True))
    required = () if denied.requirement is None else denied.requirement.scopes
    denial = Denial(reason=denied.reason, cause=denied.cause, required=required, missing=denied.missing)
    return replace(denied, answer=rules.responses.answer(denial))


def _required(match: Match | None) -> Requirement | None:
    """What the route of a request asks for that was refused before its credential was looked at."""
    if match is None or match.route.rule.anonymous:
        return None
    rule = match.route.rule
    if rule.resource is None:
        return rule.requirement
    try:
        return replace(rule.requirement, resource=rule.resource.of(match.segments))
    except Malformed:
        return rule.requirement


def present(rules: HttpRules, headers: Mapping[str, str]) -> dict[str, str] | None:
    """Headers with `PLACEHOLDER` where the policy looks first for a credential; None when something is there already."""
    place = rules.sources.places[0]
    if place.header in headers:
        return None
    return {**headers, place.header: f"{place.scheme} {PLACEHOLDER}" if place.scheme else PLACEHOLDER}


def imagine(draft: KeyDraft) -> Key:
    """A key that does not exist, as a checked draft describes it."""
    secret = Secret(secret_id="", prefix="", pepper_id="", digest=b"", create_time=0)
    return Key(
        key_id=NO_KEY,
        display_name=draft.display_name,
        type=draft.type,
        tenant=draft.tenant,
        subject=draft.subject or NO_KEY,
        environment=draft.environment,
        scopes=draft.scopes,
        resources=draft.resources,
        allowed_cidrs=draft.allowed_cidrs,
        rate_limits=draft.rate_limits,
        metadata=draft.metadata,
        expire_time=draft.expire_time,
        created_by="",
        create_time=0,
        update_time=0,
        etag="",
        secrets=(secret,),
    )


def prove(key: Key, policy: Policy, tenants: Mapping[str, Tenant], now: int) -> Proof | Reason:
    """What a request would prove that carries a secret of this key which works."""
    living = [secret for secret in key.secrets if secret.lives(now)]
    return prove_key(compile_access(key, policy, tenants), living[-1]) if living else Reason.CREDENTIAL_INVALID
