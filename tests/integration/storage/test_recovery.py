from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from authsvc.domain.errors import StoreUnavailable
from authsvc.embedded import Phase
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind, UsageDelta
from authsvc.storage.driver import Session
from authsvc.storage.store import PostgresStore
from tests.support.postgres import PostgresServer
from tests.support.stored import NOW, a_key, eventually, log, put
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server of this module's own, because it is killed."""
    server = PostgresServer(tmp_path_factory.mktemp("recovery"))
    server.embedded.start()
    yield server
    server.embedded.stop()


@pytest.fixture
async def mortal(server: PostgresServer) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(await server.create())
    await store.open()
    yield store
    await store.close()


def kill(server: PostgresServer) -> None:
    pid = server.embedded.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: server.embedded.poll() is Phase.STARTING, "its death is seen")


def restart(server: PostgresServer) -> None:
    wait_until(lambda: server.embedded.poll() is Phase.READY, "it serves again")


async def test_every_pool_heals_by_itself(server: PostgresServer, mortal: PostgresStore) -> None:
    key, hints = a_key(), 0

    def hint() -> None:
        nonlocal hints
        hints += 1

    await mortal.join("proc_1", "replica", 1, 0)
    await put(mortal, key)
    stop = await mortal.listen(hint)
    kill(server)
    for call in (mortal.renew("proc_1", 1), mortal.lookup([], [key.key_id]), mortal.key(key.key_id), put(mortal, a_key())):
        with pytest.raises(StoreUnavailable):
            await call
    restart(server)
    renewal = await mortal.renew("proc_1", 1)
    assert renewal is not None
    assert (renewal.revision, renewal.change_id) == (1, (await mortal.snapshot()).change_id)
    assert len((await mortal.lookup([], [key.key_id])).keys) == 1
    assert await mortal.key(key.key_id) is not None
    await eventually(lambda: asyncio.sleep(0, hints > 1), "the listener says that it may have missed something")
    heard = hints
    assert (await put(mortal, a_key())).revision == 2
    await eventually(lambda: asyncio.sleep(0, hints > heard), "it listens again")
    await stop()


async def test_mutations_under_way_are_done_or_fail_and_nothing_acknowledged_is_lost(
    server: PostgresServer, mortal: PostgresStore
) -> None:
    acknowledged: dict[str, int] = {}

    async def create() -> None:
        while True:
            key = a_key()
            try:
                acknowledged[key.key_id] = (await put(mortal, key)).revision
            except StoreUnavailable:
                return

    async def create_many() -> None:
        await asyncio.gather(*(create() for _ in range(6)))

    task = asyncio.create_task(create_many())
    await eventually(lambda: asyncio.sleep(0, len(acknowledged) > 50), "some are done")
    kill(server)
    await task
    restart(server)
    found = {key.key_id: key.revision for key in (await mortal.lookup([], list(acknowledged))).keys}
    assert found == acknowledged
    changes = await mortal.changes(0)
    assert [change.revision for change in changes.changes] == list(range(1, changes.revision + 1))


async def test_neither_stuck_mutations_nor_a_burst_of_reads_cost_a_lease(database_url: str) -> None:
    store = PostgresStore(database_url, statement_timeout=0.5)
    await store.open()
    await store.join("proc_1", "replica", 1, 0)
    release = asyncio.Event()
    holding = 0

    async def stuck(_tx: Transaction) -> None:
        nonlocal holding
        holding += 1
        await release.wait()

    async def busy(_session: Session) -> None:
        nonlocal holding
        holding += 1
        await release.wait()

    pools = store._pools
    users = [asyncio.create_task(store.mutate(stuck)) for _ in range(3)]
    users += [asyncio.create_task(pool.use(busy)) for pool in (pools.state,) * 4 + (pools.reads,) * 2]  # type: ignore[arg-type]
    await eventually(lambda: asyncio.sleep(0, holding == 9), "every other connection is in use")
    for call in (store.revision(), store.key("key_1"), log(store, Kind.KEY, "key_1")):
        with pytest.raises(StoreUnavailable, match="in time"):
            await call
    assert await store.renew("proc_1", 0) == (0, "")
    await store.leave("proc_1")
    release.set()
    await asyncio.gather(*users)
    assert await store.revision() == 0
    await store.close()


async def test_a_statement_that_takes_too_long_is_given_up_and_the_connection_goes_on(database_url: str) -> None:
    store = PostgresStore(database_url, statement_timeout=0.2)
    await store.open()
    with pytest.raises(StoreUnavailable, match="in time"):
        await store._pools.lease.value("SELECT pg_sleep(30)")
    assert await store._pools.lease.value("SELECT 1") == 1
    await store.close()


async def test_a_store_that_is_not_there_is_an_error_of_ours(tmp_path_factory: pytest.TempPathFactory) -> None:
    for dsn in (
        f"postgresql://u:hidden@/x?host={tmp_path_factory.mktemp('none')}",
        "postgresql://u:hidden@127.0.0.1:1/x",
        "nonsense",
    ):
        with pytest.raises(StoreUnavailable) as caught:
            await PostgresStore(dsn).open()
        assert "hidden" not in repr(caught.value)
        assert caught.value.__context__ is None


async def test_a_closed_store_says_so(store: PostgresStore) -> None:
    await store.close()
    for call in (store.revision(), store.add_usage([UsageDelta("key_1", 1, NOW)]), store.renew("proc_1", 0)):
        with pytest.raises(StoreUnavailable):
            await call


async def test_connections_say_what_they_are_for(store: PostgresStore, sql: asyncpg.Connection[asyncpg.Record]) -> None:
    stop = await store.listen(lambda: None)
    names = await sql.fetch("SELECT application_name FROM pg_stat_activity WHERE datname = current_database()")
    assert {row[0] for row in names} >= {"authsvc lease", "authsvc state", "authsvc writes", "authsvc listen"}
    await stop()


async def test_everything_works_through_a_transaction_pooler(database_url: str) -> None:
    """No prepared statement and no setting may be expected to live longer than a transaction."""
    store = PostgresStore(database_url, pooler=True)
    await store.open()
    key = a_key()
    await put(store, key)
    for pool in (store._pools.state, store._pools.writes, store._pools.lease):
        await pool.use(lambda session: session.run("DEALLOCATE ALL; DISCARD PLANS"))
    assert len((await store.lookup([], [key.key_id])).keys) == 1
    await store.add_usage([UsageDelta(key.key_id, 1, NOW)])
    assert (
        await store._pools.state.value("SELECT count(*) FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared%'")
        == 0
    )
    stop = await store.listen(lambda: None)
    await stop()
    await store.close()
