"""COMMIT was sent and not answered: what then is told must be true, and nothing may be done twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncpg
import pytest

from authsvc.domain.errors import StoreUnavailable
from authsvc.engine.ports import Transaction
from authsvc.engine.records import AuditFilter, Committed, Kind, UsageDelta
from authsvc.storage.boundary import WRITING
from authsvc.storage.store import PostgresStore
from tests.support.faulty_proxy import Fault, FaultyProxy
from tests.support.stored import NOW, a_key, a_request, an_entry, eventually, put


class Work:
    """Creates one key; counts how often it was asked to."""

    def __init__(self) -> None:
        self.key = a_key()
        self.runs = 0

    async def __call__(self, tx: Transaction) -> int:
        self.runs += 1
        await tx.insert_key(self.key)
        tx.log(Kind.KEY, self.key.key_id)
        tx.audit(an_entry())
        return self.runs


def waits_for_the_revision(sql: asyncpg.Connection[asyncpg.Record]) -> Callable[[], asyncio.Future[bool]]:
    statement = (
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() "
        "AND wait_event_type = 'Lock' AND query LIKE '%FROM revision FOR UPDATE%'"
    )
    return lambda: asyncio.ensure_future(sql.fetchval(statement))


async def test_a_commit_whose_answer_was_lost_is_found_and_not_repeated(
    far_store: PostgresStore, proxy: FaultyProxy, store: PostgresStore
) -> None:
    work = Work()
    fault = proxy.break_next_commit(Fault(answer=False))
    fault.go.set()
    result, committed = await far_store.mutate(work, a_request(key_id=work.key.key_id))
    assert fault.reached.is_set()
    assert (result, committed, work.runs) == (1, Committed(1, changed=True), 1)
    assert len((await store.lookup([], [work.key.key_id])).keys) == 1
    assert len((await store.audit_entries(AuditFilter(), 10, "")).entries) == 1


async def test_a_commit_that_never_arrived_is_run_again(
    far_store: PostgresStore, proxy: FaultyProxy, store: PostgresStore
) -> None:
    work = Work()
    fault = proxy.break_next_commit(Fault(forward=False))
    fault.go.set()
    result, committed = await far_store.mutate(work, a_request(key_id=work.key.key_id))
    assert (result, committed, work.runs) == (2, Committed(1, changed=True), 2)
    assert (await store.changes(0)).changes == ((1, "key", work.key.key_id),)


async def test_a_commit_that_arrives_late_is_waited_for(
    far_store: PostgresStore, proxy: FaultyProxy, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    work = Work()
    fault = proxy.break_next_commit(Fault(cut_first=True))
    task = asyncio.create_task(far_store.mutate(work))
    await fault.reached.wait()
    await eventually(waits_for_the_revision(sql), "whoever settles waits for the old transaction")
    assert not task.done()
    fault.go.set()
    assert await task == (1, Committed(1, changed=True))
    assert work.runs == 1


async def test_a_server_that_waits_for_a_commit_in_vain_gives_up_first(
    far_store: PostgresStore, proxy: FaultyProxy, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("authsvc.storage.mutations.WRITING", WRITING.replace("timeout = 3000", "timeout = 200"))
    work = Work()
    proxy.break_next_commit(Fault(cut_first=True))
    assert await far_store.mutate(work) == (2, Committed(1, changed=True))
    assert work.runs == 2
    assert len((await store.audit_entries(AuditFilter(), 10, "")).entries) == 1


async def test_an_outcome_that_nobody_knows_is_an_error(
    far_store: PostgresStore, proxy: FaultyProxy, sql: asyncpg.Connection[asyncpg.Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = WRITING.replace("lock_timeout = 4000", "lock_timeout = 50")
    assert impatient != WRITING
    monkeypatch.setattr("authsvc.storage.mutations.WRITING", impatient)
    work = Work()
    fault = proxy.break_next_commit(Fault(cut_first=True))
    with pytest.raises(StoreUnavailable):
        await far_store.mutate(work)
    assert work.runs == 1
    fault.go.set()
    await eventually(lambda: sql.fetchval("SELECT n = 1 FROM revision"), "the late COMMIT")


async def test_an_audit_row_whose_commit_was_not_answered_is_written_once(
    far_store: PostgresStore, proxy: FaultyProxy, store: PostgresStore
) -> None:
    entry = an_entry()

    async def work(tx: Transaction) -> None:
        tx.audit(entry)

    for fault in (Fault(answer=False), Fault(forward=False)):
        proxy.break_next_commit(fault).go.set()
        assert (await far_store.mutate(work))[1] == Committed(0, changed=False)
        assert (await store.audit_entries(AuditFilter(), 10, "")).entries == (entry,)


async def test_cancelling_during_commit_keeps_the_mutation_and_tells_others(
    far_store: PostgresStore, proxy: FaultyProxy, store: PostgresStore
) -> None:
    hinted = asyncio.Event()
    stop = await store.listen(hinted.set)
    await eventually(lambda: asyncio.sleep(0, hinted.is_set()), "the first hint")
    hinted.clear()
    work = Work()
    fault = proxy.break_next_commit(Fault())
    task = asyncio.create_task(far_store.mutate(work))
    await fault.reached.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    fault.go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len((await store.lookup([], [work.key.key_id])).keys) == 1
    async with asyncio.timeout(5):
        await hinted.wait()
    await stop()
    assert (await far_store.mutate(Work()))[1] == Committed(2, changed=True)


@pytest.mark.parametrize("fault", [Fault(answer=False), Fault(forward=False)], ids=["committed", "not committed"])
async def test_usage_is_counted_once_whatever_became_of_the_answer(
    far_store: PostgresStore, proxy: FaultyProxy, store: PostgresStore, fault: Fault
) -> None:
    key = a_key()
    await put(store, key)
    proxy.break_next_commit(fault).go.set()
    await far_store.add_usage([UsageDelta(key.key_id, 3, NOW)])
    record = await store.key(key.key_id)
    assert fault.reached.is_set()
    assert record is not None
    assert record.usage.use_count == 3
