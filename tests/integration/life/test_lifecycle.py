"""A worker's start and end, with a service that does nothing but note what is asked of it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from authsvc.domain.errors import FailedPrecondition, LeaseLost, StoreUnavailable, Unavailable
from authsvc.domain.reason import Reason
from authsvc.engine.counters import Counters
from authsvc.engine.vitals import Vitals
from authsvc.worker.config import WorkerConfig
from authsvc.worker.lifecycle import Worker

SECRET = "hunter2-of-a-request"


class Script:
    """A service whose every step is noted, and fails or waits where a test says so."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.failing: dict[str, list[Exception]] = {}
        self.waiting: dict[str, asyncio.Event] = {}
        self.counters = Counters()
        self.lease_held = True
        self.reachable = True
        self.task_fault: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.listeners = [self, self]
        self.admin_routes = [Route("/fault", _fault)]
        self.public_routes = [Route("/public", _public)]

    async def step(self, name: str) -> None:
        self.steps.append(name)
        if errors := self.failing.get(name):
            raise errors.pop(0)
        if name in self.waiting:
            await self.waiting[name].wait()

    def vitals(self) -> Vitals:
        return Vitals(
            lease_held=self.lease_held, lease_remaining=2_000_000 if self.lease_held else 0, store_reachable=self.reachable,
            applied_revision=7, cached_credentials=3, usage_pending_keys=1, usage_lag=500_000,
        )  # fmt: skip

    def tasks(self) -> list[Coroutine[Any, Any, None]]:
        return [self.run()]

    async def run(self) -> None:
        self.steps.append("task")
        try:
            await asyncio.shield(self.task_fault)
        except asyncio.CancelledError:
            self.steps.append("task ended")
            raise

    async def open(self) -> None:
        await self.step("open")

    async def join(self) -> None:
        await self.step("join")

    async def start(self) -> str:
        await self.step("listen")
        return "127.0.0.1:1"

    async def stop(self, grace: float) -> None:
        await self.step(f"stop {grace:g}")

    def set_serving(self, serving: bool) -> None:
        self.steps.append("SERVING" if serving else "NOT_SERVING")

    def reload(self) -> None:
        self.steps.append("reload")

    async def flush(self) -> None:
        await self.step("flush")

    async def leave(self) -> None:
        await self.step("leave")

    async def close(self) -> None:
        await self.step("close")


async def _public(_request: Request) -> Response:
    return PlainTextResponse("public")


async def _fault(_request: Request) -> Response:
    raise RuntimeError(SECRET)


ENDED = ["NOT_SERVING", "stop 10", "stop 10", "task ended", "flush", "leave", "close"]
STARTED = ["open", "join", "task", "listen", "listen", "SERVING"]


class Running:
    """A worker under way."""

    def __init__(self, script: Script, **changes: Any) -> None:
        self.script = script
        self.reports: list[dict[str, Any]] = []
        self._ready = asyncio.Event()
        self.worker = Worker(config(**changes), script, self._report)
        self.task = asyncio.create_task(self.worker.run())

    def _report(self, **message: Any) -> None:
        self.reports.append(message)
        self._ready.set()

    async def ready(self) -> dict[str, Any]:
        """Waits until it serves."""
        waiting = asyncio.create_task(self._ready.wait())
        done, _ = await asyncio.wait((waiting, self.task), return_when=asyncio.FIRST_COMPLETED)
        if self.task in done:
            waiting.cancel()
            self.task.result()
        return self.reports[0]

    async def end(self) -> list[str]:
        """Ends it in good order; what it did for that."""
        before = len(self.script.steps)
        self.worker.ending.ask()
        await asyncio.wait_for(self.task, 20)
        return self.script.steps[before:]


def config(**changes: Any) -> WorkerConfig:
    fields: dict[str, Any] = {
        "slot": 0,
        "replica_id": "rep_0-0",
        "dsn": "postgresql:///x",
        "secrets_dir": "/x",
        "root_key_file": "/x",
        "grpc": ("127.0.0.1:0",),
        "http": "127.0.0.1:0",
        "admin": "127.0.0.1:0",
        "transport": "native",
        "trust_socket": False,
        "reflection": True,
        "lease": 3_000_000,
        "stale_allowance": 0,
        "usage_flush": 1_000_000,
        "start_timeout": 30_000_000,
        "drain_timeout": 10_000_000,
        "log": "json",
        "log_level": "info",
    }
    return WorkerConfig(**{**fields, **changes})


