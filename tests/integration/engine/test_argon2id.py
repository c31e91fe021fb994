"""Keys of a type with `hash: argon2id`: slow once, right always, and never stale."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest

from authsvc.domain.decision import Query
from authsvc.domain.key import Hash, Secret
from authsvc.domain.key_pattern import key_pattern
from authsvc.domain.own_secret import OwnKind
from authsvc.domain.reason import Reason
from authsvc.engine.hashing import argon2id
from authsvc.engine.keys.change import Done
from authsvc.engine.keys.read import CredentialKind
from authsvc.engine.ports import Transaction
from authsvc.engine.records import AuditFilter, Kind
from tests.support.engine import RunningEngine, Secrets, running_engine
from tests.support.gates import GatedStore
from tests.support.rotation import retire, rotate

POLICY = """
version: 1
argon2: {memory: 7MiB, passes: 5}
key_types:
  sdk: {prefix: chy_sdk_}
  chosen: {prefix: ch_, hash: argon2id}
"""
CHEAPER = POLICY.replace("7MiB, passes: 5", "9MiB, passes: 4")


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[tuple[RunningEngine, RunningEngine]]:
    """Two processes of one fleet: one that mutates, one whose store answers can be held back."""
    shared = Secrets()
    async with (
        running_engine(database_url, policy=POLICY, shared=shared) as mutator,
        running_engine(database_url, policy=POLICY, shared=shared, wrap=GatedStore) as reader,
    ):
        yield mutator, reader


@pytest.fixture
async def one(database_url: str) -> AsyncIterator[RunningEngine]:
    async with running_engine(database_url, policy=POLICY) as running:
        yield running


class HeldChecks:
    """Holds every check in its thread until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._go = threading.Event()
        self._loop = asyncio.get_running_loop()
        self.begun = asyncio.Event()
        real = argon2id.matches

        def held(phc: str, message: bytes) -> bool:
            self._loop.call_soon_threadsafe(self.begun.set)
            assert self._go.wait(20)
            return real(phc, message)

        monkeypatch.setattr(argon2id, "matches", held)

    def let_go(self) -> None:
        self._go.set()


async def chosen(running: RunningEngine, **fields: object) -> Done:
    return await running.create(type="chosen", **fields)


def only(done: Done) -> Secret:
    (secret,) = done.record.key.secrets
    return secret


async def test_a_key_is_stored_as_an_argon2id_hash_and_found_by_its_public_id(one: RunningEngine, database_url: str) -> None:
    done = await chosen(one)
    assert len(done.secret) == len("ch_") + 22 + 32 + 7
    assert re.fullmatch(key_pattern(one.engine.state.rules.policy.key_types["chosen"]), done.secret)
    assert only(done).hash is Hash.ARGON2ID
    assert only(done).phc.startswith("$argon2id$v=19$m=7168,t=5,p=1$")
    assert only(done).prefix == done.secret[:7]
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch("SELECT secrets::text FROM secrets")
    await connection.close()
    assert len(rows) == 1
    assert all(done.secret[at : at + 8] not in str(rows) for at in range(3, len(done.secret) - 7))


async def test_it_is_checked_once_and_then_answered_from_memory(pair: tuple[RunningEngine, RunningEngine]) -> None:
    mutator, reader = pair
    done = await chosen(mutator)
    assert reader.hit(done.secret) is None
    assert (await reader.verify(done.secret)).allowed
    assert reader.engine.counters.hash_checks == 1
    reader.store.failing = lambda _method: AssertionError("the store was asked")
    hit = reader.hit(done.secret)
    assert hit is not None
    assert hit.allowed
    assert reader.engine.counters.hash_checks == 1


async def test_many_at_once_are_one_check(pair: tuple[RunningEngine, RunningEngine]) -> None:
    mutator, reader = pair
    done = await chosen(mutator)
    decisions = await asyncio.gather(*(reader.verify(done.secret) for _ in range(100)))
    assert all(decision.allowed for decision in decisions)
    assert (reader.engine.counters.hash_checks, reader.engine.counters.hash_refusals) == (1, 0)


async def test_a_mistyped_key_dies_on_its_tag_without_a_lookup_or_a_check(one: RunningEngine) -> None:
    done = await chosen(one)
    for at in (3, 30, 60, len(done.secret) - 1):
        wrong = done.secret[:at] + ("a" if done.secret[at] != "a" else "b") + done.secret[at + 1 :]
        assert (await one.verify(wrong)).reason is Reason.CREDENTIAL_INVALID
    assert (one.engine.counters.lookups, one.engine.counters.hash_checks) == (0, 0)


