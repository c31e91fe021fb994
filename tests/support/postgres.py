"""A PostgreSQL for the tests of one process, and a fresh database for each test."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg

from authsvc.embedded import EmbeddedPostgres
from authsvc.storage.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

# Only a power cut could tell the difference: a commit still survives kill -9 of every process.
# Without autovacuum: its workers are the superuser's, and hold up the dropping of a database.
FAST = {"autovacuum": "off", "fsync": "off", "full_page_writes": "off", "max_connections": "200"}
TEMPLATE = "template_authsvc"


class PostgresServer:
    """An embedded server that copies a template for whoever asks for a database.

    Args:
        root: Its folder.
        build: Fills the template, once, from its connection string.
    """

    def __init__(self, root: Path, build: Callable[[str], Awaitable[object]] = migrate) -> None:
        self.embedded = EmbeddedPostgres(root, options=FAST)
        self._build = build
        self._built = False

    @property
    def dsn(self) -> str:
        """The connection string of the maintenance database, which no test changes."""
        return self.embedded.dsn

    def database(self, name: str) -> str:
        """The connection string of another database on this server."""
        return urlsplit(self.dsn)._replace(path=f"/{name}").geturl()

    async def create(self) -> str:
        """Makes a database with the current schema and returns its connection string."""
        if not self._built:
            await self._build_template()
        name = f"test_{secrets.token_hex(8)}"
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        return self.database(name)

    async def create_empty(self) -> str:
        """Makes a database without a schema and returns its connection string."""
        name = f"test_{secrets.token_hex(8)}"
        await self.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        return self.database(name)

    async def drop(self, dsn: str) -> None:
        """Removes a database, cutting the sessions that are left."""
        await self.execute(f"DROP DATABASE IF EXISTS {urlsplit(dsn).path.removeprefix('/')} WITH (FORCE)")

    async def execute(self, statement: str) -> None:
        """Runs one statement in the maintenance database."""
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def _build_template(self) -> None:
        await self.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        await self.execute(f"CREATE DATABASE {TEMPLATE}")
        await self._build(self.database(TEMPLATE))
        self._built = True
