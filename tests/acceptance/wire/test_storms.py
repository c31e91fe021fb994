"""Floods, storms and hangers-on, up to what one client can do in seconds: good callers are served, and memory has a bound."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import pytest
from hyperframe.frame import (
    ContinuationFrame,
    DataFrame,
    Frame,
    HeadersFrame,
    PingFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)  # fmt: skip

from tests.acceptance.wire.conftest import MEBIBYTE, Target
from tests.support.http2 import LARGEST, Wire, connected, message

EMPTY: Final = message(b"")
BOUND: Final = 64 * MEBIBYTE
"""Growth of the worker that one connection may cause; each flood carries or asks for more than that."""
WINDOW: Final = 4
"""The number of the setting INITIAL_WINDOW_SIZE."""
MANY: Final = 1000


@contextlib.asynccontextmanager
async def bounded(target: Target) -> AsyncIterator[None]:
    """Good callers are served during and after the block, and memory has not grown beyond the bound at its end."""
    await target.check()
    before = target.memory()
    yield
    grown = target.memory() - before
    print(f"{target.transport}: {grown / MEBIBYTE:.1f} MiB more")
    assert grown < BOUND
    await target.check()


async def flood(wire: Wire, frames: list[Frame], times: int) -> None:
    """Send the same frames again and again, until it is enough, or the other end has had enough."""
    content = b"".join(frame.serialize() for frame in frames)
    sent = 0
    with contextlib.suppress(TimeoutError):
        while sent < times and not wire.is_over():
            async with asyncio.timeout(1):
                await wire.raw(content)
            sent += 1
    print(f"{sent * len(content) / 2**20:.1f} MiB sent, hung up: {wire.is_over()}")


async def test_rapid_resets(target: Target) -> None:
    async with bounded(target), connected(target.address) as wire:
        block = wire.encode(target.verify())
        for _ in range(10 * MANY):
            if wire.is_over():
                break
            number = wire.stream()
            await wire.send(
                HeadersFrame(number, block, flags=["END_HEADERS"]),
                DataFrame(number, EMPTY, flags=["END_STREAM"]),
                RstStreamFrame(number, error_code=8),
            )


async def test_resets_by_the_server_on_demand(target: Target) -> None:
    """Each stream is made to be reset by the other end (CVE-2025-8671)."""
    async with bounded(target), connected(target.address) as wire:
        block = wire.encode(target.verify())
        for _ in range(10 * MANY):
            if wire.is_over():
                break
            number = wire.stream()
            too_much = WindowUpdateFrame(number, window_increment=2**31 - 1)
            await wire.send(HeadersFrame(number, block, flags=["END_HEADERS"]), too_much)


async def test_headers_without_end(target: Target) -> None:
    """CVE-2024-27316: continuations until somebody gives up; 128 MiB of them."""
    async with bounded(target), connected(target.address) as wire:
        await wire.send(HeadersFrame(1, wire.encode(target.verify())))
        block = b"".join(wire.encode([(f"x-{n}", "a" * 100)]) for n in range(140))[:LARGEST]
        await flood(wire, [ContinuationFrame(1, block)] * 64, 128)
        await wire.until(wire.is_over)


async def test_continuations_of_nothing(target: Target) -> None:
    async with bounded(target), connected(target.address) as wire:
        await wire.send(HeadersFrame(1, wire.encode(target.verify())))
        await flood(wire, [ContinuationFrame(1, b"")] * MANY, 200)


async def test_a_header_that_stands_for_a_larger_one_many_times(target: Target) -> None:
    """An HPACK bomb: each byte of the block is a header of 4 KB; 64 MiB in 16 KiB, 50 times."""
    async with bounded(target), connected(target.address) as wire:
        entry = b"\x40" + b"\x03x-a" + b"\x7f\xe1\x1e" + b"a" * 4032
        for _ in range(50):
            number = wire.stream()
            block = entry + b"\xbe" * (LARGEST - len(entry) - 100)
            await wire.send(HeadersFrame(number, block, flags=["END_HEADERS", "END_STREAM"]))
        await target.check()


@pytest.mark.parametrize(
    "frames",
    [
        [PingFrame(0, b"\x00" * 8)],
        [SettingsFrame(0)],
        [SettingsFrame(0, {1: 0}), SettingsFrame(0, {1: 4096})],
        [DataFrame(1, b"")],
        [DataFrame(1, b"", pad_length=255, flags=["PADDED"])],
        [WindowUpdateFrame(0, window_increment=1)],
    ],
    ids=["pings", "settings", "table sizes", "empty data", "padding", "window updates"],
)
async def test_a_flood_whose_answers_nobody_reads(target: Target, frames: list[Frame]) -> None:
    async with bounded(target), connected(target.address) as wire:
        await wire.open(target.verify())
        wire.stop_reading()
        await flood(wire, frames * MANY, 300)
        await target.check()


async def test_answers_that_nobody_takes(target: Target) -> None:
    """A window of nothing: every answer waits on the server."""
    async with bounded(target), connected(target.address, (WINDOW, 0)) as wire:
        for _ in range(2 * MANY):
            if wire.closed:
                break
            number = await wire.open(target.verify())
            await wire.body(number, EMPTY)
        await target.check()


async def test_requests_that_never_end(target: Target) -> None:
    async with bounded(target), connected(target.address) as wire:
        numbers = [await wire.open(target.verify()) for _ in range(2 * MANY)]
        await target.check()
        for number in numbers:
            await wire.send(RstStreamFrame(number, error_code=8))
        assert wire.closed or (await wire.call(target.verify(), EMPTY)).over


async def test_large_messages_that_never_end(target: Target) -> None:
    """Up to 4 MiB each, as far as the window lets them."""
    async with bounded(target), connected(target.address) as wire:
        wire.stop_reading()
        with contextlib.suppress(TimeoutError):
            for _ in range(100):
                number = await wire.open(target.verify())
                async with asyncio.timeout(1):
                    await wire.body(number, message(b"a" * 60_000, length=4_000_000), end=False)
        await target.check()


async def test_a_thousand_idle_connections(target: Target) -> None:
    async with bounded(target), contextlib.AsyncExitStack() as stack:
        wires = [await stack.enter_async_context(connected(target.address)) for _ in range(MANY // 2)]
        for _ in range(MANY // 2):
            await stack.enter_async_context(connected(target.address, preface=b""))
        await target.check()
        for wire in wires[:: MANY // 10]:
            assert (await wire.call(target.verify(), EMPTY)).grpc_status == "0"


async def test_connections_that_come_and_go(target: Target) -> None:
    async with bounded(target):
        for _ in range(MANY):
            _, writer = await asyncio.open_connection(target.address.host, target.address.port)
            writer.transport.abort()


async def test_connections_that_go_in_the_middle_of_calls(target: Target) -> None:
    async with bounded(target):
        for _ in range(MANY // 5):
            async with connected(target.address) as wire:
                for _ in range(20):
                    number = await wire.open(target.verify())
                    await wire.body(number, EMPTY)
