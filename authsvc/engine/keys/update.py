"""UpdateKey: everything about a key that may change but its state and its secrets."""

from __future__ import annotations

from collections.abc import Mapping

from authsvc.domain.errors import FailedPrecondition
from authsvc.domain.key import Key, State
from authsvc.domain.key_rules import check_update
from authsvc.engine.callers import Call
from authsvc.engine.keys.change import Done, KeyChange
from authsvc.engine.ports import Transaction


class UpdateKey:
    """Updates keys."""

    def __init__(self, change: KeyChange) -> None:
        self._change = change

    async def __call__(
        self, call: Call, key_id: str, etag: str, changes: Mapping[str, object], unrestricted: frozenset[str]
    ) -> Done:
        """Set fields by name (`key_rules.check_update`); a restriction is emptied only when `unrestricted` names it.

        Raises:
            InvalidArgument: Every field that is wrong.
            FailedPrecondition: The key is revoked.
        """
        policy = self._change.state.rules.policy

        async def rule(_tx: Transaction, key: Key, now: int) -> Key | None:
            if key.state is State.REVOKED:
                raise FailedPrecondition("the key is REVOKED, which is final")
            after = check_update(key, changes, unrestricted, policy, now)
            return None if after == key else after

        return await self._change(call, "UpdateKey", key_id, etag, rule)
