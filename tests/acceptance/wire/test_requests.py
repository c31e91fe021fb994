"""What a gRPC client cannot send, one request at a time. Each has an outcome for each transport; good callers notice nothing."""

from __future__ import annotations

from typing import Final, NamedTuple

import pytest
from hyperframe.frame import DataFrame, Frame, HeadersFrame, PingFrame

from tests.acceptance.wire.conftest import VERIFY, Target
from tests.support.http2 import Answer, Wire, connected, message

EMPTY: Final = message(b"")
ANYTHING = "anything"
"""Now this, now that."""
ABANDONED = "no answer"
"""The call is left alone until its client hangs up (ADR 2)."""


class Case(NamedTuple):
    """One request. Outcomes: the status of the call, `reset` for the stream, `closed` for the connection, none."""

    name: str
    native: str
    grpcio: str
    more: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    body: bytes = EMPTY


def path(name: str, text: str, native: str, grpcio: str) -> Case:
    """A request for another path."""
    return Case(name, native, grpcio, ((":path", text),))


def bodied(name: str, body: bytes, native: str, grpcio: str, *more: tuple[str, str]) -> Case:
    """A request with another body."""
    return Case(name, native, grpcio, more, body=body)


OK, DEADLINE, INTERNAL, UNIMPLEMENTED, STRANGER = "0", "4", "13", "12", "16"
CASES: Final = (
    Case("no content-type", OK, OK, without=("content-type",)),
    Case("JSON", OK, OK, (("content-type", "application/json"),)),
    Case("no te", OK, "reset", without=("te",)),
    Case("te: gzip", "reset", INTERNAL, (("te", "gzip"),)),
    Case("a timeout that is none", OK, INTERNAL, (("grpc-timeout", "abc"),)),
    Case("a timeout below zero", OK, INTERNAL, (("grpc-timeout", "-1S"),)),
    Case("an empty timeout", OK, INTERNAL, (("grpc-timeout", ""),)),
    Case("a timeout of nothing", DEADLINE, DEADLINE, (("grpc-timeout", "0S"),)),
    Case("a timeout of a nanosecond", DEADLINE, DEADLINE, (("grpc-timeout", "1n"),)),
    Case("the longest timeout", OK, OK, (("grpc-timeout", "99999999H"),)),
    Case("a timeout of too many digits", OK, OK, (("grpc-timeout", "999999999S"),)),
    bodied("compressed without encoding", message(b"", compressed=True), INTERNAL, INTERNAL),
    bodied("a flag of 2", b"\x02\x00\x00\x00\x00", INTERNAL, ANYTHING),
    bodied("compressed garbage", message(b"x", compressed=True), INTERNAL, INTERNAL, ("grpc-encoding", "gzip")),
    bodied("an unknown encoding", message(b"x", compressed=True), UNIMPLEMENTED, INTERNAL, ("grpc-encoding", "zzz")),
    bodied("a length that is too short", message(b"\x0a\x01a", length=1), INTERNAL, "3"),
    bodied("a length that is too long", message(b"\x0a\x01a", length=100), INTERNAL, ABANDONED),
    bodied("a length of 4 GiB", message(b"\x0a\x01a", length=2**32 - 1), INTERNAL, "8"),
    bodied("half a length", b"\x00\x00\x00", INTERNAL, ABANDONED),
    bodied("no message", b"", INTERNAL, ABANDONED),
    bodied("two messages", EMPTY + EMPTY, OK, OK),
    bodied("a thousand messages", EMPTY * 1000, OK, OK),
    path("an unknown method", "/authsvc.v1.AuthService/Nope", UNIMPLEMENTED, UNIMPLEMENTED),
    path("an unknown service", "/a.B/C", UNIMPLEMENTED, UNIMPLEMENTED),
    path("a path that climbs", "/authsvc.v1.AuthService/../AuthService/Verify", UNIMPLEMENTED, UNIMPLEMENTED),
    path("a path without slash", "authsvc.v1.AuthService/Verify", "reset", UNIMPLEMENTED),
    path("an empty path", "", "reset", UNIMPLEMENTED),
    path("a star", "*", UNIMPLEMENTED, UNIMPLEMENTED),
    path("5000 slashes", "/" * 5000, UNIMPLEMENTED, UNIMPLEMENTED),
    path("a query", f"{VERIFY}?a=b", OK, UNIMPLEMENTED),
    path("NUL in the path", f"{VERIFY}\x00", "reset", UNIMPLEMENTED),
    path("a whole URL", f"http://a.example{VERIFY}", "reset", UNIMPLEMENTED),
    Case("GET", OK, "reset", ((":method", "GET"),)),
    Case("CONNECT", "reset", INTERNAL, ((":method", "CONNECT"),)),
    Case("no method", "reset", "reset", without=(":method",)),
    Case("no path", "reset", "reset", without=(":path",)),
    Case("no scheme", "reset", "reset", without=(":scheme",)),
    Case("no authority", OK, "reset", without=(":authority",)),
    Case("two paths", "reset", OK, ((":path", VERIFY), (":path", VERIFY))),
    Case("a status", "reset", OK, ((":status", "200"),)),
    Case("a name in upper case", "closed", INTERNAL, (("X-Upper", "a"),)),
    Case("an empty name", "closed", INTERNAL, (("", "a"),)),
    Case("a header of the connection", "reset", OK, (("connection", "close"),)),
    Case("chunks", "reset", OK, (("transfer-encoding", "chunked"),)),
    Case("a content-length that lies", "reset", OK, (("content-length", "99"),)),
    Case("NUL in a value", "closed", OK, (("x-a", "a\x00b"),)),
    Case("a line break in a value", "closed", OK, (("x-a", "a\r\nb: c"),)),
    Case("a value beyond ASCII", OK, OK, (("x-a", "é"),)),
    Case("a binary value that is none", OK, INTERNAL, (("x-a-bin", "!!!"),)),
    Case("a status in the request", OK, OK, (("grpc-status", "0"),)),
    Case("a tab after the scheme", STRANGER, STRANGER, (("authorization", "Bearer\tauthsvc_a"),)),
    Case("a credential beyond ASCII", STRANGER, STRANGER, (("authorization", "Bearer é"),)),
    Case("NUL in the credential", "closed", STRANGER, (("authorization", "Bearer a\x00b"),)),
)


