"""What was read before a change never answers after it, however the reads and the change interleave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from authsvc.domain.decision import Query
from authsvc.domain.reason import Reason
from authsvc.domain.token import SigningKeyState
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind
from tests.support.engine import POLICY, RunningEngine, Secrets, running_engine
from tests.support.gates import GatedStore


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[tuple[RunningEngine, RunningEngine]]:
    """Two processes of one fleet: one that mutates, one whose store answers can be held back."""
    shared = Secrets()
    async with (
        running_engine(database_url, shared=shared) as mutator,
        running_engine(database_url, shared=shared, wrap=GatedStore) as reader,
    ):
        yield mutator, reader


async def test_a_key_revoked_between_read_and_insert_is_denied(pair: tuple[RunningEngine, RunningEngine]) -> None:
    mutator, reader = pair
    done = await mutator.create()
    gate = reader.store.gate("lookup")
    miss = asyncio.create_task(reader.verify(done.secret))
    await gate.reached.wait()
    revoked = await mutator.engine.change_state.revoke(mutator.call(), done.record.key.key_id, "")
    assert revoked.receipt.effective
    gate.open()
    assert (await miss).reason is Reason.KEY_REVOKED
    after = await reader.verify(done.secret)
    assert after.reason is Reason.KEY_REVOKED


async def test_a_request_that_joined_the_lookup_is_denied_too(pair: tuple[RunningEngine, RunningEngine]) -> None:
    mutator, reader = pair
    done = await mutator.create()
    gate = reader.store.gate("lookup")
    first = asyncio.create_task(reader.verify(done.secret))
    await gate.reached.wait()
    revoked = await mutator.engine.change_state.revoke(mutator.call(), done.record.key.key_id, "")
    assert revoked.receipt.effective
    joined = asyncio.create_task(reader.verify(done.secret))
    await asyncio.sleep(0)
    gate.open()
    assert [(await first).reason, (await joined).reason] == [Reason.KEY_REVOKED, Reason.KEY_REVOKED]


async def test_a_secret_rotated_between_read_and_insert_is_denied(pair: tuple[RunningEngine, RunningEngine]) -> None:
    mutator, reader = pair
    done = await mutator.create()
    gate = reader.store.gate("lookup")
    miss = asyncio.create_task(reader.verify(done.secret))
    await gate.reached.wait()
    rotated = await mutator.engine.rotate_key(mutator.call(), done.record.key.key_id, "", 0)
    gate.open()
    assert (await miss).reason is Reason.CREDENTIAL_INVALID
    assert (await reader.verify(rotated.secret)).allowed


async def test_a_key_deactivated_between_read_and_insert_is_denied(pair: tuple[RunningEngine, RunningEngine]) -> None:
    mutator, reader = pair
    done = await mutator.create()
    gate = reader.store.gate("lookup")
    miss = asyncio.create_task(reader.verify(done.secret))
    await gate.reached.wait()
    await mutator.engine.change_state.deactivate(mutator.call(), done.record.key.key_id, "")
    gate.open()
    assert (await miss).reason is Reason.KEY_INACTIVE
    await mutator.engine.change_state.activate(mutator.call(), done.record.key.key_id, "")
    assert (await reader.verify(done.secret)).allowed


async def test_a_key_created_between_read_and_insert_is_not_remembered_as_unknown(
    pair: tuple[RunningEngine, RunningEngine],
) -> None:
    mutator, reader = pair
    keyring = mutator.engine.own.keyring
    text = keyring.issue("chy_sdk_", "a" * 32)
    gate = reader.store.gate("lookup")
    miss = asyncio.create_task(reader.verify(text))
    await gate.reached.wait()
    done = await mutator.create()
    pepper_id, digest = keyring.digest(text)
    secret = replace(done.record.key.secrets[0], secret_id="sec_late", digest=digest, pepper_id=pepper_id)

    async def work(tx: Transaction) -> None:
        await tx.insert_secret(done.record.key.key_id, secret)
        tx.log(Kind.SECRET, done.record.key.key_id)

    await mutator.store.mutate(work)
    gate.open()
    assert (await miss).allowed
    assert (await reader.verify(text)).allowed


async def test_a_token_revoked_while_its_key_is_being_read_is_denied(pair: tuple[RunningEngine, RunningEngine]) -> None:
    mutator, reader = pair
    done = await mutator.create()
    token = await mutator.mint(done.secret)
    gate = reader.store.gate("lookup")
    miss = asyncio.create_task(reader.verify(token))
    await gate.reached.wait()
    receipt = (await mutator.engine.revoke_token.by_text(mutator.call(), token)).receipt
    assert receipt.effective
    gate.open()
    assert (await miss).reason is Reason.TOKEN_REVOKED


async def test_a_verified_token_is_not_remembered_beyond_its_signing_key(pair: tuple[RunningEngine, RunningEngine]) -> None:
    mutator, reader = pair
    done = await mutator.create()
    token = await mutator.mint(done.secret)
    assert (await reader.verify(token)).allowed
    gate = reader.store.gate("changes")
    signing_key = mutator.engine.state.signing.active
    assert signing_key is not None

    async def work(tx: Transaction) -> None:
        await tx.update_signing_key(replace(signing_key, state=SigningKeyState.RETIRED))
        tx.log(Kind.SIGNING_KEY, signing_key.signing_key_id)

    _, committed = await mutator.store.mutate(work)
    await gate.reached.wait()
    gate.open()
    decision = await reader.engine.verifier.decide(token, Query(), "/", committed.revision)
    assert decision.reason is Reason.CREDENTIAL_INVALID


async def test_a_policy_applied_while_a_key_is_being_read_is_the_one_that_decides(
    pair: tuple[RunningEngine, RunningEngine],
) -> None:
    mutator, reader = pair
    done = await mutator.create(scopes=("projects:write",))
    gate = reader.store.gate("lookup")
    miss = asyncio.create_task(reader.verify(done.secret, "projects:read"))
    await gate.reached.wait()

    async def work(tx: Transaction) -> None:
        version = await tx.insert_policy(POLICY.replace(", implies: [projects:read]", ""), 1)
        assert version == 2
        tx.log(Kind.POLICY, str(version))

    _, committed = await mutator.store.mutate(work)
    await reader.engine.verifier.decide("", Query(), "/", committed.revision)
    gate.open()
    assert (await miss).reason is Reason.INSUFFICIENT_SCOPE


async def test_a_hit_neither_awaits_nor_asks_the_store(pair: tuple[RunningEngine, RunningEngine]) -> None:
    mutator, reader = pair
    done = await mutator.create()
    token = await mutator.mint(done.secret)
    assert (await reader.verify(done.secret)).allowed
    assert (await reader.verify(token)).allowed
    reader.store.calls.clear()
    reader.store.failing = lambda _method: AssertionError("the store was asked")
    for credential in (done.secret, token):
        decision = reader.hit(credential, "projects:read")
        assert decision is not None
        assert decision.allowed
    assert "lookup" not in reader.store.calls
