"""A client that verifies all the time: what an effective receipt has killed is never allowed, what lives is never denied."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

from grpc import aio

from authsvc.v1 import auth_service_pb2
from tests.chaos.books import ACTIVATE, DEACTIVATE, REVOKE, ROTATE, Books, Call, Outcome
from tests.chaos.client import Client
from tests.chaos.service_check import reason_of

NEWEST = 30
"""Half of the questions are about so many of the newest keys."""


class Watch:
    """Verifies secrets whose answer is certain at the moment of asking."""

    def __init__(self, books: Books, client: Client, seed: int) -> None:
        self._books = books
        self._client = client
        self._random = random.Random(seed)
        self.answers: Counter[str] = Counter()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            call = self._pick()
            if call is None or not await self.look(call):
                await asyncio.sleep(0.01)

    def _pick(self) -> Call | None:
        keys = list(self._books.of_key)
        if self._random.random() < 0.5:
            keys = keys[-NEWEST:]
        secrets = self._books.secrets_of(self._random.choice(keys)) if keys else []
        return self._random.choice(secrets) if secrets else None

    async def look(self, call: Call) -> bool:
        """Ask about the secret that a call returned; whether there was an answer."""
        dead, lives = is_dead(self._books, call), is_alive(self._books, call)
        if not dead and not lives:
            return False
        try:
            answer = await self._client.auth.Verify(auth_service_pb2.VerifyRequest(credential=call.secret), timeout=5)
        except aio.AioRpcError:
            self.answers["none"] += 1
            return False
        reason = reason_of(answer)
        self.answers[reason or "ALLOW"] += 1
        # What was begun while we asked may have changed it.
        if dead and is_dead(self._books, call):
            self._books.expect("denied after the receipt", reason, f"the secret of {call} was allowed after {dead}")
        if lives and is_alive(self._books, call):
            self._books.expect("allowed while it lives", not reason, f"the secret of {call} was denied: {reason}")
        return True


def is_dead(books: Books, call: Call) -> Call | None:
    """The call that certainly killed the secret that `call` returned: acknowledged as effective, and not undone by any other."""
    return next((other for other in books.of_key[call.key_id] if _killed(books, other, call)), None)


def _killed(books: Books, other: Call, call: Call) -> bool:
    if other.outcome is not Outcome.DONE or not other.effective:
        return False
    if other.action == REVOKE:
        return True
    if other.action == ROTATE:
        return not other.graceful and call.revision < other.revision
    return other.action == DEACTIVATE and not any(
        _may_follow(activation, other) for activation in books.of_key[call.key_id] if activation.action == ACTIVATE
    )


def _may_follow(later: Call, earlier: Call) -> bool:
    """Whether a call may have been done after another one."""
    if later.outcome is Outcome.REFUSED:
        return False
    return later.outcome is not Outcome.DONE or later.revision > earlier.revision


def is_alive(books: Books, call: Call) -> bool:
    """Whether the secret that `call` returned certainly works: the receipt was effective, and nobody began to kill it."""
    others = (other for other in books.of_key[call.key_id] if other is not call)
    return call.effective and not any(other.kills for other in others)
