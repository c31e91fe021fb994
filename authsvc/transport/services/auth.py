"""AuthService: decode, decide, encode."""

from __future__ import annotations

from authsvc.domain.errors import InvalidArgument, Violation
from authsvc.engine.callers import Caller
from authsvc.engine.parts import Engine
from authsvc.transport.codec.decisions import Answers
from authsvc.transport.codec.mutations import read_call
from authsvc.transport.codec.receipts import write_receipt
from authsvc.transport.codec.requirements import Requirements
from authsvc.transport.codec.tokens import read_expiry, read_mint
from authsvc.transport.codec.violations import Violations
from authsvc.transport.incoming import Incoming
from authsvc.transport.services.batch import decide_all
from authsvc.transport.services.journal import Journal
from authsvc.v1 import auth_service_pb2 as pb


class AuthService:
    """Answers questions about credentials."""

    def __init__(self, engine: Engine, journal: Journal) -> None:
        self._engine = engine
        self._state = engine.state
        self._verifier = engine.verifier
        self._requirements = Requirements()
        self._answers = Answers(engine.state, engine.limits, engine.clock)
        self._journal = journal

    def verify_at_once(self, caller: Caller, request: pb.VerifyRequest) -> pb.VerifyResponse | None:
        """Decide from memory, without an await; None when something has to be read first."""
        if request.min_revision > self._state.applied:
            return None
        query = self._requirements.query(request, request.cost, self._state.rules.policy)
        decision = self._verifier.hit(request.credential, query, caller.tenant)
        if decision is None:
            return None
        self._journal.note("Verify", caller, decision)
        return self._answers.verify(decision, query.requirement)

    async def verify(self, incoming: Incoming, request: pb.VerifyRequest) -> pb.VerifyResponse:
        """Decide, after reading what is not here."""
        caller = incoming.caller
        await self._verifier.ready(request.min_revision)
        query = self._requirements.query(request, request.cost, self._state.rules.policy)
        decision = await self._verifier.decide(request.credential, query, caller.tenant, request.min_revision)
        self._journal.note("Verify", caller, decision)
        return self._answers.verify(decision, query.requirement)

    async def batch_verify(self, incoming: Incoming, request: pb.BatchVerifyRequest) -> pb.BatchVerifyResponse:
        """Decide each by itself."""
        return await decide_all(self, incoming, request)

    def check_scope_at_once(self, caller: Caller, request: pb.CheckScopeRequest) -> pb.CheckScopeResponse | None:
        """Decide and explain from memory, without an await; None when something has to be read first."""
        if request.min_revision > self._state.applied:
            return None
        query = self._requirements.query(request, 1, self._state.rules.policy)
        explanation = self._engine.check_scope.hit(request.credential, query, caller.tenant)
        if explanation is None:
            return None
        self._journal.note("CheckScope", caller, explanation.decision)
        return self._answers.explain(explanation, query.requirement)

    async def check_scope(self, incoming: Incoming, request: pb.CheckScopeRequest) -> pb.CheckScopeResponse:
        """Decide and explain."""
        caller = incoming.caller
        await self._verifier.ready(request.min_revision)
        query = self._requirements.query(request, 1, self._state.rules.policy)
        explanation = await self._engine.check_scope(request.credential, query, caller.tenant, request.min_revision)
        self._journal.note("CheckScope", caller, explanation.decision)
        return self._answers.explain(explanation, query.requirement)

    async def mint(self, incoming: Incoming, request: pb.MintRequest) -> pb.MintResponse:
        """Make a token."""
        caller = incoming.caller
        await self._verifier.ready(request.min_revision)
        draft, query = read_mint(request, self._state.rules.policy)
        minted = await self._engine.mint(caller, request.credential, draft, query, request.min_revision)
        self._journal.note("Mint", caller, minted.decision)
        return self._answers.mint(minted)

    async def revoke_token(self, incoming: Incoming, request: pb.RevokeTokenRequest) -> pb.RevokeTokenResponse:
        """End one token."""
        violations = Violations()
        call = read_call(incoming.caller, incoming.deadline, request, violations)
        expire_time = read_expiry(request, violations)
        violations.check()
        match request.WhichOneof("target"):
            case "token":
                done = await self._engine.revoke_token.by_text(call, request.token)
            case "token_id":
                done = await self._engine.revoke_token.by_id(call, request.token_id, expire_time)
            case _:
                raise InvalidArgument(Violation("token", "name the token, or its jti as `token_id`"))
        return pb.RevokeTokenResponse(token_id=done.token_id, receipt=write_receipt(done.receipt))
