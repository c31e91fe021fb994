"""Misses: single flight, batched with their neighbours, and nothing old gets in (DESIGN section 6, rule 5).

Nobody decides by the result of a flight. Whoever waited looks at the state again afterwards, so requests that joined a lookup
under way obey the same rules as the one that began it. A lead is only a hint of what to check next.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import NamedTuple

from authsvc.domain.errors import Exhausted, Unavailable
from authsvc.domain.key import Key, Secret
from authsvc.engine.counters import Counters
from authsvc.engine.following import Follower
from authsvc.engine.ports import Finding
from authsvc.engine.records import Lookup
from authsvc.engine.state import Known, State

BATCH = 256
WAITING = 20_000
"""Lookups that may be waiting at once; one more is refused at once rather than late."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to find: a secret by its digests under every live pepper, or a key by its id.

    `name` is what it is remembered under when it is not there: the fingerprint of a credential, or a key_id in bytes.
    """

    name: bytes
    digests: tuple[bytes, ...] = ()
    key_id: str = ""


class Lead(NamedTuple):
    """A secret that was found by its public id: the credential may be it, or a wrong one."""

    key_id: str
    secret_id: str


class Filler:
    """The only way into the state for keys and "there is no such key"."""

    def __init__(self, store: Finding, follower: Follower, state: State, counters: Counters) -> None:
        self._store = store
        self._follower = follower
        self._state = state
        self._counters = counters
        self._flights: dict[bytes, asyncio.Future[Lead | None]] = {}
        self._queue: list[Wanted] = []
        self._running: set[asyncio.Task[None]] = set()

    async def fill(self, wanted: Wanted) -> Lead | None:
        """Look one thing up and let it into the state if it is still true. Look at the state again afterwards.

        Returns:
            What has to be checked before the credential proves anything; None: the state says what it is.

        Raises:
            Unavailable: The store does not answer.
            Exhausted: Too many lookups are waiting.
        """
        flight = self._flights.get(wanted.name)
        if flight is None:
            if len(self._flights) >= WAITING:
                raise Exhausted("too many credentials are being looked up at once")
            flight = self._flights[wanted.name] = asyncio.get_running_loop().create_future()
            # Nobody may be left waiting when every caller gives up before the flight fails.
            flight.add_done_callback(lambda done: done.exception())
            self._queue.append(wanted)
            if len(self._queue) == 1:
                asyncio.get_running_loop().call_soon(self._take_off)
        return await asyncio.shield(flight)

    def _take_off(self) -> None:
        while self._queue:
            batch, self._queue = self._queue[:BATCH], self._queue[BATCH:]
            task = asyncio.create_task(self._fly(batch))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _fly(self, batch: list[Wanted]) -> None:
        error: Exception | None = None
        leads: dict[bytes, Lead] = {}
        try:
            self._counters.lookups += 1
            digests = [digest for wanted in batch for digest in wanted.digests]
            found = await self._store.lookup(digests, [wanted.key_id for wanted in batch if wanted.key_id])
            await self._follower.catch_up(found.revision)
            leads = self._admit(batch, found)
        except Unavailable as failure:
            error = failure
        except Exception:  # noqa: BLE001 - whatever it was, the waiting callers get an error and no answer
            error = Unavailable("the lookup failed")
        for wanted in batch:
            flight = self._flights.pop(wanted.name)
            if flight.done():
                continue
            if error is None:
                flight.set_result(leads.get(wanted.name))
            else:
                flight.set_exception(error)

    def _admit(self, batch: list[Wanted], found: Lookup) -> dict[bytes, Lead]:
        """Synchronous from here on: what is checked and what is inserted cannot come apart."""
        leads: dict[bytes, Lead] = {}
        owners = {secret.digest: (key, secret) for key in found.keys for secret in key.secrets}
        here = {key.key_id for key in found.keys}
        for key in found.keys:
            self._state.admit_key(key, found.revision)
        for wanted in batch:
            owner = next((owners[digest] for digest in wanted.digests if digest in owners), None)
            if owner is None:
                if wanted.key_id not in here:
                    self._state.admit_unknown(wanted.name, found.revision)
            elif owner[1].hash.is_slow:
                leads[wanted.name] = Lead(owner[0].key_id, owner[1].secret_id)
            else:
                self._admit_secret(wanted.name, *owner, found.revision)
        return leads

    def _admit_secret(self, fingerprint: bytes, key: Key, secret: Secret, revision: int) -> None:
        entry = self._state.admit_key(key, revision)
        if entry is not None:
            self._state.admit_known(fingerprint, Known(entry, secret.secret_id))
