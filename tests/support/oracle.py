"""What a decision must be, worked out as plainly as possible from CONTRACT sections 2 to 4 and ADR 4.

Written without knowledge of `authsvc.domain.decide`, and without the domain's scopes, resources, tenants, networks and limits:
lists instead of compiled sets, `ipaddress`, Python's own `and` and `or`, a log of every admitted call with exact fractions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from math import ceil

from authsvc.domain.decision import Outcome
from authsvc.domain.reason import Reason
from tests.support.case import Case, PolicyFacts, TokenFacts

OWN_SCOPES = (
    "authsvc:verify", "authsvc:check", "authsvc:mint", "authsvc:mint:act", "authsvc:keys:read", "authsvc:keys:write",
    "authsvc:keys:grant", "authsvc:keys:import", "authsvc:tokens:revoke", "authsvc:signing:write", "authsvc:policy:read",
    "authsvc:policy:write", "authsvc:tenants:write", "authsvc:audit:read", "authsvc:fleet:read",
)  # fmt: skip


@dataclass(frozen=True)
class Expected:
    """The right answer. No `outcome`: the cost is refused as an InvalidValue."""

    outcome: Outcome | None
    reason: Reason = Reason.NONE
    proven: bool = True
    """Whether the principal is told."""
    missing_scopes: frozenset[str] = frozenset()
    """Scopes and grants that are certainly missing; an unsatisfied expression adds some of its own, see `explains`."""
    retry_after: int | None = None


def expect(case: Case) -> Expected:
    """The decision for `case`."""
    if isinstance(case.presented, Reason):
        return Expected(Outcome.DENY, case.presented, proven=False)
    if secret_is_dead(case) and not isinstance(case.presented, TokenFacts):
        return Expected(Outcome.DENY, Reason.CREDENTIAL_INVALID, proven=False)
    # In the order of CONTRACT section 4: the first that applies is the answer.
    for reason in [*token_reasons(case), *key_reasons(case), *circumstance_reasons(case)]:
        return Expected(Outcome.DENY, reason)
    if not scopes_suffice(case):
        return Expected(Outcome.DENY, Reason.INSUFFICIENT_SCOPE, missing_scopes=certainly_missing(case))
    return limited(case)


# --- the credential itself


def secret_is_dead(case: Case) -> bool:
    """Whether the secret presented, or the one a token was minted with, is gone or has reached its end."""
    assert not isinstance(case.presented, Reason)
    if case.presented.secret is None:
        return True
    end = case.key.secrets[case.presented.secret]
    return end is not None and case.now >= end


def token_reasons(case: Case) -> Iterator[Reason]:
    """What is wrong with the token, if one was presented."""
    token = case.presented
    if not isinstance(token, TokenFacts):
        return
    if case.now >= token.expire_time:
        yield Reason.TOKEN_EXPIRED
    if token.revoked or secret_is_dead(case):
        yield Reason.TOKEN_REVOKED
    accepted = [case.requirement.audience] if case.requirement.audience else list(case.policy.audience)
    if not [name for name in token.audience if name in accepted]:
        yield Reason.AUDIENCE_MISMATCH


def key_reasons(case: Case) -> Iterator[Reason]:
    """What is wrong with the key, or the one the token was minted from."""
    key = case.key
    if key.state == "REVOKED":
        yield Reason.KEY_REVOKED
    if key.state == "INACTIVE" or key.type not in [name for name, _ in case.policy.key_types]:
        yield Reason.KEY_INACTIVE
    if key.expire_time is not None and case.now >= key.expire_time:
        yield Reason.KEY_EXPIRED
    if [each for each in case.tenants if each.suspended and is_at_or_below(key.tenant, each.path)]:
        yield Reason.TENANT_SUSPENDED


def circumstance_reasons(case: Case) -> Iterator[Reason]:
    """What is wrong with where the call comes from and what it acts on."""
    allowlists = [list_ for list_ in allowlists_of(case) if list_]
    if allowlists and case.source is None:
        yield Reason.SOURCE_IP_UNKNOWN
    if case.source is not None and [list_ for list_ in allowlists if not is_in_one(case.source, list_)]:
        yield Reason.SOURCE_IP_DENIED
    if not environment_fits(case):
        yield Reason.ENVIRONMENT_MISMATCH
    belongs = not case.organization or is_at_or_below(case.key.tenant, case.organization)
    if not belongs or (case.tenant and not is_at_or_below(case.tenant, case.key.tenant)):
        yield Reason.TENANT_MISMATCH
    if not resource_fits(case):
        yield Reason.RESOURCE_DENIED


# --- tenants, addresses, environments, resources


def is_at_or_below(tenant: str, other: str) -> bool:
    """Whether `tenant` is `other` or under it: its first segments are those of `other`. The root has no segments."""
    segments = [] if tenant == "/" else tenant.split("/")
    others = [] if other == "/" else other.split("/")
    return segments[: len(others)] == others


def allowlists_of(case: Case) -> list[tuple[str, ...]]:
    """Every allowlist an address must be in: the key's, its tenant's and those of all tenants above."""
    return [case.key.cidrs, *(each.cidrs for each in case.tenants if is_at_or_below(case.key.tenant, each.path))]


@lru_cache
def is_in_one(source: str, cidrs: tuple[str, ...]) -> bool:
    """Whether the address lies in one of the networks. An IPv4 address written as IPv6 is that IPv4 address."""
    address: IPv4Address | IPv6Address = ip_address(source)
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in ip_network(unmapped(cidr)) for cidr in cidrs)


def unmapped(cidr: str) -> str:
    """A network of mapped addresses, written as IPv4."""
    network = ip_network(cidr)
    if isinstance(network, IPv6Network) and network.prefixlen >= 96 and network.network_address.ipv4_mapped is not None:
        return f"{network.network_address.ipv4_mapped}/{network.prefixlen - 96}"
    return cidr


def environment_fits(case: Case) -> bool:
    """Whether the environment of the call is the one that the key, and the token, are for."""
    wanted = [case.key.environment]
    if isinstance(case.presented, TokenFacts):
        wanted.append(case.presented.environment)
    wanted = [environment for environment in wanted if environment]
    if not case.environment:
        return case.requirement.inherits or not wanted
    return all(case.environment == environment for environment in wanted)


def resource_fits(case: Case) -> bool:
    """Whether the key, and the token, reach the resource of the call."""
    restrictions = [case.key.resources]
    if isinstance(case.presented, TokenFacts):
        restrictions.append(case.presented.resources)
    restrictions = [patterns for patterns in restrictions if patterns]
    if not case.requirement.resource:
        return case.requirement.resource_deferred or case.requirement.inherits or not restrictions
    resource = case.requirement.resource.split("/")
    return all(any(matches(pattern.split("/"), resource) for pattern in patterns) for patterns in restrictions)


def matches(pattern: list[str], resource: list[str]) -> bool:
    """Segment by segment: `*` is any one, a last `**` is any one or more, everything else is itself."""
    if pattern == ["**"]:
        return len(resource) >= 1
    if not pattern or not resource:
        return pattern == resource
    return pattern[0] in ("*", resource[0]) and matches(pattern[1:], resource[1:])


# --- scopes


def covers(grant: str, wanted: str) -> bool:
    """Whether one grant is at least as wide as a scope or another grant."""
    if grant == wanted:
        return True
    if grant == "*":
        return not wanted.startswith("authsvc:")
    return grant.endswith(":*") and wanted.startswith(grant[: -len("*")])


@lru_cache
def closed(policy: PolicyFacts, grants: tuple[str, ...]) -> frozenset[str]:
    """The grants with everything they imply, over any number of steps."""
    held = set(grants)
    known = {**dict.fromkeys(OWN_SCOPES, ()), **dict(policy.scopes or ())}
    while True:
        reached = [scope for scope in known if any(covers(grant, scope) for grant in held)]
        more = {grant for scope in reached for grant in (scope, *known[scope])}
        if policy.scopes is None or more <= held:
            return frozenset(held)
        held |= more


def exists(policy: PolicyFacts, grant: str) -> bool:
    """Whether the policy knows a scope. A wildcard is no scope: what it reaches is asked scope by scope."""
    return policy.scopes is None or grant.endswith("*") or grant in OWN_SCOPES or grant in dict(policy.scopes)


def rights(case: Case) -> list[frozenset[str]]:
    """Every list of grants that must have a scope: the key's, the token's, the key type's."""
    lists = [case.key.scopes]
    if isinstance(case.presented, TokenFacts):
        lists.append(case.presented.scopes)
    allowed = dict(case.policy.key_types).get(case.key.type, ())
    if allowed:
        lists.append(allowed)
    return [closed(case.policy, grants) for grants in lists]


