"""authsvc killed, frozen, restarted and without its store, seen through Envoy: 503 or a right decision, and nobody in between."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from demo.transcript import Step
from demo.wire import send
from tests.acceptance.envoy.attack_rows import HOST
from tests.acceptance.envoy.attack_world import KEYS, World
from tests.support.envoy_here import needs_envoy
from tests.support.real_service import descendants
from tests.support.waiting import wait_until

pytestmark = [needs_envoy, pytest.mark.timeout(120)]
RIGHT = {"reader": {200, 503}, "runner": {403, 503}, "leaked": {401, 503}, "": {401, 503}}
"""What each key may get at /orders/1, whatever is broken."""


@pytest.fixture(scope="module")
def outage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("outages"), lease="1s") as made:
        made.service.keep_addresses()
        made.operator.create("leaked", KEYS["reader"])
        made.operator.create("cold", KEYS["reader"])
        made.operator.create("colder", KEYS["reader"])
        made.operator.do(Step(do="revoke", key="leaked"))
        yield made


def status(world: World, name: str, proxy: str = "hardened") -> int:
    """Of a call with this key; an empty name: without one."""
    headers = [HOST, *([("authorization", f"Bearer {world.operator.secrets[name]}")] if name else [])]
    return send(world.proxies[proxy].address, "GET", "/orders/1", headers).status


@contextmanager
def watched(world: World) -> Iterator[dict[str, list[int]]]:
    """Calls with every key all the time; what they got is looked at in the end."""
    got: dict[str, list[int]] = {name: [] for name in RIGHT}
    done = threading.Event()

    def call(name: str) -> None:
        while not done.is_set():
            got[name].append(status(world, name))

    threads = [threading.Thread(target=call, args=(name,)) for name in RIGHT]
    for thread in threads:
        thread.start()
    try:
        yield got
    finally:
        done.set()
        for thread in threads:
            thread.join()
    for name, allowed in RIGHT.items():
        assert set(got[name]) <= allowed, name
        assert 503 in got[name], name


def refused_to_all(got: dict[str, list[int]]) -> Callable[[], bool]:
    """Whether every watcher has seen by now that nothing can be decided."""
    return lambda: all(503 in seen for seen in got.values())


def works(world: World) -> bool:
    """Whether every key gets what it should, by both proxies."""
    wanted = {"reader": 200, "runner": 403, "leaked": 401, "": 401}
    return all(status(world, name, proxy) == code for name, code in wanted.items() for proxy in world.proxies)


@contextmanager
def frozen(pids: list[int]) -> Iterator[None]:
    """Stopped by SIGSTOP, and going on afterwards."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def postgres(world: World) -> list[int]:
    pid = world.service.postgres_pid()
    return [pid, *descendants(pid)]


def unavailable(world: World, name: str = "reader") -> Callable[[], bool]:
    return lambda: status(world, name) == 503


def test_killed_and_started_again(outage: World) -> None:
    wait_until(lambda: works(outage), "it works")
    with watched(outage) as got:
        outage.service.kill()
        wait_until(unavailable(outage), "nobody is let through")
        seen = len(outage.upstream.seen)
        assert [status(outage, name) for name in RIGHT] == [503] * len(RIGHT)
        wait_until(refused_to_all(got), "every watcher was refused")
        assert [status(outage, name, "bare") for name in RIGHT] == [403] * len(RIGHT)
        outage.service.start()
        assert len(outage.upstream.seen) >= seen
        wait_until(lambda: status(outage, "reader") == 200, "it answers again")
    wait_until(lambda: works(outage), "it works again")


def test_frozen_and_going_on(outage: World) -> None:
    wait_until(lambda: works(outage), "it works")
    with watched(outage) as got:
        with frozen(outage.service.pids()):
            begun = time.monotonic()
            assert status(outage, "reader") == 503
            assert time.monotonic() - begun < 1
            wait_until(lambda: "/failed_active_hc" in outage.proxies["hardened"].admin("/clusters"), "Envoy noticed")
            begun = time.monotonic()
            assert status(outage, "reader") == 503
            print(f"once noticed, refused after {time.monotonic() - begun:.3f} s")
            wait_until(refused_to_all(got), "every watcher was refused")
        wait_until(lambda: status(outage, "reader") == 200, "it answers again")
    wait_until(lambda: works(outage), "it works again")


def test_a_frozen_store_is_answered_from_memory_until_the_lease_ends_and_then_not_at_all(outage: World) -> None:
    wait_until(lambda: works(outage), "it works")
    with watched(outage) as got:
        with frozen(postgres(outage)):
            # A first 503 may be Envoy's own deadline on a busy machine; within the lease others are still answered from memory.
            wait_until(unavailable(outage), "the lease has ended")
            wait_until(unavailable(outage, "runner"), "the lease has ended for every key")
            wait_until(refused_to_all(got), "every watcher was refused")
        wait_until(lambda: status(outage, "reader") == 200, "it answers again")
    wait_until(lambda: works(outage), "it works again")


def test_a_key_that_has_to_be_looked_up_while_the_store_hangs_is_not_let_through(outage: World) -> None:
    """The deadline is Envoy's: 250 ms in the reference configuration, 200 ms by default."""
    wait_until(lambda: works(outage), "it works")
    with frozen(postgres(outage)):
        seen = len(outage.upstream.seen)
        begun = time.monotonic()
        assert status(outage, "cold") == 503
        assert status(outage, "colder", "bare") == 403
        assert time.monotonic() - begun < 2
        assert len(outage.upstream.seen) == seen
    wait_until(lambda: status(outage, "cold") == 200, "it is looked up")
    wait_until(lambda: works(outage), "it works again")
