"""The running service against the books: every key and every secret that was ever handed out is answered as it must be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from authsvc.v1 import auth_service_pb2, decision_pb2, key_pb2, key_service_pb2
from tests.chaos.books import Books
from tests.chaos.client import Client
from tests.chaos.replay import ExpectedKey

AT_ONCE = 32


async def check_service(books: Books, client: Client, keys: Mapping[str, ExpectedKey], which: Iterable[str]) -> None:
    """Ask about these keys."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def check(key_id: str) -> None:
        async with turns:
            await _check_key(books, client, keys.get(key_id), key_id)

    await asyncio.gather(*map(check, which))


async def _check_key(books: Books, client: Client, key: ExpectedKey | None, key_id: str) -> None:
    books.expect("asked key is known", key, f"{key_id} was acknowledged, and nothing created it")
    if key is None:
        return
    answer = await client.keys.GetKey(key_service_pb2.GetKeyRequest(key_id=key_id), timeout=20)
    state = key_pb2.KeyState.Name(answer.key.state).removeprefix("KEY_STATE_")
    books.expect("state by GetKey", state == key.state, f"{key_id} is {state}, should be {key.state}")
    for call in books.secrets_of(key_id):
        verified = await client.auth.Verify(auth_service_pb2.VerifyRequest(credential=call.secret), timeout=20)
        wanted, found = key.reason(call.mark), reason_of(verified)
        books.expect(f"Verify {wanted or 'ALLOW'}", found == wanted, f"the secret of {call}: {found or 'ALLOW'}")


def reason_of(answer: auth_service_pb2.VerifyResponse) -> str:
    """The reason of a DENY; empty for ALLOW."""
    if answer.decision == decision_pb2.DECISION_ALLOW:
        return ""
    return decision_pb2.Reason.Name(answer.reason).removeprefix("REASON_")