def has(case: Case, grant: str) -> bool:
    """Whether a scope is held, or a wildcard no wider than what is held."""
    return is_in_all(case.policy, rights(case), grant)


def is_in_all(policy: PolicyFacts, lists: list[frozenset[str]], grant: str) -> bool:
    """Whether every list of grants covers this one."""
    return exists(policy, grant) and all(any(covers(held, grant) for held in grants) for grants in lists)


def satisfies(case: Case, added: frozenset[str] = frozenset()) -> bool:
    """Whether the expression holds; `added` are scopes held besides. Python's `and` and `or` bind as AND and OR do."""
    if not case.requirement.expression:
        return True
    words = re.findall(r"[()]|[^()\s]+", case.requirement.expression)
    plain = {"(": "(", ")": ")", "AND": "and", "OR": "or"}
    return bool(eval(" ".join(plain.get(word) or str(word in added or has(case, word)) for word in words)))


def scopes_suffice(case: Case) -> bool:
    """Whether every scope and grant asked for is held, and the expression satisfied."""
    return not certainly_missing(case) and satisfies(case)


def certainly_missing(case: Case) -> frozenset[str]:
    """The scopes and grants asked for by name and not held."""
    return frozenset(wanted for wanted in (*case.requirement.scopes, *case.requirement.grants) if not has(case, wanted))


