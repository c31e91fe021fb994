"""A raw HTTP/2 client (RFC 9113): it says whatever it is told, frame by frame, and notes what comes back.

async with connected(address) as wire:
    answer = await wire.call(headers("/authsvc.v1.AuthService/Verify"), message(b""))
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from hpack import Decoder, Encoder
from hyperframe.frame import (
    DataFrame,
    Frame,
    GoAwayFrame,
    HeadersFrame,
    PingFrame,
    RstStreamFrame,
    SettingsFrame,
    WindowUpdateFrame,
)  # fmt: skip

from authsvc.address import TcpAddress

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
PATIENCE: Final = 10.0
"""Seconds to wait for an answer."""
LARGEST: Final = 16_384
"""Bytes of one frame, as long as nobody asks for more."""

Headers = tuple[tuple[str, str], ...]


@dataclass
class Answer:
    """What came back on one stream."""

    headers: dict[str, str] = field(default_factory=dict)
    """Trailers are among them."""
    data: bytes = b""
    ended: bool = False
    reset: int | None = None
    """Error code of RST_STREAM."""

    @property
    def grpc_status(self) -> str:
        """The status of the call; empty: none was sent."""
        return self.headers.get("grpc-status", "")

    @property
    def over(self) -> bool:
        """Whether nothing more is to come."""
        return self.ended or self.reset is not None


class Wire:
    """One connection. It keeps no rule but this one: what is received is taken off the wire, and acknowledged."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._encoder = Encoder()
        self._decoder = Decoder()
        self._next = 1
        self._reading = asyncio.create_task(self._read())
        self._news = asyncio.Event()
        self.answers: dict[int, Answer] = {}
        self.goaway: int | None = None
        """Error code of GOAWAY."""
        self.closed = False

    def stream(self) -> int:
        """A new stream's number."""
        number = self._next
        self._next += 2
        self.answers[number] = Answer()
        return number

    def encode(self, headers: Iterable[tuple[str, str]]) -> bytes:
        """A header block; without the table, so that blocks may be lost."""
        return self._encoder.encode([(name, value, True) for name, value in headers])

    async def send(self, *frames: Frame) -> None:
        """Send frames."""
        await self.raw(b"".join(frame.serialize() for frame in frames))

    async def raw(self, content: bytes) -> None:
        """Send bytes. One that was hung up on sends nothing more."""
        with contextlib.suppress(ConnectionError):
            self._writer.write(content)
            await self._writer.drain()

    async def open(self, headers: Headers, *, end: bool = False) -> int:
        """Begin a stream; its number."""
        number = self.stream()
        await self.send(HeadersFrame(number, self.encode(headers), flags=["END_HEADERS", *(["END_STREAM"] if end else [])]))
        return number

    async def body(self, number: int, content: bytes, *, end: bool = True) -> None:
        """Send data in frames that are small enough."""
        parts = [content[at : at + LARGEST] for at in range(0, len(content), LARGEST)] or [b""]
        for part in parts[:-1]:
            await self.send(DataFrame(number, part))
        await self.send(DataFrame(number, parts[-1], flags=["END_STREAM"] if end else []))

    async def call(self, headers: Headers, content: bytes, *, end: bool = True) -> Answer:
        """A whole request, and what comes back."""
        number = await self.open(headers)
        await self.body(number, content, end=end)
        return await self.answer(number)

    async def answer(self, number: int) -> Answer:
        """What came back on a stream, when it is over or the connection is."""
        await self.until(lambda: self.answers[number].over or self.closed)
        return self.answers[number]

    def stop_reading(self) -> None:
        """Leave everything that comes from now on where it is."""
        self._reading.cancel()

    def is_over(self) -> bool:
        """Whether the other end hung up or said that it will."""
        return self.closed or self.goaway is not None or self._writer.is_closing()

    async def until(self, condition: Any, patience: float = PATIENCE) -> None:
        """Wait until something that was received makes it true."""
        async with asyncio.timeout(patience):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def close(self) -> None:
        """Hang up."""
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        self._writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()

    async def _read(self) -> None:
        try:
            while True:
                head = await self._reader.readexactly(9)
                frame, length = Frame.parse_frame_header(memoryview(head))
                frame.parse_body(memoryview(await self._reader.readexactly(length)))
                await self._take(frame)
                self._news.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.closed = True
            self._news.set()

    async def _take(self, frame: Frame) -> None:
        answer = self.answers.setdefault(frame.stream_id, Answer())
        match frame:
            case HeadersFrame():
                answer.headers.update((str(name), str(value)) for name, value in self._decoder.decode(frame.data))
            case DataFrame():
                answer.data += frame.data
                await self._give_back(frame)
            case RstStreamFrame():
                answer.reset = frame.error_code
            case GoAwayFrame():
                self.goaway = frame.error_code
            case SettingsFrame() if "ACK" not in frame.flags:
                await self.send(SettingsFrame(0, flags=["ACK"]))
            case PingFrame() if "ACK" not in frame.flags:
                await self.send(PingFrame(0, frame.opaque_data, flags=["ACK"]))
            case _:
                pass
        answer.ended = answer.ended or "END_STREAM" in frame.flags

    async def _give_back(self, frame: DataFrame) -> None:
        size = frame.flow_controlled_length
        if size:
            await self.send(*(WindowUpdateFrame(number, window_increment=size) for number in (0, frame.stream_id)))


def headers(path: str, *more: tuple[str, str], without: tuple[str, ...] = ()) -> Headers:
    """What a gRPC client sends, with other values for some, and without others."""
    usual = {
        ":method": "POST", ":scheme": "http", ":path": path, ":authority": "localhost", "te": "trailers",
        "content-type": "application/grpc",
    }  # fmt: skip
    changed = [(name, value) for name, value in usual.items() if name not in (*without, *dict(more))]
    # Pseudo-headers come first (RFC 9113 section 8.3), also those that are changed.
    return tuple(sorted([*changed, *more], key=lambda header: not header[0].startswith(":")))


def message(content: bytes, *, compressed: bool = False, length: int | None = None) -> bytes:
    """A length-prefixed message of gRPC, with a prefix that need not be true."""
    return bytes([compressed]) + (len(content) if length is None else length).to_bytes(4, "big") + content


@contextlib.asynccontextmanager
async def connected(address: TcpAddress, *settings: tuple[int, int], preface: bytes = PREFACE) -> AsyncIterator[Wire]:
    """A connection that has said hello."""
    wire = Wire(*await asyncio.open_connection(address.host, address.port))
    try:
        await wire.raw(preface + (SettingsFrame(0, dict(settings)).serialize() if preface == PREFACE else b""))
        yield wire
    finally:
        await wire.close()