@pytest.fixture
async def script() -> Script:
    return Script()


@asynccontextmanager
async def serving(script: Script, **changes: Any) -> AsyncIterator[tuple[Running, httpx.AsyncClient]]:
    """A worker that serves, and a client of its admin port."""
    running = Running(script, **changes)
    ready = await running.ready()
    async with httpx.AsyncClient(base_url=f"http://{ready['admin']}") as client:
        yield running, client
    if not running.task.done():
        await running.end()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - conditions of a script that knows no events
            await asyncio.sleep(0)


def test_a_configuration_survives_the_pipe_and_hides_the_database() -> None:
    sent = config(dsn="postgresql://u:hunter2@h/d", grpc=("127.0.0.1:1", "unix:/run/s.0.sock"))
    assert WorkerConfig.from_json(sent.to_json()) == sent
    assert "hunter2" not in repr(sent)
    assert "\n" not in sent.to_json()


async def test_start_and_end_keep_their_order(script: Script) -> None:
    running = Running(script)
    ready = await running.ready()
    assert ready["grpc"] == ["127.0.0.1:1", "127.0.0.1:1"]
    assert sorted(script.steps) == sorted(STARTED)
    assert [step for step in script.steps if step != "task"] == [step for step in STARTED if step != "task"]
    assert await running.end() == ENDED


async def test_public_http_serves_its_routes_and_no_others(script: Script) -> None:
    async with serving(script) as (running, _), httpx.AsyncClient(base_url=f"http://{running.reports[0]['http']}") as public:
        assert (await public.get("/public")).text == "public"
        for path in ("/metrics", "/healthz", "/readyz", "/nothing"):
            answer = await public.get(path)
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_store_that_is_away_is_waited_for(script: Script) -> None:
    script.failing["open"] = [StoreUnavailable(), StoreUnavailable()]
    script.failing["join"] = [LeaseLost()]
    running = Running(script)
    await running.ready()
    assert [step for step in script.steps if step != "task"] == [
        "open",
        "open",
        "open",
        "join",
        "join",
        "listen",
        "listen",
        "SERVING",
    ]
    assert await running.end() == ENDED


async def test_a_store_that_stays_away_ends_the_start_with_its_last_failure(script: Script) -> None:
    script.failing["open"] = [StoreUnavailable("nobody is at home")] * 1000
    with pytest.raises(Unavailable, match="not ready within 1 s: nobody is at home"):
        await Running(script, start_timeout=1_000_000).ready()
    assert script.steps[-1] == "close"
    assert not {"flush", "leave"} & set(script.steps)


@pytest.mark.parametrize(
    ("step", "undone"),
    [
        ("open", ["close"]),
        ("join", ["task ended", "flush", "leave", "close"]),
        ("listen", ["stop 10", "task ended", "flush", "leave", "close"]),
    ],
)
async def test_a_start_that_fails_undoes_what_was_done(script: Script, step: str, undone: list[str]) -> None:
    script.failing[step] = [FailedPrecondition("the reason")]
    with pytest.raises(FailedPrecondition, match="the reason"):
        await Running(script).ready()
    done = [each for each in script.steps if each != "task"]
    assert done[done.index(step) + 1 :] == [each for each in undone if each != "task ended" or "task" in script.steps]


async def test_a_start_can_be_ended(script: Script) -> None:
    script.waiting["open"] = asyncio.Event()
    running = Running(script)
    await until(lambda: script.steps == ["open"])
    assert await running.end() == ["close"]
    assert running.reports == []


async def test_each_step_of_the_end_is_done_though_the_one_before_failed(script: Script) -> None:
    running = Running(script)
    await running.ready()
    script.failing = {
        "flush": [StoreUnavailable()],
        "leave": [RuntimeError("unforeseen")],
        "stop 10": [RuntimeError(), RuntimeError()],
    }
    assert await running.end() == ENDED


