from __future__ import annotations

import dataclasses
import typing

import pytest

from authsvc.domain.key import Key, State, Usage
from authsvc.domain.tenants import covers
from authsvc.engine.ports import Store
from authsvc.engine.records import KeyFilter, Kind, UsageDelta
from authsvc.storage.store import PostgresStore
from tests.support.stored import DAY, NOW, SECOND, a_full_key, a_key, a_secret, log, put

TENANTS = ("/", "acme", "acme/etl", "acme/etl/a", "acme.eu", "acme-x", "acme0", "acmeco", "Acme", "b", "acm")


def at(key: Key, revision: int) -> Key:
    return dataclasses.replace(key, revision=revision)


async def listed(store: PostgresStore, limit: int = 100, **which: typing.Any) -> set[str]:
    page = await store.keys(KeyFilter(now=NOW, **which), limit, "")
    return {record.key.key_id for record in page.records}


def test_the_store_has_every_method_of_the_port() -> None:
    store: type[Store] = PostgresStore
    assert store is PostgresStore


async def test_a_lookup_gives_the_whole_key_with_all_secrets_and_its_revision(store: PostgresStore) -> None:
    full, plain = a_full_key(), a_key()
    await put(store, full)
    await put(store, plain)
    for secret in full.secrets:
        found = await store.lookup([secret.digest], [])
        assert (found.revision, found.keys) == (2, (at(full, 1),))
    assert (await store.lookup([], [plain.key_id])).keys == (at(plain, 2),)


async def test_a_lookup_of_many_gives_each_key_once(store: PostgresStore) -> None:
    keys = [a_key() for _ in range(20)]
    await put(store, *keys)
    wanted = [secret.digest for key in keys for secret in key.secrets] + [b"unknown" * 4]
    found = await store.lookup(wanted, [keys[0].key_id, keys[1].key_id, "key_unknown"])
    assert found.keys == tuple(at(key, 1) for key in keys)


async def test_a_lookup_that_finds_nothing_still_says_the_revision(store: PostgresStore) -> None:
    assert (await store.lookup([b"x" * 32], ["key_unknown"])).revision == 0
    await put(store, a_key())
    empty = await store.lookup([b"x" * 32], ["key_unknown"])
    assert (empty.revision, empty.keys) == (1, ())
    assert (await store.lookup([], [])).revision == 1


async def test_a_lookup_finds_keys_without_a_secret_left(store: PostgresStore) -> None:
    key = a_key(secrets=())
    await put(store, key)
    assert (await store.lookup([], [key.key_id])).keys == (at(key, 1),)


async def test_one_key_comes_with_its_usage(store: PostgresStore) -> None:
    key = a_key()
    await put(store, key)
    record = await store.key(key.key_id)
    assert record is not None
    assert (record.key, record.usage) == (at(key, 1), Usage())
    await store.add_usage([UsageDelta(key.key_id, 3, NOW + 7)])
    record = await store.key(key.key_id)
    assert record is not None
    assert record.usage == Usage(3, NOW + 7)
    assert await store.key("key_unknown") is None


async def test_deleted_keys_are_hidden_from_operators_and_not_from_lookups(store: PostgresStore) -> None:
    key = a_full_key()
    await put(store, key)
    assert await store.key(key.key_id) is None
    assert await listed(store, states=tuple(State)) == set()
    assert await store.keys_of([key.secrets[0].digest], key.secrets[0].prefix) == ()
    assert (await store.lookup([key.secrets[0].digest], [])).keys == (at(key, 1),)


@pytest.mark.parametrize("prefix", TENANTS)
async def test_a_tenant_prefix_covers_the_tenant_and_what_is_below(store: PostgresStore, prefix: str) -> None:
    keys = [a_key(tenant=tenant) for tenant in TENANTS]
    await put(store, *keys)
    covered = {key.key_id for key in keys if covers(prefix, key.tenant)}
    assert covered
    assert await listed(store, tenant=prefix) == covered
    assert await listed(store, within=prefix) == covered

    async def locked(tx: typing.Any) -> set[str]:
        return {key.key_id for key in await tx.lock_keys(prefix, "")}

    assert (await store.mutate(locked))[0] == covered


async def test_the_filter_and_the_callers_own_tenant_must_both_hold(store: PostgresStore) -> None:
    keys = {tenant: a_key(tenant=tenant).key_id for tenant in ("acme", "acme/etl", "other")}
    await put(store, *(a_key(key_id=key_id, tenant=tenant) for tenant, key_id in keys.items()))
    assert await listed(store, tenant="/", within="acme") == {keys["acme"], keys["acme/etl"]}
    assert await listed(store, tenant="acme/etl", within="acme") == {keys["acme/etl"]}
    assert await listed(store, tenant="acme", within="acme/etl") == {keys["acme/etl"]}
    assert await listed(store, tenant="other", within="acme") == set()


