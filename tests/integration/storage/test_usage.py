from __future__ import annotations

import asyncio
import random

from authsvc.domain.key import Usage
from authsvc.engine.records import UsageDelta
from authsvc.storage.store import PostgresStore
from tests.support.stored import DAY, NOW, a_key, put


async def usage(store: PostgresStore, key_id: str) -> Usage:
    record = await store.key(key_id)
    assert record is not None
    return record.usage


async def test_counts_add_up_and_the_last_use_only_moves_forward(store: PostgresStore) -> None:
    key = a_key()
    await put(store, key)
    await store.add_usage([UsageDelta(key.key_id, 2, NOW), UsageDelta(key.key_id, 3, NOW - 5)])
    await store.add_usage([UsageDelta(key.key_id, 1, NOW - 1)])
    assert await usage(store, key.key_id) == Usage(6, NOW)


async def test_nothing_to_count_asks_nothing(store: PostgresStore) -> None:
    await store.close()
    await store.add_usage([])


async def test_keys_that_are_gone_do_not_hinder_the_others(store: PostgresStore) -> None:
    key = a_key()
    await put(store, key)
    await store.add_usage([UsageDelta("key_gone", 1, NOW), UsageDelta(key.key_id, 1, NOW)])
    assert await usage(store, key.key_id) == Usage(1, NOW)


async def test_usage_is_no_change(store: PostgresStore) -> None:
    key = a_key()
    await put(store, key)
    await store.add_usage([UsageDelta(key.key_id, 1, NOW)])
    assert await store.revision() == 1


async def test_flushes_of_many_processes_in_any_order_lose_nothing(store: PostgresStore, other_store: PostgresStore) -> None:
    keys = [a_key(secrets=()) for _ in range(1500)]
    await put(store, *keys)

    def shuffled() -> list[UsageDelta]:
        deltas = [UsageDelta(key.key_id, 1, NOW) for key in keys]
        random.shuffle(deltas)
        return deltas

    await asyncio.gather(*(each.add_usage(shuffled()) for _ in range(3) for each in (store, other_store)))
    for key in (keys[0], keys[999], keys[1000], keys[-1]):
        assert await usage(store, key.key_id) == Usage(6, NOW)
    assert await store._pools.reads.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0


async def test_a_flush_is_forgotten_after_a_while(store: PostgresStore) -> None:
    key = a_key()
    await put(store, key)
    await store.add_usage([UsageDelta(key.key_id, 1, NOW)])
    count = "SELECT count(*) FROM requests"
    assert await store._pools.reads.value(count) == 1
    await store.tidy(await store._pools.reads.value("SELECT now()") + DAY)
    assert await store._pools.reads.value(count) == 0