async def test_calls_under_way_are_left_when_there_is_no_more_time(script: Script) -> None:
    running = Running(script)
    await running.ready()
    script.waiting["stop 10"] = asyncio.Event()
    running.worker.ending.ask()
    await until(lambda: "stop 10" in script.steps)
    assert "flush" not in script.steps
    running.worker.ending.ask()
    await asyncio.wait_for(running.task, 20)
    assert script.steps[-3:] == ["flush", "leave", "close"]


async def test_a_task_that_fails_ends_the_worker_with_its_error(script: Script) -> None:
    running = Running(script)
    await running.ready()
    script.task_fault.set_exception(RuntimeError("the lease task broke"))
    with pytest.raises(RuntimeError, match="the lease task broke"):
        await asyncio.wait_for(running.task, 20)
    assert script.steps[-6:] == ["NOT_SERVING", "stop 10", "stop 10", "flush", "leave", "close"]


async def test_a_process_is_alive_and_not_ready_while_it_starts() -> None:
    script = Script()
    script.waiting["open"] = asyncio.Event()
    port = free_port()
    running = Running(script, admin=f"127.0.0.1:{port}")
    await until(lambda: script.steps == ["open"])
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "reasons": ["starting"]})
    await running.end()


async def test_ready_is_who_holds_the_lease(script: Script) -> None:
    async with serving(script) as (_, client):
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})
        script.lease_held, script.reachable = False, False
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "reasons": ["store_unreachable", "lease_not_held"]})
        script.reachable = True
        assert (await client.get("/readyz")).json()["reasons"] == ["lease_not_held"]
        assert (await client.get("/healthz")).status_code == 200


async def test_who_drains_is_not_ready_any_more(script: Script) -> None:
    async with serving(script) as (running, client):
        script.waiting["stop 10"] = asyncio.Event()
        running.worker.ending.ask()
        await until(lambda: "stop 10" in script.steps)
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["reasons"]) == (503, ["draining"])
        script.waiting["stop 10"].set()


async def test_metrics_say_what_was_counted(script: Script) -> None:
    script.counters.decisions[Reason.NONE] = 5
    script.counters.decisions[Reason.KEY_REVOKED] = 2
    script.counters.misses = 1
    script.counters.calls["Verify", "OK"] = 7
    async with serving(script) as (_, client):
        answer = await client.get("/metrics")
        found = samples(answer.text)
        assert found["authsvc_decisions_total", ("ALLOW", "NONE")] == 5
        assert found["authsvc_decisions_total", ("DENY", "KEY_REVOKED")] == 2
        assert found["authsvc_decisions_total", ("DENY", "RATE_LIMITED")] == 0
        assert found["authsvc_rpcs_total", ("OK", "Verify")] == 7
        assert found["authsvc_cache_hits_total", ()] == 6
        assert found["authsvc_cache_misses_total", ()] == 1
        assert found["authsvc_lease_held", ()] == 1
        assert found["authsvc_lease_remaining_seconds", ()] == 2
        assert found["authsvc_usage_flush_lag_seconds", ()] == 0.5
        assert found["process_resident_memory_bytes", ()] > 0
        script.lease_held = False
        assert samples((await client.get("/metrics")).text)["authsvc_lease_held", ()] == 0


async def test_labels_of_metrics_are_from_fixed_sets(script: Script) -> None:
    async with serving(script) as (_, client):
        text = (await client.get("/metrics")).text
    labels = {name for family in text_string_to_metric_families(text) for sample in family.samples for name in sample.labels}
    assert labels - {"decision", "reason", "rpc", "code"} <= {"implementation", "major", "minor", "patchlevel", "version"}


async def test_a_fault_of_ours_says_nothing_of_the_request(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    async with serving(script) as (_, client):
        answer = await client.get("/fault", headers={"authorization": f"Bearer {SECRET}"})
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert answer.json() == {"type": "about:blank", "title": "Internal Server Error", "status": 500}


async def test_an_http_address_in_use_ends_the_start(script: Script) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with server:
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(FailedPrecondition, match=f"cannot listen on {address}"):
            await Running(script, admin=address).ready()
    assert script.steps == []


def samples(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Value by name and label values, in order of label names."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
