"""The service's own secrets in the store: adopted once, required until retired, and never retired under somebody's feet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeAlias

import asyncpg
import pytest

from authsvc.domain.errors import FailedPrecondition, Unavailable
from authsvc.domain.key import State
from authsvc.domain.own_secret import OwnKind, OwnSecret
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind, OwnSecretUse, SecretMove
from authsvc.storage.store import PostgresStore
from tests.support.stored import DAY, NOW, a_key, a_secret, a_signing_key, eventually, log, put


def a_row(name: str, **fields: Any) -> OwnSecret:
    kind, _, own_id = name.partition("/")
    return OwnSecret(**{"kind": OwnKind(kind), "id": own_id, "fingerprint": f"of {name}", "create_time": NOW, **fields})


SQL: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def somebody_waits(sql: SQL) -> None:
    """Until a session of this database waits for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    await eventually(lambda: sql.fetchval(waiting), "somebody waits for the lock")


async def retire(store: PostgresStore, row: OwnSecret, until: Callable[[], Awaitable[None]] | None = None) -> int:
    """Retire if nothing depends on it; how much does. With `until` it stands still in the middle, all locks taken."""

    async def work(tx: Transaction) -> int:
        rows = {each.name: each for each in await tx.own_secrets()}
        if until is not None:
            await until()
        count = await tx.count_dependents(row.kind, row.id, NOW)
        if not count:
            await tx.put_own_secret(replace(rows[row.name], retire_time=NOW + 5))
            tx.log(Kind.OWN_SECRET, row.name)
        return count

    return (await store.mutate(work))[0]


async def test_an_empty_store_takes_in_a_folder_once(store: PostgresStore) -> None:
    assert await store.own_secrets() == ()
    first = [a_row("peppers/p1", current=True, use_time=NOW), a_row("keks/k1", current=True, use_time=NOW)]
    await store.adopt_own_secrets(first)
    assert set(await store.own_secrets()) == set(first)
    # What a folder has beyond that is known to the store only when a rotation says so.
    await store.adopt_own_secrets([*first, a_row("peppers/p2")])
    assert set(await store.own_secrets()) == set(first)


async def test_of_two_folders_the_first_is_adopted_and_the_other_refused(store: PostgresStore) -> None:
    mine = [a_row("peppers/p1", current=True, fingerprint="mine"), a_row("keks/k1", current=True)]
    other = [a_row("peppers/p1", current=True, fingerprint="other"), a_row("keks/k1", current=True)]
    results = await asyncio.gather(store.adopt_own_secrets(mine), store.adopt_own_secrets(other), return_exceptions=True)
    assert [type(each) for each in results if each is not None] == [FailedPrecondition]
    assert len(await store.own_secrets()) == 2


async def test_a_store_of_an_older_release_learns_which_is_current(store: PostgresStore) -> None:
    await store.adopt_own_secrets([a_row("peppers/p1"), a_row("peppers/p2")])
    await store.adopt_own_secrets([a_row("peppers/p1"), a_row("peppers/p2", current=True), a_row("peppers/p3")])
    assert {row.id: row.current for row in await store.own_secrets()} == {"p1": False, "p2": True, "p3": False}


async def test_nothing_is_stored_under_what_is_being_retired_at_the_same_moment(store: PostgresStore, sql: SQL) -> None:
    row = a_row("peppers/p1", current=True)
    await store.adopt_own_secrets([row])
    held = asyncio.Event()

    async def until() -> None:
        held.set()
        await somebody_waits(sql)

    retiring = asyncio.create_task(retire(store, row, until))
    await held.wait()
    with pytest.raises(Unavailable, match="peppers/p1 was retired"):
        await put(store, a_key())
    assert await retiring == 0
    with pytest.raises(Unavailable, match="peppers/p1 was retired"):
        await put(store, a_key())


async def test_what_was_stored_a_moment_before_keeps_a_secret_from_being_retired(store: PostgresStore, sql: SQL) -> None:
    row = a_row("peppers/p1", current=True)
    await store.adopt_own_secrets([row])
    stored, go_on = asyncio.Event(), asyncio.Event()

    async def insert(tx: Transaction) -> None:
        await tx.insert_key(a_key())
        tx.log(Kind.SECRET, "key")
        stored.set()
        await go_on.wait()

    inserting = asyncio.create_task(store.mutate(insert))
    await stored.wait()
    retiring = asyncio.create_task(retire(store, row))
    await somebody_waits(sql)
    go_on.set()
    await inserting
    assert await retiring == 1
    assert [each.retire_time for each in await store.own_secrets()] == [None]


