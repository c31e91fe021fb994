"""Verify: the hot path, and what happens when it misses.

Whatever asks for a decision comes through `Verifier`, and every decision in it is made by `domain.decide`.
"""

from __future__ import annotations

from collections.abc import Callable

from authsvc.domain.access import Proof
from authsvc.domain.credential import MAX_TOKEN_LENGTH, is_token
from authsvc.domain.decide import decide
from authsvc.domain.decision import Decision, Outcome, Query
from authsvc.domain.errors import InvalidArgument, InvalidValue, LeaseLost, Unavailable, Violation
from authsvc.domain.reason import Reason
from authsvc.domain.stored_forms import possible_digests
from authsvc.domain.tenants import ROOT, covers
from authsvc.engine.clock import Clock
from authsvc.engine.counters import Counters
from authsvc.engine.filling import Filler, Wanted
from authsvc.engine.following import Follower
from authsvc.engine.hashing.proving import Prover
from authsvc.engine.limits import Limits
from authsvc.engine.membership import Membership
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.engine.state import Known, State
from authsvc.engine.usage import UsageCounter

ATTEMPTS = 4
"""Looks at the state: one, and three more after a lookup each (DESIGN section 6, rule 5)."""
PATIENCE = 1.0
"""Seconds to wait for a lease that was just lost, for example after the process was suspended."""
CHANGES = "what this decision needs changes faster than it can be read"