def explains(case: Case, missing: frozenset[str]) -> bool:
    """Whether these are missing scopes to tell: all that are certain, and of the expression unheld ones that satisfy it."""
    further = missing - certainly_missing(case)
    named = set(re.findall(r"[^()\s]+", case.requirement.expression)) - {"AND", "OR"}
    if not certainly_missing(case) <= missing or satisfies(case):
        return not further and certainly_missing(case) <= missing
    return satisfies(case, missing) and all(scope in named and not has(case, scope) for scope in further)


# --- rate limits


def limited(case: Case) -> Expected:
    """The answer of the limits, when nothing else stands in the way."""
    if case.cost == 0:
        return Expected(Outcome.ALLOW)
    if any(case.cost > burst for _, _, burst in case.key.limits):
        return Expected(None)
    log: list[tuple[int, int]] = []
    for time, cost in case.history:
        if wait(case.key.limits, log, time, cost) == 0:
            log.append((time, cost))
    microseconds = wait(case.key.limits, log, case.now, case.cost)
    return Expected(Outcome.DENY, Reason.RATE_LIMITED, retry_after=microseconds) if microseconds else Expected(Outcome.ALLOW)


def wait(limits: tuple[tuple[int, int, int], ...], log: list[tuple[int, int]], now: int, cost: int) -> int:
    """How long until the call could be added to the log and no window would hold more than limit * W / period + burst."""
    longest = Fraction(0)
    for limit, period, burst in limits:
        for first, (begin, _) in enumerate(log):
            total = sum(each for _, each in log[first:]) + cost
            room_at = begin + Fraction((total - burst) * period, limit)
            longest = max(longest, room_at - now)
    return ceil(longest)
