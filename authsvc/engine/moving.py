"""Secrets move to the newest pepper as they are used, in batches beside the callers' way (ADR 7).

1. Only whoever presents a secret can have it stored anew, so this begins when one was read and allowed.
2. Nothing decided changes: the same credential proves the same key, so it takes no revision. Every process that answers has had
   the newest pepper since before it was used, and asks for the digests under all of them.
3. What is remembered is not read, so after a rotation it is forgotten little by little, and moves when it is used again.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from authsvc.domain.errors import AlreadyExists, StoreUnavailable, Unavailable
from authsvc.domain.key import Secret
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.engine.ports import Moving
from authsvc.engine.records import SecretMove
from authsvc.engine.state import State

WAITING: Final = 10_000
"""Secrets waiting to be moved; the others have their turn when they are next read."""
AT_ONCE: Final = 500
"""Secrets moved, and credentials forgotten, in one interval: as many lookups as that cost nobody anything."""

log = structlog.get_logger(__name__)


class Mover:
    """Moves secrets that were just used."""

    def __init__(self, store: Moving, state: State, own: OwnSecrets, *, interval: float = 1.0) -> None:
        self._store = store
        self._state = state
        self._own = own
        self._interval = interval
        self._waiting: dict[str, SecretMove] = {}
        self._remembered: list[bytes] = []
        self._pepper = own.keyring.pepper

    def note(self, before: Secret, after: Secret) -> None:
        """Store a secret, in the form that it has, under the newest pepper, soon."""
        if len(self._waiting) < WAITING:
            self._waiting[before.secret_id] = SecretMove(
                before.secret_id, before.pepper_id, before.digest, after.pepper_id, after.digest, after.generation
            )

    async def run(self) -> None:
        """Move until cancelled."""
        while True:
            await asyncio.sleep(self._interval)
            self._forget()
            await self.flush()

    async def flush(self) -> None:
        """Move what waits. What the store cannot take now is tried again; what it refuses has its turn at another use."""
        while moves := [self._waiting[secret_id] for secret_id in list(self._waiting)[:AT_ONCE]]:
            try:
                moved = await self._store.move_secrets(moves)
            except StoreUnavailable:
                return
            except (AlreadyExists, Unavailable) as error:
                log.warning("secrets_not_moved", secrets=len(moves), error=error.message)
            else:
                log.info("secrets_moved", secrets=moved, pepper=moves[0].pepper_id)
            for each in moves:
                if self._waiting.get(each.secret_id) is each:
                    del self._waiting[each.secret_id]

    def _forget(self) -> None:
        """Forget some of what is remembered under an older pepper, so that its next use reads it."""
        pepper = self._own.keyring.pepper
        if pepper != self._pepper:
            self._pepper, self._remembered = pepper, self._state.stored_otherwise(pepper)
        for fingerprint in self._remembered[:AT_ONCE]:
            self._state.let_go(fingerprint)
        del self._remembered[:AT_ONCE]
