from __future__ import annotations

import pytest

from authsvc.domain.errors import AlreadyExists
from authsvc.engine.records import Kind, Process
from authsvc.storage.store import PostgresStore
from tests.support.stored import a_key, log, put


async def one(store: PostgresStore, process_id: str = "proc_1") -> Process:
    return next(process for process in await store.processes() if process.process_id == process_id)


async def test_a_process_joins_with_nothing_acknowledged(store: PostgresStore) -> None:
    await put(store, a_key())
    await store.join("proc_1", "replica_1", 3_000_000, 500_000)
    process = await one(store)
    assert (process.replica_id, process.acknowledged, process.beat, process.dead) == ("replica_1", 0, 0, False)
    assert (process.lease, process.allowance) == (3_000_000, 500_000)


async def test_joining_again_after_a_lost_answer_is_the_same_as_once(store: PostgresStore) -> None:
    for _ in range(2):
        await store.join("proc_1", "replica_1", 1, 0)
    assert len(await store.processes()) == 1


async def test_an_id_is_never_used_again(store: PostgresStore) -> None:
    await store.join("proc_1", "replica_1", 1, 0)
    with pytest.raises(AlreadyExists):
        await store.join("proc_1", "replica_2", 1, 0)
    assert await store.fence("proc_1", 0)
    with pytest.raises(AlreadyExists):
        await store.join("proc_1", "replica_1", 1, 0)
    await store.join("proc_2", "replica_1", 1, 0)
    await store.renew("proc_2", 0)
    with pytest.raises(AlreadyExists):
        await store.join("proc_2", "replica_1", 1, 0)


async def test_renewing_acknowledges_and_tells_the_revision(store: PostgresStore) -> None:
    await store.join("proc_1", "replica_1", 1, 0)
    renewal = await store.renew("proc_1", 0)
    assert renewal == (0, "")
    await put(store, a_key())
    await log(store, Kind.KEY, "key_1")
    renewal = await store.renew("proc_1", 1)
    assert renewal is not None
    assert renewal.revision == 2
    first = renewal.change_id
    renewal = await store.renew("proc_1", 2)
    assert renewal is not None
    assert renewal.change_id not in ("", first)
    process = await one(store)
    assert (process.acknowledged, process.beat) == (2, 3)


async def test_a_revision_that_the_store_does_not_have_has_no_change(store: PostgresStore) -> None:
    await store.join("proc_1", "replica_1", 1, 0)
    assert await store.renew("proc_1", 7) == (0, "")


async def test_a_fenced_process_never_renews(store: PostgresStore) -> None:
    await store.join("proc_1", "replica_1", 1, 0)
    await store.renew("proc_1", 0)
    assert not await store.fence("proc_1", 0), "its beat has moved"
    assert await store.renew("proc_1", 0) is not None
    assert await store.fence("proc_1", 2)
    assert await store.renew("proc_1", 0) is None
    assert (await one(store)).dead
    assert await store.fence("proc_1", 2), "asked again after a lost answer"
    assert await store.renew("proc_unknown", 0) is None
    assert not await store.fence("proc_unknown", 0)


async def test_a_replica_is_fenced_as_a_whole(store: PostgresStore) -> None:
    for number, replica in enumerate(("a", "a", "b")):
        await store.join(f"proc_{number}", replica, 1, 0)
    assert await store.fence_replica("a") == 2
    assert await store.fence_replica("a") == 0
    assert {process.process_id for process in await store.processes() if not process.dead} == {"proc_2"}


async def test_who_left_is_waited_for_no_more(store: PostgresStore) -> None:
    await store.join("proc_1", "replica_1", 1, 0)
    await store.leave("proc_1")
    await store.leave("proc_1")
    assert await store.processes() == ()
    assert await store.renew("proc_1", 0) is None
