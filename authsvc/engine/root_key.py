"""The root key: made for an empty store, and replaced by whoever has the machine when it is lost (CONTRACT section 5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from authsvc.domain.key import Key
from authsvc.domain.key_rules import KeyDraft, check_draft
from authsvc.domain.policy import BUILTIN_TYPE, Policy
from authsvc.domain.tenants import ROOT
from authsvc.engine import ids
from authsvc.engine.callers import Call
from authsvc.engine.clock import Clock
from authsvc.engine.keys.change import audit_entry
from authsvc.engine.keys.create import new_key
from authsvc.engine.keys.secrets import NewSecrets
from authsvc.engine.keys.states import revoked
from authsvc.engine.ports import Store, Transaction
from authsvc.engine.receipts import Receipt, Receipts
from authsvc.engine.records import Kind
from authsvc.engine.state import State

MAKERS: Final = ("local:first-start", "local:command-line")
"""Who makes root keys: keys that others made are theirs, whatever they may do."""


@dataclass(frozen=True, slots=True)
class RootKeyRotated:
    """The new root key, which old ones it replaces, and the proof."""

    key: Key
    revoked: tuple[str, ...]
    receipt: Receipt


class RotateRootKey:
    """Makes another root key. Only for processes that nobody can call: it asks for no credential."""

    def __init__(self, store: Store, state: State, new_secret: NewSecrets, receipts: Receipts, clock: Clock) -> None:
        self._store = store
        self._state = state
        self._new_secret = new_secret
        self._receipts = receipts
        self._clock = clock

    async def __call__(self, call: Call, keep: Callable[[str], None], *, keep_old: bool) -> RootKeyRotated:
        """Make a root key and revoke those before it, in one transaction.

        Args:
            call: By whom, one of MAKERS, and why.
            keep: Writes the secret to a 0600 file; called before the key is committed, perhaps more than once.
            keep_old: Revoke none.
        """
        now = self._clock.now()
        text, key = await new_root_key(self._new_secret, self._state.rules.policy, call, now)
        keep(text)

        async def work(tx: Transaction) -> tuple[str, ...]:
            await tx.insert_key(key)
            tx.log(Kind.SECRET, key.key_id)
            tx.audit(audit_entry(call, "CreateRootKey", key, now, {}))
            return () if keep_old else await _revoke_others(tx, call, key, now)

        gone, committed = await self._store.mutate(work)
        return RootKeyRotated(key, gone, await self._receipts.wait(committed.revision, deadline=call.deadline))


async def new_root_key(new_secret: NewSecrets, policy: Policy, call: Call, now: int) -> tuple[str, Key]:
    """The secret, and a key that may do everything."""
    draft = KeyDraft(display_name="root", type=BUILTIN_TYPE, tenant=ROOT, scopes=("authsvc:*",))
    text, secret = await new_secret(policy.key_types[BUILTIN_TYPE], policy.argon2, now)
    return text, new_key(check_draft(draft, policy, now), secret, call.caller.key_id, now)


async def _revoke_others(tx: Transaction, call: Call, new: Key, now: int) -> tuple[str, ...]:
    gone = []
    for maker in MAKERS:
        for key in await tx.lock_keys(ROOT, maker):
            after = revoked(key, now, call.reason)
            if key.key_id != new.key_id and key.type == BUILTIN_TYPE and after is not None:
                await tx.update_key(replace(after, update_time=now, etag=ids.etag()))
                tx.log(Kind.KEY, key.key_id)
                tx.audit(audit_entry(call, "RevokeKey", after, now, {}))
                gone.append(key.key_id)
    return tuple(gone)
