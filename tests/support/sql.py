"""One statement on a connection of its own."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg


async def fetchval(dsn: str, statement: str) -> Any:
    """Runs a statement and returns the first value."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def ask(dsn: str, statement: str) -> Any:
    """The same for a test without an event loop."""
    return asyncio.run(fetchval(dsn, statement))


async def fetchval_when_up(dsn: str, statement: str) -> Any:
    """The same, but waits for a server that starts or recovers."""
    async with asyncio.timeout(20):
        while True:
            try:
                return await fetchval(dsn, statement)
            except (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError):
                await asyncio.sleep(0.01)
