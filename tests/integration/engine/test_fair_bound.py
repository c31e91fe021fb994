"""Wrong secrets for existing public ids cost their sender nothing and us a hash: what is refused, who still gets an answer."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest

from authsvc.domain.errors import Exhausted, Unavailable
from authsvc.domain.network import Address, parse_address
from authsvc.domain.reason import Reason
from authsvc.engine.hashing import argon2id, pool, proving
from authsvc.engine.hashing.pool import Lane
from tests.support import imports
from tests.support.engine import SECOND, RunningEngine, running_engine
from tests.support.imports import a_chosen, a_draft

HERE, THERE = parse_address("192.0.2.1"), parse_address("192.0.2.2")


@pytest.fixture
async def one(database_url: str) -> AsyncIterator[RunningEngine]:
    async with running_engine(database_url, policy=imports.POLICY, threads=2) as running:
        yield running


class Checks:
    """Stands in for the hash: what is right is known beforehand, and how many threads work at once can be held."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.right: set[bytes] = set()
        self.made = 0
        self._go = threading.Event()
        self._go.set()
        monkeypatch.setattr(argon2id, "matches", self._matches)

    def hold(self) -> None:
        self._go.clear()

    def let_go(self) -> None:
        self._go.set()

    def _matches(self, _phc: str, message: bytes) -> bool:
        self.made += 1
        assert self._go.wait(20)
        return message in self.right


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> Checks:
    monkeypatch.setattr(proving, "HOLD", (0.0, 0.0))
    return Checks(monkeypatch)


async def import_one(running: RunningEngine, checks: Checks) -> str:
    """A credential of a key that was just imported."""
    credential = a_chosen(secret=imports.text(20))
    done = await running.engine.import_keys(running.call(), a_draft(credential))
    (secret,) = done.record.key.secrets
    checks.right.add(running.engine.own.keyring.slow_input(secret.pepper_id, credential))
    return credential