class Verifier:
    """Decides about credentials from the process's state."""

    def __init__(  # noqa: PLR0913 - the parts it is made of
        self,
        state: State,
        own: OwnSecrets,
        clock: Clock,
        membership: Membership,
        follower: Follower,
        filler: Filler,
        prover: Prover,
        used: Callable[[str, bytes], None],
        limits: Limits,
        usage: UsageCounter,
        counters: Counters,
    ) -> None:
        self._state = state
        self._own = own
        self._clock = clock
        self._membership = membership
        self._follower = follower
        self._filler = filler
        self._prover = prover
        self._used = used
        """Told of a credential, and its fingerprint, that was read and allowed."""
        self._limits = limits
        self._usage = usage
        self._counters = counters

    def hit(self, credential: str, query: Query, within: str = ROOT) -> Decision | None:
        """Decide from memory, now; None when something has to be read first or the lease is out.

        Args:
            credential: What was presented.
            query: What is asked.
            within: The caller's tenant; a key outside it is as if absent.

        Raises:
            InvalidArgument: The cost is larger than a burst of the key.
        """
        state = self._state
        if self._clock.own() >= state.lease_end:
            return None
        proof = self._prove(credential)
        if proof is None:
            return None
        now = self._clock.now()
        tats: tuple[int, ...] = ()
        if not isinstance(proof, Reason):
            if within != ROOT and not covers(within, proof.access.key.tenant):
                proof = Reason.CREDENTIAL_INVALID
            elif proof.access.key.rate_limits:
                tats = self._limits.tats(proof.access.key, now)
        try:
            decision = decide(query, proof, now, tats)
        except InvalidValue as error:
            raise InvalidArgument(Violation("cost", str(error))) from None
        self._account(decision, query, now)
        return decision

    async def decide(self, credential: str, query: Query, within: str = ROOT, min_revision: int = 0) -> Decision:
        """Decide, reading first what is not here. Same arguments as `hit`; `min_revision` is applied first.

        Raises:
            Unavailable: No decision can be made: no lease, no store, or the key changes faster than it can be read.
        """
        if min_revision > self._state.applied:
            await self.ready(min_revision)
        decision = self.hit(credential, query, within)
        if decision is not None:
            return decision
        self._counters.misses += 1
        for _ in range(ATTEMPTS):
            await self.prepare(credential, query)
            decision = self.hit(credential, query, within)
            if decision is not None:
                if decision.allowed:
                    self.tell(credential)
                return decision
        raise Unavailable(CHANGES)

    async def prepare(self, credential: str, query: Query) -> None:
        """Read what `hit` did not find; by the time that this returns, it may have changed again.

        Raises:
            Unavailable: no lease, or no store.
        """
        if self._membership.holds:
            await self._read(credential, query)
        elif not await self._membership.regain(PATIENCE):
            raise LeaseLost

    async def ready(self, min_revision: int = 0) -> None:
        """Wait until this process may answer, from this revision or a later one; whoever reads a request by the policy waits.

        Raises:
            Unavailable: no lease, no store, or no such revision yet.
        """
        if not self._membership.holds and not await self._membership.regain(PATIENCE):
            raise LeaseLost
        if min_revision > self._state.applied:
            await self._follower.catch_up(min_revision)
            self._membership.kick()

    def tell(self, credential: str) -> None:
        """Say that a credential was read and allowed: its secret may be due for another form."""
        fingerprint = None if is_token(credential) else self._fingerprint(credential)
        if fingerprint is not None:
            self._used(credential, fingerprint)

    def _account(self, decision: Decision, query: Query, now: int) -> None:
        self._counters.decisions[decision.reason] += 1
        proof = decision.proof
        if proof is None or not query.cost:
            return
        if decision.outcome is Outcome.ALLOW:
            if decision.tats is not None:
                self._limits.keep(proof.access.key, decision.tats, now)
        elif decision.reason is not Reason.RATE_LIMITED:
            return
        self._usage.count(proof.access.key.key_id, now)

    def _prove(self, credential: str) -> Proof | Reason | None:
        """What a credential proves; None when the store has to be asked."""
        if not credential:
            return Reason.CREDENTIAL_MISSING
        fingerprint = self._fingerprint(credential)
        if fingerprint is None:
            return Reason.CREDENTIAL_INVALID
        known = self._state.known(fingerprint)
        if known is not None:
            proof = self._state.proof(known)
            if proof is not None or known.token is None:
                return proof
        if is_token(credential):
            return self._prove_token(credential, fingerprint)
        return Reason.CREDENTIAL_INVALID if self._state.is_unknown(fingerprint) else None

    def _prove_token(self, credential: str, fingerprint: bytes) -> Proof | Reason | None:
        state = self._state
        token = state.signing.verify(credential)
        if token is None or state.is_unknown(token.key_id.encode()):
            return Reason.CREDENTIAL_INVALID
        entry = state.entry(token.key_id)
        if entry is None:
            return None
        known = Known(entry, token.secret_id, token, state.signing)
        state.admit_known(fingerprint, known)
        return state.proof(known)

    def _fingerprint(self, credential: str) -> bytes | None:
        """The name of a credential in memory; None when it cannot be one of ours, whatever the store holds."""
        keyring = self._own.keyring
        if len(credential) > MAX_TOKEN_LENGTH:
            return None
        if is_token(credential):
            return keyring.untagged_fingerprint(credential)
        fingerprint = keyring.fingerprint(credential)
        if fingerprint is None:
            key_type = self._state.rules.policy.type_of(credential)
            if key_type is not None and key_type.accepts_imported:
                return keyring.untagged_fingerprint(credential)
        return fingerprint

    async def _read(self, credential: str, query: Query) -> None:
        """Ask the store for what `_prove` missed, and check what it finds by a public id alone."""
        fingerprint = self._fingerprint(credential)
        if fingerprint is None:
            return
        known = self._state.known(fingerprint)
        if known is not None:
            await self._read_key(known.entry.key_id)
        elif is_token(credential):
            token = self._state.signing.verify(credential)
            if token is not None:
                await self._read_key(token.key_id)
        else:
            lead = await self._filler.fill(Wanted(fingerprint, self._possible_digests(credential)))
            if lead is not None:
                await self._prover.prove(credential, fingerprint, lead.key_id, lead.secret_id, query.source)

    def _possible_digests(self, credential: str) -> tuple[bytes, ...]:
        key_type = self._state.rules.policy.type_of(credential)
        tagged = self._own.keyring.fingerprint(credential) is not None
        return possible_digests(self._own.keyring, credential, key_type, tagged=tagged)

    async def _read_key(self, key_id: str) -> None:
        await self._filler.fill(Wanted(key_id.encode(), key_id=key_id))
