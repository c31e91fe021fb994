"""A connection to PostgreSQL that breaks exactly where a test says: at the COMMIT."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

COMMIT = b"COMMIT\x00"
COMMIT_MESSAGE = b"Q" + (4 + len(COMMIT)).to_bytes(4, "big") + COMMIT
"""A simple query; the driver sends it in one piece."""


@dataclass
class Fault:
    """What becomes of the next COMMIT, and of the connection that sent it.

    It is held until `go`; `reached` says that it is there.
    """

    cut_first: bool = False
    """The client loses its connection while the server still holds the transaction open."""
    forward: bool = True
    """The server gets the COMMIT after `go`; otherwise its connection ends then."""
    answer: bool = True
    """The client gets the server's answer; otherwise it loses its connection when the server has answered."""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)


class FaultyProxy:
    """Passes bytes between clients and a server's unix socket."""

    def __init__(self, dsn: str, folder: Path) -> None:
        parts = urlsplit(dsn)
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._name = f".s.PGSQL.{options.get('port', '5432')}"
        self._target = Path(options["host"]) / self._name
        self._folder = folder
        self._faults: list[Fault] = []
        self._tasks: set[asyncio.Task[None]] = set()
        query = "&".join(f"{name}={quote(value, safe='/')}" for name, value in (options | {"host": str(folder)}).items())
        self.dsn = parts._replace(query=query).geturl()

    def break_next_commit(self, fault: Fault) -> Fault:
        """Arm one fault."""
        self._faults.append(fault)
        return fault

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_unix_server(self._accept, self._folder / self._name)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._pass(client, answers))
        self._tasks.add(task)

    async def _pass(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        server, requests = await asyncio.open_unix_connection(self._target)
        try:
            while await self._pass_until_fault(client, answers, server, requests):
                fault = self._faults.pop(0)
                await _fail(fault, server, requests, answers)
        finally:
            for each in (requests, answers):
                each.transport.abort()
                with contextlib.suppress(Exception):
                    await each.wait_closed()

    async def _pass_until_fault(
        self,
        client: asyncio.StreamReader,
        answers: asyncio.StreamWriter,
        server: asyncio.StreamReader,
        requests: asyncio.StreamWriter,
    ) -> bool:
        """Whether a COMMIT came that is to fail; False at the end of the connection."""

        async def forward() -> bool:
            while chunk := await client.read(65536):
                if self._faults and chunk == COMMIT_MESSAGE:
                    return True
                requests.write(chunk)
            return False

        async def backward() -> bool:
            while chunk := await server.read(65536):
                answers.write(chunk)
            return False

        directions = [asyncio.ensure_future(forward()), asyncio.ensure_future(backward())]
        try:
            done, _ = await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            return any(not each.exception() and each.result() for each in done)
        finally:
            for each in directions:
                each.cancel()
            await asyncio.gather(*directions, return_exceptions=True)


async def _fail(
    fault: Fault, server: asyncio.StreamReader, requests: asyncio.StreamWriter, answers: asyncio.StreamWriter
) -> None:
    fault.reached.set()
    if fault.cut_first:
        answers.transport.abort()
    await fault.go.wait()
    if not fault.forward:
        requests.transport.abort()
        answers.transport.abort()
        return
    requests.write(COMMIT_MESSAGE)
    answer = await server.read(65536)
    if fault.answer and not fault.cut_first:
        answers.write(answer)
    else:
        answers.transport.abort()


@contextlib.asynccontextmanager
async def faulty_proxy(dsn: str) -> AsyncIterator[FaultyProxy]:
    """A proxy in front of the server of `dsn`, in a folder short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="authsvc-proxy-") as folder:
        proxy = FaultyProxy(dsn, Path(folder))
        async with await proxy.serve():
            yield proxy
            await proxy.stop()
