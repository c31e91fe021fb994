"""The one decision.

Rules:
1. Everything that grants access ends here; `decision.allow` is called on one line, the last of `decide`.
2. The order of CONTRACT section 4 is the order of the code. The first rule that fails is the reason.
3. Nothing is read but the arguments: no clock, no store, no randomness. `now` is the one reference time.
4. Nothing about a key is said before its secret is proven; afterwards every deny names its principal.
5. A restricted key needs the fact: an unknown address, resource or environment never passes a restriction.
6. Only what would otherwise be allowed takes rate-limit slots.
"""

from __future__ import annotations

from authsvc.domain.access import Access, Proof, Rights
from authsvc.domain.decision import Decision, Query, Requirement, allow, deny
from authsvc.domain.key import State
from authsvc.domain.limits import admit, check_cost
from authsvc.domain.reason import Reason
from authsvc.domain.tenants import covers
from authsvc.domain.token import Token


def decide(query: Query, proof: Proof | Reason, now: int, tats: tuple[int, ...] = ()) -> Decision:
    """Decide whether a credential may do what the query asks.

    Args:
        query: What is asked, with the circumstances of the call.
        proof: What the credential proved, or why it proved nothing.
        now: The reference time, microseconds since the epoch.
        tats: The rate-limit state of the key (`limits.admit`); empty for a key that was idle.

    Raises:
        InvalidValue: The cost is larger than a burst of the key, so that no wait would ever help.
    """
    if isinstance(proof, Reason):
        return deny(proof)
    reason = _genuine(proof, query.requirement, now)
    if reason is Reason.CREDENTIAL_INVALID:
        return deny(reason)
    access, rights = proof.access, proof.rights
    reason = reason or _standing(access, now) or _circumstances(access, rights, query)
    if reason:
        return deny(reason, proof)
    missing = _missing(rights, query.requirement)
    if missing:
        return deny(Reason.INSUFFICIENT_SCOPE, proof, missing=missing)
    taken: tuple[int, ...] | None = None
    limits = access.key.rate_limits
    if limits and query.cost:
        check_cost(limits, query.cost)
        admission = admit(limits, tats, now, query.cost)
        if not admission.allowed:
            return deny(Reason.RATE_LIMITED, proof, retry_after=admission.retry_after)
        taken = admission.tats
    return allow(proof, taken)


def _genuine(proof: Proof, requirement: Requirement, now: int) -> Reason:
    """Whether what was presented still proves the key, and to this audience."""
    secret = proof.secret
    alive = secret is not None and secret.lives(now)
    token = proof.token
    if token is None:
        return Reason.NONE if alive else Reason.CREDENTIAL_INVALID
    if now >= token.expire_time:
        return Reason.TOKEN_EXPIRED
    if proof.token_revoked or not alive:
        return Reason.TOKEN_REVOKED
    return _audience(token, proof.access, requirement)


def _audience(token: Token, access: Access, requirement: Requirement) -> Reason:
    """RFC 9068 section 4: a token is only for the audiences it names."""
    if requirement.audience:
        meant = requirement.audience in token.audience
    else:
        meant = not access.policy.tokens.audience.isdisjoint(token.audience)
    return Reason.NONE if meant else Reason.AUDIENCE_MISMATCH


def _standing(access: Access, now: int) -> Reason:
    """The state of the key and of its tenant."""
    key = access.key
    if key.state is State.REVOKED:
        return Reason.KEY_REVOKED
    if key.state is not State.ACTIVE or not access.typed:
        return Reason.KEY_INACTIVE
    if key.expire_time is not None and now >= key.expire_time:
        return Reason.KEY_EXPIRED
    if access.suspended:
        return Reason.TENANT_SUSPENDED
    return Reason.NONE


def _circumstances(access: Access, rights: Rights, query: Query) -> Reason:
    """The restrictions of the key against the facts of the call."""
    if access.allowlists:
        if query.source is None:
            return Reason.SOURCE_IP_UNKNOWN
        for allowlist in access.allowlists:
            if not allowlist.contains(query.source):
                return Reason.SOURCE_IP_DENIED
    requirement = query.requirement
    if rights.environments and (query.environment or not requirement.inherits):
        for environment in rights.environments:
            if environment != query.environment:
                return Reason.ENVIRONMENT_MISMATCH
    if not _tenants_match(access.key.tenant, query):
        return Reason.TENANT_MISMATCH
    if rights.resources and not _resource_allowed(rights, requirement):
        return Reason.RESOURCE_DENIED
    return Reason.NONE


def _tenants_match(tenant: str, query: Query) -> bool:
    """Whether a key of this tenant fits what the call names: a tenant at or below it, an organization at or above it."""
    if query.tenant and not covers(tenant, query.tenant):
        return False
    return not query.organization or covers(query.organization, tenant)


def _resource_allowed(rights: Rights, requirement: Requirement) -> bool:
    if not requirement.resource:
        return requirement.resource_deferred or requirement.inherits
    return all(patterns.covers(requirement.resource) for patterns in rights.resources)


def _missing(rights: Rights, requirement: Requirement) -> tuple[str, ...]:
    """Every scope that would have to be granted too, without repeats; empty when none is missing."""
    scopes = rights.scopes
    missing = scopes.missing(requirement.scopes)
    expression = requirement.expression
    if expression is not None and not expression.satisfied_by(scopes):
        missing = (*missing, *expression.missing(scopes))
    if requirement.grants:
        missing = (*missing, *(grant for grant in requirement.grants if not scopes.covers_grant(grant)))
    return tuple(dict.fromkeys(missing)) if missing else ()
