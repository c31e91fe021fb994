from __future__ import annotations

import asyncio
import dataclasses

import asyncpg
import pytest

from authsvc.domain.errors import NotFound, StoreUnavailable
from authsvc.engine.ports import Transaction
from authsvc.engine.records import AuditFilter, Committed, Kind
from authsvc.storage.boundary import WRITING, commit
from authsvc.storage.driver import Session
from authsvc.storage.mutations import ATTEMPTS
from authsvc.storage.store import PostgresStore
from tests.support.stored import a_key, an_entry, eventually, log, put

CUT = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'
"""


async def test_a_mutation_takes_the_next_revision_for_all_it_did(store: PostgresStore) -> None:
    keys, entries = [a_key(), a_key()], [an_entry(details={"scopes": ["a"], "n": 1}), an_entry()]

    async def work(tx: Transaction) -> str:
        for key in keys:
            await tx.insert_key(key)
            tx.log(Kind.KEY, key.key_id)
            tx.log(Kind.KEY, key.key_id)
        tx.log(Kind.TENANT, "acme")
        for entry in entries:
            tx.audit(entry)
        return "result"

    await put(store, a_key())
    assert await store.mutate(work) == ("result", Committed(2, changed=True))
    changes = await store.changes(1)
    assert changes.changes == ((2, "key", keys[0].key_id), (2, "key", keys[1].key_id), (2, "tenant", "acme"))
    assert {key.revision for key in (await store.lookup([], [key.key_id for key in keys])).keys} == {2}
    page = await store.audit_entries(AuditFilter(), 10, "")
    assert page.entries == tuple(dataclasses.replace(entry, revision=2) for entry in reversed(entries))


async def test_without_a_logged_change_nothing_is_done(store: PostgresStore) -> None:
    await put(store, a_key())
    key = a_key()

    async def work(tx: Transaction) -> str:
        await tx.insert_key(key)
        return "seen"

    assert await store.mutate(work) == ("seen", Committed(1, changed=False))
    assert (await store.lookup([], [key.key_id])).keys == ()


async def test_an_audit_row_alone_takes_no_revision(store: PostgresStore) -> None:
    await put(store, a_key())
    entry = an_entry()

    async def work(tx: Transaction) -> None:
        tx.audit(entry)

    assert (await store.mutate(work))[1] == Committed(1, changed=False)
    assert (await store.audit_entries(AuditFilter(), 10, "")).entries == (entry,)


async def test_what_fails_leaves_nothing_and_no_gap(store: PostgresStore) -> None:
    key = a_key()

    async def work(tx: Transaction) -> None:
        await tx.insert_key(key)
        tx.log(Kind.KEY, key.key_id)
        tx.audit(an_entry())
        raise NotFound("as the use case says")

    with pytest.raises(NotFound, match="as the use case says"):
        await store.mutate(work)
    assert (await store.lookup([], [key.key_id])).keys == ()
    assert (await store.audit_entries(AuditFilter(), 10, "")).entries == ()
    assert await put(store, key) == Committed(1, changed=True)


async def test_a_swallowed_failure_is_no_commit(store: PostgresStore) -> None:
    key = a_key()
    await put(store, key)

    async def work(tx: Transaction) -> None:
        try:
            await tx.insert_key(key)
        except Exception:  # noqa: BLE001 - what a careless use case would do
            tx.log(Kind.KEY, key.key_id)

    with pytest.raises(StoreUnavailable):
        await store.mutate(work)
    assert await store.revision() == 1


async def test_a_transaction_that_failed_before_is_never_taken_for_committed(store: PostgresStore) -> None:
    async def fail_and_commit(session: Session) -> bool:
        await session.run(WRITING)
        with pytest.raises(StoreUnavailable):
            await session.value("SELECT * FROM no_such_table")
        return await commit(session)

    with pytest.raises(StoreUnavailable, match="had failed"):
        await store._pools.writes.use(fail_and_commit)


async def test_concurrent_mutations_commit_in_order_without_gaps(store: PostgresStore, other_store: PostgresStore) -> None:
    taken: list[int] = []
    seen: list[int] = [0]

    async def create(on: PostgresStore) -> None:
        while len(set(seen)) < 10 or len(taken) < 40:
            taken.append((await put(on, a_key())).revision)

    tasks = asyncio.gather(*(create(each) for _ in range(4) for each in (store, other_store)))
    while not tasks.done():
        changes = await store.changes(0)
        assert [change.revision for change in changes.changes] == list(range(1, changes.revision + 1))
        assert changes.revision >= seen[-1]
        seen.append(changes.revision)
    await tasks
    assert sorted(taken) == list(range(1, len(taken) + 1))


async def test_a_deadlock_is_run_again(store: PostgresStore, other_store: PostgresStore) -> None:
    one, two = a_key(), a_key()
    await put(store, one, two)
    both_hold_one = asyncio.Barrier(2)
    runs = 0

    async def touch(tx: Transaction, first: str, second: str) -> None:
        nonlocal runs
        runs += 1
        await tx.lock_key(first)
        if runs <= 2:
            await both_hold_one.wait()
        await tx.lock_key(second)
        tx.log(Kind.KEY, first)

    outcomes = await asyncio.gather(
        store.mutate(lambda tx: touch(tx, one.key_id, two.key_id)),
        other_store.mutate(lambda tx: touch(tx, two.key_id, one.key_id)),
    )
    assert runs == 3
    assert sorted(committed.revision for _, committed in outcomes) == [2, 3]


async def test_a_connection_lost_before_commit_is_run_again(
    store: PostgresStore, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    key, runs = a_key(), 0

    async def work(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        await tx.insert_key(key)
        tx.log(Kind.KEY, key.key_id)
        if runs == 1:
            await sql.fetch(CUT)

    assert (await store.mutate(work))[1] == Committed(1, changed=True)
    assert runs == 2


async def test_a_mutation_that_always_loses_ends_with_an_error(
    store: PostgresStore, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    runs = 0

    async def work(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        tx.log(Kind.KEY, "key_1")
        await sql.fetch(CUT)

    with pytest.raises(StoreUnavailable):
        await store.mutate(work)
    assert 1 < runs <= ATTEMPTS
    assert await store.revision() == 0


async def test_a_cancelled_mutation_leaves_nothing_and_no_lock(
    store: PostgresStore, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    key = a_key()
    await put(store, key)
    locked = asyncio.Event()

    async def work(tx: Transaction) -> None:
        await tx.lock_key(key.key_id)
        tx.log(Kind.KEY, key.key_id)
        locked.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(store.mutate(work))
    await locked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await sql.fetchval("SELECT 1 FROM keys WHERE key_id = $1 FOR UPDATE NOWAIT", key.key_id) == 1
    assert await store.revision() == 1
    assert await log(store, Kind.KEY, key.key_id) == Committed(2, changed=True)


async def test_a_client_that_says_nothing_does_not_hold_the_others_up(
    store: PostgresStore, other_store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = WRITING.replace("timeout = 3000", "timeout = 100")
    assert short != WRITING
    key, runs = a_key(), 0
    await put(store, key)
    locked, went_on = asyncio.Event(), asyncio.Event()

    async def stuck(tx: Transaction) -> None:
        nonlocal runs
        runs += 1
        await tx.lock_key(key.key_id)
        if runs == 1:
            locked.set()
            await went_on.wait()
        tx.log(Kind.KEY, key.key_id)

    monkeypatch.setattr("authsvc.storage.mutations.WRITING", short)
    task = asyncio.create_task(store.mutate(stuck))
    await locked.wait()

    async def take(tx: Transaction) -> None:
        await tx.lock_key(key.key_id)
        tx.log(Kind.KEY, key.key_id)

    assert (await other_store.mutate(take))[1] == Committed(2, changed=True)
    went_on.set()
    assert (await task)[1] == Committed(3, changed=True)
    assert runs == 2


async def test_a_commit_is_told_to_those_who_listen(store: PostgresStore, other_store: PostgresStore) -> None:
    hinted = asyncio.Event()
    stop = await other_store.listen(hinted.set)
    await eventually(lambda: asyncio.sleep(0, hinted.is_set()), "the first hint, for what was missed")
    hinted.clear()
    await put(store, a_key())
    async with asyncio.timeout(5):
        await hinted.wait()
    await stop()
