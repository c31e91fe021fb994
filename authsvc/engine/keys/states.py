"""ActivateKey, DeactivateKey, RevokeKey, DeleteKey. What is already so is no error, and its receipt waits like any other."""

from __future__ import annotations

from dataclasses import replace

from authsvc.domain.errors import FailedPrecondition
from authsvc.domain.key import Key, State
from authsvc.engine.callers import Call
from authsvc.engine.keys.change import Done, KeyChange
from authsvc.engine.ports import Transaction


class ChangeState:
    """Moves keys between states."""

    def __init__(self, change: KeyChange) -> None:
        self._change = change

    async def activate(self, call: Call, key_id: str, etag: str) -> Done:
        """INACTIVE to ACTIVE. Raises FailedPrecondition for a revoked key."""
        return await self._to(State.ACTIVE, call, "ActivateKey", key_id, etag)

    async def deactivate(self, call: Call, key_id: str, etag: str) -> Done:
        """ACTIVE to INACTIVE: calls and tokens are suspended. Raises FailedPrecondition for a revoked key."""
        return await self._to(State.INACTIVE, call, "DeactivateKey", key_id, etag)

    async def revoke(self, call: Call, key_id: str, etag: str) -> Done:
        """Any state to REVOKED, for good."""

        async def rule(_tx: Transaction, key: Key, now: int) -> Key | None:
            return revoked(key, now, call.reason)

        return await self._change(call, "RevokeKey", key_id, etag, rule)

    async def delete(self, call: Call, key_id: str, etag: str) -> Done:
        """Revoke and hide; the row is purged 30 days later and its id never used again."""

        async def rule(_tx: Transaction, key: Key, now: int) -> Key:
            return replace(revoked(key, now, call.reason) or key, delete_time=now)

        return await self._change(call, "DeleteKey", key_id, etag, rule)

    async def _to(self, state: State, call: Call, action: str, key_id: str, etag: str) -> Done:
        async def rule(_tx: Transaction, key: Key, _now: int) -> Key | None:
            if key.state is State.REVOKED:
                raise FailedPrecondition("the key is REVOKED, which is final; create another one")
            return None if key.state is state else replace(key, state=state)

        return await self._change(call, action, key_id, etag, rule, restricts=state is not State.ACTIVE)


def revoked(key: Key, now: int, reason: str) -> Key | None:
    """The key revoked; None when it is already."""
    if key.state is State.REVOKED:
        return None
    return replace(key, state=State.REVOKED, revoke_time=now, revoke_reason=reason)
