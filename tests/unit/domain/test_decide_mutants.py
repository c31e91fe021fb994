"""Every rule of `decide`, broken: the comparison with the oracle must notice each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from authsvc.domain import decide as decide_module
from tests.support.agreement import Decide, first_disagreement
from tests.support.case import Case
from tests.support.case_generator import generate

SEED = 4
COUNT = 4000
SOURCE = Path(decide_module.__file__).read_text(encoding="utf-8")

EXPIRED = "    if now >= token.expire_time:\n        return Reason.TOKEN_EXPIRED\n"
TOKEN_REVOKED = "    if proof.token_revoked or not alive:\n        return Reason.TOKEN_REVOKED\n"
KEY_REVOKED = "    if key.state is State.REVOKED:\n        return Reason.KEY_REVOKED\n"
KEY_INACTIVE = "    if key.state is not State.ACTIVE or not access.typed:\n        return Reason.KEY_INACTIVE\n"
KEY_EXPIRED = "    if key.expire_time is not None and now >= key.expire_time:\n        return Reason.KEY_EXPIRED\n"
SUSPENDED = "    if access.suspended:\n        return Reason.TENANT_SUSPENDED\n"
ALLOWLISTED = (
    "        for allowlist in access.allowlists:\n            if not allowlist.contains(query.source):\n"
    "                return Reason.SOURCE_IP_DENIED\n"
)
TENANT = "    if not _tenants_match(access.key.tenant, query):\n        return Reason.TENANT_MISMATCH\n"
RESOURCE = "    if rights.resources and not _resource_allowed(rights, requirement):\n        return Reason.RESOURCE_DENIED\n"
ENVIRONMENT = (
    "    if rights.environments and (query.environment or not requirement.inherits):\n"
    "        for environment in rights.environments:\n"
    "            if environment != query.environment:\n"
    "                return Reason.ENVIRONMENT_MISMATCH\n"
)
SCOPES = (
    "    missing = _missing(rights, query.requirement)\n    if missing:\n"
    "        return deny(Reason.INSUFFICIENT_SCOPE, proof, missing=missing)\n"
)
UNPROVEN = "    if isinstance(proof, Reason):\n        return deny(proof)\n"

MUTANTS = {
    # the whole
    "allow what proved nothing": (UNPROVEN, UNPROVEN.replace("deny(proof)", "allow(proof, None)")),
    "call everything unproven invalid": (UNPROVEN, UNPROVEN.replace("deny(proof)", "deny(Reason.CREDENTIAL_INVALID)")),
    "name the principal of a dead secret": ("return deny(reason)\n", "return deny(reason, proof)\n"),
    "name no principal on a proven deny": ("return deny(reason, proof)", "return deny(reason)"),
    "ignore the credential's own end": ("reason = reason or _standing", "reason = _standing"),
    "ignore the state of the key": ("reason or _standing(access, now) or _circ", "reason or _circ"),
    "ignore the circumstances": (" or _circumstances(access, rights, query)", ""),
    "circumstances before state": (
        "_standing(access, now) or _circumstances(access, rights, query)",
        "_circumstances(access, rights, query) or _standing(access, now)",
    ),
    "state of the key before its secret": (
        "    reason = _genuine(proof, query.requirement, now)\n",
        "    reason = _standing(proof.access, now) or _genuine(proof, query.requirement, now)\n",
    ),
    "scopes before circumstances": ("    reason = reason or", SCOPES + "    reason = reason or"),
    "allow whatever was refused": ("return deny(reason, proof)", "return allow(proof, None)"),
    # the credential
    "a secret never dies": ("secret is not None and secret.lives(now)", "secret is not None"),
    "a token outlives its removed secret": ("secret is not None and secret.lives(now)", "secret is None or secret.lives(now)"),
    "a dead secret proves its key": ("return Reason.NONE if alive else Reason.CREDENTIAL_INVALID", "return Reason.NONE"),
    "a token lives a moment longer": ("now >= token.expire_time", "now > token.expire_time"),
    "a token never expires": (EXPIRED, ""),
    "revoked before expired": (EXPIRED + TOKEN_REVOKED, TOKEN_REVOKED + EXPIRED),
    "a revoked token works": ("proof.token_revoked or not alive", "not alive"),
    "a token survives its secret": ("proof.token_revoked or not alive", "proof.token_revoked"),
    "any audience will do": ("return _audience(token, proof.access, requirement)", "return Reason.NONE"),
    "the audience asked for is ignored": ("if requirement.audience:", "if False:"),
    "no audience asked for, none needed": ("not access.policy.tokens.audience.isdisjoint(token.audience)", "True"),
    "a token must name every audience": (
        "not access.policy.tokens.audience.isdisjoint(token.audience)",
        "access.policy.tokens.audience.issubset(token.audience)",
    ),
    # the key
    "a revoked key is only inactive": (KEY_REVOKED, ""),
    "a type that is gone before revoked": (
        KEY_REVOKED,
        "    if not access.typed:\n        return Reason.KEY_INACTIVE\n" + KEY_REVOKED,
    ),
    "an inactive key works": ("key.state is not State.ACTIVE or not access.typed", "not access.typed"),
    "a key without a type works": ("key.state is not State.ACTIVE or not access.typed", "key.state is not State.ACTIVE"),
    "a key lives a moment longer": ("now >= key.expire_time", "now > key.expire_time"),
    "a key never expires": (KEY_EXPIRED, ""),
    "expired before inactive": (KEY_INACTIVE + KEY_EXPIRED, KEY_EXPIRED + KEY_INACTIVE),
    "suspended before expired": (KEY_EXPIRED + SUSPENDED, SUSPENDED + KEY_EXPIRED),
    "a suspended tenant works": (SUSPENDED, ""),
    # the circumstances
    "an unknown address passes": (
        "        if query.source is None:\n            return Reason.SOURCE_IP_UNKNOWN\n",
        "        if query.source is None:\n            return Reason.NONE\n",
    ),
    "an unknown address is a wrong one": ("return Reason.SOURCE_IP_UNKNOWN", "return Reason.SOURCE_IP_DENIED"),
    "one allowlist of several is enough": (
        ALLOWLISTED,
        ALLOWLISTED.replace("for allowlist in access.allowlists:", "if query.source:").replace(
            "not allowlist.contains(query.source)", "not any(each.contains(query.source) for each in access.allowlists)"
        ),
    ),
    "only the first allowlist counts": ("in access.allowlists:", "in access.allowlists[:1]:"),
    "any environment will do": (ENVIRONMENT, ""),
    "an unnamed environment passes": ("(query.environment or not requirement.inherits)", "query.environment"),
    "minting needs the environment": ("(query.environment or not requirement.inherits)", "True"),
    "minting passes any environment": ("(query.environment or not requirement.inherits)", "not requirement.inherits"),
    "only the key's environment counts": ("in rights.environments:", "in rights.environments[:1]:"),
    "only the token's environment counts": ("in rights.environments:", "in rights.environments[-1:]:"),
    "any tenant will do": (TENANT, ""),
    "any named tenant will do": ("    if query.tenant and not covers(tenant, query.tenant):\n        return False\n", ""),
    "any organization will do": ("return not query.organization or covers(query.organization, tenant)", "return True"),
    "an organization below the key's will do": ("covers(query.organization, tenant)", "covers(tenant, query.organization)"),
    "an organization is compared, not what it covers": ("covers(query.organization, tenant)", "query.organization == tenant"),
    "a tenant above will do": ("covers(tenant, query.tenant)", "covers(query.tenant, tenant)"),
    "a tenant below will not do": ("not covers(tenant, query.tenant)", "tenant != query.tenant"),
    "a tenant must be named": ("query.tenant and not covers", "not covers"),
    "tenant before environment": (ENVIRONMENT + TENANT, TENANT + ENVIRONMENT),
    "resource before tenant": (TENANT + RESOURCE, RESOURCE + TENANT),
    "any resource will do": (RESOURCE, ""),
    "the token's resources and environment are ignored": (
        "_circumstances(access, rights, query)",
        "_circumstances(access, access.rights, query)",
    ),
    "either the key or the token reaches the resource": ("return all(patterns", "return any(patterns"),
    "an unnamed resource passes": ("return requirement.resource_deferred or requirement.inherits", "return True"),
    "a deferred resource is denied": ("requirement.resource_deferred or requirement.inherits", "requirement.inherits"),
    "minting needs the resource": ("requirement.resource_deferred or requirement.inherits", "requirement.resource_deferred"),
    "a named resource is not checked where deferred": (
        "if not requirement.resource:",
        "if requirement.resource_deferred or not requirement.resource:",
    ),
    "a named resource is not checked for minting": (
        "if not requirement.resource:",
        "if requirement.inherits or not requirement.resource:",
    ),
    # scopes
    "scopes are not needed": (SCOPES, ""),
    "scopes are not needed where nothing is taken": ("    if missing:", "    if missing and query.cost:"),
    "the missing scopes are not told": ("proof, missing=missing)", "proof)"),
    "the token's scopes are ignored": ("_missing(rights, ", "_missing(access.rights, "),
    "one scope of several is enough": (
        "missing = scopes.missing(requirement.scopes)",
        "missing = () if any(map(scopes.covers, requirement.scopes)) else scopes.missing(requirement.scopes)",
    ),
    "the expression is ignored": ("if expression is not None and", "if False and"),
    "the expression replaces the scopes": ("(*missing, *expression.missing(scopes))", "expression.missing(scopes)"),
    "satisfying the expression is enough": (
        "    if requirement.grants:\n",
        "    if expression is not None and expression.satisfied_by(scopes):\n        missing = ()\n    if requirement.grants:\n",
    ),
    "grants are ignored": ("if requirement.grants:", "if False:"),
    "a held scope is taken for its wildcard": ("scopes.covers_grant(grant)", "scopes.covers(grant.replace('*', 'read'))"),
    # limits
    "no limit is ever reached": ("if not admission.allowed:", "if False:"),
    "one call is as good as many": ("admit(limits, tats, now, query.cost)", "admit(limits, tats, now)"),
    "what was used is forgotten": ("admit(limits, tats, now, query.cost)", "admit(limits, (), now, query.cost)"),
    "only the first window counts": (
        "admit(limits, tats, now, query.cost)",
        "admit(limits[:1], tats[:1], now, query.cost)._replace(tats=admit(limits, tats, now, query.cost).tats)",
    ),
    "nothing is taken": ("taken = admission.tats", "taken = None"),
    "asking without cost is limited": ("if limits and query.cost:", "query.cost = query.cost or 1\n    if limits:"),
    "a cost no wait would help is only limited": ("        check_cost(limits, query.cost)\n", ""),
    "the cost is judged before the key": (
        "    access, rights = proof.access, proof.rights\n",
        "    access, rights = proof.access, proof.rights\n    check_cost(access.key.rate_limits, query.cost or 1)\n",
    ),
    "the wait is not told": (", retry_after=admission.retry_after", ""),
    "limits before scopes": (
        SCOPES,
        "    if access.key.rate_limits and query.cost and query.cost <= min(each.burst for each in access.key.rate_limits):\n"
        "        early = admit(access.key.rate_limits, tats, now, query.cost)\n"
        "        if not early.allowed:\n"
        "            return deny(Reason.RATE_LIMITED, proof, retry_after=early.retry_after)\n" + SCOPES,
    ),
}


@cache
def cases() -> tuple[Case, ...]:
    return tuple(generate(SEED, COUNT))


def compiled(source: str) -> Decide:
    """`decide` of a module of its own, made from this source."""
    module = ModuleType("authsvc.domain.mutant_of_decide")
    exec(compile(source, module.__name__, "exec"), module.__dict__)
    decide: Decide = module.decide
    return decide


def test_the_source_as_it_is_agrees() -> None:
    assert first_disagreement(compiled(SOURCE), cases()) is None


@pytest.mark.parametrize(("original", "mutated"), MUTANTS.values(), ids=MUTANTS)
def test_a_broken_rule_is_noticed(original: str, mutated: str) -> None:
    assert SOURCE.count(original) == 1
    assert first_disagreement(compiled(SOURCE.replace(original, mutated)), cases()) is not None
