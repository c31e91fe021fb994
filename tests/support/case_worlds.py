"""The small worlds that generated cases live in: names that collide, nest and nearly match, so that every rule is met often."""

from __future__ import annotations

from random import Random

from tests.support.case import PolicyFacts

TENANTS = ("/", "acme", "acme/etl", "acme/etl/night", "acme/web", "acmex", "globex")
ENVIRONMENTS = ("staging", "production")
AUDIENCES = ("api", "internal", "billing")

SCOPES = (
    "projects", "projects:read", "projects:write", "projects:read:own", "projectsx:read",
    "reports:read", "reports:write", "billing:read", "admin", "authsvc",
)  # fmt: skip
OWN = ("authsvc:verify", "authsvc:mint", "authsvc:mint:act", "authsvc:keys:read")
UNKNOWN = ("ghost", "ghost:read")
CONCRETE = (*SCOPES, *OWN, *UNKNOWN)
WILDCARDS = ("*", "projects:*", "projects:read:*", "reports:*", "authsvc:*", "authsvc:keys:*", "ghost:*", "admin:*")
GRANTS = (*CONCRETE, *WILDCARDS)

RESOURCES = ("workflows/a", "workflows/b", "workflows", "workflows/a/runs", "workflows/a/runs/1", "workflowsx/a", "agents/a")
PATTERNS = (
    *RESOURCES, "*", "**", "workflows/*", "workflows/**", "workflows/*/runs", "workflows/*/**", "*/a", "*/a/**", "workflows/a/**",
    "agents/**",
)  # fmt: skip

SOURCES = ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.200", "198.51.100.7", "2001:db8::1", "2001:db8:1::1", "::1")
NETWORKS = (
    "192.0.2.0/24", "192.0.2.1/32", "192.0.2.0/25", "192.0.2.200", "198.51.100.0/24", "0.0.0.0/0", "::/0", "::ffff:192.0.2.0/120",
    "::ffff:0:0/96", "2001:db8::/32", "2001:db8::/48", "2001:db8::1/128", "::1", "::/64",
)  # fmt: skip

SECOND = 1_000_000
WINDOWS = (
    (1, SECOND, 1), (1, SECOND, 3), (60, 60 * SECOND, 2), (7, 10 * SECOND, 3), (2, 60 * SECOND, 5), (3, SECOND, 10),
    (999_983, SECOND, 4), (1000, 3600 * SECOND, 1000),
)  # fmt: skip


def some(random: Random, choices: tuple[str, ...], least: int, most: int) -> tuple[str, ...]:
    """Between `least` and `most` of the choices, in any order."""
    return tuple(random.sample(choices, min(len(choices), random.randint(least, most))))


def policies(random: Random, count: int) -> list[PolicyFacts]:
    """Policies of every kind; few enough that compiling one is paid for by many cases."""
    return [_policy(random) for _ in range(count)]


def _policy(random: Random) -> PolicyFacts:
    return PolicyFacts(
        scopes=None if random.random() < 0.25 else _catalogue(random),
        key_types=(("sdk", ()), ("ci", some(random, GRANTS, 1, 4)), ("reader", ("*",)), ("authsvc", ("authsvc:*",))),
        environments=() if random.random() < 0.5 else ENVIRONMENTS,
        audience=some(random, AUDIENCES, 1, 2) if random.random() < 0.95 else (),
    )


def _catalogue(random: Random) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Known scopes, some of which imply others or wildcards; an implied grant must reach something and never authsvc's own."""
    known = some(random, SCOPES, 3, len(SCOPES))
    wildcards = tuple(wild for wild in WILDCARDS if wild == "*" or any(scope.startswith(wild[:-1]) for scope in known))
    implied = [*known * 3, *(wild for wild in wildcards if not wild.startswith("authsvc:"))]
    return tuple((scope, tuple(random.sample(implied, random.choice([0, 0, 0, 1, 1, 2])))) for scope in known)
