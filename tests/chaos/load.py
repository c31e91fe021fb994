"""Clients that create, rotate, revoke, deactivate and activate at once, also the same keys, and try again after no answer."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from typing import Any, Final

import grpc
from google.protobuf.duration_pb2 import Duration
from grpc import aio

from authsvc.v1 import key_pb2
from authsvc.v1 import key_service_pb2 as pb
from tests.chaos.books import ACTIVATE, CREATE, DEACTIVATE, REVOKE, ROTATE, Books, Call, Outcome
from tests.chaos.client import UNANSWERED, Client
from tests.support.service import refusal

MIX: Final = {CREATE: 30, ROTATE: 25, DEACTIVATE: 15, ACTIVATE: 15, REVOKE: 15}
DEADLINE: Final = 5.0
ATTEMPTS: Final = 6
PERSISTENCE: Final = 0.8
"""How likely a client that got no answer tries again; otherwise the call stays open."""
RECENT: Final = 40
"""Calls go to so many of the newest keys, so that clients meet on the same ones."""

_REQUESTS: Final[dict[str, Callable[[Call], Any]]] = {
    CREATE: lambda call: pb.CreateKeyRequest(
        key=key_pb2.Key(display_name=call.mark, type="sdk", tenant="acme"), request_id=call.mark, reason=call.mark
    ),
    ROTATE: lambda call: pb.RotateKeyRequest(
        key_id=call.key_id,
        grace_period=Duration(seconds=3600 if call.graceful else 0),
        request_id=call.mark,
        reason=call.mark,
    ),
    DEACTIVATE: lambda call: pb.DeactivateKeyRequest(key_id=call.key_id, reason=call.mark),
    ACTIVATE: lambda call: pb.ActivateKeyRequest(key_id=call.key_id, reason=call.mark),
    REVOKE: lambda call: pb.RevokeKeyRequest(key_id=call.key_id, reason=call.mark),
}


class Load:
    """Sends mutations until there were `calls` of them."""

    def __init__(self, books: Books, client: Client, calls: int, seed: int) -> None:
        self._books = books
        self._client = client
        self._random = random.Random(seed)
        self._left = calls
        self._begun = 0
        self._more = asyncio.Condition()

    async def run(self, clients: int) -> None:
        """So many clients at once, until all calls are made."""
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(self._client_life())

    async def reaches(self, calls: float) -> None:
        """Wait until so many calls were begun."""
        async with self._more:
            await self._more.wait_for(lambda: self._begun >= calls)

    async def _client_life(self) -> None:
        while self._left > 0:
            call = self._next()
            await self._send(call)
            for _ in range(ATTEMPTS - 1):
                if call.outcome is not Outcome.OPEN or self._random.random() > PERSISTENCE:
                    break
                await self._pause()
                # Without a request_id another attempt is another call.
                call = call if call.repeatable else self._begin(call.action, call.key_id)
                await self._send(call, again=True)

            if call.outcome is Outcome.OPEN:
                await until_it_answers(self._client)

    async def _pause(self) -> None:
        """Into the outage, or until it is over: both are what clients do."""
        if self._random.random() < 0.5:
            await asyncio.sleep(self._random.uniform(0.01, 0.4))
        else:
            await until_it_answers(self._client)

    def _next(self) -> Call:
        keys = list(self._books.of_key)[-RECENT:]
        action = self._random.choices([*MIX], [*MIX.values()])[0] if keys else CREATE
        key_id = "" if action == CREATE else self._random.choice(keys)
        return self._begin(action, key_id)

    def _begin(self, action: str, key_id: str) -> Call:
        self._left -= 1
        self._begun += 1
        return self._books.begin(action, key_id, graceful=action == ROTATE and self._random.random() < 0.3)

    async def _send(self, call: Call, *, again: bool = False) -> None:
        async with self._more:
            self._more.notify_all()
        await send(self._books, self._client, call, again=again)


async def send(books: Books, client: Client, call: Call, *, again: bool = False) -> None:
    """Send a call and note what comes back.

    Args:
        books: Where to note it.
        client: Whom to send it through.
        call: It has been begun.
        again: It was sent before, and whether it was done is open.
    """
    try:
        answer = await getattr(client.keys, call.action)(_REQUESTS[call.action](call), timeout=DEADLINE)
    except aio.AioRpcError as error:
        _note_error(books, call, error, again=again)
        return
    secret = getattr(answer, "secret", "")
    secret_id = next((each.secret_id for each in answer.key.secrets), "") if secret else ""
    receipt = answer.receipt
    books.done(call, answer.key.key_id, receipt.revision, effective=receipt.effective, secret=secret, secret_id=secret_id)


def _note_error(books: Books, call: Call, error: aio.AioRpcError, *, again: bool) -> None:
    code = error.code()
    if code in UNANSWERED:
        return
    if code is grpc.StatusCode.ALREADY_EXISTS and call.repeatable:
        first = again or call.outcome is not Outcome.OPEN
        books.expect("done before was sent before", first, f"{call} was sent once, and the service says ALREADY_EXISTS")
        books.repeated(call, refusal(error).metadata["key_id"])
        return
    books.expect("refused for a reason", code is grpc.StatusCode.FAILED_PRECONDITION and call.key_id, f"{call}: {code.name}")
    # The attempt before may still be under way.
    call.outcome = call.outcome if again else Outcome.REFUSED


async def send_again(books: Books, client: Client, calls: list[Call]) -> None:
    """Send requests under the ids that they had: what was done must be ALREADY_EXISTS, what was not may be done now."""

    async def repeat(call: Call) -> None:
        before = call.outcome
        await send(books, client, call, again=True)
        books.expect("a request is done once", before is Outcome.OPEN or call.outcome is before, f"{call} was done twice")

    await asyncio.gather(*map(repeat, calls))


async def until_it_answers(client: Client) -> None:
    """Wait for the end of an outage.

    Raises:
        TimeoutError: It has not ended within a minute.
    """
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(aio.AioRpcError):
                await client.keys.ListKeys(pb.ListKeysRequest(page_size=1), timeout=5)
                return
            await asyncio.sleep(0.05)
