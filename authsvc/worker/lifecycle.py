"""The life of one worker process.

Start: admin HTTP, store, lease, gRPC, public HTTP, then SERVING. End: NOT_SERVING, a moment for callers to notice, no new calls
and time for those under way, usage flush, lease given up, store, admin HTTP. What was started is ended in the opposite order,
however far a start came.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import AsyncExitStack
from typing import Any

import structlog

from authsvc.address import parse_tcp
from authsvc.domain.errors import AuthsvcError, Unavailable
from authsvc.http import health, metrics
from authsvc.http.apps import application
from authsvc.http.server import HttpListener
from authsvc.worker import garbage
from authsvc.worker.config import WorkerConfig
from authsvc.worker.service import Listener, Service

SECOND = 1_000_000
NOTICE = 0.2
"""Seconds between NOT_SERVING and the end of listening, for whoever watches our health."""
LAST_WORDS = 5.0
"""Seconds that each write to the store may take at the end."""

log = structlog.get_logger(__name__)


class Ending:
    """That this process should end, and how quickly."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.hurried = asyncio.Event()

    def ask(self) -> None:
        """End in good order; asked twice, quickly."""
        if self.asked.is_set():
            self.hurried.set()
        self.asked.set()

    def hurry(self) -> None:
        """Wait for no call any more."""
        self.asked.set()
        self.hurried.set()

    async def unless_hurried(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that may take long, and leave it when there is no more time."""
        doing = asyncio.create_task(work)
        await _first(doing, asyncio.ensure_future(self.hurried.wait()))
        if not doing.cancelled():
            doing.result()


class Worker:
    """Runs one service from start to end."""

    def __init__(self, config: WorkerConfig, service: Service, report: Callable[..., None]) -> None:
        self._config = config
        self._service = service
        self._report = report
        self._readiness = health.Readiness(service.vitals)
        self._listening: list[Listener] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._grace = config.drain_timeout / SECOND
        self.ending = Ending()

    async def run(self) -> None:
        """Serve until it is asked to end.

        Raises:
            AuthsvcError: It could not start; the message is for the operator.
        """
        async with AsyncExitStack() as started:
            starting = asyncio.ensure_future(self._start(started))
            await _first(starting, asyncio.ensure_future(self.ending.asked.wait()))
            if not starting.cancelled():
                starting.result()
                await _first(self._fault, asyncio.ensure_future(self.ending.asked.wait()))
            await self._give_notice()
        if self._fault.done() and not self._fault.cancelled():
            self._fault.result()

    async def _start(self, started: AsyncExitStack) -> None:
        config, service = self._config, self._service
        operators = [*health.routes(self._readiness), *metrics.routes(service.counters, service.vitals), *service.admin_routes]
        admin = HttpListener(application(operators), parse_tcp(config.admin))
        started.push_async_callback(_attempt, "stop_admin", lambda: admin.stop(0))
        admin_address = await admin.start()
        await self._join_store(started)
        started.push_async_callback(_attempt, "stop_listening", self._stop_listening, self._grace + LAST_WORDS)
        grpc = [await self._listen(listener) for listener in service.listeners]
        http = await self._listen(HttpListener(application(service.public_routes), parse_tcp(config.http)))
        garbage.settle()
        service.set_serving(True)
        self._readiness.phase = "serving"
        self._report(event="ready", grpc=grpc, http=http, admin=admin_address)
        log.info("serving", grpc=grpc, http=http, admin=admin_address)

    async def _join_store(self, started: AsyncExitStack) -> None:
        """The store and the lease, for as long as a start may take."""
        service, limit = self._service, self._config.start_timeout / SECOND
        failure = "the store takes too long"
        try:
            async with asyncio.timeout(limit):
                started.push_async_callback(_attempt, "close", service.close)
                async for failure in _failures(service.open):
                    log.warning("store_not_open", error=failure)
                started.push_async_callback(_attempt, "leave", service.leave)
                started.push_async_callback(_attempt, "flush", service.flush)
                started.push_async_callback(self._end_tasks)
                self._tasks = [self._watched(work) for work in service.tasks()]
                async for failure in _failures(service.join):
                    log.warning("lease_not_held", error=failure)
        except TimeoutError:
            raise Unavailable(f"not ready within {limit:g} s: {failure}") from None

    async def _listen(self, listener: Listener) -> str:
        self._listening.append(listener)
        return await listener.start()

    async def _give_notice(self) -> None:
        """Say that the next call belongs elsewhere, before this one refuses it."""
        was_serving, self._readiness.phase = self._readiness.phase == "serving", "draining"
        if was_serving:
            log.info("draining")
            self._service.set_serving(False)
            await self.ending.unless_hurried(asyncio.sleep(min(NOTICE, self._grace)))

    async def _stop_listening(self) -> None:
        await self.ending.unless_hurried(_all(listener.stop(self._grace) for listener in self._listening))

    def _watched(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._on_task_done)
        return task

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and not self._fault.done():
            self._fault.set_exception(task.exception() or RuntimeError("a task that runs for ever has ended"))

    async def _end_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _failures(attempt: Callable[[], Awaitable[None]]) -> AsyncIterator[str]:
    """Try until it succeeds; yields what each failure says."""
    pause = 0.05
    while True:
        try:
            await attempt()
        except Unavailable as error:
            yield error.message
        else:
            return
        await asyncio.sleep(pause)
        pause = min(2 * pause, 1.0)


async def _first(*futures: asyncio.Future[Any]) -> None:
    """Wait until one is done, and end the others."""
    await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    for future in futures:
        future.cancel()
    await asyncio.wait(futures)


async def _all(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    await asyncio.gather(*work)


async def _attempt(what: str, action: Callable[[], Awaitable[None]], limit: float = LAST_WORDS) -> None:
    """Do one step of the end. If it fails, the next one is done all the same."""
    try:
        async with asyncio.timeout(limit):
            await action()
    except (AuthsvcError, TimeoutError) as error:
        log.warning("not_ended_in_good_order", step=what, error=str(error) or f"took more than {limit:g} s")
    except Exception:
        log.exception("not_ended_in_good_order", step=what)
