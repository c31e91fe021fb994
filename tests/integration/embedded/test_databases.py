from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from tests.support.postgres import PostgresServer
from tests.support.sql import fetchval


async def build(dsn: str) -> None:
    await fetchval(dsn, "CREATE TABLE seeded AS SELECT 1 AS n")


@pytest.fixture
def server(root: Path) -> PostgresServer:
    return PostgresServer(root, build)


async def test_every_database_is_a_copy_of_the_template_and_of_nothing_else(server: PostgresServer) -> None:
    with server.embedded:
        first, second = await server.create(), await server.create()
        await fetchval(first, "INSERT INTO seeded VALUES (2)")
        assert await fetchval(first, "SELECT count(*) FROM seeded") == 2
        assert await fetchval(second, "SELECT count(*) FROM seeded") == 1
        held = await asyncpg.connect(first)
        await server.drop(first)
        with pytest.raises(asyncpg.InvalidCatalogNameError):
            await asyncpg.connect(first)
        held.terminate()


async def test_the_fixture_gives_a_database_of_its_own(postgres: PostgresServer, database_url: str) -> None:
    name = await fetchval(database_url, "SELECT current_database()")
    assert name.startswith("test_")
    assert await fetchval(postgres.dsn, "SELECT current_database()") == "authsvc"
