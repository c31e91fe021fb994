"""A worker as a process: what it is told, what it says, and that it never outlives its supervisor.

The supervisor is at the other end of standard input (a socket), one JSON object per line. It sends the configuration, later
`{"do": "reload"}`, `{"do": "drain"}` or `{"do": "stop"}`; it is sent `ready`, `beat` and `failed`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import NoReturn

import structlog
import uvloop

from authsvc import logs
from authsvc.domain.errors import AuthsvcError
from authsvc.redaction import redact
from authsvc.worker import parent
from authsvc.worker.config import WorkerConfig
from authsvc.worker.lifecycle import Ending, Worker
from authsvc.worker.service import Service

BEAT = 1.0
"""Seconds between signs of life."""
CANNOT_START = 3

log = structlog.get_logger(__name__)


def main(compose: Callable[[WorkerConfig], Service]) -> NoReturn:
    """Be a worker. Called by the module that knows how to put a service together.

    Args:
        compose: Makes the service of this process from its configuration; may raise AuthsvcError.
    """
    parent.end_with(int(sys.argv[1]))
    channel = socket.socket(fileno=0)
    # Unbuffered: what follows the first line is for the event loop.
    with channel.makefile("rb", buffering=0) as lines:
        line = lines.readline()
    if not line:
        sys.exit(CANNOT_START)
    config = WorkerConfig.from_json(line.decode())
    logs.configure(config.log, config.log_level)
    # grpcio brings a poller of its own and is slower on uvloop.
    factory = uvloop.new_event_loop if config.transport == "native" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        sys.exit(runner.run(_live(config, compose, channel)))


async def _live(config: WorkerConfig, compose: Callable[[WorkerConfig], Service], channel: socket.socket) -> int:
    """Everything in the event loop; returns the exit code."""
    reader, writer = await asyncio.open_unix_connection(sock=channel)

    def report(**message: object) -> None:
        writer.write(json.dumps(message).encode() + b"\n")

    beats = asyncio.create_task(_beat(report))
    try:
        service = compose(config)
        worker = Worker(config, service, report)
        obeys = asyncio.create_task(_obey(reader, worker.ending, service.reload))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, worker.ending.ask)
        await worker.run()
        obeys.cancel()
    except AuthsvcError as error:
        report(event="failed", message=redact(error.message))
        log.critical("cannot_serve", error=error.message)
        return CANNOT_START
    except Exception:
        report(event="failed", message="this is a mistake in authsvc; the log has the details")
        log.exception("crashed")
        return CANNOT_START
    finally:
        beats.cancel()
        with contextlib.suppress(OSError):
            await writer.drain()
            writer.close()
    log.info("ended")
    return 0


async def _beat(report: Callable[..., None]) -> None:
    while True:
        report(event="beat")
        await asyncio.sleep(BEAT)


async def _obey(reader: asyncio.StreamReader, ending: Ending, reload: Callable[[], None]) -> None:
    while line := await reader.readline():
        match json.loads(line):
            case {"do": "reload"}:
                reload()
            case {"do": "drain"}:
                ending.asked.set()
            case {"do": "stop"}:
                ending.hurry()
            case _:
                log.warning("unknown_order")
    # Nobody is left who would restart us, stop us or hold our addresses.
    os._exit(CANNOT_START)
