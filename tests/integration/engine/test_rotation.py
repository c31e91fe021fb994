"""Peppers, tag keys and key-encryption keys replaced under two processes that answer all the time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from authsvc.domain.errors import FailedPrecondition, LeaseLost, Unavailable
from authsvc.domain.own_secret import OwnKind, mark
from authsvc.domain.reason import Reason
from authsvc.engine.membership import LeaseTerms
from tests.support.engine import SECOND, RunningEngine, Secrets, running_engine
from tests.support.gates import GatedStore
from tests.support.rotation import fingerprint, offer, require, retire, rotate
from tests.support.stored import eventually

SHORT = LeaseTerms(lease=SECOND // 2)
Pair = tuple[RunningEngine, RunningEngine]


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[Pair]:
    async with two(database_url) as both:
        yield both


@asynccontextmanager
async def two(database_url: str) -> AsyncIterator[Pair]:
    shared = Secrets()
    async with (
        running_engine(database_url, shared=shared, terms=SHORT, wrap=GatedStore) as first,
        running_engine(database_url, shared=shared, terms=SHORT, wrap=GatedStore, replica_id="other") as second,
    ):
        yield first, second


async def stored_pepper(running: RunningEngine, key_id: str) -> str:
    record = await running.store.key(key_id)
    return str(record.key.secrets[0].pepper_id)


async def test_a_key_under_a_new_pepper_is_known_in_every_process_at_once(pair: Pair) -> None:
    one, other = pair
    old = await one.create()
    await rotate(one, other, kind=OwnKind.PEPPER, own_id="p2")
    new = await one.create()
    assert new.record.key.secrets[0].pepper_id == "p2"
    for running in pair:
        assert (await running.verify(new.secret)).allowed
        assert (await running.verify(old.secret)).allowed


async def test_a_process_that_lacks_a_required_secret_answers_nothing_rather_than_wrong(pair: Pair) -> None:
    one, other = pair
    one.secrets.add(OwnKind.PEPPER, "p2")
    await offer(one)
    assert (await require(one, OwnKind.PEPPER, "p2")).effective, "the other one has lost its lease by then"
    await one.engine.rotation.use(one.call(), OwnKind.PEPPER, "p2")
    new = await one.create()
    assert other.hit(new.secret) is None
    with pytest.raises(LeaseLost):
        await other.verify(new.secret)
    await offer(other)
    assert (await other.verify(new.secret)).allowed


async def test_nothing_is_made_under_a_secret_before_every_process_requires_it(pair: Pair) -> None:
    one, other = pair
    one.secrets.add(OwnKind.PEPPER, "p2")
    await offer(one, other)
    with pytest.raises(FailedPrecondition, match="not required"):
        await one.engine.rotation.use(one.call(), OwnKind.PEPPER, "p2")
    # The other process stands still between what the log says and what it makes of it.
    gate = other.store.gate("changes")
    requiring = asyncio.create_task(require(one, OwnKind.PEPPER, "p2"))
    await gate.reached.wait()
    call = one.call(deadline=one.clock.own() + SECOND // 10)
    with pytest.raises(FailedPrecondition, match="not every process"):
        await one.engine.rotation.use(call, OwnKind.PEPPER, "p2")
    assert (await one.create()).record.key.secrets[0].pepper_id == "p1"
    gate.open()
    assert (await requiring).effective


async def test_who_does_not_have_it_yet_is_named_and_spared(pair: Pair) -> None:
    one, other = pair
    one.secrets.add(OwnKind.TAG_KEY, "2")
    await offer(one)
    wanted = mark("tag-keys/2", fingerprint(one, OwnKind.TAG_KEY, "2"))
    lacking = await one.engine.rotation.wait_until_known(wanted, one.clock.own() + SECOND // 5)
    assert [row.replica_id for row in lacking] == ["other"]
    await offer(other)
    assert await one.engine.rotation.wait_until_known(wanted, one.clock.own() + 5 * SECOND) == ()


async def test_a_row_that_nobody_renews_holds_no_rotation_up(pair: Pair) -> None:
    one, other = pair
    one.secrets.add(OwnKind.PEPPER, "p2")
    await offer(one, other)
    await one.store.join("proc_gone", "gone", SHORT.lease, 0)
    wanted = mark("peppers/p2", fingerprint(one, OwnKind.PEPPER, "p2"))
    assert await one.engine.rotation.wait_until_known(wanted, one.clock.own() + 5 * SECOND) == ()
    rows = {row.process_id: row.dead for row in await one.store.processes()}
    assert rows["proc_gone"] is True


async def test_secrets_move_to_the_newest_pepper_as_they_are_used_and_the_old_one_can_retire(pair: Pair) -> None:
    one, other = pair
    used, remembered, unused = await one.create(), await one.create(), await one.create()
    assert (await one.verify(remembered.secret)).allowed
    await rotate(one, other, kind=OwnKind.PEPPER, own_id="p2")
    assert (await other.verify(used.secret)).allowed
    await eventually(lambda: is_under(one, used.record.key.key_id, "p2"), "what was used has moved")
    # What a process remembers is not read at every use; after a while it is read once more.
    await eventually(
        lambda: is_moved_by_use(one, remembered.secret, remembered.record.key.key_id), "what is remembered moves too"
    )
    revision = await one.store.revision()
    with pytest.raises(FailedPrecondition, match="1 living secrets of keys need peppers/p1"):
        await retire(one, OwnKind.PEPPER, "p1")
    assert [each.key_id for each in await one.store.dependents(OwnKind.PEPPER, "p1", one.clock.now(), 5)] == [
        unused.record.key.key_id
    ]
    assert await one.store.revision() == revision, "moving and refusing take no revision"
    await one.engine.change_state.revoke(one.call(), unused.record.key.key_id, "")
    assert (await retire(one, OwnKind.PEPPER, "p1")).effective
    for running in pair:
        assert running.engine.own.keyring.pepper_ids == ("p2",)
        assert (await running.verify(used.secret)).allowed
        assert (await running.verify(remembered.secret)).allowed
        assert (await running.verify(unused.secret)).reason is Reason.CREDENTIAL_INVALID


async def is_under(running: RunningEngine, key_id: str, pepper_id: str) -> bool:
    return await stored_pepper(running, key_id) == pepper_id


async def is_moved_by_use(running: RunningEngine, secret: str, key_id: str) -> bool:
    assert (await running.verify(secret)).allowed
    return await is_under(running, key_id, "p2")


async def test_a_secret_read_before_it_moved_and_filled_after_is_the_same_key(pair: Pair) -> None:
    one, other = pair
    done = await one.create()
    await rotate(one, other, kind=OwnKind.PEPPER, own_id="p2")
    gate = other.store.gate("lookup")
    reading = asyncio.create_task(other.verify(done.secret))
    await gate.reached.wait()
    assert (await one.verify(done.secret)).allowed
    await eventually(lambda: is_under(one, done.record.key.key_id, "p2"), "it has moved")
    gate.open()
    assert (await reading).allowed
    # It wants to move it too, and finds that it is done.
    await other.engine.mover.flush()
    assert (await other.verify(done.secret)).allowed


async def test_a_move_on_its_way_to_a_pepper_that_retires_changes_nothing(pair: Pair) -> None:
    one, other = pair
    done = await one.create()
    await rotate(one, other, kind=OwnKind.PEPPER, own_id="p2")
    before = (await one.store.key(done.record.key.key_id)).key.secrets[0]
    pepper_id, digest = one.engine.own.keyring.digest(done.secret)
    assert pepper_id == "p2"
    await rotate(one, other, kind=OwnKind.PEPPER, own_id="p3")
    assert (await retire(one, OwnKind.PEPPER, "p2")).effective
    other.engine.mover.note(before, replace(before, pepper_id=pepper_id, digest=digest))
    await other.engine.mover.flush()
    assert await stored_pepper(one, done.record.key.key_id) == "p1"
    assert (await other.verify(done.secret)).allowed


async def test_a_key_on_its_way_into_a_pepper_that_retires_is_refused_and_works_when_made_again(pair: Pair) -> None:
    one, other = pair
    await rotate(one, other, kind=OwnKind.PEPPER, own_id="p2")
    late = replace((await one.create()).record.key, key_id="key_late")
    await rotate(one, other, kind=OwnKind.PEPPER, own_id="p3")
    for record in await one.store.dependents(OwnKind.PEPPER, "p2", one.clock.now(), 5):
        await one.engine.change_state.revoke(one.call(), record.key_id, "")
    assert (await retire(one, OwnKind.PEPPER, "p2")).effective
    secret = replace(late.secrets[0], secret_id="sec_late", digest=b"l" * 32)
    with pytest.raises(Unavailable, match="try again"):
        await one.store.mutate(lambda tx: tx.insert_key(replace(late, secrets=(secret,))))
    assert (await one.verify((await one.create()).secret)).allowed


async def test_a_tag_key_retires_when_every_key_has_a_newer_secret(pair: Pair) -> None:
    one, other = pair
    kept, rotated = await one.create(), await one.create()
    await rotate(one, other, kind=OwnKind.TAG_KEY, own_id="2")
    new = await other.create()
    assert new.secret[-7] == "2"
    assert new.record.key.secrets[0].generation == "2"
    for running in pair:
        for secret in (kept.secret, rotated.secret, new.secret):
            assert (await running.verify(secret)).allowed
    fresh = await one.engine.rotate_key(one.call(), rotated.record.key.key_id, "", 0)
    with pytest.raises(FailedPrecondition, match="1 living secrets of keys need tag-keys/1"):
        await retire(one, OwnKind.TAG_KEY, "1")
    fresh_kept = await one.engine.rotate_key(one.call(), kept.record.key.key_id, "", 0)
    assert (await retire(one, OwnKind.TAG_KEY, "1")).effective
    for running in pair:
        assert running.engine.own.keyring.generations == ("2",)
        for secret in (fresh.secret, fresh_kept.secret, new.secret):
            assert (await running.verify(secret)).allowed
        assert (await running.verify(kept.secret)).reason is Reason.CREDENTIAL_INVALID


async def test_a_secret_of_an_older_release_keeps_tag_keys_until_it_is_used(pair: Pair) -> None:
    one, other = pair
    done = await one.create()
    secret = done.record.key.secrets[0]
    # As the migration leaves what it cannot know.
    await one.store._pools.writes.rows("UPDATE secrets SET generation = '?'")
    await rotate(one, other, kind=OwnKind.TAG_KEY, own_id="2")
    assert (await other.verify(done.secret)).allowed
    await other.engine.rehasher.settle()
    record = await one.store.key(done.record.key.key_id)
    assert (record.key.secrets[0].generation, record.key.secrets[0].digest) == ("1", secret.digest)


async def test_signing_keys_are_sealed_anew_and_go_on_signing(pair: Pair) -> None:
    one, other = pair
    done = await one.create()
    before = await one.mint(done.secret)
    await rotate(one, other, kind=OwnKind.KEK, own_id="k2")
    assert {key.kek_id for key in one.engine.state.signing.keys} == {"k2"}
    assert (await retire(one, OwnKind.KEK, "k1")).effective
    for running in pair:
        assert set(running.engine.own.keks.keys) == {"k2"}
        assert (await running.verify(before)).allowed
        assert (await running.verify(await running.mint(done.secret))).allowed


async def test_a_new_process_needs_only_what_is_not_retired(pair: Pair, database_url: str) -> None:
    one, other = pair
    await rotate(one, other, kind=OwnKind.KEK, own_id="k2")
    assert (await retire(one, OwnKind.KEK, "k1")).effective
    shared = replace(one.secrets, keks={"k2": one.secrets.keks["k2"]})
    done = await one.create()
    async with running_engine(database_url, shared=shared, replica_id="third") as third:
        assert (await third.verify(await third.mint(done.secret))).allowed


async def test_a_folder_that_lost_a_required_secret_is_not_taken(pair: Pair) -> None:
    one, other = pair
    done = await one.create()
    await rotate(one, other, kind=OwnKind.PEPPER, own_id="p2")
    broken = replace(one.secrets, peppers={"p2": one.secrets.peppers["p2"]})
    with pytest.raises(FailedPrecondition, match="peppers/p1"):
        one.engine.own.offer(broken.offer())
    assert (await one.verify(done.secret)).allowed


async def test_the_current_one_is_not_retired_and_each_step_may_be_repeated(pair: Pair) -> None:
    one, other = pair
    with pytest.raises(FailedPrecondition, match="rotate first"):
        await retire(one, OwnKind.KEK, "k1")
    with pytest.raises(FailedPrecondition, match="does not know"):
        await retire(one, OwnKind.KEK, "k7")
    await rotate(one, other, kind=OwnKind.KEK, own_id="k2")
    revision = await one.store.revision()
    assert (await require(one, OwnKind.KEK, "k2")).effective
    assert (await one.engine.rotation.use(one.call(), OwnKind.KEK, "k2")).effective
    assert await one.store.revision() == revision
    assert (await retire(one, OwnKind.KEK, "k1")).effective
    assert (await retire(one, OwnKind.KEK, "k1")).effective
    with pytest.raises(FailedPrecondition, match="used before"):
        await require(one, OwnKind.KEK, "k1")
    with pytest.raises(FailedPrecondition, match="retired"):
        await one.engine.rotation.use(one.call(), OwnKind.KEK, "k1")
