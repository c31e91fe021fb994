from __future__ import annotations

import asyncio

import asyncpg

from authsvc.domain.key import State
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind, RevokedToken
from authsvc.storage.store import PostgresStore
from authsvc.storage.tidying import DEAD, LOG, PURGE, SKEW
from tests.support.stored import DAY, NOW, a_key, a_secret, a_tenant, log, put


async def test_a_deleted_key_is_purged_after_thirty_days_with_all_it_had(
    store: PostgresStore, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    old = a_key(state=State.REVOKED, delete_time=NOW, secrets=(a_secret(), a_secret(expire_time=NOW)))
    young, revoked = a_key(state=State.REVOKED, delete_time=NOW + 1), a_key(state=State.REVOKED, revoke_time=NOW - DAY)
    await put(store, old, young, revoked)
    await store.tidy(NOW + PURGE)
    assert len((await store.lookup([], [old.key_id])).keys) == 1
    await store.tidy(NOW + PURGE + 1)
    found = await store.lookup([secret.digest for secret in old.secrets], [old.key_id, young.key_id, revoked.key_id])
    assert [key.key_id for key in found.keys] == [young.key_id, revoked.key_id]
    for table in ("keys", "secrets", "key_usage"):
        assert await sql.fetchval(f"SELECT count(*) FROM {table}") == 2, table


async def test_a_dead_secret_is_recognized_for_thirty_days(store: PostgresStore) -> None:
    dead = a_secret(expire_time=NOW)
    key = a_key(secrets=(dead, a_secret()))
    await put(store, key)
    await store.tidy(NOW + PURGE)
    assert len(await store.keys_of([dead.digest], "")) == 1
    await store.tidy(NOW + PURGE + 1)
    assert await store.keys_of([dead.digest], "") == ()
    (left,) = (await store.lookup([], [key.key_id])).keys
    assert left.secrets == key.secrets[1:]


async def test_a_revoked_token_is_forgotten_only_when_every_clock_says_that_it_expired(store: PostgresStore) -> None:
    await log(store, Kind.TOKEN, "tok_1", lambda tx: tx.revoke_token(RevokedToken("tok_1", NOW)))
    await store.tidy(NOW + SKEW)
    assert len((await store.snapshot()).revoked_tokens) == 1
    await store.tidy(NOW + SKEW + 1)
    assert (await store.snapshot()).revoked_tokens == ()


async def test_the_log_is_cut_after_a_day_and_keeps_the_newest_change(
    store: PostgresStore, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    for number in range(5):
        await put(store, a_key(), a_key())
        age = "2 days" if number < 3 else "1 hour"
        await sql.execute(f"UPDATE change_log SET time = now() - interval '{age}' WHERE revision = {number + 1}")
    now = int(await store._pools.reads.value("SELECT now()"))
    newest = (await store.snapshot()).change_id
    await store.tidy(now)
    assert [change.revision for change in (await store.changes(0)).changes] == [4, 4, 5, 5]
    await store.tidy(now + LOG)
    changes = await store.changes(0)
    assert [change.revision for change in changes.changes] == [5, 5]
    assert (changes.revision, changes.change_id) == (5, newest)


async def test_the_log_never_has_a_hole_though_times_are_out_of_order(
    store: PostgresStore, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    for _ in range(4):
        await put(store, a_key())
    await sql.execute("UPDATE change_log SET time = now() - interval '2 days' WHERE revision IN (1, 3)")
    await store.tidy(int(await store._pools.reads.value("SELECT now()")))
    assert [change.revision for change in (await store.changes(0)).changes] == [4]


async def test_dead_processes_go_after_an_hour_and_living_ones_stay(store: PostgresStore) -> None:
    for process_id in ("proc_dead", "proc_alive"):
        await store.join(process_id, "replica", 1, 0)
    await store.fence("proc_dead", 0)
    now = int(await store._pools.reads.value("SELECT now()"))
    await store.tidy(now)
    assert len(await store.processes()) == 2
    await store.tidy(now + 100 * DEAD)
    assert [process.process_id for process in await store.processes()] == ["proc_alive"]


async def test_tidying_takes_many_batches_and_many_hands(
    store: PostgresStore, other_store: PostgresStore, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    await sql.execute("INSERT INTO revoked_tokens SELECT 'tok_' || i, now() - interval '1 day' FROM generate_series(1, 3500) i")
    now = int(await store._pools.reads.value("SELECT now()"))
    await asyncio.gather(store.tidy(now), other_store.tidy(now))
    assert await sql.fetchval("SELECT count(*) FROM revoked_tokens") == 0


async def test_tidying_passes_over_what_a_mutation_holds(store: PostgresStore, other_store: PostgresStore) -> None:
    key = a_key(state=State.REVOKED, delete_time=NOW)
    await put(store, key)

    async def work(tx: Transaction) -> None:
        assert await tx.lock_key(key.key_id) is not None
        await other_store.tidy(NOW + PURGE + 1)
        await tx.update_key(key)
        tx.log(Kind.KEY, key.key_id)

    await store.mutate(work)
    assert len((await store.lookup([], [key.key_id])).keys) == 1


async def test_tidying_is_no_change(store: PostgresStore) -> None:
    await log(store, Kind.TENANT, "acme", lambda tx: tx.put_tenant(a_tenant()))
    before = await store.snapshot()
    await store.tidy(NOW + 100 * DAY)
    assert await store.snapshot() == before