def outcome(wire: Wire, answer: Answer) -> str:
    """What became of a request."""
    if answer.grpc_status:
        return answer.grpc_status
    if answer.reset is not None:
        return "reset"
    assert wire.closed
    return "closed"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_request_no_grpc_client_sends_disturbs_nobody(target: Target, case: Case) -> None:
    expected = case.native if target.transport == "native" else case.grpcio
    async with connected(target.address) as wire:
        number = await wire.open(target.verify(*case.more, without=case.without))
        await wire.body(number, case.body)
        if expected in (ANYTHING, ABANDONED):
            # What is sent after it is answered.
            assert (await wire.call(target.verify(), EMPTY)).grpc_status == OK
            assert expected == ANYTHING or not wire.answers[number].over
        else:
            assert outcome(wire, await wire.answer(number)) == expected
    await target.check()


TRAILERS: Final = {
    "a late header": ((("x-late", "a"),), OK, OK),
    "a path": (((":path", VERIFY),), OK, OK),
    "a status": ((("grpc-status", "0"),), OK, OK),
    # One library takes trailers for metadata, so this is a second credential; the other drops them.
    "a credential": ((("authorization", "Bearer authsvc_x"),), STRANGER, OK),
}


@pytest.mark.parametrize("name", TRAILERS)
async def test_trailers_of_a_request_gain_nothing(target: Target, name: str) -> None:
    trailers, native, grpcio = TRAILERS[name]
    async with connected(target.address) as wire:
        number = await wire.open(target.verify())
        await wire.body(number, EMPTY, end=False)
        await wire.send(HeadersFrame(number, wire.encode(trailers), flags=["END_HEADERS", "END_STREAM"]))
        assert outcome(wire, await wire.answer(number)) == (native if target.transport == "native" else grpcio)
    await target.check()


