"""Secrets are stored anew when they are next used: under the newest pepper, at the cost that the policy names now.

Only whoever presents a secret can have it hashed again, so this happens after an ALLOW that had to read the key, off the caller's
way. The secret stays the same secret: nothing that was proven with it has to be proven again. What needs no Argon2id is made at
once, and goes to the store in batches (`engine.moving`).
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from authsvc.domain.errors import AlreadyExists, Exhausted, Unavailable
from authsvc.domain.key import Key, Secret
from authsvc.domain.stored_forms import found_by, is_outdated
from authsvc.engine.callers import Call, local
from authsvc.engine.clock import Clock
from authsvc.engine.hashing.hasher import Hasher
from authsvc.engine.hashing.pool import Lane
from authsvc.engine.hashing.proving import Prover
from authsvc.engine.keys.change import audit_entry
from authsvc.engine.moving import Mover
from authsvc.engine.ports import Mutating, Transaction
from authsvc.engine.records import Kind
from authsvc.engine.state import State

WAITING: Final = 1_000
"""Secrets waiting to be hashed again; the others have their turn when they are next read."""
CALL: Final = Call(caller=local("rehash"), reason="stored in the form of new secrets")

log = structlog.get_logger(__name__)


class Rehasher:
    """Hashes again, one secret after another."""

    def __init__(self, store: Mutating, state: State, hasher: Hasher, prover: Prover, mover: Mover, clock: Clock) -> None:
        self._store = store
        self._state = state
        self._hasher = hasher
        self._prover = prover
        self._mover = mover
        self._clock = clock
        self._turn = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def consider(self, credential: str, fingerprint: bytes) -> None:
        """Hash again what this credential was proven by, if it is outdated. Returns at once."""
        known = self._state.known(fingerprint)
        key = None if known is None else known.entry.key
        secret = None if known is None or key is None else key.secret(known.secret_id)
        if key is None or secret is None or secret.secret_id in self._tasks or len(self._tasks) >= WAITING:
            return
        if not is_outdated(secret, self._hasher.keyring.pepper, self._state.rules.policy.argon2):
            return
        if secret.hash.is_slow:
            task = asyncio.create_task(self._rehash(credential, fingerprint, key, secret))
            self._tasks[secret.secret_id] = task
            task.add_done_callback(lambda _: self._tasks.pop(secret.secret_id))
        else:
            self._mover.note(secret, self._hasher.fast(secret, credential))

    async def settle(self) -> None:
        """Wait until nothing is left to be hashed again."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())
        await self._mover.flush()

    async def _rehash(self, credential: str, fingerprint: bytes, key: Key, before: Secret) -> None:
        try:
            async with self._turn:
                after = await self._made_again(credential, before)
                stored = await self._put(key, before, after)
        except (AlreadyExists, Exhausted, Unavailable) as error:
            # It works as it is, and there will be another use.
            log.warning("secret_not_rehashed", key_id=key.key_id, secret_id=before.secret_id, error=error.message)
            return
        if stored and after.phc:
            self._prover.remember(fingerprint, after.phc)

    async def _made_again(self, credential: str, before: Secret) -> Secret:
        policy = self._state.rules.policy
        public_id = found_by(self._hasher.keyring, credential, policy.type_of(credential), before)
        return await self._hasher.slow(before, credential, public_id, policy.argon2, Lane.BULK)

    async def _put(self, key: Key, before: Secret, after: Secret) -> bool:
        async def work(tx: Transaction) -> bool:
            # In the order in which every other mutation locks.
            if await tx.lock_key(key.key_id) is None or not await tx.rehash_secret(before, after):
                return False
            tx.log(Kind.KEY, key.key_id)
            details = {"secret_id": before.secret_id, "hash": after.hash.value, "pepper_id": after.pepper_id}
            tx.audit(audit_entry(CALL, "RehashSecret", key, self._clock.now(), details))
            return True

        stored, _ = await self._store.mutate(work)
        return stored
