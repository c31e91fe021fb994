"""What a proven credential has, compiled once so that a decision only looks things up.

An `Access` is one key under one policy and one set of tenants; the engine compiles it again when any of them changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from authsvc.domain.key import Key, Secret, Tenant
from authsvc.domain.network import Allowlist
from authsvc.domain.policy import Policy
from authsvc.domain.resources import Patterns
from authsvc.domain.tenants import ancestors
from authsvc.domain.token import Token


class Scopes(Protocol):
    """What decides about scopes: the grants of a key, or those of a token within those of its key."""

    def covers(self, scope: str) -> bool:
        """Whether this concrete scope is granted."""

    def covers_grant(self, grant: str) -> bool:
        """Whether this grant, possibly a wildcard, is no wider than what is granted."""

    def covering(self, scope: str) -> str | None:
        """The grant that covers a scope; None when none does."""

    def missing(self, scopes: Iterable[str]) -> tuple[str, ...]:
        """The scopes that are not granted, in the order given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who was proven. Holds nothing secret; goes to callers as it is."""

    key_id: str
    subject: str
    tenant: str
    environment: str
    scopes: tuple[str, ...]
    resources: tuple[str, ...]
    metadata: Mapping[str, str]
    token_id: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Rights:
    """What one credential may do. An empty tuple is no restriction; several entries must all hold."""

    scopes: Scopes
    resources: tuple[Patterns, ...]
    environments: tuple[str, ...]
    principal: Principal


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """A key with everything a decision about it needs."""

    key: Key
    policy: Policy
    rights: Rights
    allowlists: tuple[Allowlist, ...]
    """The key's own and those of its tenant and the tenant's ancestors: an address must be in each."""
    suspended: bool
    """Whether the tenant or an ancestor is suspended."""
    typed: bool
    """Whether the policy still has the key's type; without it the key is as good as inactive."""


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """A credential that was shown to be genuine: a secret of a key, or a token that one of ours signed for a key."""

    access: Access
    rights: Rights
    secret: Secret | None
    """The secret presented, or the one that the token was minted with; None when that one is gone."""
    token: Token | None = None
    token_revoked: bool = False


def compile_access(key: Key, policy: Policy, tenants: Mapping[str, Tenant]) -> Access:
    """Compile one key under the policy and tenants in force."""
    key_type = policy.key_types.get(key.type)
    grants = policy.catalogue.grants(key.scopes)
    scopes: Scopes = grants
    names = tuple(filter(grants.covers_grant, key.scopes))
    if key_type is not None and key_type.allowed_scopes:
        allowed = policy.catalogue.grants(key_type.allowed_scopes)
        scopes = grants.narrowed_by(allowed)
        names = _common(names, grants.covers_grant, key_type.allowed_scopes, allowed.covers_grant)
    line = [tenants[path] for path in ancestors(key.tenant) if path in tenants]
    cidrs = [key.allowed_cidrs, *(tenant.allowed_cidrs for tenant in line)]
    return Access(
        key=key,
        policy=policy,
        rights=Rights(
            scopes=scopes,
            resources=(Patterns(key.resources),) if key.resources else (),
            environments=(key.environment,) if key.environment else (),
            principal=_principal(key, names),
        ),
        allowlists=tuple(Allowlist(each) for each in cidrs if each),
        suspended=any(tenant.suspended for tenant in line),
        typed=key_type is not None,
    )


def prove_key(access: Access, secret: Secret) -> Proof:
    """The proof that a presented secret gives."""
    return Proof(access, access.rights, secret)


def prove_token(access: Access, token: Token, *, revoked: bool) -> Proof:
    """The proof that a verified token gives: its rights are token, key and policy together, on every dimension."""
    key = access.rights
    asked = access.policy.catalogue.grants(token.scopes)
    scopes = asked.narrowed_by(key.scopes)
    principal = Principal(
        key_id=access.key.key_id,
        subject=token.subject,
        tenant=token.tenant,
        environment=token.environment or access.key.environment,
        scopes=_common(token.scopes, asked.covers_grant, key.principal.scopes, key.scopes.covers_grant),
        resources=_common_resources(token.resources, access.key.resources),
        metadata=access.key.metadata,
        token_id=token.token_id,
        actor=token.actor,
    )
    rights = Rights(
        scopes=scopes,
        resources=(*key.resources, Patterns(token.resources)) if token.resources else key.resources,
        environments=(*key.environments, token.environment) if token.environment else key.environments,
        principal=principal,
    )
    return Proof(access, rights, access.key.secret(token.secret_id), token, revoked)


def _common(
    these: tuple[str, ...], cover: Callable[[str], bool], those: tuple[str, ...], cover_too: Callable[[str], bool]
) -> tuple[str, ...]:
    """What both lists allow, written with the narrower of two patterns."""
    return tuple(dict.fromkeys([*filter(cover_too, these), *filter(cover, those)]))


def _common_resources(these: tuple[str, ...], those: tuple[str, ...]) -> tuple[str, ...]:
    if not these or not those:
        return these or those
    return _common(these, Patterns(these).covers_pattern, those, Patterns(those).covers_pattern)


def _principal(key: Key, scopes: tuple[str, ...]) -> Principal:
    """Who a key proves; `scopes` are those of its own that the policy still lets it have, for whoever goes by the names alone."""
    return Principal(
        key_id=key.key_id,
        subject=key.subject,
        tenant=key.tenant,
        environment=key.environment,
        scopes=scopes,
        resources=key.resources,
        metadata=key.metadata,
    )