async def test_states_are_those_shown(store: PostgresStore) -> None:
    keys = [
        a_key(state=state, expire_time=expire_time)
        for state in (State.ACTIVE, State.INACTIVE, State.REVOKED)
        for expire_time in (None, NOW - 1, NOW, NOW + 1)
    ]
    await put(store, *keys)
    for state in State:
        assert await listed(store, states=(state,)) == {key.key_id for key in keys if key.shown_state(NOW) is state}
    both = (State.EXPIRED, State.INACTIVE, State.EXPIRED)
    assert await listed(store, states=both) == {key.key_id for key in keys if key.shown_state(NOW) in both}
    assert await listed(store) == {key.key_id for key in keys if key.state is not State.REVOKED}


async def test_filters_by_type_creator_expiry_and_name(store: PostgresStore) -> None:
    cli = a_key(type="cli", display_name="Straße 50%_x")
    mine = a_key(created_by="key_me", display_name="ΣΊΣΥΦΟΣ")
    soon = a_key(expire_time=NOW + DAY)
    await put(store, cli, mine, soon)
    assert await listed(store, type="cli") == {cli.key_id}
    assert await listed(store, created_by="key_me") == {mine.key_id}
    assert await listed(store, expire_before=NOW + DAY) == set()
    assert await listed(store, expire_before=NOW + DAY + 1) == {soon.key_id}
    for text, found in (("STRASSE", cli), ("50%_X", cli), ("σίσυφος", mine), ("%", cli), ("5__", None)):
        assert await listed(store, name_contains=text) == ({found.key_id} if found else set()), text
    assert await listed(store, type="cli", created_by="key_me") == set()


async def test_unused_means_never_or_not_since(store: PostgresStore) -> None:
    never, early, late = a_key(), a_key(), a_key()
    await put(store, never, early, late)
    await store.add_usage([UsageDelta(early.key_id, 1, NOW - 1), UsageDelta(late.key_id, 1, NOW)])
    assert await listed(store, unused_since=NOW) == {never.key_id, early.key_id}


async def test_pages_join_to_the_whole_in_order(store: PostgresStore) -> None:
    keys = [a_key(secrets=(a_secret(), a_secret())) for _ in range(7)]
    await put(store, *reversed(keys))
    for limit in (1, 2, 3, 7, 8):
        seen, after = [], ""
        while True:
            page = await store.keys(KeyFilter(now=NOW), limit, after)
            assert len(page.records) <= limit
            seen += [record.key for record in page.records]
            if not (after := page.next_after):
                break
        assert seen == [at(key, 1) for key in keys]


async def test_a_page_carries_the_usage_of_each_key(store: PostgresStore) -> None:
    first, second = a_key(), a_key()
    await put(store, first, second)
    await store.add_usage([UsageDelta(second.key_id, 5, NOW)])
    page = await store.keys(KeyFilter(now=NOW), 10, "")
    assert [record.usage for record in page.records] == [Usage(), Usage(5, NOW)]


async def test_a_leaked_string_is_recognized_by_digest_or_prefix_dead_or_alive(store: PostgresStore) -> None:
    dead = a_secret(expire_time=NOW - SECOND)
    key = a_key(secrets=(dead, a_secret(prefix="sdk_same")))
    twin = a_key(secrets=(a_secret(prefix="sdk_same"),))
    await put(store, key, twin)
    assert [record.key for record in await store.keys_of([dead.digest], "")] == [at(key, 1)]
    assert {record.key.key_id for record in await store.keys_of([], "sdk_same")} == {key.key_id, twin.key_id}
    assert await store.keys_of([], "") == ()
    assert await store.keys_of([b"x" * 32], "sdk_sam") == ()


async def test_a_crowded_prefix_does_not_push_out_the_owner(store: PostgresStore) -> None:
    crowd = [a_key(secrets=(a_secret(prefix="sdk_same"),)) for _ in range(101)]
    owner = a_key(secrets=(a_secret(prefix="sdk_same"),))
    await put(store, *crowd, owner)
    found = await store.keys_of([owner.secrets[0].digest], "sdk_same")
    assert len(found) == 100
    assert found[0].key.key_id == owner.key_id


async def test_types_in_use_are_those_of_keys_not_revoked(store: PostgresStore) -> None:
    await put(store, *(a_key(type=each) for each in ("sdk", "cli", "cli", "ci")), a_key(type="old", state=State.REVOKED))
    assert await store.types_in_use() == ("ci", "cli", "sdk")


async def test_a_store_that_lost_its_keys_is_not_empty_again(store: PostgresStore) -> None:
    assert await store.is_empty()
    await log(store, Kind.POLICY, "1")
    assert await store.is_empty()
    key = a_key(state=State.REVOKED, delete_time=NOW)
    await put(store, key)
    await store.tidy(NOW + 31 * DAY)
    assert (await store.lookup([], [key.key_id])).keys == ()
    assert not await store.is_empty()
