"""RevokeToken: one token, before it expires by itself."""

from __future__ import annotations

from dataclasses import dataclass

from authsvc.domain.errors import InvalidArgument, NotFound, Violation
from authsvc.engine import ids
from authsvc.engine.callers import Call
from authsvc.engine.clock import Clock
from authsvc.engine.ports import Store, Transaction
from authsvc.engine.receipts import Receipt, Receipts
from authsvc.engine.records import AuditEntry, Kind, RevokedToken
from authsvc.engine.state import State


@dataclass(frozen=True, slots=True)
class TokenRevoked:
    """Which token, and the proof."""

    token_id: str
    receipt: Receipt


class RevokeToken:
    """Revokes tokens."""

    def __init__(self, store: Store, state: State, receipts: Receipts, clock: Clock) -> None:
        self._store = store
        self._state = state
        self._receipts = receipts
        self._clock = clock

    async def by_text(self, call: Call, text: str) -> TokenRevoked:
        """Revoke the token that was leaked.

        Raises:
            InvalidArgument: Not a token that one of our keys signed.
            NotFound: Its key is not the caller's.
        """
        token = self._state.signing.verify(text)
        if token is None:
            raise InvalidArgument(Violation("token", "must be an access token that this service signed"))
        if not call.caller.reaches(token.tenant):
            raise NotFound("there is no such token")
        return await self._revoke(call, token.token_id, token.expire_time, token.tenant)

    async def by_id(self, call: Call, token_id: str, expire_time: int | None) -> TokenRevoked:
        """Revoke a token of which only the id (`jti`) is known; only for callers of the root tenant, who reach every token.

        Without an expiry it is remembered for as long as a token can live.

        Raises:
            InvalidArgument: This service makes no such ids. Nothing else is kept: people paste tokens and secrets here.
            PermissionDenied: The caller is confined to a tenant.
        """
        call.caller.require_root("authsvc:tokens:revoke")
        if not ids.TOKEN_ID.fullmatch(token_id):
            raise InvalidArgument(Violation("token_id", "must be the jti of a token: `tok_` and 22 base62 characters"))
        latest = self._clock.now() + self._state.rules.policy.tokens.max_ttl
        return await self._revoke(call, token_id, latest if expire_time is None else min(expire_time, latest), "/")

    async def _revoke(self, call: Call, token_id: str, expire_time: int, tenant: str) -> TokenRevoked:
        now = self._clock.now()

        async def work(tx: Transaction) -> None:
            if await tx.revoke_token(RevokedToken(token_id, expire_time)):
                tx.log(Kind.TOKEN, token_id)
                tx.audit(_audit(call, token_id, tenant, now))

        _, committed = await self._store.mutate(work)
        receipt = await self._receipts.wait(committed.revision, deadline=call.deadline, wait=call.wait, offline_until=expire_time)
        return TokenRevoked(token_id, receipt)


def _audit(call: Call, token_id: str, tenant: str, now: int) -> AuditEntry:
    return AuditEntry(
        audit_id=ids.audit_id(now),
        time=now,
        actor=call.caller.key_id,
        actor_tenant=call.caller.tenant,
        peer=call.caller.peer,
        action="RevokeToken",
        target_kind="token",
        target=token_id,
        tenant=tenant,
        reason=call.reason,
    )
