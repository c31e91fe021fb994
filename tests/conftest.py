"""What every test may ask for: a PostgreSQL, a fresh database, and an environment without settings of the machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.support.postgres import PostgresServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

# AUTHSVC_PG_BINDIR stays: it says which PostgreSQL the whole suite runs on.
for _name in [name for name in os.environ if name.startswith(("AUTHSVC_", "PG")) and name != "AUTHSVC_PG_BINDIR"]:
    del os.environ[_name]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """One embedded server per test process."""
    server = PostgresServer(tmp_path_factory.mktemp("postgres"))
    server.embedded.start()
    yield server
    server.embedded.stop()


@pytest.fixture
async def database_url(postgres: PostgresServer) -> AsyncIterator[str]:
    """A database of this test alone, with the current schema."""
    dsn = await postgres.create()
    yield dsn
    await postgres.drop(dsn)
