"""The lease and the receipt: who may answer, and what a mutation waits for (DESIGN section 6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from authsvc.domain.decision import Query
from authsvc.domain.errors import LeaseLost, StoreUnavailable, Unavailable
from authsvc.domain.reason import Reason
from authsvc.engine.membership import LeaseTerms
from authsvc.engine.receipts import ProcessOutcome, Receipt
from authsvc.engine.records import Changes
from tests.support.engine import RunningEngine, Secrets, running_engine
from tests.support.gates import GatedStore

SHORT = LeaseTerms(lease=400_000)


@pytest.fixture
async def fleet(database_url: str) -> AsyncIterator[tuple[RunningEngine, RunningEngine]]:
    """Two processes with short leases; the second one's store can be held back."""
    shared = Secrets()
    async with (
        running_engine(database_url, shared=shared, terms=SHORT) as first,
        running_engine(database_url, shared=shared, terms=SHORT, wrap=GatedStore) as second,
    ):
        yield first, second


def outcomes(receipt: Receipt) -> set[ProcessOutcome]:
    return {process.outcome for process in receipt.processes}


async def test_a_receipt_is_effective_once_every_process_has_acknowledged(fleet: tuple[RunningEngine, RunningEngine]) -> None:
    first, second = fleet
    done = await first.create()
    assert (await second.verify(done.secret)).allowed
    receipt = (await first.engine.change_state.revoke(first.call(), done.record.key.key_id, "")).receipt
    assert receipt.effective
    assert len(receipt.processes) == 2
    assert outcomes(receipt) == {ProcessOutcome.ACKNOWLEDGED}
    hit = second.hit(done.secret)
    assert hit is None or hit.reason is Reason.KEY_REVOKED


async def test_a_receipt_outwaits_the_lease_of_a_process_that_is_silent(fleet: tuple[RunningEngine, RunningEngine]) -> None:
    first, second = fleet
    done = await first.create()
    assert (await second.verify(done.secret)).allowed
    second.store.failing = lambda _method: StoreUnavailable()
    receipt = (await first.engine.change_state.revoke(first.call(), done.record.key.key_id, "")).receipt
    assert receipt.effective
    assert outcomes(receipt) == {ProcessOutcome.ACKNOWLEDGED, ProcessOutcome.LEASE_EXPIRED}
    assert receipt.elapsed >= SHORT.lease
    assert second.hit(done.secret) is None, "a process without a lease answered"


async def test_a_mutation_with_nothing_to_do_waits_like_any_other(fleet: tuple[RunningEngine, RunningEngine]) -> None:
    first, second = fleet
    done = await first.create()
    assert (await second.verify(done.secret)).allowed
    second.store.failing = lambda _method: StoreUnavailable()
    hurried = first.call(wait=False)
    now = await first.engine.change_state.revoke(hurried, done.record.key.key_id, "")
    assert not now.receipt.effective
    again = await first.engine.change_state.revoke(first.call(), done.record.key.key_id, "")
    assert again.receipt.effective
    assert second.hit(done.secret) is None


async def test_a_deadline_that_ends_first_gives_a_receipt_that_is_not_effective(
    fleet: tuple[RunningEngine, RunningEngine],
) -> None:
    first, second = fleet
    done = await first.create()
    second.store.failing = lambda _method: StoreUnavailable()
    call = first.call(deadline=first.clock.own() + 150_000)
    revoked = await first.engine.change_state.revoke(call, done.record.key.key_id, "")
    assert not revoked.receipt.effective
    assert ProcessOutcome.PENDING in outcomes(revoked.receipt)
    later = await first.engine.fleet.wait(revoked.receipt.revision, None)
    assert later.effective


async def test_a_fenced_process_starts_over_and_then_answers_from_the_new_state(
    fleet: tuple[RunningEngine, RunningEngine],
) -> None:
    first, second = fleet
    done = await first.create()
    assert (await second.verify(done.secret)).allowed
    former = second.engine.membership.process_id
    row = next(row for row in await first.store.processes() if row.process_id == former)
    gate = second.store.gate("renew")
    second.engine.membership.kick()
    await gate.reached.wait()
    row = next(row for row in await first.store.processes() if row.process_id == former)
    assert await first.store.fence(former, row.beat)
    gate.open()
    assert (await second.verify(done.secret)).allowed
    while second.engine.membership.process_id == former:
        second.engine.membership.kick()
        await asyncio.sleep(0)
    assert await second.engine.membership.regain(5)
    assert (await second.verify(done.secret)).allowed


async def test_fencing_is_conditional_on_the_beat(fleet: tuple[RunningEngine, RunningEngine]) -> None:
    first, second = fleet
    row = next(row for row in await first.store.processes() if row.process_id == second.engine.membership.process_id)
    await second.store.renew(row.process_id, row.acknowledged)
    assert not await first.store.fence(row.process_id, row.beat)


async def test_a_process_registers_before_it_reads_any_state(database_url: str) -> None:
    async with running_engine(database_url, wrap=GatedStore) as process:
        calls = [call for call in process.store.calls if call in ("join", "snapshot", "changes", "lookup")]
        assert calls[:2] == ["join", "snapshot"]


async def test_without_its_store_a_process_answers_within_its_lease_and_then_refuses(
    fleet: tuple[RunningEngine, RunningEngine],
) -> None:
    _, second = fleet
    done = await second.create()
    assert (await second.verify(done.secret)).allowed
    second.store.failing = lambda _method: StoreUnavailable()
    assert (await second.verify(done.secret)).allowed
    second.clock.own_ahead += SHORT.lease
    with pytest.raises(LeaseLost):
        await second.verify(done.secret)
    second.store.failing = lambda _method: None
    second.clock.own_ahead += SHORT.lease
    assert (await second.verify(done.secret)).allowed, "recovery needs no restart"


async def test_a_gap_in_the_change_log_drops_all_state(fleet: tuple[RunningEngine, RunningEngine]) -> None:
    first, second = fleet
    done = await first.create()
    assert (await second.verify(done.secret)).allowed
    state = second.engine.state
    ahead = state.applied + 2
    assert not state.apply(Changes(revision=ahead, change_id="x", changes=()))
    assert (await second.verify(done.secret)).allowed


async def test_a_revision_from_the_future_is_not_waited_for(fleet: tuple[RunningEngine, RunningEngine]) -> None:
    first, _ = fleet
    done = await first.create()
    with pytest.raises(Unavailable):
        await first.engine.verifier.decide(done.secret, Query(), "/", done.receipt.revision + 1000)


async def test_min_revision_is_applied_before_the_answer(fleet: tuple[RunningEngine, RunningEngine]) -> None:
    first, second = fleet
    done = await first.create()
    assert (await second.verify(done.secret)).allowed
    gone = await first.engine.change_state.revoke(first.call(wait=False), done.record.key.key_id, "")
    decision = await second.engine.verifier.decide(done.secret, Query(), "/", gone.receipt.revision)
    assert decision.reason is Reason.KEY_REVOKED
