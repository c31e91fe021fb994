"""Answers: decisions into messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from authsvc.domain.access import Principal, Proof, Rights
from authsvc.domain.decision import ANYONE, Decision, Requirement
from authsvc.domain.limits import RateLimit, Standing, standing
from authsvc.engine.check_scope import Explanation
from authsvc.engine.clock import Clock
from authsvc.engine.limits import Limits
from authsvc.engine.mint import Minted
from authsvc.engine.state import State
from authsvc.transport.codec.times import SECOND, write_duration, write_time
from authsvc.v1 import auth_service_pb2, decision_pb2, rate_limit_pb2

REMEMBERED: Final = 20_000
"""Answers and principals kept as messages: making one costs as much as the decision."""

Answer = auth_service_pb2.VerifyResponse | auth_service_pb2.CheckScopeResponse


class Answers:
    """Writes decisions. Call it right after the decision, without an await between: it reads the revision decided on."""

    def __init__(self, state: State, limits: Limits, clock: Clock) -> None:
        self._state = state
        self._limits = limits
        self._clock = clock
        self._principals: dict[int, tuple[Rights, decision_pb2.Principal]] = {}
        self._allows: dict[int, tuple[Proof, auth_service_pb2.VerifyResponse]] = {}

    def verify(self, decision: Decision, requirement: Requirement) -> auth_service_pb2.VerifyResponse:
        """The answer to Verify. It may be given again, so nobody changes it."""
        proof = decision.proof
        if proof is not None and decision.allowed and not proof.access.key.rate_limits and not requirement.resource_deferred:
            return self._plain_allow(decision, proof)
        answer = auth_service_pb2.VerifyResponse()
        self._write(answer, decision, requirement)
        if decision.retry_after:
            write_duration(answer.retry_after, decision.retry_after)
        return answer

    def explain(self, explanation: Explanation, requirement: Requirement) -> auth_service_pb2.CheckScopeResponse:
        """The answer to CheckScope."""
        answer = auth_service_pb2.CheckScopeResponse()
        self._write(answer, explanation.decision, requirement)
        for scope, grant, implied in ((each.scope, each.grant, each.implied) for each in explanation.granted_by):
            answer.granted_by.add(scope=scope, grant=grant, implied=implied)
        return answer

    def mint(self, minted: Minted) -> auth_service_pb2.MintResponse:
        """The answer to Mint."""
        decision, token = minted.decision, minted.token
        answer = auth_service_pb2.MintResponse(
            decision=decision.outcome.value,  # type: ignore[arg-type]  # the numbers are those of the proto, which a test compares
            reason=decision.reason.value,  # type: ignore[arg-type]
            missing_scopes=decision.missing_scopes,
            revision=self._state.applied,
        )
        if decision.proof is not None:
            answer.principal.CopyFrom(self._principal(decision.proof))
        if token is None:
            return answer
        principal = answer.principal
        principal.subject, principal.actor = token.subject, token.actor
        principal.scopes[:], principal.resources[:] = token.scopes, token.resources
        answer.access_token, answer.token_type, answer.scope = minted.text, "Bearer", " ".join(token.scopes)
        answer.token_id = token.token_id
        answer.expires_in = max(0, token.expire_time - token.issue_time) // SECOND
        write_time(answer.expire_time, token.expire_time)
        return answer

    def _plain_allow(self, decision: Decision, proof: Proof) -> auth_service_pb2.VerifyResponse:
        """An ALLOW that says nothing of this call: the same for one proof until the revision is another."""
        held = self._allows.get(id(proof))
        # An id is only as good as the object is alive: the one that is remembered is held on to.
        if held is not None and held[0] is proof and held[1].revision == self._state.applied:
            return held[1]
        answer = auth_service_pb2.VerifyResponse()
        self._write(answer, decision, ANYONE)
        if len(self._allows) >= REMEMBERED:
            del self._allows[next(iter(self._allows))]
        self._allows[id(proof)] = (proof, answer)
        return answer

    def _write(self, answer: Answer, decision: Decision, requirement: Requirement) -> None:
        answer.decision = decision.outcome  # type: ignore[assignment]  # the numbers are those of the proto, which a test compares
        answer.revision = self._state.applied
        if decision.reason:
            answer.reason = decision.reason  # type: ignore[assignment]
        if decision.missing_scopes:
            answer.missing_scopes.extend(decision.missing_scopes)
        proof = decision.proof
        if proof is None:
            return
        answer.principal.CopyFrom(self._principal(proof))
        expire_time = decision.expire_time
        if expire_time is not None:
            write_time(answer.expire_time, expire_time)
        if requirement.resource_deferred and decision.allowed and proof.rights.resources:
            answer.resource_deferred = True
        if proof.access.key.rate_limits:
            self._write_limits(answer, decision, proof)

    def _write_limits(self, answer: Answer, decision: Decision, proof: Proof) -> None:
        key, now = proof.access.key, self._clock.now()
        tats = self._limits.tats(key, now) if decision.tats is None else decision.tats
        for limit, left in zip(key.rate_limits, standing(key.rate_limits, tats, now), strict=True):
            _write_standing(answer.rate_limits.add(), limit, left)

    def _principal(self, proof: Proof) -> decision_pb2.Principal:
        rights = proof.rights
        held = self._principals.get(id(rights))
        if held is not None and held[0] is rights:
            return held[1]
        kind = decision_pb2.CREDENTIAL_KIND_KEY if proof.token is None else decision_pb2.CREDENTIAL_KIND_TOKEN
        message = write_principal(rights.principal, kind)
        if len(self._principals) >= REMEMBERED:
            del self._principals[next(iter(self._principals))]
        self._principals[id(rights)] = (rights, message)
        return message


def write_principal(principal: Principal, kind: decision_pb2.CredentialKind.ValueType) -> decision_pb2.Principal:
    """Who was proven."""
    return decision_pb2.Principal(
        key_id=principal.key_id,
        subject=principal.subject,
        tenant=principal.tenant,
        environment=principal.environment,
        scopes=principal.scopes,
        resources=principal.resources,
        metadata=principal.metadata,
        token_id=principal.token_id,
        credential_kind=kind,
        actor=principal.actor,
    )


def write_rate_limits(limits: Iterable[RateLimit]) -> list[rate_limit_pb2.RateLimit]:
    """Rate windows."""
    messages = []
    for limit in limits:
        message = rate_limit_pb2.RateLimit(limit=limit.limit, burst=limit.burst)
        write_duration(message.period, limit.period)
        messages.append(message)
    return messages


def _write_standing(message: rate_limit_pb2.RateLimitStatus, limit: RateLimit, left: Standing) -> None:
    message.limit, message.burst, message.remaining = limit.limit, limit.burst, left.remaining
    write_duration(message.period, limit.period)
    write_duration(message.reset, left.reset_after)