async def test_a_forged_tag_with_a_known_public_id_is_checked_and_denied(one: RunningEngine) -> None:
    done = await chosen(one)
    forged = one.engine.own.keyring.issue("ch_", done.secret[3:25] + "f" * 32)
    decision = await one.verify(forged)
    assert (decision.reason, decision.principal) == (Reason.CREDENTIAL_INVALID, None)
    assert (await one.verify(forged)).reason is Reason.CREDENTIAL_INVALID
    assert one.engine.counters.hash_checks == 1
    assert (await one.verify(done.secret)).allowed


async def test_a_key_revoked_while_it_is_checked_is_denied(
    pair: tuple[RunningEngine, RunningEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutator, reader = pair
    done = await chosen(mutator)
    held = HeldChecks(monkeypatch)
    first = asyncio.create_task(reader.verify(done.secret))
    await held.begun.wait()
    revoked = await mutator.engine.change_state.revoke(mutator.call(), done.record.key.key_id, "")
    assert revoked.receipt.effective
    joined = asyncio.create_task(reader.verify(done.secret))
    await asyncio.sleep(0)
    held.let_go()
    assert [(await first).reason, (await joined).reason] == [Reason.KEY_REVOKED, Reason.KEY_REVOKED]
    assert reader.engine.counters.hash_checks == 1


async def test_a_secret_rotated_while_it_is_checked_is_denied(
    pair: tuple[RunningEngine, RunningEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutator, reader = pair
    done = await chosen(mutator)
    held = HeldChecks(monkeypatch)
    miss = asyncio.create_task(reader.verify(done.secret))
    await held.begun.wait()
    rotated = await mutator.engine.rotate_key(mutator.call(), done.record.key.key_id, "", 0)
    assert rotated.receipt.effective
    held.let_go()
    assert (await miss).reason is Reason.CREDENTIAL_INVALID
    assert (await reader.verify(rotated.secret)).allowed
    assert rotated.secret[3:25] != done.secret[3:25]


async def test_a_wrong_secret_is_not_remembered_beyond_the_next_secret(
    pair: tuple[RunningEngine, RunningEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was checked against the only secret with its public id; while that took, itself was added as another key's."""
    mutator, reader = pair
    done = await chosen(mutator)
    forged = mutator.engine.own.keyring.issue("ch_", done.secret[3:25] + "f" * 32)
    held = HeldChecks(monkeypatch)
    miss = asyncio.create_task(reader.verify(forged))
    await held.begun.wait()
    other = await mutator.create(type="sdk")
    pepper_id, digest = mutator.engine.own.keyring.digest(forged)
    late = replace(only(other), secret_id="sec_late", digest=digest, pepper_id=pepper_id)

    async def work(tx: Transaction) -> None:
        await tx.insert_secret(other.record.key.key_id, late)
        tx.log(Kind.SECRET, other.record.key.key_id)

    _, committed = await mutator.store.mutate(work)
    await reader.engine.verifier.decide("", Query(), "/", committed.revision)
    held.let_go()
    decision = await miss
    assert decision.allowed
    assert decision.principal is not None
    assert decision.principal.key_id == other.record.key.key_id


async def test_after_its_state_is_lost_a_process_looks_the_key_up_again_and_does_not_check_again(one: RunningEngine) -> None:
    done = await chosen(one)
    assert (await one.verify(done.secret)).allowed
    one.engine.state.forget()
    one.engine.membership.kick()
    assert (await one.verify(done.secret)).allowed
    assert (one.engine.counters.hash_checks, one.engine.counters.lookups) == (1, 2)


async def test_a_check_whose_caller_gave_up_is_remembered(one: RunningEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    done = await chosen(one)
    held = HeldChecks(monkeypatch)
    gone = asyncio.create_task(one.verify(done.secret))
    await held.begun.wait()
    gone.cancel()
    held.let_go()
    assert (await one.verify(done.secret)).allowed
    assert one.engine.counters.hash_checks == 1


async def test_a_dead_secret_is_not_worth_a_check(one: RunningEngine) -> None:
    done = await chosen(one)
    await one.engine.rotate_key(one.call(), done.record.key.key_id, "", 0)
    assert (await one.verify(done.secret)).reason is Reason.CREDENTIAL_INVALID
    assert one.engine.counters.hash_checks == 0


async def test_a_key_whose_type_is_hashed_otherwise_now_works_as_before(one: RunningEngine) -> None:
    done, plain = await chosen(one), await one.create(type="sdk")
    await apply(one, POLICY.replace(", hash: argon2id", "").replace("chy_sdk_}", "chy_sdk_, hash: argon2id}"))
    assert (await one.verify(done.secret)).allowed
    assert (await one.verify(plain.secret)).allowed
    await apply(one, POLICY.replace("  chosen: {prefix: ch_, hash: argon2id}\n", ""), 2)
    assert (await one.verify(done.secret)).reason is Reason.KEY_INACTIVE
    one.engine.state.forget()
    one.engine.membership.kick()
    assert (await one.verify(done.secret)).reason is Reason.KEY_INACTIVE


async def test_a_secret_is_hashed_again_at_its_next_use_after_the_cost_changed(
    pair: tuple[RunningEngine, RunningEngine],
) -> None:
    mutator, reader = pair
    done = await chosen(mutator)
    assert (await reader.verify(done.secret)).allowed
    revision = await apply(mutator, CHEAPER)
    decision = await reader.engine.verifier.decide(done.secret, Query(), "/", revision)
    assert decision.allowed
    await reader.engine.rehasher.settle()
    record = await mutator.engine.read_keys.get(mutator.root, done.record.key.key_id)
    (secret,) = record.key.secrets
    assert secret.phc.startswith("$argon2id$v=19$m=9216,t=4,p=1$")
    assert replace(secret, phc="") == replace(only(done), phc="")
    # Neither process has to check again: one knows what it was made of, the other that it is the same secret.
    checks = reader.engine.counters.hash_checks
    assert (await reader.engine.verifier.decide(done.secret, Query(), "/", record.key.revision)).allowed
    reader.engine.state.forget()
    reader.engine.membership.kick()
    assert (await reader.verify(done.secret)).allowed
    assert reader.engine.counters.hash_checks == checks
    assert (await mutator.verify(done.secret)).allowed
    entries = await mutator.store.audit_entries(AuditFilter(action="RehashSecret"), 10, "")
    assert [entry.target for entry in entries.entries] == [done.record.key.key_id]


async def test_a_secret_that_is_stored_as_it_should_be_is_left_alone(one: RunningEngine) -> None:
    done = await chosen(one)
    revision = one.engine.state.applied
    assert (await one.verify(done.secret)).allowed
    await one.engine.rehasher.settle()
    assert await one.store.revision() == revision


async def test_a_denied_use_hashes_nothing_again(one: RunningEngine) -> None:
    done = await chosen(one)
    await one.engine.change_state.deactivate(one.call(), done.record.key.key_id, "")
    revision = await apply(one, CHEAPER)
    decision = await one.engine.verifier.decide(done.secret, Query(), "/", revision)
    assert decision.reason is Reason.KEY_INACTIVE
    await one.engine.rehasher.settle()
    assert await one.store.revision() == revision


async def test_secrets_move_to_the_newest_pepper_as_they_are_used(database_url: str) -> None:
    shared = Secrets()
    async with running_engine(database_url, policy=POLICY, shared=shared) as before:
        slow, fast = await chosen(before), await before.create(type="sdk")
        await rotate(before, kind=OwnKind.PEPPER, own_id="p2")
    async with running_engine(database_url, policy=POLICY, shared=shared) as after:
        for done in (slow, fast):
            assert (await after.verify(done.secret)).allowed
        await after.engine.rehasher.settle()
        for done in (slow, fast):
            (secret,) = (await after.engine.read_keys.get(after.root, done.record.key.key_id)).key.secrets
            assert (secret.pepper_id, secret.hash) == ("p2", only(done).hash)
            assert secret.digest != only(done).digest
            assert (await after.verify(done.secret)).allowed
        assert (await retire(after, OwnKind.PEPPER, "p1")).effective
    shared = replace(shared, peppers={"p2": shared.peppers["p2"]})
    async with running_engine(database_url, policy=POLICY, shared=shared) as later:
        for done in (slow, fast):
            assert (await later.verify(done.secret)).allowed


async def test_a_leaked_key_is_identified_and_a_wrong_one_only_by_its_beginning(one: RunningEngine) -> None:
    done = await chosen(one)
    found = await one.engine.read_keys.identify(one.root, done.secret)
    assert (found.kind, found.secret_id) == (CredentialKind.KEY, only(done).secret_id)
    forged = one.engine.own.keyring.issue("ch_", done.secret[3:25] + "f" * 32)
    found = await one.engine.read_keys.identify(one.root, forged)
    assert (found.kind, found.secret_id) == (CredentialKind.PREFIX, "")
    assert [record.key.key_id for record in found.records] == [done.record.key.key_id]


async def test_tokens_are_minted_from_it(one: RunningEngine) -> None:
    done = await chosen(one)
    token = await one.mint(done.secret)
    assert (await one.verify(token)).allowed


async def apply(running: RunningEngine, source: str, expected: int = 1) -> int:
    """Apply a policy; its revision."""

    async def work(tx: Transaction) -> None:
        version = await tx.insert_policy(source, expected)
        assert version == expected + 1
        tx.log(Kind.POLICY, str(version))

    _, committed = await running.store.mutate(work)
    await running.engine.verifier.decide("", Query(), "/", committed.revision)
    return int(committed.revision)
