"""A store on a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from authsvc.storage.store import PostgresStore
from tests.support.faulty_proxy import FaultyProxy, faulty_proxy


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[PostgresStore]:
    store = PostgresStore(database_url)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def other_store(database_url: str) -> AsyncIterator[PostgresStore]:
    """Another process on the same database."""
    store = PostgresStore(database_url)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def proxy(database_url: str) -> AsyncIterator[FaultyProxy]:
    async with faulty_proxy(database_url) as proxy:
        yield proxy


@pytest.fixture
async def far_store(proxy: FaultyProxy) -> AsyncIterator[PostgresStore]:
    """A store whose connections can be broken."""
    store = PostgresStore(proxy.dsn)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def sql(database_url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection that looks from outside."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()
