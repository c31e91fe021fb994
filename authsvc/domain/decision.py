"""What is asked of a decision, and the decision itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, unique

from authsvc.domain.access import Principal, Proof
from authsvc.domain.expression import Expression
from authsvc.domain.limits import RateLimit
from authsvc.domain.network import Address
from authsvc.domain.reason import Reason


@unique
class Outcome(IntEnum):
    """Allow is explicit. Numbers are those of the proto enum, whose zero is no decision at all."""

    ALLOW = 1
    DENY = 2


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a call needs. The empty requirement means authenticated only."""

    scopes: tuple[str, ...] = ()
    """All of these."""
    expression: Expression | None = None
    """And this."""
    grants: tuple[str, ...] = ()
    """Grants, possibly wildcards, that a new credential is to carry: each must be no wider than what is held."""
    resource: str = ""
    resource_deferred: bool = False
    """The upstream checks the resource, so none is named here."""
    inherits: bool = False
    """A token is to be minted: it carries the key's resources and environment on, so those are checked when it is used."""
    audience: str = ""
    """The audience that a token must name; empty: one of the policy's."""


ANYONE = Requirement()
# Looking up a member of an enumeration costs as much as a call, and every decision is made of these.
_ALLOW, _DENY, _NONE = Outcome.ALLOW, Outcome.DENY, Reason.NONE


@dataclass(slots=True)
class Query:
    """A requirement and the circumstances of one call. Empty tenant or environment: not said.

    Shared by calls that ask the same, so nobody changes one; not frozen only because making one would cost twice as much.
    """

    requirement: Requirement = ANYONE
    source: Address | None = None
    tenant: str = ""
    environment: str = ""
    cost: int = 1
    """Rate-limit slots the call takes; 0 takes and checks none (CheckScope)."""
    organization: str = ""
    """The tenant that the key's must be or lie below; empty: not said."""


@dataclass(slots=True, eq=False)
class Decision:
    """The answer to one query. Made only by `allow` and `deny`; there is no default."""

    outcome: Outcome
    reason: Reason
    proof: Proof | None
    """Set once the credential is proven, on DENY too."""
    missing_scopes: tuple[str, ...]
    retry_after: int
    """Microseconds until the same call could pass its limits at the earliest; 0 when no limit refused it."""
    tats: tuple[int, ...] | None
    """The rate-limit state after this call; None: unchanged."""

    @property
    def allowed(self) -> bool:
        """Whether the answer is ALLOW."""
        return self.outcome is _ALLOW

    @property
    def principal(self) -> Principal | None:
        """Who was proven, if anybody."""
        return None if self.proof is None else self.proof.rights.principal

    @property
    def rate_limits(self) -> tuple[RateLimit, ...]:
        """The limits of the proven key."""
        return () if self.proof is None else self.proof.access.key.rate_limits

    @property
    def expire_time(self) -> int | None:
        """When what was presented ends by itself, in microseconds since the epoch; None: never, or nothing was proven."""
        if self.proof is None:
            return None
        ends = [self.proof.access.key.expire_time]
        if self.proof.secret is not None:
            ends.append(self.proof.secret.expire_time)
        if self.proof.token is not None:
            ends.append(self.proof.token.expire_time)
        return min((end for end in ends if end is not None), default=None)


def allow(proof: Proof, tats: tuple[int, ...] | None) -> Decision:
    """The only way to an ALLOW."""
    return Decision(_ALLOW, _NONE, proof, (), 0, tats)


def deny(reason: Reason, proof: Proof | None = None, *, missing: tuple[str, ...] = (), retry_after: int = 0) -> Decision:
    """A DENY for this reason."""
    return Decision(_DENY, reason, proof, missing, retry_after, None)
