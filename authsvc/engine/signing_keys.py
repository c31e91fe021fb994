"""Signing keys: list, rotate, retire, and the clockwork that does what is due (`domain.signing_keys` has the rules).

Every process runs the clockwork. What is due is decided by what is in the store at that moment, under its lock, so the first
process does it and the others find it done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import structlog

from authsvc.domain.errors import AuthsvcError, FailedPrecondition, InvalidArgument, NotFound, Violation
from authsvc.domain.policy import DAY, Policy
from authsvc.domain.signing_keys import activated, due_to_retire, due_to_rotate, due_to_sign, in_state, retired
from authsvc.domain.tenants import ROOT
from authsvc.domain.token import SigningKey, SigningKeyState
from authsvc.engine import ids
from authsvc.engine.callers import Call, local
from authsvc.engine.clock import Clock
from authsvc.engine.keys.change import request_stamp
from authsvc.engine.ports import Store, Transaction
from authsvc.engine.receipts import RATE_SLACK, Receipt, Receipts
from authsvc.engine.records import AuditEntry, Kind, PolicyVersion
from authsvc.engine.signing import ALGORITHMS, Signer
from authsvc.engine.state import State

SECOND: Final = 1_000_000
MAX_PUBLISH_PERIOD: Final = 7 * DAY
TICK: Final = 1.0
"""Seconds between two looks at what is due."""
CLOCKS: Final = 60 * SECOND
"""By how much wall clocks of a fleet may differ before a good token is refused."""
VERSIONS: Final = 1000
"""Policies that are looked through for the longest lifetime of a token."""
CLOCKWORK: Final = Call(caller=local("clockwork"), reason="it was due")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKeyDone:
    """A key after a change, the one it takes over from, and the proof."""

    key: SigningKey
    previous: SigningKey | None
    receipt: Receipt


class SigningKeyLife:
    """Moves signing keys through their states."""

    def __init__(
        self,
        store: Store,
        state: State,
        signer: Signer,
        receipts: Receipts,
        clock: Clock,
        compiler: Callable[[PolicyVersion | None], Policy],
    ) -> None:
        self._store = store
        self._state = state
        self._signer = signer
        self._receipts = receipts
        self._clock = clock
        self._compiler = compiler

    def list(self, *, show_retired: bool) -> tuple[SigningKey, ...]:
        """Signing keys as this process knows them, newest first."""
        keys = [key for key in self._state.signing.keys if show_retired or key.state is not SigningKeyState.RETIRED]
        return tuple(sorted(keys, key=lambda key: (key.create_time, key.signing_key_id), reverse=True))

    async def rotate(self, call: Call, algorithm: str, publish_period: int | None) -> SigningKeyDone:
        """Publish another key, which signs when every process knows it and it was published for long enough.

        Args:
            call: Who, why, until when.
            algorithm: Of the new key; empty: the policy's.
            publish_period: How long it is only published, microseconds; None: the policy's; 0: it signs as soon as every process
                knows it.

        Raises:
            InvalidArgument: No such algorithm, or a period out of bounds.
            FailedPrecondition: Another key is waiting to sign.
            AlreadyExists: The request_id was used for this before.
        """
        rules = self._state.rules.policy.tokens
        algorithm = algorithm or rules.algorithm
        _check(algorithm, publish_period)
        now = self._clock.now()
        made = await asyncio.to_thread(self._signer.generate, algorithm, SigningKeyState.NEXT, now)
        lead = rules.publish_lead if publish_period is None else publish_period
        key = replace(made, activate_time=now + lead)

        async def work(tx: Transaction) -> SigningKey | None:
            keys = await tx.signing_keys()
            waiting = in_state(keys, SigningKeyState.NEXT)
            if waiting is not None:
                raise FailedPrecondition(f"{waiting.signing_key_id} is waiting to sign; retire it first to take another one")
            await tx.insert_signing_key(key)
            _note(tx, call, "RotateSigningKey", key, now)
            return in_state(keys, SigningKeyState.ACTIVE)

        stamp = request_stamp(call, "RotateSigningKey", key.signing_key_id, now)
        previous, committed = await self._store.mutate(work, stamp)
        receipt = await self._receipts.wait(committed.revision, deadline=call.deadline, wait=call.wait)
        if lead == 0 and receipt.effective:
            return await self._activate(call, key.signing_key_id) or SigningKeyDone(key, previous, receipt)
        planned = None if previous is None else replace(previous, retire_time=await self._last_token_ends(now + lead))
        return SigningKeyDone(key, planned, receipt)

    async def retire(self, call: Call, signing_key_id: str) -> SigningKeyDone:
        """Refuse the tokens of a key from now on. Effective: no process accepts one.

        Raises:
            NotFound: There is no such key.
            FailedPrecondition: It signs.
        """
        now = self._clock.now()

        async def work(tx: Transaction) -> SigningKey:
            key = next((key for key in await tx.signing_keys() if key.signing_key_id == signing_key_id), None)
            if key is None:
                raise NotFound(f"there is no signing key {signing_key_id}")
            if key.state is SigningKeyState.ACTIVE:
                raise FailedPrecondition("this key signs: rotate with a publish period of 0 first, then retire it")
            if key.state is SigningKeyState.RETIRED:
                return key
            return await _retire(tx, call, key, now)

        key, committed = await self._store.mutate(work)
        offline_until = now + self._state.rules.policy.longest_token
        receipt = await self._receipts.wait(
            committed.revision, deadline=call.deadline, wait=call.wait, offline_until=offline_until
        )
        return SigningKeyDone(key, None, receipt)

    async def run(self) -> None:
        """Do what is due until cancelled. What cannot be done now is still due a moment later."""
        while True:
            await asyncio.sleep(TICK)
            try:
                await self.do_what_is_due()
            except AuthsvcError as error:
                log.warning("signing_keys_not_moved_on", error=error.message)

    async def do_what_is_due(self) -> None:
        """Activate, retire and replace. Looks at memory first: nearly always nothing is due."""
        keys, now = self._state.signing.keys, self._clock.now()
        waiting = due_to_sign(keys, now)
        if waiting is not None:
            # Whoever answers from before its publication would call its tokens invalid.
            receipt = await self._receipts.wait(self._state.applied, deadline=None)
            if receipt.effective:
                await self._activate(CLOCKWORK, waiting.signing_key_id)
        if due_to_retire(keys, now):
            await self._retire_due()
        if due_to_rotate(keys, self._state.rules.policy.tokens, now):
            await self._rotate_due()

    async def _activate(self, call: Call, signing_key_id: str) -> SigningKeyDone | None:
        """Let a key sign that every process knows; None when it does not wait to any more."""
        now = self._clock.now()
        last_token_ends = await self._last_token_ends(now)

        async def work(tx: Transaction) -> tuple[SigningKey, ...]:
            keys = await tx.signing_keys()
            waiting = due_to_sign(keys, now)
            if waiting is None or waiting.signing_key_id != signing_key_id:
                return ()
            changed = activated(keys, waiting, now, last_token_ends)
            for key in changed:
                await tx.update_signing_key(key)
                _note(tx, call, "ActivateSigningKey" if key.state is SigningKeyState.ACTIVE else "ReplaceSigningKey", key, now)
            return changed

        changed, committed = await self._store.mutate(work)
        if not changed:
            return None
        log.info("signing_key_signs", signing_key_id=signing_key_id, algorithm=changed[0].algorithm)
        receipt = await self._receipts.wait(committed.revision, deadline=call.deadline, wait=call.wait)
        return SigningKeyDone(changed[0], next(iter(changed[1:]), None), receipt)

    async def _retire_due(self) -> None:
        now = self._clock.now()

        async def work(tx: Transaction) -> None:
            for key in due_to_retire(await tx.signing_keys(), now):
                await _retire(tx, CLOCKWORK, key, now)

        await self._store.mutate(work)

    async def _rotate_due(self) -> None:
        try:
            done = await self.rotate(CLOCKWORK, "", None)
        except FailedPrecondition:
            return  # another process was first
        log.info("signing_key_published", signing_key_id=done.key.signing_key_id, algorithm=done.key.algorithm)

    async def _last_token_ends(self, last_signed: int) -> int:
        """When the last token of a key is over that stops signing at a time, or a little later where that is not known yet."""
        slowest = max((row.lease + row.allowance for row in await self._store.processes() if not row.dead), default=0)
        versions = await self._store.policy_versions(VERSIONS)
        lifetimes = [self._longest_token(version) for version in (None, *versions)]
        longest = DAY if len(versions) == VERSIONS else max(lifetimes)
        return last_signed + int(RATE_SLACK * slowest) + longest + CLOCKS

    def _longest_token(self, version: PolicyVersion | None) -> int:
        try:
            return self._compiler(version).longest_token
        except ValueError:
            return DAY  # as long as any policy allows


async def _retire(tx: Transaction, call: Call, key: SigningKey, now: int) -> SigningKey:
    after = retired(key, now)
    await tx.update_signing_key(after)
    _note(tx, call, "RetireSigningKey", after, now)
    return after


def _check(algorithm: str, publish_period: int | None) -> None:
    wrong = []
    if algorithm not in ALGORITHMS:
        wrong.append(Violation("algorithm", f"one of {', '.join(ALGORITHMS)}; empty: the policy's"))
    if publish_period is not None and not 0 <= publish_period <= MAX_PUBLISH_PERIOD:
        wrong.append(Violation("publish_period", "0 s to 604800 s (7 days); unset: the policy's tokens.publish_lead"))
    if wrong:
        raise InvalidArgument(*wrong)


def _note(tx: Transaction, call: Call, action: str, key: SigningKey, now: int) -> None:
    tx.log(Kind.SIGNING_KEY, key.signing_key_id)
    tx.audit(
        AuditEntry(
            audit_id=ids.audit_id(now),
            time=now,
            actor=call.caller.key_id,
            actor_tenant=call.caller.tenant,
            peer=call.caller.peer,
            action=action,
            target_kind="signing_key",
            target=key.signing_key_id,
            tenant=ROOT,
            reason=call.reason,
            details={"algorithm": key.algorithm, "state": key.state.name},
            request_id=call.request_id,
        )
    )