async def test_a_message_may_come_byte_by_byte(target: Target) -> None:
    body = message(b"\x0a\x01x")
    async with connected(target.address) as wire:
        number = await wire.open(target.verify())
        for at in range(len(body)):
            await wire.send(DataFrame(number, body[at : at + 1], flags=["END_STREAM"] if at == len(body) - 1 else []))
        assert (await wire.answer(number)).grpc_status == OK
    await target.check()


def frame(kind: int, flags: int, stream: int, payload: bytes = b"", *, length: int | None = None) -> bytes:
    """A frame that need not be one."""
    size = len(payload) if length is None else length
    return size.to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


UNEXPECTED: Final = {
    "data on no stream": frame(0, 1, 0, EMPTY),
    "data on a stream that was never opened": frame(0, 1, 99, EMPTY),
    "headers on a stream of the server's": frame(1, 5, 2, b"\x82"),
    "headers on stream zero": frame(1, 5, 0, b"\x82"),
    "headers that cannot be unpacked": frame(1, 5, 1, b"\xff" * 20),
    "headers that name an entry that is not there": frame(1, 5, 1, b"\xbf\x7f"),
    "headers padded beyond their end": frame(1, 13, 1, b"\xff\x82"),
    "a continuation of nothing": frame(9, 4, 1, b"\x82"),
    "a frame between headers and their continuation": frame(1, 1, 1, b"\x82") + frame(6, 0, 0, b"\x00" * 8),
    "a ping of seven bytes": frame(6, 0, 0, b"\x00" * 7),
    "a ping on a stream": frame(6, 0, 1, b"\x00" * 8),
    "settings of five bytes": frame(4, 0, 0, b"\x00" * 5),
    "settings on a stream": frame(4, 0, 1),
    "settings acknowledged with something": frame(4, 1, 0, b"\x00" * 6),
    "a window above the highest": frame(4, 0, 0, b"\x00\x04\xff\xff\xff\xff"),
    "a frame size below the lowest": frame(4, 0, 0, b"\x00\x05\x00\x00\x00\x01"),
    "push enabled with 2": frame(4, 0, 0, b"\x00\x02\x00\x00\x00\x02"),
    "a window update of nothing": frame(8, 0, 0, b"\x00" * 4),
    "window updates beyond the highest": frame(8, 0, 0, b"\x7f\xff\xff\xff") * 2,
    "a reset of stream zero": frame(3, 0, 0, b"\x00" * 4),
    "a reset of a stream that was never opened": frame(3, 0, 77, b"\x00" * 4),
    "a promise": frame(5, 4, 1, b"\x00\x00\x00\x02\x82"),
    "a priority that depends on itself": frame(2, 0, 1, b"\x00\x00\x00\x01\x00"),
    "a good-bye and more": frame(7, 0, 0, b"\x00" * 8) + frame(6, 0, 0, b"\x00" * 8),
    "a frame of 16 MiB": frame(0, 0, 1, length=2**24 - 1),
    "an unknown frame": frame(200, 255, 12345, b"x" * 100),
    "an unknown setting": frame(4, 0, 0, b"\xff\xff\xff\xff\xff\xff"),
}


@pytest.mark.parametrize("name", UNEXPECTED)
async def test_a_frame_that_breaks_the_protocol_ends_its_own_connection_at_most(target: Target, name: str) -> None:
    async with connected(target.address) as wire:
        await wire.raw(UNEXPECTED[name])
    await target.check()


GREETINGS: Final = {
    "HTTP/1.1": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "an upgrade": b"GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
    "TLS": b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + b"\x00" * 150,
    "half a greeting": b"PRI * HTTP/2.0\r\n",
    "a greeting and no settings": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame.serialize(PingFrame(0, b"\x00" * 8)),
    "zeros": b"\x00" * 100_000,
    "the address of a proxied client": b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("name", GREETINGS)
async def test_who_does_not_speak_http2_disturbs_nobody(target: Target, name: str) -> None:
    async with connected(target.address, preface=GREETINGS[name]):
        await target.check()
    await target.check()
