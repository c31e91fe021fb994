from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from authsvc.domain.errors import FailedPrecondition, StoreUnavailable
from authsvc.storage import migrations
from authsvc.storage.migrations import Migration, SchemaMismatch, migrate, shipped, status
from authsvc.storage.store import PostgresStore
from tests.support.postgres import PostgresServer
from tests.support.sql import fetchval

ONE = Migration(1, "0001_one", "-- suits: 1\nCREATE TABLE one (a int);\nCREATE TABLE ones (a int);")
TWO = Migration(2, "0002_two", "-- suits: 1\nCREATE TABLE two (a int);")
THREE = Migration(3, "0003_three", "-- suits: 3\nALTER TABLE one DROP COLUMN a;")
COUNT = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'"


@pytest.fixture
async def empty_url(postgres: PostgresServer) -> AsyncIterator[str]:
    dsn = await postgres.create_empty()
    yield dsn
    await postgres.drop(dsn)


async def test_what_is_shipped_is_numbered_and_says_whom_it_suits() -> None:
    found = shipped()
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    assert all(1 <= each.suits <= each.number and f"-- suits: {each.suits}\n" in each.sql for each in found)


async def test_an_empty_database_is_brought_up_to_date_once(empty_url: str) -> None:
    names = [each.name for each in shipped()]
    assert (await status(empty_url)).pending == tuple(names)
    assert await fetchval(empty_url, COUNT) == 0, "looking changes nothing"
    assert await migrate(empty_url) == names
    assert await migrate(empty_url) == []
    assert await status(empty_url) == migrations.Status(applied=tuple(names), pending=(), newer=())


async def test_later_migrations_are_applied_in_order(empty_url: str) -> None:
    assert await migrate(empty_url, [ONE]) == ["0001_one"]
    assert (await status(empty_url, [ONE, TWO, THREE])).pending == ("0002_two", "0003_three")
    assert await migrate(empty_url, [ONE, TWO, THREE]) == ["0002_two", "0003_three"]


@pytest.mark.parametrize("locked", [True, False], ids=["with the lock", "where session locks do nothing"])
async def test_of_four_starters_at_once_each_migration_is_applied_by_one(
    empty_url: str, locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not locked:
        monkeypatch.setattr(migrations, "_lock", lambda _session: asyncio.sleep(0))
    applied = await asyncio.gather(*(migrate(empty_url, [ONE, TWO, THREE]) for _ in range(4)))
    assert sorted(name for names in applied for name in names) == [ONE.name, TWO.name, THREE.name]


async def test_an_edited_migration_is_refused(empty_url: str) -> None:
    await migrate(empty_url, [ONE])
    edited = dataclasses.replace(ONE, sql=ONE.sql + " ")
    with pytest.raises(SchemaMismatch, match="0001_one has changed"):
        await migrate(empty_url, [edited, TWO])
    assert "0001_one has changed" in (await status(empty_url, [edited])).problem
    assert await fetchval(empty_url, COUNT) == 2


async def test_a_newer_store_is_refused_unless_it_suits(empty_url: str) -> None:
    await migrate(empty_url, [ONE, TWO])
    assert await migrate(empty_url, [ONE]) == [], "0002 says that it suits binaries that know 0001"
    assert (await status(empty_url, [ONE])).newer == ("0002_two",)
    await migrate(empty_url, [ONE, TWO, THREE])
    for known in ([ONE], [ONE, TWO]):
        with pytest.raises(SchemaMismatch, match="the store is newer: 0003_three"):
            await migrate(empty_url, known)


async def test_gaps_are_refused(empty_url: str) -> None:
    await migrate(empty_url, [ONE, THREE])
    with pytest.raises(SchemaMismatch, match="0002_two comes before"):
        await migrate(empty_url, [ONE, TWO, THREE])
    with pytest.raises(SchemaMismatch, match="0001_one was applied and is missing"):
        await migrate(empty_url, [THREE])


async def test_a_migration_that_fails_leaves_nothing(empty_url: str) -> None:
    bad = Migration(2, "0002_bad", "CREATE TABLE two (a int); SELECT 1/0;")
    with pytest.raises(SchemaMismatch, match="0002_bad failed"):
        await migrate(empty_url, [ONE, bad])
    assert await fetchval(empty_url, COUNT) == 2
    assert await migrate(empty_url, [ONE, TWO]) == ["0002_two"]


async def test_a_migration_may_do_without_a_transaction(empty_url: str) -> None:
    index = Migration(2, "0002_index", "-- suits: 1\n-- no transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON one (a);")
    assert await migrate(empty_url, [ONE, index]) == ["0001_one", "0002_index"]
    assert await fetchval(empty_url, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")


async def test_a_store_opens_only_on_a_schema_that_it_can_use(empty_url: str) -> None:
    store = PostgresStore(empty_url)
    with pytest.raises(SchemaMismatch, match="authsvc db migrate"):
        await store.open()
    await migrate(empty_url)
    await store.open()
    await store.close()
    await fetchval(empty_url, "INSERT INTO schema_migrations (number, name, checksum, suits) VALUES (9999, '9999_x', '', 9999)")
    with pytest.raises(SchemaMismatch, match="the store is newer"):
        await store.open()
    with pytest.raises(StoreUnavailable):
        await store.revision()


async def test_a_store_that_forgets_commits_is_refused(database_url: str) -> None:
    name = urlsplit(database_url).path.removeprefix("/")
    await fetchval(database_url, f"ALTER DATABASE {name} SET synchronous_commit = off")
    with pytest.raises(FailedPrecondition, match="synchronous_commit"):
        await PostgresStore(database_url).open()
