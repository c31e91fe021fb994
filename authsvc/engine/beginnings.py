"""What an empty store is given at first start: a policy, a signing key, and the root key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from authsvc.domain.key import Key
from authsvc.domain.policy import Policy
from authsvc.domain.tenants import ROOT
from authsvc.domain.token import SigningKeyState
from authsvc.engine import ids
from authsvc.engine.callers import Call, local
from authsvc.engine.clock import Clock
from authsvc.engine.keys.change import audit_entry
from authsvc.engine.keys.secrets import NewSecrets
from authsvc.engine.ports import Store, Transaction
from authsvc.engine.records import AuditEntry, Kind
from authsvc.engine.root_key import new_root_key
from authsvc.engine.signing import Signer

CALL = Call(caller=local("first-start"), reason="first start on an empty store")


class Beginnings:
    """Each step does nothing where it was done before, so that a start that was cut off is finished by the next one."""

    def __init__(self, store: Store, new_secret: NewSecrets, signer: Signer, clock: Clock) -> None:
        self._store = store
        self._new_secret = new_secret
        self._signer = signer
        self._clock = clock

    async def seed_policy(self, source: str) -> bool:
        """Apply a checked policy file to a store that never had one; whether it did."""

        async def work(tx: Transaction) -> bool:
            version = await tx.insert_policy(source, 0)
            if version is None:
                return False
            tx.log(Kind.POLICY, str(version))
            tx.audit(self._audit("SeedPolicy", "policy", str(version)))
            return True

        seeded, _ = await self._store.mutate(work)
        return seeded

    async def ensure_signing_key(self, policy: Policy) -> bool:
        """Make the first signing key, active at once: nobody holds an older JWKS. Whether it did."""

        async def work(tx: Transaction) -> bool:
            if any(key.state is SigningKeyState.ACTIVE for key in await tx.signing_keys()):
                return False
            now = self._clock.now()
            signing_key = await asyncio.to_thread(self._signer.generate, policy.tokens.algorithm, SigningKeyState.ACTIVE, now)
            await tx.insert_signing_key(signing_key)
            tx.log(Kind.SIGNING_KEY, signing_key.signing_key_id)
            tx.audit(self._audit("CreateSigningKey", "signing_key", signing_key.signing_key_id))
            return True

        made, _ = await self._store.mutate(work)
        return made

    async def ensure_root_key(self, policy: Policy, keep: Callable[[str], None]) -> Key | None:
        """Make the key that the operator starts with, if there never was a key.

        Args:
            policy: The policy in force; it always has the built-in type.
            keep: Writes the secret to its 0600 file; called before the key is committed, so that no committed root key is without
                its file, and only when no other process makes one. A file whose key was not committed is overwritten by the
                next start.
        """
        if not await self._store.is_empty():
            return None
        now = self._clock.now()
        text, key = await new_root_key(self._new_secret, policy, CALL, now)

        async def work(tx: Transaction) -> bool:
            if not await tx.lock_store():
                return False
            keep(text)
            await tx.insert_key(key)
            tx.log(Kind.SECRET, key.key_id)
            tx.audit(audit_entry(CALL, "CreateRootKey", key, now, {}))
            return True

        made, _ = await self._store.mutate(work)
        return key if made else None

    def _audit(self, action: str, kind: str, target: str) -> AuditEntry:
        now = self._clock.now()
        return AuditEntry(
            audit_id=ids.audit_id(now),
            time=now,
            actor=CALL.caller.key_id,
            actor_tenant=ROOT,
            peer="local",
            action=action,
            target_kind=kind,
            target=target,
            tenant=ROOT,
            reason=CALL.reason,
        )
