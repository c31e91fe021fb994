"""Uses reach the store once, whatever becomes of the answer to a flush."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from typing_extensions import override

from authsvc.domain.errors import StoreUnavailable
from authsvc.engine.counters import Counters
from authsvc.engine.usage import UsageCounter
from tests.support.engine import RunningEngine, running_engine
from tests.support.gates import GatedStore


class ForgetfulStore(GatedStore):
    """A store that does what it is told and then does not say so, as often as it is told to."""

    silent = 0

    @override
    def __getattr__(self, name: str) -> Any:
        target = super().__getattr__(name)
        if name != "add_usage":
            return target

        async def call(*args: Any) -> None:
            await target(*args)
            if self.silent:
                self.silent -= 1
                raise StoreUnavailable

        return call


class Counted:
    """A counter that nobody flushes but the test, and one key."""

    def __init__(self, running: RunningEngine, key_id: str) -> None:
        self.store = running.store
        self.counters = Counters()
        self.usage = UsageCounter(ForgetfulStore(running.store), self.counters, running.clock)
        self.forgetful: Any = self.usage._store
        self._key_id = key_id
        self._now = running.clock.now

    def count(self) -> None:
        self.usage.count(self._key_id, self._now())

    async def stored(self) -> int:
        return int((await self.store.key(self._key_id)).usage.use_count)


@pytest.fixture
async def counted(database_url: str) -> AsyncIterator[Counted]:
    async with running_engine(database_url) as running:
        yield Counted(running, (await running.create()).record.key.key_id)


async def test_a_flush_without_an_answer_is_sent_again_and_counts_once(counted: Counted) -> None:
    counted.count()
    counted.forgetful.silent = 2
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await counted.usage.flush()
        assert counted.usage.pending > 0
        counted.count()
    await counted.usage.flush()
    assert await counted.stored() == 3
    assert counted.usage.pending == 0
    assert counted.counters.usage_flushed == 3


async def test_a_flush_that_was_cancelled_at_its_end_counts_once(counted: Counted) -> None:
    counted.count()
    gate = counted.forgetful.gate("add_usage")
    flush = asyncio.create_task(counted.usage.flush())
    await gate.reached.wait()
    flush.cancel()
    with pytest.raises(asyncio.CancelledError):
        await flush
    await counted.usage.flush()
    assert await counted.stored() == 1


async def test_what_was_never_written_is_written_later(counted: Counted) -> None:
    counted.forgetful.failing = lambda _method: StoreUnavailable()
    for _ in range(3):
        counted.count()
        with pytest.raises(StoreUnavailable):
            await counted.usage.flush()
    counted.forgetful.failing = lambda _method: None
    await counted.usage.flush()
    assert await counted.stored() == 3
