"""Whether a credential is the secret that its public id names: Argon2id, once, and then from memory.

Rules:
1. What is remembered is arithmetic, not state: this string does, or does not, match that PHC string. It stays true whatever
   becomes of key, policy and lease, so nothing here is ever stale. Which PHC string is in force comes from the state each time,
   and the result enters the state only there, under the rules of `engine.state`.
2. One check for each credential, however many wait for it. It ends even if they all have gone.
3. A check is refused, never guessed: over a bound the answer is "could not decide".
4. Nobody who was right is slowed: what is known is looked up without a check, and none of this runs on the event loop.

The bounds (ADR 6). A wrong secret for an existing public id costs us a hash, and its sender nothing. So:
- a secret is checked for at most AT_ONCE credentials at a time, and PER_ADDRESS of one address;
- wrong ones are counted, for each secret and for each secret and address; where there is no room for another failure, nothing is
  checked until one is forgiven;
- who finds no room waits for it, a second or so, and is refused then: whoever guesses without a pause is slowed down to that, and
  whoever was only unlucky gets his answer;
- secrets that were tried wrongly within the last minute, and addresses that go on trying, wait in a lane of their own (`pool`).
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Hashable
from typing import Final, NamedTuple

from authsvc.domain.errors import Exhausted, Unavailable
from authsvc.domain.key import Hash, Secret
from authsvc.domain.network import Address
from authsvc.engine.clock import Clock
from authsvc.engine.counters import Counters
from authsvc.engine.hashing import argon2id
from authsvc.engine.hashing.failures import Failures
from authsvc.engine.hashing.pool import FULL, HashingPool, Lane
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.engine.state import State

SECOND: Final = 1_000_000
AT_ONCE: Final = 4
PER_ADDRESS: Final = 2
HOLD: Final = (0.5, 1.5)
"""Seconds to wait for room: at random, so that those who came together do not come back together."""
HELD: Final = 1_000
"""Callers that may wait so; one more is refused at once."""
RIGHT: Final = 100_000
WRONG: Final = 10_000
"""Credentials remembered, with the PHC string that they match or do not."""

_BUSY: Final = "too many credentials with this public id are being checked at once"
_TOO_OFTEN: Final = "too many credentials with this public id were wrong lately; none is checked for a moment"


class Attempt(NamedTuple):
    """By what names a check is counted."""

    secret_id: str
    address: Address | None

    @property
    def names(self) -> tuple[Hashable, Hashable]:
        """The secret, and the secret with the address."""
        return self.secret_id, self


class Prover:
    """Checks credentials against Argon2id hashes."""

    def __init__(self, state: State, own: OwnSecrets, clock: Clock, pool: HashingPool, counters: Counters) -> None:
        self._state = state
        self._own = own
        self._clock = clock
        self._pool = pool
        self._counters = counters
        self._right: dict[bytes, str] = {}
        self._wrong: dict[bytes, str] = {}
        self._flights: dict[tuple[bytes, str], asyncio.Task[bool]] = {}
        self._under_way: Counter[Hashable] = Counter()
        self._held = 0
        self._of_secret = Failures(clock, most=20, period=SECOND)
        self._of_attempt = Failures(clock, most=5, period=10 * SECOND)
        self._of_address = Failures(clock, most=20, period=SECOND)
        self._lately = Failures(clock, most=1, period=60 * SECOND)
        """By secret."""

    async def prove(self, credential: str, fingerprint: bytes, key_id: str, secret_id: str, source: Address | None) -> None:
        """Check a credential and let the result into the state if it is still true. Look at the state again afterwards.

        Args:
            credential: What was presented.
            fingerprint: What it is remembered under.
            key_id: The key that its public id names; in the state, unless it has changed since it was read.
            secret_id: Which secret of it.
            source: Where it came from; None: not said.

        Raises:
            Exhausted: A bound is reached.
            Unavailable: The check failed.
        """
        state = self._state
        entry, revision = state.entry(key_id), state.applied
        secret = None if entry is None or entry.key is None else entry.key.secret(secret_id)
        if secret is None:
            return
        # A dead secret proves nothing, so whether this is it does not matter.
        right = secret.lives(self._clock.now()) and await self._check(credential, fingerprint, secret, source)
        # Synchronous from here on: what is checked and what is inserted cannot come apart.
        if right:
            state.admit_proven(fingerprint, key_id, secret_id)
        else:
            state.admit_unknown(fingerprint, revision)

    async def matches(self, credential: str, secret: Secret) -> bool:
        """Check a credential for an operator: without haste, and whatever others have tried.

        Raises:
            Exhausted: Too much is waiting.
        """
        message = self._message(credential, secret)
        return await self._pool.run(Lane.BULK, lambda: argon2id.matches(secret.phc, message))

    def remember(self, fingerprint: bytes, phc: str) -> None:
        """A credential matches a PHC string: it was just made of it."""
        _keep(self._right, fingerprint, phc, RIGHT)

    async def _check(self, credential: str, fingerprint: bytes, secret: Secret, source: Address | None) -> bool:
        phc, attempt, refusal = secret.phc, Attempt(secret.secret_id, _network(source)), ""
        for held in (False, True):
            if self._right.get(fingerprint) == phc:
                return True
            if self._wrong.get(fingerprint) == phc:
                return False
            flight = self._flights.get((fingerprint, phc))
            refusal = "" if flight is not None else self._refusal(attempt)
            if not refusal:
                return await asyncio.shield(flight or self._begin(attempt, credential, fingerprint, secret))
            if held or self._held >= HELD:
                break
            await self._hold()
        self._counters.hash_refusals += 1
        raise Exhausted(refusal)

    def _refusal(self, attempt: Attempt) -> str:
        """Why there is no room for a check; empty: there is."""
        if self._under_way[attempt.secret_id] >= AT_ONCE or self._under_way[attempt] >= PER_ADDRESS:
            return _BUSY
        if self._of_secret.is_full(attempt.secret_id) or self._of_attempt.is_full(attempt):
            return _TOO_OFTEN
        return "" if self._pool.has_room(self._lane(attempt)) else FULL

    async def _hold(self) -> None:
        self._held += 1
        try:
            await asyncio.sleep(random.uniform(*HOLD))  # noqa: S311 - spreads load, keeps no secret
        finally:
            self._held -= 1

    def _begin(self, attempt: Attempt, credential: str, fingerprint: bytes, secret: Secret) -> asyncio.Task[bool]:
        message = self._message(credential, secret)
        self._under_way.update(attempt.names)
        flight = asyncio.create_task(self._fly(attempt, self._lane(attempt), message, fingerprint, secret.phc))
        self._flights[fingerprint, secret.phc] = flight
        # Nobody may be left waiting when every caller gives up before the flight fails.
        flight.add_done_callback(lambda done: done.cancelled() or done.exception())
        return flight

    def _lane(self, attempt: Attempt) -> Lane:
        persists = attempt.address is not None and self._of_address.is_full(attempt.address)
        return Lane.SUSPECT if persists or self._lately.is_full(attempt.secret_id) else Lane.FIRST

    async def _fly(self, attempt: Attempt, lane: Lane, message: bytes, fingerprint: bytes, phc: str) -> bool:
        try:
            right = await self._pool.run(lane, lambda: argon2id.matches(phc, message))
        except Exhausted:
            raise
        except Exception as error:  # such as no memory
            raise Unavailable("the secret could not be checked") from error
        finally:
            del self._flights[fingerprint, phc]
            for name in attempt.names:
                self._under_way[name] -= 1
                if not self._under_way[name]:
                    del self._under_way[name]
        self._counters.hash_checks += 1
        if right:
            self.remember(fingerprint, phc)
        else:
            _keep(self._wrong, fingerprint, phc, WRONG)
            self._note_failure(attempt)
        return right

    def _note_failure(self, attempt: Attempt) -> None:
        self._counters.hash_failures += 1
        self._of_secret.note(attempt.secret_id)
        self._lately.note(attempt.secret_id)
        self._of_attempt.note(attempt)
        if attempt.address is not None:
            self._of_address.note(attempt.address)

    def _message(self, credential: str, secret: Secret) -> bytes:
        if secret.hash is Hash.FOREIGN_ARGON2ID:
            return credential.encode("utf-8", "surrogatepass")
        return self._own.keyring.slow_input(secret.pepper_id, credential)


def _keep(memory: dict[bytes, str], fingerprint: bytes, phc: str, most: int) -> None:
    memory.pop(fingerprint, None)
    memory[fingerprint] = phc
    if len(memory) > most:
        del memory[next(iter(memory))]


def _network(source: Address | None) -> Address | None:
    """An address as one sender has it: of IPv6 the first 64 bits, for whoever has one has all that begin so."""
    if source is None or source.version == 4:
        return source
    return Address(6, source.value >> 64)
