"""Replacing the service's own secrets while it runs (ADR 7).

1. The new secret is put into every folder. Nothing uses it. Processes say that they have it.
2. It is required: a mutation like any other. Once its receipt is effective, a process that answers has it.
3. It is made current: from then on new things are made under it, and every process recognizes them already.
4. Nothing depends on the old one any more: it is retired, and processes may lack it.

Each step may be done again, by anybody, and a step left undone leaves everything working.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from authsvc.domain.errors import FailedPrecondition
from authsvc.domain.own_secret import OwnKind, OwnSecret
from authsvc.domain.tenants import ROOT
from authsvc.domain.token import SigningKey
from authsvc.engine import ids
from authsvc.engine.callers import Call
from authsvc.engine.clock import Clock
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.engine.ports import Store, Transaction
from authsvc.engine.receipts import RATE_SLACK, Receipt, Receipts
from authsvc.engine.records import AuditEntry, Kind, OwnSecretUse, Process
from authsvc.engine.sealing import KeyEncryptionKeys

LOOK = 0.1
"""Seconds between looks at what processes have."""


@dataclass(frozen=True, slots=True)
class OwnStatus:
    """Where rotation stands."""

    secrets: tuple[OwnSecret, ...]
    uses: tuple[OwnSecretUse, ...]
    processes: tuple[Process, ...]
    """Those that answer."""


async def read_status(store: Store, now: int) -> OwnStatus:
    """Every secret, what depends on it at `now`, and who has it."""
    processes = tuple(row for row in await store.processes() if not row.dead)
    return OwnStatus(await store.own_secrets(), await store.own_secret_uses(now), processes)


class Rotation:
    """One step each. The process that calls them is a member of the fleet like any other."""

    def __init__(self, store: Store, own: OwnSecrets, receipts: Receipts, clock: Clock) -> None:
        self._store = store
        self._own = own
        self._receipts = receipts
        self._clock = clock

    async def wait_until_known(self, mark: str, deadline: int) -> tuple[Process, ...]:
        """Wait until every process that may answer has a secret.

        Args:
            mark: Name and fingerprint (`OwnSecret.mark`).
            deadline: Own-clock time, microseconds.

        Returns:
            Who has it not; empty: all have. This only spares those processes: without it they would stop to answer.
        """
        seen: dict[tuple[str, int], int] = {}
        while True:
            rows = [row for row in await self._store.processes() if not row.dead and mark not in row.own_secrets]
            now = self._clock.own()
            for row in rows:
                if now - seen.setdefault((row.process_id, row.beat), now) > RATE_SLACK * (row.lease + row.allowance):
                    await self._store.fence(row.process_id, row.beat)
            if not rows or now >= deadline:
                return tuple(rows)
            await asyncio.sleep(LOOK)

    async def require(self, call: Call, kind: OwnKind, own_id: str, fingerprint: str) -> Receipt:
        """Let no process answer without this secret. Effective: every process that answers has it.

        Raises:
            FailedPrecondition: The id was used for another secret, or is retired.
        """
        now = self._clock.now()
        wanted = OwnSecret(kind=kind, id=own_id, fingerprint=fingerprint, create_time=now)

        async def work(tx: Transaction) -> None:
            row = _find(await tx.own_secrets(), wanted.name)
            if row is None:
                await self._put(tx, call, "RequireOwnSecret", wanted)
            elif not row.required or row.fingerprint != fingerprint:
                raise FailedPrecondition(f"the id of {row.name} was used before; take another one")

        return await self._do(call, work)

    async def use(self, call: Call, kind: OwnKind, own_id: str) -> Receipt:
        """Make new things under this secret, which was required before; private signing keys are sealed anew.

        Effective: nothing more is made under another one, but for what was on its way.

        Raises:
            FailedPrecondition: A process may answer that does not have it.
        """
        name = f"{kind}/{own_id}"
        await self._check_required(name, call.deadline)

        async def work(tx: Transaction) -> None:
            rows = await tx.own_secrets()
            row = _find(rows, name)
            if row is None or not row.required:
                raise FailedPrecondition(f"{name} is retired")
            if row.current:
                return
            for old in rows:
                if old.kind is kind and old.current:
                    await tx.put_own_secret(replace(old, current=False))
            await self._put(tx, call, "UseOwnSecret", replace(row, current=True, use_time=self._clock.now()))
            if kind is OwnKind.KEK:
                await self._reseal(tx, own_id)

        return await self._do(call, work)

    async def retire(self, call: Call, kind: OwnKind, own_id: str) -> Receipt:
        """Let nobody need this secret any more. Effective: its files may go.

        Raises:
            FailedPrecondition: New things are made under it, or something depends on it still; says how much.
        """
        await self._receipts.wait(await self._store.revision(), deadline=call.deadline)
        name = f"{kind}/{own_id}"

        async def work(tx: Transaction) -> None:
            rows = await tx.own_secrets()
            row = _find(rows, name)
            if row is None:
                raise FailedPrecondition(f"the store does not know {name}")
            if row.current:
                raise FailedPrecondition(f"new things are made under {name}: rotate first")
            if not row.required:
                return
            if kind is OwnKind.KEK:
                await self._reseal(tx, self._own.keks.current)
            now = self._clock.now()
            dependents = await tx.count_dependents(kind, own_id, now)
            if dependents:
                raise FailedPrecondition(f"{dependents} living secrets of keys need {name}")
            await self._put(tx, call, "RetireOwnSecret", replace(row, retire_time=now))

        return await self._do(call, work)

    async def _check_required(self, name: str, deadline: int | None) -> None:
        """What was required at a revision that is effective by now is where it is needed."""
        if _find(await self._store.own_secrets(), name) is None:
            raise FailedPrecondition(f"{name} is not required of every process yet")
        receipt = await self._receipts.wait(await self._store.revision(), deadline=deadline)
        if not receipt.effective:
            raise FailedPrecondition(f"not every process has taken notice of {name} yet")

    async def _do(self, call: Call, work: Callable[[Transaction], Awaitable[None]]) -> Receipt:
        _, committed = await self._store.mutate(work)
        return await self._receipts.wait(committed.revision, deadline=call.deadline)

    async def _put(self, tx: Transaction, call: Call, action: str, row: OwnSecret) -> None:
        await tx.put_own_secret(row)
        tx.log(Kind.OWN_SECRET, row.name)
        tx.audit(_audit(call, action, row, self._clock.now()))

    async def _reseal(self, tx: Transaction, kek_id: str) -> None:
        """Seal private signing keys under another key-encryption key. They stay the same keys."""
        keks = KeyEncryptionKeys(self._own.keks.keys, kek_id)
        for key in await tx.signing_keys():
            if key.sealed_private_key and key.kek_id != kek_id:
                await tx.update_signing_key(_resealed(key, keks))
                tx.log(Kind.SIGNING_KEY, key.signing_key_id)


def _resealed(key: SigningKey, keks: KeyEncryptionKeys) -> SigningKey:
    der = keks.unseal(key.kek_id, key.sealed_private_key, key.signing_key_id)
    kek_id, sealed = keks.seal(der, key.signing_key_id)
    return replace(key, kek_id=kek_id, sealed_private_key=sealed)


def _find(rows: Sequence[OwnSecret], name: str) -> OwnSecret | None:
    return next((row for row in rows if row.name == name), None)


def _audit(call: Call, action: str, row: OwnSecret, now: int) -> AuditEntry:
    return AuditEntry(
        audit_id=ids.audit_id(now),
        time=now,
        actor=call.caller.key_id,
        actor_tenant=call.caller.tenant,
        peer=call.caller.peer,
        action=action,
        target_kind="own_secret",
        target=row.name,
        tenant=ROOT,
        reason=call.reason,
        details={"fingerprint": row.fingerprint},
    )
