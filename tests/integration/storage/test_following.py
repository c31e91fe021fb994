from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from authsvc.domain.key import Tenant
from authsvc.domain.token import SigningKey
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Changes, Kind, PolicyVersion, RevokedToken, Snapshot
from authsvc.storage.following import _snapshot
from authsvc.storage.store import PostgresStore
from tests.support.stored import NOW, a_key, a_signing_key, a_tenant, log, put

Act = Callable[[Transaction], Awaitable[Any]]


def adding(signing_key: SigningKey) -> Act:
    return lambda tx: tx.insert_signing_key(signing_key)


def putting(tenant: Tenant) -> Act:
    return lambda tx: tx.put_tenant(tenant)


def applying(source: str, expected_version: int) -> Act:
    return lambda tx: tx.insert_policy(source, expected_version)


async def test_an_empty_store_is_at_revision_zero_without_a_change(store: PostgresStore) -> None:
    assert await store.snapshot() == Snapshot(
        revision=0, change_id="", policy=None, signing_keys=(), tenants=(), revoked_tokens=(), own_secrets=()
    )
    assert await store.changes(0) == Changes(revision=0, change_id="", changes=())


async def test_a_snapshot_has_everything_and_the_newest_policy(store: PostgresStore) -> None:
    signing_keys, tenants, token = (
        (a_signing_key(), a_signing_key()),
        (a_tenant("a"), a_tenant("a/b")),
        RevokedToken("tok_1", NOW),
    )
    for each in signing_keys:
        await log(store, Kind.SIGNING_KEY, each.signing_key_id, adding(each))
    for tenant in tenants:
        await log(store, Kind.TENANT, tenant.path, putting(tenant))
    await log(store, Kind.TOKEN, token.token_id, lambda tx: tx.revoke_token(token))
    for version in (0, 1):
        await log(store, Kind.POLICY, str(version + 1), applying(f"v{version + 1}", version))
    snapshot = await store.snapshot()
    assert snapshot.revision == 7
    assert snapshot.policy == PolicyVersion(2, "v2")
    assert (snapshot.signing_keys, set(snapshot.tenants), snapshot.revoked_tokens) == (signing_keys, set(tenants), (token,))


async def test_changes_carry_what_they_are_about_and_nothing_else(store: PostgresStore) -> None:
    signing_key, other = a_signing_key(), a_signing_key()
    await log(store, Kind.SIGNING_KEY, signing_key.signing_key_id, lambda tx: tx.insert_signing_key(signing_key))
    await log(store, Kind.POLICY, "1", lambda tx: tx.insert_policy("v1", 0))
    await log(store, Kind.TENANT, "b", lambda tx: tx.put_tenant(a_tenant("b")))
    await put(store, a_key())
    changes = await store.changes(3)
    assert (changes.policy, changes.signing_keys, changes.tenants, changes.revoked_tokens) == (None, None, (), ())

    await log(store, Kind.SIGNING_KEY, other.signing_key_id, lambda tx: tx.insert_signing_key(other))
    changes = await store.changes(4)
    assert changes.signing_keys == (signing_key, other)
    assert (changes.policy, changes.tenants) == (None, ())

    tenant, token = a_tenant("a", suspended=True), RevokedToken("tok_1", NOW)
    await log(store, Kind.TENANT, "a", lambda tx: tx.put_tenant(tenant))
    await log(store, Kind.TENANT, "gone")
    await log(store, Kind.TOKEN, "tok_1", lambda tx: tx.revoke_token(token))
    await log(store, Kind.POLICY, "2", lambda tx: tx.insert_policy("v2", 1))
    changes = await store.changes(5)
    assert (changes.policy, changes.signing_keys, changes.tenants) == (PolicyVersion(2, "v2"), None, (tenant,))
    assert changes.revoked_tokens == (token,)
    assert [change.ref for change in changes.changes] == ["a", "gone", "tok_1", "2"]


async def test_the_change_id_names_the_newest_change_everywhere(store: PostgresStore) -> None:
    await store.join("proc_1", "replica", 1, 0)
    ids = set()
    for revision in (1, 2):
        await put(store, a_key())
        snapshot, changes = await store.snapshot(), await store.changes(0)
        renewal = await store.renew("proc_1", revision)
        assert renewal is not None
        assert snapshot.change_id == changes.change_id == renewal.change_id != ""
        assert snapshot.revision == changes.revision == renewal.revision == revision
        ids.add(snapshot.change_id)
    assert len(ids) == 2


async def test_a_snapshot_is_of_one_moment_though_mutations_go_on(store: PostgresStore, other_store: PostgresStore) -> None:
    """A policy comes with every revision, so a snapshot of two moments would have them differ."""
    seen: set[int] = set()

    async def mutate() -> None:
        version = 0
        while len(seen) < 20:
            await log(other_store, Kind.POLICY, str(version + 1), applying("p", version))
            version += 1

    task = asyncio.create_task(mutate())
    while not task.done():
        snapshot = await store.snapshot()
        assert snapshot.revision == (snapshot.policy.version if snapshot.policy else 0)
        changes = await store.changes(0)
        assert changes.revision == (changes.policy.version if changes.policy else 0) == len(changes.changes)
        seen.add(snapshot.revision)
    await task


async def test_a_read_in_a_transaction_leaves_the_connection_as_it_was(store: PostgresStore) -> None:
    for _ in range(10):
        await store._pools.state.use(_snapshot)
    assert await store._pools.state.value(
        "SELECT current_setting('transaction_read_only') = 'off' AND current_setting('lock_timeout') = '0'"
    )
