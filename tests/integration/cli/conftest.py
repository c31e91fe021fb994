"""The command line in processes of its own, against the real service on a real PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.service import RunningService, running_service


@dataclass(frozen=True)
class Run:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Awaitable[Run]]


@pytest.fixture
async def service(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[RunningService]:
    """On loopback; a test marked `usefixtures("socket")` gets it on a unix socket that trusts its callers."""
    socket = "socket" in request.fixturenames
    async with running_service(database_url, socket=socket, trust_sockets=socket) as service:
        yield service


@pytest.fixture
def socket() -> None:
    """Only asked for."""


@pytest.fixture
def cli(service: RunningService, tmp_path: Path) -> Cli:
    (tmp_path / "root.key").write_text(service.root_key)
    environment = {**os.environ, "AUTHSVC_STATE_DIR": str(tmp_path), "AUTHSVC_TARGET": str(service.address)}

    async def run(*args: str, stdin: str = "") -> Run:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "authsvc", *args),
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate(stdin.encode())
        assert process.returncode is not None
        return Run(process.returncode, out.decode(), err.decode())

    return run
