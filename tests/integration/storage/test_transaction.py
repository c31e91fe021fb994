from __future__ import annotations

import asyncio
import dataclasses

import asyncpg
import pytest

from authsvc.domain.errors import AlreadyExists, Conflict, InvalidArgument, NotFound
from authsvc.domain.key import Key, State
from authsvc.domain.token import SigningKeyState
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind, RevokedToken
from authsvc.storage.store import PostgresStore
from tests.support.stored import DAY, NOW, SECOND, a_full_key, a_key, a_secret, a_signing_key, a_tenant, eventually, log, put


async def only(store: PostgresStore, key_id: str) -> Key:
    (key,) = (await store.lookup([], [key_id])).keys
    return key


async def blocked(sql: asyncpg.Connection[asyncpg.Record]) -> bool:
    """Whether someone waits for a lock in this database."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(await sql.fetchval(waiting))


async def test_a_locked_key_is_whole_even_revoked_and_deleted(store: PostgresStore) -> None:
    key = a_full_key()
    await put(store, key)

    async def work(tx: Transaction) -> tuple[Key | None, Key | None]:
        return await tx.lock_key(key.key_id), await tx.lock_key("key_unknown")

    (found, unknown), _ = await store.mutate(work)
    assert found == dataclasses.replace(key, revision=1)
    assert unknown is None


async def test_who_waited_for_a_key_sees_what_was_done_meanwhile(
    store: PostgresStore, other_store: PostgresStore, sql: asyncpg.Connection[asyncpg.Record]
) -> None:
    key, new = a_key(), a_secret()
    await put(store, key)
    locked, go_on = asyncio.Event(), asyncio.Event()

    async def first(tx: Transaction) -> None:
        before = await tx.lock_key(key.key_id)
        assert before is not None
        locked.set()
        await go_on.wait()
        await tx.update_key(dataclasses.replace(before, display_name="new name"))
        await tx.insert_secret(key.key_id, new)
        tx.log(Kind.SECRET, key.key_id)

    async def second(tx: Transaction) -> Key | None:
        return await tx.lock_key(key.key_id)

    writer = asyncio.create_task(store.mutate(first))
    await locked.wait()
    waiter = asyncio.create_task(other_store.mutate(second))
    await eventually(lambda: blocked(sql), "the second waits for the first")
    go_on.set()
    await writer
    seen = (await waiter)[0]
    assert seen is not None
    assert (seen.display_name, seen.revision, set(seen.secrets)) == ("new name", 2, {*key.secrets, new})


async def test_an_update_changes_everything_but_what_is_fixed(store: PostgresStore) -> None:
    before = a_key()
    await put(store, before)
    after = dataclasses.replace(
        a_full_key(),
        key_id=before.key_id,
        tenant="other",
        type="other",
        created_by="other",
        create_time=NOW + DAY,
        delete_time=None,
    )
    await log(store, Kind.KEY, before.key_id, lambda tx: tx.update_key(after))
    assert await only(store, before.key_id) == dataclasses.replace(
        after,
        tenant=before.tenant,
        type=before.type,
        created_by=before.created_by,
        create_time=before.create_time,
        secrets=before.secrets,
        revision=2,
    )


async def test_a_computed_state_is_never_kept(store: PostgresStore) -> None:
    key = a_key(state=State.EXPIRED, expire_time=NOW)
    await put(store, key)
    assert (await only(store, key.key_id)).state is State.ACTIVE


async def test_what_is_not_there_cannot_be_changed(store: PostgresStore) -> None:
    with pytest.raises(NotFound):
        await log(store, Kind.KEY, "key_unknown", lambda tx: tx.update_key(a_key()))
    with pytest.raises(NotFound):
        await log(store, Kind.KEY, "key_unknown", lambda tx: tx.end_secret("sec_unknown", NOW))
    with pytest.raises(NotFound):
        await log(store, Kind.SIGNING_KEY, "sig_unknown", lambda tx: tx.update_signing_key(a_signing_key()))
    assert await store.revision() == 0


async def test_a_known_digest_is_refused_and_nothing_is_left(store: PostgresStore) -> None:
    key = a_key()
    await put(store, key)
    twin = a_key(secrets=(a_secret(), a_secret(digest=key.secrets[0].digest)))
    with pytest.raises(AlreadyExists) as caught:
        await put(store, a_key(), twin)
    assert caught.value.key_id == ""
    with pytest.raises(AlreadyExists):
        await log(store, Kind.SECRET, key.key_id, lambda tx: tx.insert_secret(key.key_id, a_secret(digest=key.secrets[0].digest)))
    assert await store.revision() == 1
    assert (await store.lookup([], [twin.key_id])).keys == ()


async def test_a_digest_is_known_only_under_its_own_pepper(store: PostgresStore) -> None:
    key = a_key()
    twin = a_key(secrets=(a_secret(digest=key.secrets[0].digest, pepper_id="p2"),))
    await put(store, key, twin)
    assert {found.key_id for found in (await store.lookup([key.secrets[0].digest], [])).keys} == {key.key_id, twin.key_id}


async def test_rotation_adds_a_secret_and_ends_another(store: PostgresStore) -> None:
    key, new = a_key(), a_secret()
    (old,) = key.secrets
    await put(store, key)

    async def rotate(tx: Transaction) -> None:
        await tx.insert_secret(key.key_id, new)
        await tx.end_secret(old.secret_id, NOW + SECOND)

    await log(store, Kind.SECRET, key.key_id, rotate)
    found = await only(store, key.key_id)
    assert found.secrets == (dataclasses.replace(old, expire_time=NOW + SECOND), new)
    assert found.revision == 2


async def test_keys_of_one_creator_are_locked_without_revoked_ones(store: PostgresStore) -> None:
    mine = [a_key(created_by="key_me", secrets=(a_secret(), a_secret())) for _ in range(3)]
    await put(
        store, *reversed(mine), a_key(), a_key(created_by="key_me", state=State.REVOKED), a_key(created_by="key_me", tenant="b")
    )

    async def work(tx: Transaction) -> tuple[Key, ...]:
        return await tx.lock_keys("acme", "key_me")

    assert (await store.mutate(work))[0] == tuple(dataclasses.replace(key, revision=1) for key in mine)


async def test_signing_keys_are_kept_and_their_state_moves_on(store: PostgresStore) -> None:
    first, second = a_signing_key(), a_signing_key(state=SigningKeyState.ACTIVE, activate_time=NOW, retire_time=NOW + DAY)
    await log(store, Kind.SIGNING_KEY, second.signing_key_id, lambda tx: tx.insert_signing_key(second))
    await log(store, Kind.SIGNING_KEY, first.signing_key_id, lambda tx: tx.insert_signing_key(first))
    changed = dataclasses.replace(first, state=SigningKeyState.RETIRING, activate_time=NOW + 1, retire_time=NOW + 2)
    await log(store, Kind.SIGNING_KEY, first.signing_key_id, lambda tx: tx.update_signing_key(changed))
    assert (await store.mutate(lambda tx: tx.signing_keys()))[0] == (changed, second)
    with pytest.raises(AlreadyExists):
        await log(store, Kind.SIGNING_KEY, first.signing_key_id, lambda tx: tx.insert_signing_key(first))


async def test_a_token_is_revoked_once(store: PostgresStore) -> None:
    async def work(tx: Transaction) -> bool:
        done = await tx.revoke_token(RevokedToken("tok_1", NOW))
        if done:
            tx.log(Kind.TOKEN, "tok_1")
        return done

    assert await store.mutate(work) == (True, (1, True))
    assert await store.mutate(work) == (False, (1, False))


async def test_policies_append_to_the_version_that_was_read(store: PostgresStore, other_store: PostgresStore) -> None:
    async def apply(on: PostgresStore, source: str, expected: int) -> int | None:
        async def work(tx: Transaction) -> int | None:
            version = await tx.insert_policy(source, expected)
            if version is not None:
                tx.log(Kind.POLICY, str(version))
            return version

        return (await on.mutate(work))[0]

    assert await apply(store, "a", 1) is None
    assert await apply(store, "a", 0) == 1
    assert await apply(store, "b", 0) is None
    raced = await asyncio.gather(apply(store, "c", 1), apply(other_store, "d", 1))
    assert sorted(raced, key=str) == [2, None]
    newest = "c" if raced[0] else "d"
    assert [each[:3] for each in await store.policy_versions(10)] == [(2, newest, ""), (1, "a", "")]
    assert [each[:3] for each in await store.policy_versions(1)] == [(2, newest, "")]


async def test_tenants_are_put_and_read_back(store: PostgresStore) -> None:
    tenant = a_tenant(allowed_cidrs=("10.0.0.0/8",), suspended=True, suspend_reason="unpaid")
    await log(store, Kind.TENANT, "acme", lambda tx: tx.put_tenant(tenant))
    assert (await store.mutate(lambda tx: tx.lock_tenant("acme")))[0] == tenant
    replaced = a_tenant()

    async def replace(tx: Transaction) -> None:
        assert await tx.lock_tenant("acme") == tenant
        await tx.put_tenant(replaced)

    await log(store, Kind.TENANT, "acme", replace)
    assert (await store.snapshot()).tenants == (replaced,)


async def test_of_two_who_found_no_tenant_only_one_may_put_it(store: PostgresStore, other_store: PostgresStore) -> None:
    both_looked = asyncio.Barrier(2)

    async def create(tx: Transaction) -> None:
        assert await tx.lock_tenant("acme") is None
        await both_looked.wait()
        await tx.put_tenant(a_tenant())
        tx.log(Kind.TENANT, "acme")

    outcomes = await asyncio.gather(store.mutate(create), other_store.mutate(create), return_exceptions=True)
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert await store.revision() == 1


async def test_a_value_that_cannot_be_stored_is_the_callers_mistake(store: PostgresStore) -> None:
    for bad in (a_key(display_name="a\0b"), a_key(metadata={"a": "\0"}), a_key(subject="\ud800")):
        with pytest.raises(InvalidArgument):
            await put(store, bad)
    await put(store, a_key())