async def test_a_signing_key_holds_its_key_encryption_key(store: PostgresStore) -> None:
    row = a_row("keks/k1", current=True)
    await store.adopt_own_secrets([row])
    key = a_signing_key()
    await log(store, Kind.SIGNING_KEY, key.signing_key_id, lambda tx: tx.insert_signing_key(key))
    assert await retire(store, row) == 1
    emptied = replace(key, sealed_private_key=b"")
    await log(store, Kind.SIGNING_KEY, key.signing_key_id, lambda tx: tx.update_signing_key(emptied))
    assert await retire(store, row) == 0
    with pytest.raises(Unavailable):
        await log(store, Kind.SIGNING_KEY, "late", lambda tx: tx.insert_signing_key(a_signing_key()))
    with pytest.raises(Unavailable):
        await log(store, Kind.SIGNING_KEY, "late", lambda tx: tx.update_signing_key(key))


async def test_only_what_lives_depends_on_a_secret(store: PostgresStore) -> None:
    living = a_key(secrets=(a_secret(generation="1"), a_secret(generation="2", expire_time=NOW - 1)))
    ending = a_key(secrets=(a_secret(pepper_id="p2", generation="2", expire_time=NOW + DAY),))
    expired = a_key(expire_time=NOW - DAY, secrets=(a_secret(generation=""),))
    revoked = a_key(state=State.REVOKED, secrets=(a_secret(pepper_id="p3", generation="3"),))
    unknown = a_key(secrets=(a_secret(generation="?"),))
    await put(store, living, ending, expired, revoked, unknown)
    found = {(use.kind, use.id): use for use in await store.own_secret_uses(NOW)}
    assert {name: use.dependents for name, use in found.items()} == {
        ("peppers", "p1"): 3,
        ("peppers", "p2"): 1,
        ("tag-keys", "1"): 1,
        ("tag-keys", "2"): 1,
        ("tag-keys", ""): 1,
        ("tag-keys", "?"): 1,
    }
    assert found["peppers", "p1"] == OwnSecretUse("peppers", "p1", 3, NOW)
    # One that nobody knows the generation of may be of any.
    under_two = await store.dependents(OwnKind.TAG_KEY, "2", NOW, 10)
    assert [each.key_id for each in under_two] == [ending.key_id, unknown.key_id]
    assert await store.dependents(OwnKind.PEPPER, "p3", NOW, 10) == ()
    assert len(await store.dependents(OwnKind.PEPPER, "p1", NOW, 2)) == 2


async def test_a_secret_is_moved_once_and_found_under_its_new_digest(store: PostgresStore) -> None:
    key, other = a_key(), a_key()
    await put(store, key, other)
    before = await store.revision()
    secret, new = key.secrets[0], b"n" * 32
    move = SecretMove(secret.secret_id, "p1", secret.digest, "p2", new, "1")
    stale = SecretMove(other.secrets[0].secret_id, "p1", b"x" * 32, "p2", b"o" * 32, "1")
    assert await store.move_secrets([move, stale]) == 1
    assert await store.move_secrets([move]) == 0
    found = await store.lookup([secret.digest, new], [])
    assert [(each.secrets[0].digest, each.secrets[0].pepper_id, each.secrets[0].generation) for each in found.keys] == [
        (new, "p2", "1")
    ]
    assert await store.revision() == before
    assert await store.move_secrets([]) == 0


async def test_a_secret_is_not_moved_onto_another_one(store: PostgresStore) -> None:
    one, two = a_key(), a_key(secrets=(a_secret(pepper_id="p2", digest=b"t" * 32),))
    await put(store, one, two)
    secret = one.secrets[0]
    assert await store.move_secrets([SecretMove(secret.secret_id, "p1", secret.digest, "p2", b"t" * 32, "")]) == 0


async def test_no_secret_is_moved_to_a_retired_pepper(store: PostgresStore) -> None:
    row = a_row("peppers/p2", current=True)
    await store.adopt_own_secrets([row, a_row("keks/k1", current=True)])
    key = a_key()
    await put(store, key)
    assert await retire(store, row) == 0
    with pytest.raises(Unavailable):
        await store.move_secrets([SecretMove(key.secrets[0].secret_id, "p1", key.secrets[0].digest, "p2", b"n" * 32, "")])


async def test_a_process_says_what_it_has(store: PostgresStore) -> None:
    await store.join("proc_1", "replica", 3_000_000, 0)
    await store.announce("proc_1", ["peppers/p1=aa", "keks/k1=bb"])
    assert [list(each.own_secrets) for each in await store.processes()] == [["peppers/p1=aa", "keks/k1=bb"]]
