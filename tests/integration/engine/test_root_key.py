"""The first root key is made once, however many processes start; the next one by whoever has the machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from authsvc.domain.reason import Reason
from authsvc.domain.token import SigningKeyState
from authsvc.engine.callers import local
from authsvc.engine.parts import compile_policy
from authsvc.engine.records import AuditFilter
from authsvc.engine.root_key import MAKERS
from tests.support.engine import RunningEngine, Secrets, running_engine

Fleet = list[RunningEngine]


@pytest.fixture
async def fleet(database_url: str) -> AsyncIterator[Fleet]:
    shared = Secrets()
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(running_engine(database_url, shared=shared, replica_id=f"replica-{number}"))
            for number in range(3)
        ]


async def test_processes_that_start_together_make_one_root_key_and_its_file(fleet: Fleet) -> None:
    policy, kept = compile_policy(None), list[str]()
    made = await asyncio.gather(*(each.engine.beginnings.ensure_root_key(policy, kept.append) for each in fleet))
    (key,) = [each for each in made if each is not None]
    assert len(set(kept)) == 1
    decision = await fleet[0].verify(kept[-1])
    assert decision.proof is not None
    assert decision.proof.access.key.key_id == key.key_id
    assert await fleet[0].engine.beginnings.ensure_root_key(policy, kept.append) is None


async def test_processes_that_start_together_make_one_signing_key(fleet: Fleet) -> None:
    one = fleet[0]
    await one.store._pools.writes.rows("DELETE FROM signing_keys")
    made = await asyncio.gather(*(each.engine.beginnings.ensure_signing_key(compile_policy(None)) for each in fleet))
    assert sorted(made) == [False, False, True]
    keys = (await one.store.snapshot()).signing_keys
    assert [key.state for key in keys] == [SigningKeyState.ACTIVE]


async def test_a_new_root_key_replaces_those_that_the_service_made_and_no_others(fleet: Fleet) -> None:
    one, other, _ = fleet
    kept: list[str] = []
    await one.engine.beginnings.ensure_root_key(compile_policy(None), kept.append)
    theirs = await one.create(type="authsvc", tenant="/", scopes=("authsvc:*",))
    call = one.call(caller=local("command-line"), reason="lost")
    done = await one.engine.rotate_root_key(call, kept.append, keep_old=False)
    assert done.receipt.effective
    assert len(done.revoked) == 1
    for running in (one, other):
        assert (await running.verify(kept[0])).reason is Reason.KEY_REVOKED
        assert (await running.verify(kept[1])).allowed
        assert (await running.verify(theirs.secret)).allowed
    again = await other.engine.rotate_root_key(call, kept.append, keep_old=False)
    assert again.revoked == (done.key.key_id,)
    kept_both = await other.engine.rotate_root_key(call, kept.append, keep_old=True)
    assert kept_both.revoked == ()
    assert (await one.verify(kept[2])).allowed
    assert (await one.verify(kept[3])).allowed
    entries = (await one.store.audit_entries(AuditFilter(), 50, "")).entries
    assert {entry.actor for entry in entries if entry.action == "CreateRootKey"} == set(MAKERS)
