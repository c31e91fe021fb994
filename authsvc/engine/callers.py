"""Who calls authsvc itself (CONTRACT section 5): decided like everything else, by `Verifier`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from authsvc.domain.access import Proof, Scopes
from authsvc.domain.decision import Decision, Query
from authsvc.domain.errors import Exhausted, InvalidValue, PermissionDenied, Unauthenticated
from authsvc.domain.network import Address, parse_address
from authsvc.domain.policy import BUILTIN_TYPE
from authsvc.domain.reason import Reason
from authsvc.domain.scopes import Catalogue
from authsvc.domain.tenants import ROOT, covers
from authsvc.engine.verify import Verifier

REMEMBERED = 4_096
"""Peers that are remembered."""
MISSING = "this call needs a caller key in its metadata: `authorization: Bearer <key of the type authsvc>`"
INVALID = "the caller key of this call is not valid: "


@dataclass(frozen=True, slots=True)
class Caller:
    """A proven caller: which tenant it is confined to and which `authsvc:*` scopes it has."""

    key_id: str
    tenant: str
    scopes: Scopes = field(repr=False)
    peer: str = ""
    """Where the call came from, as the transport names it."""
    source: Address | None = None
    """The address in `peer`; None: it has none, as on a unix socket."""
    keyless: bool = False
    """Nothing that is set for keys and tenants applies: the service itself, or a trusted socket."""

    def require(self, scope: str) -> None:
        """Go on only with this scope.

        Raises:
            PermissionDenied: The caller does not have it.
        """
        if not self.scopes.covers(scope):
            raise PermissionDenied(f"the caller key {self.key_id} has no scope {scope}")

    def require_root(self, scope: str) -> None:
        """Go on only with this scope and the root tenant, for what concerns every tenant."""
        self.require(scope)
        if self.tenant != ROOT:
            raise PermissionDenied(f"{scope} is only for callers of the root tenant")

    def reaches(self, tenant: str) -> bool:
        """Whether this tenant is the caller's or below it."""
        return covers(self.tenant, tenant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The circumstances of one mutation."""

    caller: Caller
    reason: str = ""
    """Why, in the caller's words; kept in the audit log."""
    wait: bool = True
    """Whether to wait until the mutation is effective everywhere."""
    deadline: int | None = None
    """Own-clock time, microseconds."""
    request_id: str = ""
    body_digest: bytes = b""
    """Digest of the request, so that a request_id cannot be used for another one."""


class Callers:
    """Authenticates callers."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self._last: dict[str, tuple[Proof, Caller]] = {}
        """Who called last from each peer: mostly the same one again."""

    def known(self, credential: str, peer: str = "") -> Caller | None:
        """Prove who calls from memory, now; None when `authenticate` has to be awaited. Raises what that raises."""
        if not credential:
            raise Unauthenticated(MISSING)
        query = _query(peer.rpartition(":")[0])
        decision = self._verifier.hit(credential, query)
        return None if decision is None else self._caller(decision, peer, query.source)

    async def authenticate(self, credential: str, peer: str = "") -> Caller:
        """Prove who calls.

        Raises:
            Unauthenticated: Nobody that may call authsvc.
            Exhausted: The caller's own key has a rate limit, and used it up.
            Unavailable: It cannot be decided now.
        """
        if not credential:
            raise Unauthenticated(MISSING)
        query = _query(peer.rpartition(":")[0])
        return self._caller(await self._verifier.decide(credential, query), peer, query.source)

    def _caller(self, decision: Decision, peer: str, source: Address | None) -> Caller:
        last = self._last.get(peer)
        if last is not None and last[0] is decision.proof and decision.allowed:
            return last[1]
        proof = _proof_of_caller(decision)
        caller = Caller(proof.access.key.key_id, proof.access.key.tenant, proof.rights.scopes, peer, source)
        if len(self._last) >= REMEMBERED:
            self._last.clear()
        self._last[peer] = proof, caller
        return caller


@lru_cache(maxsize=REMEMBERED)
def _query(host: str) -> Query:
    """What is asked about a caller: whether its key may be used at all, and from where it calls."""
    try:
        return Query(source=parse_address(host.strip("[]")))
    except InvalidValue:
        return Query()


def trusted(peer: str) -> Caller:
    """The caller on a socket that the operator declared trusted: whoever may open the file may do everything."""
    return Caller("trusted-socket", ROOT, Catalogue.open().grants(("authsvc:*",)), peer, keyless=True)


def local(what: str) -> Caller:
    """The service itself, for what it does at start."""
    return Caller(f"local:{what}", ROOT, Catalogue.open().grants(("authsvc:*",)), "local", keyless=True)


def _proof_of_caller(decision: Decision) -> Proof:
    proof = decision.proof
    if decision.reason is Reason.RATE_LIMITED:
        raise Exhausted("the caller key is over its own rate limit")
    # A key of another type proves somebody, but nobody who may call us, whatever its scopes are.
    if not decision.allowed or proof is None or proof.access.key.type != BUILTIN_TYPE:
        raise Unauthenticated(INVALID + ("it is not of the type authsvc" if decision.allowed else decision.reason.name))
    return proof
