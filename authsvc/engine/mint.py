"""Mint: a short-lived token that can do no more than its key, and usually less."""

from __future__ import annotations

from dataclasses import dataclass, replace

from authsvc.domain.access import Proof
from authsvc.domain.credential import is_token
from authsvc.domain.decision import Decision, Query, Requirement
from authsvc.domain.errors import FailedPrecondition, InvalidArgument, Violation
from authsvc.domain.resources import Patterns
from authsvc.domain.token import SECOND, Token
from authsvc.engine import ids
from authsvc.engine.callers import Caller
from authsvc.engine.clock import Clock
from authsvc.engine.signing import Signer
from authsvc.engine.state import State
from authsvc.engine.verify import Verifier

ACT = "authsvc:mint:act"


@dataclass(frozen=True, slots=True, kw_only=True)
class MintDraft:
    """What the token is to be. Empty members: all of the key's scopes and resources, the policy's audience and lifetime."""

    scopes: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    ttl: int = 0
    """Microseconds; 0: the policy's."""
    on_behalf_of: str = ""
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Minted:
    """The decision, and on ALLOW the token with its signed text."""

    decision: Decision
    token: Token | None = None
    text: str = ""


class Mint:
    """Decides first, by the same rules as Verify; then signs."""

    def __init__(self, verifier: Verifier, state: State, signer: Signer, clock: Clock) -> None:
        self._verifier = verifier
        self._state = state
        self._signer = signer
        self._clock = clock

    async def __call__(self, caller: Caller, credential: str, draft: MintDraft, query: Query, min_revision: int = 0) -> Minted:
        """Mint from an API key.

        Args:
            caller: Who asks; `on_behalf_of` needs the scope authsvc:mint:act.
            credential: The secret of the key.
            draft: What the token is to be.
            query: The circumstances; its requirement is replaced by what minting requires.
            min_revision: Applied first.

        Raises:
            InvalidArgument: The draft is not valid, or asks for a longer life than the policy allows.
            FailedPrecondition: This key cannot mint, or there is no signing key.
            PermissionDenied: `on_behalf_of` without the scope.
        """
        if is_token(credential):
            raise InvalidArgument(Violation("credential", "must be an API key; a token cannot mint another one here"))
        if draft.on_behalf_of:
            caller.require(ACT)
        ttl = self._ttl(draft)
        query = replace(query, requirement=Requirement(grants=draft.scopes, inherits=True))
        decision = self._verifier.hit(credential, query, caller.tenant)
        if decision is None or min_revision > self._state.applied:
            decision = await self._verifier.decide(credential, query, caller.tenant, min_revision)
        if not decision.allowed or decision.proof is None:
            return Minted(decision)
        return await self._sign(decision, decision.proof, draft, ttl)

    def _ttl(self, draft: MintDraft) -> int:
        rules = self._state.rules.policy.tokens
        if draft.ttl and not SECOND <= draft.ttl <= rules.max_ttl:
            raise InvalidArgument(
                Violation("ttl", f"must be 1 s to {rules.max_ttl // SECOND} s, the policy's max_ttl; 0 means its ttl")
            )
        return draft.ttl or rules.ttl

    async def _sign(self, decision: Decision, proof: Proof, draft: MintDraft, ttl: int) -> Minted:
        policy = self._state.rules.policy
        token = self._token(proof, draft, ttl)
        signing_key = self._state.signing.active
        if signing_key is None:
            raise FailedPrecondition("there is no active signing key")
        return Minted(decision, token, await self._signer.sign_aside(token, signing_key, policy.tokens.issuer))

    def _token(self, proof: Proof, draft: MintDraft, ttl: int) -> Token:
        key, secret = proof.access.key, proof.secret
        key_type = proof.access.policy.key_types[key.type]
        if secret is None:
            raise FailedPrecondition("only a secret can mint")
        if key.allowed_cidrs and not key_type.mint_with_allowlist:
            raise FailedPrecondition(f"keys with allowed_cidrs cannot mint: a token carries no allowlist (type {key_type.name})")
        if draft.resources and key.resources and not all(map(Patterns(key.resources).covers_pattern, draft.resources)):
            raise InvalidArgument(Violation("resources", "must lie within the key's resources"))
        now = self._clock.now() // SECOND * SECOND
        ends = [now + ttl, *(end for end in (key.expire_time, secret.expire_time) if end is not None)]
        return Token(
            token_id=ids.token_id(),
            key_id=key.key_id,
            secret_id=secret.secret_id,
            subject=draft.on_behalf_of or key.subject,
            tenant=key.tenant,
            environment=key.environment,
            scopes=draft.scopes or proof.rights.principal.scopes,
            resources=draft.resources or key.resources,
            audience=draft.audience or tuple(sorted(proof.access.policy.tokens.audience)),
            issue_time=now,
            expire_time=min(ends) // SECOND * SECOND,
            signing_key_id="",
            actor=key.subject if draft.on_behalf_of else "",
        )
