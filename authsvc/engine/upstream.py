"""Tokens for the upstream, which gets one instead of the client's credential.

1. A token says what the credential proved and no more. It ends with whatever ends first: its lifetime, the key, the secret, or
   the access token that the client presented.
2. It is remembered by the proof and under the signing keys of the moment. A changed key gives a new proof, a changed policy new
   signing keys too, so what was minted for another state is never handed out.
3. The network allowlist of a key does not stand in the way, as it does for `Mint`: the address was checked for this very request,
   and the token goes to the upstream, not to the client.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from authsvc.domain.access import Proof
from authsvc.domain.decision import Decision
from authsvc.domain.errors import Unavailable
from authsvc.domain.http.rules import UpstreamToken
from authsvc.domain.token import SECOND, Token
from authsvc.engine import ids
from authsvc.engine.clock import Clock
from authsvc.engine.signing import Signer
from authsvc.engine.state import State

REMEMBERED: Final = 20_000
"""Tokens kept; signing one costs more than ten decisions."""


@dataclass(frozen=True, slots=True)
class _Minted:
    text: str
    good_until: int
    """Half of its lifetime: the upstream has to have some of it left."""


class UpstreamTokens:
    """Mints them. Call it right after the decision, without an await between."""

    def __init__(self, state: State, signer: Signer, clock: Clock) -> None:
        self._state = state
        self._signer = signer
        self._clock = clock
        self._signing = state.signing
        self._minted: dict[Proof, _Minted] = {}

    def __call__(self, decision: Decision, rule: UpstreamToken) -> str:
        """The token for what was just allowed; empty when nothing is left of the credential's own life.

        Raises:
            Unavailable: there is no key to sign with.
        """
        proof, now = decision.proof, self._clock.now()
        if proof is None:
            return ""
        if self._signing is not self._state.signing:
            self._signing = self._state.signing
            self._minted.clear()
        minted = self._minted.get(proof)
        if minted is None or minted.good_until <= now:
            minted = self._mint(proof, rule, now, decision.expire_time)
            self._remember(proof, minted)
        return minted.text

    def _mint(self, proof: Proof, rule: UpstreamToken, now: int, credential_ends: int | None) -> _Minted:
        signing_key = self._signing.active
        if signing_key is None:
            raise Unavailable("there is no active signing key for the upstream's token")
        end = now + rule.ttl if credential_ends is None else min(now + rule.ttl, credential_ends)
        token = _token(proof, rule.audience, now // SECOND * SECOND, end // SECOND * SECOND)
        if token.expire_time <= now:
            return _Minted("", now)
        text = self._signer.sign(token, signing_key, proof.access.policy.tokens.issuer)
        return _Minted(text, min(now + rule.ttl // 2, token.expire_time))

    def _remember(self, proof: Proof, minted: _Minted) -> None:
        self._minted.pop(proof, None)
        if len(self._minted) >= REMEMBERED:
            del self._minted[next(iter(self._minted))]
        self._minted[proof] = minted


def _token(proof: Proof, audience: str, issue_time: int, expire_time: int) -> Token:
    """What the credential proved, for one audience.

    For an access token the id stays: it is the same grant for another reader, and revoking the one has to end the other.
    """
    principal, secret = proof.rights.principal, proof.secret
    return Token(
        token_id=principal.token_id or ids.token_id(),
        key_id=principal.key_id,
        secret_id="" if secret is None else secret.secret_id,
        subject=principal.subject,
        tenant=principal.tenant,
        environment=principal.environment,
        scopes=principal.scopes,
        resources=principal.resources,
        audience=(audience,),
        issue_time=issue_time,
        expire_time=expire_time,
        signing_key_id="",
        actor=principal.actor,
    )
