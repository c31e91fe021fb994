"""Random cases: most of what a case says agrees with itself, then up to three facts are changed a little.

So most cases are near misses: allowed but for one thing, or refused for two things at once of which the first must be named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

from authsvc.domain.reason import Reason
from tests.support import oracle
from tests.support.case import Case, KeyFacts, PolicyFacts, RequirementFacts, SecretFacts, TenantFacts, TokenFacts
from tests.support.case_worlds import (
    AUDIENCES,
    CONCRETE,
    ENVIRONMENTS,
    GRANTS,
    NETWORKS,
    PATTERNS,
    RESOURCES,
    SECOND,
    SOURCES,
    TENANTS,
    WINDOWS,
    policies,
    some,
)

NOW = 1_763_600_000 * SECOND
UNPROVEN = (
    Reason.REQUEST_MALFORMED,
    Reason.ROUTE_UNKNOWN,
    Reason.CREDENTIAL_MISSING,
    Reason.CREDENTIAL_AMBIGUOUS,
    Reason.CREDENTIAL_INVALID,
)


def generate(seed: int, count: int) -> Iterator[Case]:
    """The same cases for the same seed."""
    random = Random(seed)
    worlds = policies(random, 60)
    for _ in range(count):
        case = _agreeing(random, random.choice(worlds))
        for _ in range(random.choice([0, 1, 1, 1, 2, 2, 3])):
            case = random.choice(CHANGES)(random, case)
        yield case


# --- a case that is probably allowed


def _agreeing(random: Random, policy: PolicyFacts) -> Case:
    source = random.choice(SOURCES)
    networks = tuple(cidr for cidr in NETWORKS if oracle.is_in_one(source, (cidr,)))
    tenant = random.choice(TENANTS)
    environment = random.choice(["", *ENVIRONMENTS])
    resource = random.choice(RESOURCES)
    patterns = tuple(each for each in PATTERNS if oracle.matches(each.split("/"), resource.split("/")))
    key = KeyFacts(
        type=random.choice(policy.key_types)[0],
        tenant=tenant,
        environment=environment if random.random() < 0.6 else "",
        scopes=some(random, GRANTS, 1, 5),
        resources=_mostly_none(random, patterns, PATTERNS),
        cidrs=_mostly_none(random, networks, NETWORKS),
        limits=tuple(random.sample(WINDOWS, random.choice([0, 1, 1, 2, 3]))),
        expire_time=random.choice([None, NOW + 1, NOW + 3600 * SECOND]),
        secrets=tuple(random.choice([None, NOW + 1, NOW + SECOND]) for _ in range(random.choice([1, 1, 2]))),
    )
    case = Case(
        policy=policy,
        tenants=tuple(
            TenantFacts(path=path, cidrs=_mostly_none(random, networks, NETWORKS)) for path in some(random, TENANTS, 0, 4)
        ),
        key=key,
        presented=SecretFacts(secret=random.randrange(len(key.secrets))),
        source=source,
        tenant=random.choice([path for path in ("", "", *TENANTS) if not path or oracle.is_at_or_below(path, tenant)]),
        organization=random.choice([path for path in ("", "", "", *TENANTS) if not path or oracle.is_at_or_below(tenant, path)]),
        environment=environment,
        cost=random.choice([0, 1, 1, 1, 1, 2, 3]),
        now=NOW,
    )
    if random.random() < 0.45:
        case = replace(case, presented=_token(random, case, patterns))
    return _asking(random, replace(case, requirement=RequirementFacts(resource=random.choice(["", resource, resource]))))


def _mostly_none(random: Random, good: tuple[str, ...], any_: tuple[str, ...]) -> tuple[str, ...]:
    """Usually no restriction, else one with at least one entry that fits."""
    if random.random() < 0.7:
        return ()
    return tuple(dict.fromkeys([*some(random, any_, 0, 2), *some(random, good, 1, 1)]))


def _token(random: Random, case: Case, patterns: tuple[str, ...]) -> TokenFacts:
    return TokenFacts(
        secret=random.randrange(len(case.key.secrets)),
        environment=random.choice(["", case.environment]),
        scopes=random.choice([case.key.scopes, some(random, case.key.scopes, 1, 3), some(random, GRANTS, 1, 4)]),
        resources=_mostly_none(random, patterns, PATTERNS),
        audience=(*some(random, AUDIENCES, 0, 1), *case.policy.audience[:1]),
        expire_time=NOW + random.choice([1, 300 * SECOND]),
    )


def _asking(random: Random, case: Case) -> Case:
    """Ask for what is held, so that the scopes are usually not what refuses."""
    lists = oracle.rights(case)
    grants = tuple(grant for grant in GRANTS if oracle.is_in_all(case.policy, lists, grant))
    held = tuple(grant for grant in grants if grant in CONCRETE)
    inherits = random.random() < 0.15
    requirement = replace(
        case.requirement,
        scopes=some(random, held, 0, 3),
        expression=_expression(random, held) if held and random.random() < 0.4 else "",
        grants=some(random, grants, 0, 3) if inherits or random.random() < 0.1 else (),
        inherits=inherits,
        resource_deferred=random.random() < 0.1,
        audience=_audience(random, case),
    )
    return replace(case, requirement=requirement)


def _audience(random: Random, case: Case) -> str:
    named = case.presented.audience if isinstance(case.presented, TokenFacts) and random.random() < 0.3 else ()
    return random.choice(named or ("",))


def _expression(random: Random, held: tuple[str, ...]) -> str:
    """One to four scopes, usually held ones, joined at random; sometimes with parentheses."""
    words = [random.choice(held if random.random() < 0.7 else CONCRETE) for _ in range(random.randint(1, 4))]
    text = words.pop()
    for word in words:
        left = f"({text})" if random.random() < 0.4 else text
        text = random.choice([f"{left} AND {word}", f"{left} OR {word}", f"{word} OR {left}", f"{word} AND {left}"])
    return text


# --- one fact changed


def _change_key(**choices: Callable[[Random, Case], Any]) -> Callable[[Random, Case], Case]:
    def change(random: Random, case: Case) -> Case:
        return replace(case, key=replace(case.key, **{name: choose(random, case) for name, choose in choices.items()}))

    return change


def _change_token(**choices: Callable[[Random, Case], Any]) -> Callable[[Random, Case], Case]:
    """Presents a token first when the case has none."""

    def change(random: Random, case: Case) -> Case:
        token = case.presented if isinstance(case.presented, TokenFacts) else _token(random, case, PATTERNS)
        return replace(case, presented=replace(token, **{name: choose(random, case) for name, choose in choices.items()}))

    return change


def _change_requirement(**choices: Callable[[Random, Case], Any]) -> Callable[[Random, Case], Case]:
    def change(random: Random, case: Case) -> Case:
        changed = {name: choose(random, case) for name, choose in choices.items()}
        return replace(case, requirement=replace(case.requirement, **changed))

    return change


def _change_call(**choices: Callable[[Random, Case], Any]) -> Callable[[Random, Case], Case]:
    def change(random: Random, case: Case) -> Case:
        return replace(case, **{name: choose(random, case) for name, choose in choices.items()})

    return change


def _near_now(random: Random, _: Case) -> int:
    """A time at which something ends: just past, this very microsecond, or the next one."""
    return NOW + random.choice([-3600 * SECOND, -1, 0, 0, 1])


def _dying_secrets(random: Random, case: Case) -> tuple[int | None, ...]:
    ends = list(case.key.secrets)
    ends[random.randrange(len(ends))] = _near_now(random, case)
    return tuple(ends)


def _restricted_tenants(random: Random, case: Case) -> tuple[TenantFacts, ...]:
    """One tenant gets an allowlist or is suspended; usually one that the key belongs to."""
    line = [path for path in TENANTS if oracle.is_at_or_below(case.key.tenant, path)]
    path = random.choice(line if random.random() < 0.7 else TENANTS)
    others = tuple(each for each in case.tenants if each.path != path)
    suspended = random.random() < 0.5
    return (*others, TenantFacts(path=path, suspended=suspended, cidrs=() if suspended else some(random, NETWORKS, 1, 2)))


def _make_busy(random: Random, case: Case) -> Case:
    """Calls up to now, spaced so that windows are full, just full, or just free again."""
    limits = case.key.limits or (random.choice(WINDOWS),)
    limit, period, burst = random.choice(limits)
    largest = min(each for _, _, each in limits)
    steps = [0, 0, 1, period // limit - 1, period // limit, period // limit + 1, period]
    time, calls = NOW, []
    for _ in range(random.randint(1, min(12, burst * 2))):
        time -= random.choice(steps)
        calls.append((time, min(largest, random.choice([1, 1, burst]))))
    return replace(case, key=replace(case.key, limits=limits), history=tuple(reversed(calls)))


CHANGES: tuple[Callable[[Random, Case], Case], ...] = (
    _change_call(presented=lambda random, _: random.choice(UNPROVEN)),
    _change_key(secrets=_dying_secrets),
    _change_key(secrets=_dying_secrets),
    _change_key(state=lambda random, _: random.choice(["INACTIVE", "REVOKED"])),
    _change_key(type=lambda random, _: random.choice(["gone", "ci", "reader", "authsvc"])),
    _change_key(type=lambda *_: "gone", state=lambda random, _: random.choice(["INACTIVE", "REVOKED"])),
    _change_key(expire_time=_near_now),
    _change_key(expire_time=_near_now),
    _change_key(environment=lambda random, _: random.choice(ENVIRONMENTS)),
    _change_key(scopes=lambda random, _: some(random, GRANTS, 0, 3)),
    _change_key(resources=lambda random, _: some(random, PATTERNS, 1, 2)),
    _change_key(cidrs=lambda random, _: some(random, NETWORKS, 1, 2)),
    _change_key(tenant=lambda random, _: random.choice(TENANTS)),
    _change_token(expire_time=_near_now),
    _change_token(expire_time=_near_now),
    _change_token(revoked=lambda *_: True),
    _change_token(secret=lambda *_: None),
    _change_token(audience=lambda random, _: some(random, AUDIENCES, 0, 2)),
    _change_token(audience=lambda random, _: some(random, AUDIENCES, 0, 2)),
    _change_token(environment=lambda random, _: random.choice(ENVIRONMENTS)),
    _change_token(scopes=lambda random, _: some(random, GRANTS, 0, 3)),
    _change_token(resources=lambda random, _: some(random, PATTERNS, 1, 2)),
    _change_call(tenants=_restricted_tenants),
    _change_call(tenants=_restricted_tenants),
    _change_call(source=lambda random, _: random.choice([None, *SOURCES])),
    _change_call(source=lambda *_: None, tenants=_restricted_tenants),
    _change_call(source=lambda random, _: random.choice([None, *SOURCES]), tenants=_restricted_tenants),
    _change_call(tenant=lambda random, _: random.choice(TENANTS)),
    _change_call(organization=lambda random, _: random.choice(TENANTS)),
    _change_call(tenant=lambda random, _: random.choice(TENANTS)),
    _change_call(environment=lambda random, _: random.choice(["", *ENVIRONMENTS])),
    _change_call(cost=lambda random, _: random.choice([0, 1, 2, 4, 6, 1000])),
    _make_busy,
    _make_busy,
    _make_busy,
    _change_requirement(audience=lambda random, _: random.choice(AUDIENCES)),
    _change_requirement(scopes=lambda random, _: some(random, CONCRETE, 1, 3)),
    _change_requirement(grants=lambda random, _: some(random, GRANTS, 1, 2)),
    _change_requirement(expression=lambda random, _: _expression(random, CONCRETE)),
    _change_requirement(resource=lambda random, _: random.choice(["", *RESOURCES])),
    _change_requirement(inherits=lambda *_: True, resource=lambda random, _: random.choice(["", *RESOURCES])),
    _change_requirement(resource_deferred=lambda *_: True, resource=lambda random, _: random.choice(["", *RESOURCES])),
)
