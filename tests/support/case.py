"""One decision as raw facts: texts, numbers and tuples, nothing parsed or compiled. Times are microseconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass

from authsvc.domain.reason import Reason


@dataclass(frozen=True, kw_only=True)
class PolicyFacts:
    """What the policy says. `scopes`: each with what it implies directly; None: no catalogue, every scope exists."""

    scopes: tuple[tuple[str, tuple[str, ...]], ...] | None
    key_types: tuple[tuple[str, tuple[str, ...]], ...]
    """Each with its allowed scopes; none: any."""
    environments: tuple[str, ...]
    audience: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TenantFacts:
    """The settings of one tenant path."""

    path: str
    suspended: bool = False
    cidrs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class KeyFacts:
    """The stored key."""

    type: str
    tenant: str
    environment: str = ""
    scopes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    cidrs: tuple[str, ...] = ()
    limits: tuple[tuple[int, int, int], ...] = ()
    """Windows of (limit, period in microseconds, burst)."""
    state: str = "ACTIVE"
    expire_time: int | None = None
    secrets: tuple[int | None, ...] = (None,)
    """When each of its secrets dies."""


@dataclass(frozen=True, kw_only=True)
class SecretFacts:
    """A secret was presented: the one at this place among those of the key."""

    secret: int = 0


@dataclass(frozen=True, kw_only=True)
class TokenFacts:
    """A token with a good signature was presented. `secret`: the place of the one it was minted with; None: gone from the key."""

    secret: int | None = 0
    environment: str = ""
    scopes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    expire_time: int
    revoked: bool = False


@dataclass(frozen=True, kw_only=True)
class RequirementFacts:
    """What the call needs."""

    scopes: tuple[str, ...] = ()
    expression: str = ""
    grants: tuple[str, ...] = ()
    resource: str = ""
    resource_deferred: bool = False
    inherits: bool = False
    audience: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything one decision depends on. Empty `tenant`, `organization` or `environment`: the call names none."""

    policy: PolicyFacts
    tenants: tuple[TenantFacts, ...] = ()
    key: KeyFacts
    presented: SecretFacts | TokenFacts | Reason
    """A Reason: nothing was proven, for this reason."""
    requirement: RequirementFacts = RequirementFacts()
    source: str | None = None
    tenant: str = ""
    organization: str = ""
    environment: str = ""
    cost: int = 1
    now: int
    history: tuple[tuple[int, int], ...] = ()
    """Earlier calls of the key that only its limits could refuse, oldest first: (time, cost)."""
