"""Signing keys from next to retired, under two processes that mint and verify all the time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import jwt
import pytest

from authsvc.domain.errors import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound
from authsvc.domain.reason import Reason
from authsvc.domain.token import SigningKey, SigningKeyState
from authsvc.engine.membership import LeaseTerms
from authsvc.engine.ports import Transaction
from authsvc.engine.records import AuditFilter, Kind
from authsvc.engine.signing_keys import CLOCKS, SigningKeyDone
from tests.support.engine import POLICY, SECOND, RunningEngine, Secrets, running_engine
from tests.support.gates import GatedStore
from tests.support.stored import eventually

SHORT = LeaseTerms(lease=SECOND // 2)
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
NEXT, ACTIVE, RETIRING, RETIRED = SigningKeyState
Pair = tuple[RunningEngine, RunningEngine]


@asynccontextmanager
async def two(database_url: str, policy: str = POLICY) -> AsyncIterator[Pair]:
    shared = Secrets()
    async with (
        running_engine(database_url, policy=policy, shared=shared, terms=SHORT, wrap=GatedStore) as first,
        running_engine(database_url, policy=policy, shared=shared, terms=SHORT, wrap=GatedStore, replica_id="other") as second,
    ):
        yield first, second


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[Pair]:
    async with two(database_url) as both:
        yield both


def states(running: RunningEngine) -> dict[str, SigningKeyState]:
    return {key.signing_key_id: key.state for key in running.engine.signing_keys.list(show_retired=True)}


def active(running: RunningEngine) -> SigningKey:
    key = running.engine.state.signing.active
    assert key is not None
    return key


def kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


async def rotate(running: RunningEngine, algorithm: str = "", period: int | None = 0) -> SigningKeyDone:
    return await running.engine.signing_keys.rotate(running.call(), algorithm, period)


async def retire(running: RunningEngine, signing_key_id: str) -> SigningKeyDone:
    return await running.engine.signing_keys.retire(running.call(), signing_key_id)


def pass_time(both: Pair, by: int) -> None:
    for running in both:
        running.clock.ahead += by


async def test_a_new_key_is_published_for_a_while_before_it_signs(pair: Pair) -> None:
    one, other = pair
    done, before = await one.create(), active(one)
    old_token = await one.mint(done.secret, ttl=HOUR)
    rotated = await rotate(one, period=None)
    assert rotated.receipt.effective
    assert (rotated.key.state, rotated.previous and rotated.previous.signing_key_id) == (NEXT, before.signing_key_id)
    assert rotated.key.activate_time == rotated.key.create_time + 30 * MINUTE, "the policy's publish_lead"
    pass_time(pair, 29 * MINUTE)
    await one.engine.signing_keys.do_what_is_due()
    assert kid(await other.mint(done.secret)) == before.signing_key_id
    assert states(other) == {rotated.key.signing_key_id: NEXT, before.signing_key_id: ACTIVE}
    pass_time(pair, 2 * MINUTE)
    await eventually(lambda: signs(other, rotated.key), "the clockwork lets it sign")
    new_token = await other.mint(done.secret)
    assert kid(new_token) == rotated.key.signing_key_id
    for running in pair:
        for token in (old_token, new_token):
            assert (await running.verify(token)).allowed


async def signs(running: RunningEngine, key: SigningKey) -> bool:
    return active(running).signing_key_id == key.signing_key_id


async def test_the_former_key_retires_when_its_last_token_has_expired(pair: Pair) -> None:
    one, other = pair
    done, before = await one.create(), active(one)
    rotated = await rotate(one)
    assert (rotated.key.state, rotated.receipt.effective) == (ACTIVE, True)
    assert rotated.previous is not None
    assert rotated.previous.state is RETIRING
    assert rotated.previous.retire_time is not None
    # An hour is the longest life of a token, and the last one was signed a lease later at the latest.
    left = rotated.previous.retire_time - one.clock.now()
    assert HOUR + CLOCKS - SECOND < left < HOUR + CLOCKS + 2 * SECOND
    pass_time(pair, left - SECOND)
    await one.engine.signing_keys.do_what_is_due()
    assert states(one)[before.signing_key_id] is RETIRING
    pass_time(pair, 2 * SECOND)
    await eventually(lambda: is_in(other, before, RETIRED), "the clockwork retires it")
    (gone,) = [key for key in other.engine.signing_keys.list(show_retired=True) if key.signing_key_id == before.signing_key_id]
    assert gone.sealed_private_key == b""
    assert [key.signing_key_id for key in other.engine.signing_keys.list(show_retired=False)] == [rotated.key.signing_key_id]
    assert (await other.verify(await one.mint(done.secret))).allowed


async def is_in(running: RunningEngine, key: SigningKey, state: SigningKeyState) -> bool:
    return states(running)[key.signing_key_id] is state


async def test_an_emergency_kills_the_tokens_of_a_key_at_once_everywhere(pair: Pair) -> None:
    one, other = pair
    done, before = await one.create(), active(one)
    token = await one.mint(done.secret)
    for running in pair:
        assert (await running.verify(token)).allowed
    with pytest.raises(FailedPrecondition, match="rotate with a publish period of 0 first"):
        await retire(one, before.signing_key_id)
    await rotate(one)
    gone = await retire(one, before.signing_key_id)
    assert gone.receipt.effective
    assert gone.receipt.offline_until is not None
    assert gone.receipt.offline_until > one.clock.now()
    for running in pair:
        decision = running.hit(token)
        assert decision is not None
        assert decision.reason is Reason.CREDENTIAL_INVALID
        assert (await running.verify(await running.mint(done.secret))).allowed
    revision = await one.store.revision()
    assert (await retire(other, before.signing_key_id)).receipt.effective
    assert await one.store.revision() == revision


async def test_no_process_calls_a_token_of_the_new_key_invalid_however_late_it_learns_of_it(pair: Pair) -> None:
    one, other = pair
    done, before = await one.create(), active(one)
    assert (await other.verify(done.secret)).allowed
    # The other process hears of the new key, and stands still before it makes anything of it.
    gate = other.store.gate("changes")
    rotating = asyncio.create_task(rotate(one))
    await gate.reached.wait()
    while other.hit(done.secret) is not None:
        assert kid(await one.mint(done.secret)) == before.signing_key_id, "it may still answer, so nothing is signed yet"
        await asyncio.sleep(0.01)
    gate.open()
    rotated = await rotating
    token = await one.mint(done.secret)
    assert kid(token) == rotated.key.signing_key_id
    assert (await other.verify(token)).allowed


async def test_many_that_rotate_at_once_make_one_key(pair: Pair) -> None:
    results = await asyncio.gather(*(rotate(running, period=HOUR) for running in pair * 3), return_exceptions=True)
    assert sum(isinstance(each, SigningKeyDone) for each in results) == 1
    assert sum(isinstance(each, FailedPrecondition) for each in results) == 5
    assert sorted(states(pair[0]).values()) == [NEXT, ACTIVE]


async def test_many_clockworks_activate_once(pair: Pair) -> None:
    one, _ = pair
    rotated = await rotate(one, period=MINUTE)
    pass_time(pair, 2 * MINUTE)
    await asyncio.gather(*(running.engine.signing_keys.do_what_is_due() for running in pair * 3))
    assert sorted(states(one).values()) == [ACTIVE, RETIRING]
    actions = [
        entry for entry in (await one.store.audit_entries(AuditFilter(), 50, "")).entries if entry.target_kind == "signing_key"
    ]
    assert [entry.action for entry in actions if entry.target == rotated.key.signing_key_id] == [
        "ActivateSigningKey",
        "RotateSigningKey",
    ]


async def test_a_next_key_can_be_taken_back(pair: Pair) -> None:
    one, _ = pair
    rotated = await rotate(one, period=HOUR)
    with pytest.raises(FailedPrecondition, match="is waiting to sign"):
        await rotate(one)
    assert (await retire(one, rotated.key.signing_key_id)).key.state is RETIRED
    pass_time(pair, 2 * HOUR)
    await one.engine.signing_keys.do_what_is_due()
    assert states(one)[rotated.key.signing_key_id] is RETIRED
    assert (await rotate(one)).key.state is ACTIVE


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
async def test_everybody_can_verify_tokens_of_every_algorithm(pair: Pair, algorithm: str) -> None:
    one, other = pair
    done = await one.create(scopes=("projects:read",))
    await rotate(one, algorithm)
    token = await one.mint(done.secret)
    key = next(each for each in other.engine.signing_keys.list(show_retired=False) if each.signing_key_id == kid(token))
    assert key.algorithm == algorithm
    public = jwt.PyJWK.from_json(json.dumps(dict(key.public_jwk)))
    claims = jwt.decode(token, public, algorithms=[algorithm], audience="api", issuer="authsvc")
    assert claims["scope"] == "projects:read"
    assert "d" not in key.public_jwk
    assert (await other.verify(token, "projects:read")).allowed
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(
            token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB"), public, algorithms=[algorithm], audience="api"
        )


async def test_the_next_rotation_takes_the_algorithm_that_the_policy_names_by_then(pair: Pair) -> None:
    one, other = pair
    done = await one.create()
    token = await one.mint(done.secret)

    async def work(tx: Transaction) -> None:
        await tx.insert_policy(POLICY + "tokens: {algorithm: EdDSA, publish_lead: 10m}\n", 1)
        tx.log(Kind.POLICY, "2")

    await one.store.mutate(work)
    await one.engine.fleet.wait(await one.store.revision(), None)
    assert active(one).algorithm == "ES256"
    rotated = await rotate(one, period=None)
    assert rotated.key.algorithm == "EdDSA"
    assert rotated.key.activate_time == rotated.key.create_time + 10 * MINUTE
    pass_time(pair, 11 * MINUTE)
    await eventually(lambda: signs(other, rotated.key), "it signs")
    assert (await other.verify(token)).reason is Reason.TOKEN_EXPIRED, "its key is still known"


async def test_a_policy_can_have_keys_replaced_by_themselves(database_url: str) -> None:
    policy = POLICY + "tokens: {publish_lead: 10m, rotate_every: 2h}\n"
    async with two(database_url, policy) as both:
        one, other = both
        first = active(one)
        pass_time(both, 2 * HOUR - 9 * MINUTE)
        await eventually(lambda: is_counted(other, NEXT), "another key is published in time")
        pass_time(both, 11 * MINUTE)
        await eventually(lambda: is_in(other, first, RETIRING), "it has taken over")
        assert sorted(states(other).values()) == [ACTIVE, RETIRING]


async def is_counted(running: RunningEngine, state: SigningKeyState) -> bool:
    return list(states(running).values()).count(state) == 1


async def test_a_longer_life_of_tokens_in_the_past_keeps_a_key_longer(pair: Pair) -> None:
    one, _ = pair

    async def work(tx: Transaction) -> None:
        await tx.insert_policy(POLICY + "tokens: {max_ttl: 20h}\n", 1)
        tx.log(Kind.POLICY, "2")

    async def back(tx: Transaction) -> None:
        await tx.insert_policy(POLICY + "tokens: {max_ttl: 5m}\n", 2)
        tx.log(Kind.POLICY, "3")

    await one.store.mutate(work)
    await one.store.mutate(back)
    await one.engine.fleet.wait(await one.store.revision(), None)
    rotated = await rotate(one)
    assert rotated.previous is not None
    assert rotated.previous.retire_time is not None
    assert rotated.previous.retire_time - one.clock.now() > 20 * HOUR


async def test_what_cannot_be_asked_for_is_said(pair: Pair) -> None:
    one, _ = pair
    with pytest.raises(InvalidArgument) as caught:
        await rotate(one, "HS256", 8 * 24 * HOUR)
    assert [violation.field for violation in caught.value.violations] == ["algorithm", "publish_period"]
    with pytest.raises(NotFound):
        await retire(one, "sig_000000000000")
    call = one.call(request_id="once", body_digest=b"x" * 32)
    done = await one.engine.signing_keys.rotate(call, "", HOUR)
    with pytest.raises(AlreadyExists) as again:
        await one.engine.signing_keys.rotate(call, "", HOUR)
    assert again.value.key_id == done.key.signing_key_id