async def until(condition: Callable[[], object]) -> None:
    """Wait until something is so; each look is a turn of the event loop."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the condition lies in what is tested
            await asyncio.sleep(0)


def wrong(credential: str) -> str:
    """Another secret with the same public id."""
    return credential[:26] + imports.text(20)


async def outcome(running: RunningEngine, credential: str, source: Address | None = HERE) -> str:
    try:
        return (await running.verify(credential, source=source)).reason.name
    except (Exhausted, Unavailable) as error:
        return type(error).__name__


async def outcomes(running: RunningEngine, *credentials: str, source: Address | None = HERE) -> Counter[str]:
    return Counter(await asyncio.gather(*(outcome(running, credential, source) for credential in credentials)))


async def test_of_200_wrong_secrets_at_once_few_are_checked_and_none_is_guessed(one: RunningEngine, checks: Checks) -> None:
    credential = await import_one(one, checks)
    checks.hold()
    tasks = [asyncio.create_task(outcome(one, wrong(credential))) for _ in range(200)]
    await until(lambda: sum(task.done() for task in tasks) >= 200 - proving.PER_ADDRESS)
    checks.let_go()
    found = Counter(await asyncio.gather(*tasks))
    assert found == {"CREDENTIAL_INVALID": proving.PER_ADDRESS, "Exhausted": 200 - proving.PER_ADDRESS}
    assert checks.made == proving.PER_ADDRESS


async def test_who_finds_no_room_waits_for_it(one: RunningEngine, checks: Checks, monkeypatch: pytest.MonkeyPatch) -> None:
    credential = await import_one(one, checks)
    for _ in range(5):
        assert await outcome(one, wrong(credential)) == "CREDENTIAL_INVALID"
    prover = one.engine.verifier._prover
    held, free = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        held.set()
        await free.wait()

    monkeypatch.setattr(prover, "_hold", hold)
    owner = asyncio.create_task(outcome(one, credential))
    await held.wait()
    assert not owner.done()
    one.clock.own_ahead += 10 * SECOND
    one.engine.membership.kick()
    free.set()
    assert await owner == "NONE"
    assert one.engine.counters.hash_refusals == 0


async def test_of_those_who_wait_for_room_there_are_so_many_and_no_more(
    one: RunningEngine, checks: Checks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "HOLD", (60.0, 60.0))
    monkeypatch.setattr(proving, "HELD", 10)
    credential = await import_one(one, checks)
    checks.hold()
    tasks = [asyncio.create_task(outcome(one, wrong(credential))) for _ in range(30)]
    await until(lambda: sum(task.done() for task in tasks) == 30 - proving.PER_ADDRESS - 10)
    assert {task.result() for task in tasks if task.done()} == {"Exhausted"}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert one.engine.verifier._prover._held == 0
    checks.let_go()


async def test_from_many_addresses_a_secret_is_checked_for_few_at_a_time(one: RunningEngine, checks: Checks) -> None:
    credential = await import_one(one, checks)
    checks.hold()
    tasks = [asyncio.create_task(outcome(one, wrong(credential), parse_address(f"192.0.2.{number}"))) for number in range(50)]
    await until(lambda: sum(task.done() for task in tasks) >= 50 - proving.AT_ONCE)
    checks.let_go()
    found = Counter(await asyncio.gather(*tasks))
    assert found == {"CREDENTIAL_INVALID": proving.AT_ONCE, "Exhausted": 50 - proving.AT_ONCE}


async def test_one_address_fills_its_own_failures_and_not_those_of_others(one: RunningEngine, checks: Checks) -> None:
    credential = await import_one(one, checks)
    found = [await outcome(one, wrong(credential)) for _ in range(50)]
    assert Counter(found) == {"CREDENTIAL_INVALID": 5, "Exhausted": 45}
    assert await outcome(one, credential) == "Exhausted", "nobody can tell the owner from who guesses at his address"
    assert await outcome(one, credential, THERE) == "NONE"
    assert await outcome(one, credential) == "NONE", "what is known needs no check"


async def test_many_addresses_fill_the_failures_of_a_secret_and_time_forgives_them(one: RunningEngine, checks: Checks) -> None:
    credential = await import_one(one, checks)
    found = [await outcome(one, wrong(credential), parse_address(f"192.0.2.{number}")) for number in range(100)]
    assert 20 <= Counter(found)["CREDENTIAL_INVALID"] <= 22
    assert await outcome(one, credential) == "Exhausted"
    one.clock.own_ahead += SECOND + SECOND // 10
    one.engine.membership.kick()
    assert await outcome(one, credential) == "NONE"


async def test_the_same_wrong_secret_is_checked_once_however_often_it_comes(one: RunningEngine, checks: Checks) -> None:
    credential = await import_one(one, checks)
    again = wrong(credential)
    assert await outcomes(one, *[again] * 100) == {"CREDENTIAL_INVALID": 100}
    assert await outcomes(one, *[again] * 100) == {"CREDENTIAL_INVALID": 100}
    assert checks.made == 1
    await import_one(one, checks)  # a secret was added, so that what nobody had may be somebody's now
    assert await outcome(one, again) == "CREDENTIAL_INVALID"
    assert checks.made == 1, "and it is still not this one"
    assert await outcome(one, credential) == "NONE"


async def test_who_is_under_attack_takes_no_thread_from_who_is_not(one: RunningEngine, checks: Checks) -> None:
    attacked = [await import_one(one, checks) for _ in range(20)]
    calm = await import_one(one, checks)
    for credential in attacked:
        assert await outcome(one, wrong(credential)) == "CREDENTIAL_INVALID"
    crews = one.engine.verifier._prover._pool._crews
    checks.hold()
    attack = [asyncio.create_task(outcome(one, wrong(credential))) for credential in attacked for _ in range(2)]
    suspects = crews[Lane.SUSPECT]
    await until(lambda: suspects.running and len(suspects.waiting[Lane.SUSPECT]) == pool.WAITING[Lane.SUSPECT])
    owner = asyncio.create_task(outcome(one, calm, THERE))
    await until(lambda: crews[Lane.FIRST].running)
    assert suspects.running == 1
    checks.let_go()
    assert await owner == "NONE"
    assert set(await asyncio.gather(*attack)) <= {"CREDENTIAL_INVALID", "Exhausted"}


async def test_an_address_that_goes_on_guessing_waits_behind_others_also_for_new_public_ids(
    one: RunningEngine, checks: Checks
) -> None:
    guessed = [await import_one(one, checks) for _ in range(25)]
    prover = one.engine.verifier._prover
    for credential in guessed[:21]:
        assert await outcome(one, wrong(credential)) == "CREDENTIAL_INVALID"
    lanes = {source: prover._lane(proving.Attempt("sec_never_tried", source)) for source in (HERE, THERE, None)}
    assert lanes == {HERE: Lane.SUSPECT, THERE: Lane.FIRST, None: Lane.FIRST}


async def test_addresses_of_one_ipv6_network_are_one_sender(one: RunningEngine, checks: Checks) -> None:
    credential = await import_one(one, checks)
    found = [await outcome(one, wrong(credential), parse_address(f"2001:db8::{number:x}")) for number in range(1, 30)]
    assert Counter(found)["CREDENTIAL_INVALID"] == 5
    assert await outcome(one, credential, parse_address("2001:db8:0:1::1")) == "NONE"


async def test_public_ids_that_nobody_has_cost_no_check(one: RunningEngine, checks: Checks) -> None:
    assert await outcomes(one, *(a_chosen(secret=imports.text(20)) for _ in range(100))) == {"CREDENTIAL_INVALID": 100}
    assert checks.made == 0


async def test_a_check_that_fails_is_no_deny(one: RunningEngine, checks: Checks, monkeypatch: pytest.MonkeyPatch) -> None:
    credential = await import_one(one, checks)

    def fail(_phc: str, _message: bytes) -> bool:
        raise MemoryError

    monkeypatch.setattr(argon2id, "matches", fail)
    assert await outcome(one, credential) == "Unavailable"
    monkeypatch.setattr(argon2id, "matches", checks._matches)
    assert await outcome(one, credential) == "NONE"


async def test_refusals_and_failures_are_counted(one: RunningEngine, checks: Checks) -> None:
    credential = await import_one(one, checks)
    found = [await outcome(one, wrong(credential)) for _ in range(10)]
    assert Counter(found) == {"CREDENTIAL_INVALID": 5, "Exhausted": 5}
    counters = one.engine.counters
    assert (counters.hash_checks, counters.hash_failures, counters.hash_refusals) == (5, 5, 5)
    assert counters.decisions[Reason.CREDENTIAL_INVALID] == 5
