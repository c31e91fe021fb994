"""Who gets a thread next. The work here waits for the test, so every state is one that the test has made."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator

import pytest

from authsvc.domain.errors import Exhausted
from authsvc.engine.hashing.pool import NICE, NICER, WAITING, HashingPool, Lane, cores


class Works:
    """Pieces of work by name: when each begins, and when it may end."""

    def __init__(self, pool: HashingPool) -> None:
        self._pool = pool
        self._loop = asyncio.get_running_loop()
        self._may_end: dict[str, threading.Event] = {}
        self._begun: dict[str, asyncio.Event] = {}
        self.order: list[str] = []
        self.tasks: list[asyncio.Task[str]] = []

    def submit(self, lane: Lane, name: str) -> asyncio.Task[str]:
        self._may_end[name], self._begun[name] = threading.Event(), asyncio.Event()
        task = asyncio.create_task(self._pool.run(lane, lambda: self._work(name)))
        self.tasks.append(task)
        return task

    def _work(self, name: str) -> str:
        self.order.append(name)
        self._loop.call_soon_threadsafe(self._begun[name].set)
        assert self._may_end[name].wait(20)
        return name

    async def begun(self, *names: str) -> None:
        async with asyncio.timeout(20):
            for name in names:
                await self._begun[name].wait()

    def end(self, *names: str) -> None:
        for name in names:
            self._may_end[name].set()

    async def all_end(self) -> None:
        self.end(*self._may_end)
        async with asyncio.timeout(20):
            await asyncio.gather(*self.tasks, return_exceptions=True)


async def settled() -> None:
    """Let what was submitted come as far as it can."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def one() -> AsyncIterator[Works]:
    works = Works(HashingPool(1))
    yield works
    await works.all_end()


@pytest.fixture
async def two() -> AsyncIterator[Works]:
    works = Works(HashingPool(2))
    yield works
    await works.all_end()


async def test_what_is_suspected_or_can_wait_takes_no_thread_from_the_first_lane(one: Works) -> None:
    for lane in (Lane.BULK, Lane.SUSPECT, Lane.BULK):
        one.submit(lane, f"{lane.name} {len(one.tasks)}")
    await one.begun("BULK 0")
    one.submit(Lane.FIRST, "first")
    await one.begun("first")
    assert one.order == ["BULK 0", "first"]


async def test_each_lane_is_served_in_order(one: Works) -> None:
    for name in "abc":
        one.submit(Lane.FIRST, name)
    await settled()
    await one.all_end()
    assert one.order == ["a", "b", "c"]


async def test_the_other_lanes_take_turns(one: Works) -> None:
    one.submit(Lane.BULK, "running")
    await one.begun("running")
    for number in range(3):
        one.submit(Lane.SUSPECT, f"suspect {number}")
        one.submit(Lane.BULK, f"bulk {number}")
    await settled()
    await one.all_end()
    assert one.order[1:] == ["suspect 0", "bulk 0", "suspect 1", "bulk 1", "suspect 2", "bulk 2"]


async def test_a_lane_without_its_turn_goes_on_alone(one: Works) -> None:
    for number in range(3):
        one.submit(Lane.SUSPECT, f"suspect {number}")
    await settled()
    await one.all_end()
    assert one.order == ["suspect 0", "suspect 1", "suspect 2"]


async def test_the_other_lanes_have_one_thread_fewer(two: Works) -> None:
    for lane in (Lane.SUSPECT, Lane.BULK, Lane.SUSPECT):
        two.submit(lane, f"{lane.name} {len(two.tasks)}")
    await two.begun("SUSPECT 0")
    await settled()
    assert two.order == ["SUSPECT 0"]


async def test_the_first_lane_may_have_every_thread(two: Works) -> None:
    for name in "abc":
        two.submit(Lane.FIRST, name)
    await two.begun("a", "b")
    await settled()
    assert sorted(two.order) == ["a", "b"]


async def test_a_full_lane_refuses_one_more_and_the_others_go_on(one: Works) -> None:
    one.submit(Lane.SUSPECT, "running")
    await one.begun("running")
    for number in range(WAITING[Lane.SUSPECT]):
        one.submit(Lane.SUSPECT, f"waiting {number}")
    await settled()
    with pytest.raises(Exhausted):
        await one.submit(Lane.SUSPECT, "one more")
    one.submit(Lane.FIRST, "first")
    one.end("running")
    await one.begun("first")
    assert "one more" not in one.order


async def test_who_is_cancelled_while_waiting_is_passed_over(one: Works) -> None:
    one.submit(Lane.FIRST, "running")
    await one.begun("running")
    gone = one.submit(Lane.FIRST, "gone")
    one.submit(Lane.FIRST, "next")
    await settled()
    gone.cancel()
    one.end("running")
    await one.begun("next")
    assert one.order == ["running", "next"]


async def test_who_is_cancelled_in_the_moment_of_his_turn_passes_it_on(one: Works) -> None:
    one.submit(Lane.FIRST, "running")
    await one.begun("running")
    gone = one.submit(Lane.FIRST, "gone")
    one.submit(Lane.FIRST, "next")
    await settled()
    crew = one._pool._crews[Lane.FIRST]
    crew.running -= 1
    crew._go_on()  # the turn is given, and the task has not run since
    crew.running += 1
    gone.cancel()
    one.end("running")
    await one.begun("next")
    assert one.order == ["running", "next"]


async def test_work_whose_caller_is_gone_keeps_its_thread_until_it_ends(one: Works) -> None:
    gone = one.submit(Lane.FIRST, "running")
    await one.begun("running")
    gone.cancel()
    one.submit(Lane.FIRST, "next")
    await settled()
    assert one.order == ["running"]
    one.end("running")
    await one.begun("next")


async def test_an_error_of_the_work_is_the_callers_and_frees_the_thread(one: Works) -> None:
    def fail() -> None:
        raise MemoryError

    with pytest.raises(MemoryError):
        await one._pool.run(Lane.FIRST, fail)
    one.submit(Lane.FIRST, "next")
    await one.begun("next")


@pytest.mark.skipif(sys.platform != "linux", reason="only there a thread has a priority of its own")
async def test_threads_step_back_behind_the_event_loop() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    here, pool = niceness(), HashingPool(1)
    found = [await pool.run(lane, niceness) for lane in Lane]
    assert found == [min(here + nice, 19) for nice in (NICE, NICER, NICER)]
    assert niceness() == here


def test_there_is_a_core() -> None:
    assert cores() >= 1
