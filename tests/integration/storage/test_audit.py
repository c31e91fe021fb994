from __future__ import annotations

import dataclasses
from typing import Any

from authsvc.engine.ports import Transaction
from authsvc.engine.records import AuditEntry, AuditFilter, Kind
from authsvc.storage.store import PostgresStore
from tests.support.stored import NOW, an_entry


async def write(store: PostgresStore, *entries: AuditEntry) -> list[AuditEntry]:
    """The entries as they are read back."""

    async def work(tx: Transaction) -> None:
        tx.log(Kind.KEY, "key_1")
        for entry in entries:
            tx.audit(entry)

    revision = (await store.mutate(work))[1].revision
    return [dataclasses.replace(entry, revision=revision) for entry in entries]


async def listed(store: PostgresStore, **which: Any) -> list[AuditEntry]:
    return list((await store.audit_entries(AuditFilter(**which), 100, "")).entries)


async def test_an_entry_is_read_back_as_it_was_written(store: PostgresStore) -> None:
    entry = an_entry(
        reason="leaked 'on' GitHub", details={"scopes": ["a:b"], "n": 3, "none": None, "deep": {"x": True}}, request_id="r"
    )
    assert await write(store, entry) == await listed(store)


async def test_entries_come_newest_first_and_pages_join_to_the_whole(store: PostgresStore) -> None:
    entries = await write(store, *(an_entry(time=NOW + number // 2) for number in range(9)))
    expected = sorted(entries, key=lambda entry: (entry.time, entry.audit_id), reverse=True)
    for limit in (1, 2, 4, 9, 10):
        seen: list[AuditEntry] = []
        after = ""
        while True:
            page = await store.audit_entries(AuditFilter(), limit, after)
            assert len(page.entries) <= limit
            seen += page.entries
            if not (after := page.next_after):
                break
        assert seen == expected


async def test_filters(store: PostgresStore) -> None:
    plain, actor, target, action, late = await write(
        store,
        an_entry(),
        an_entry(actor="key_me"),
        an_entry(target="key_it"),
        an_entry(action="RevokeKey"),
        an_entry(time=NOW + 1_000_000),
    )
    assert await listed(store, actor="key_me") == [actor]
    assert await listed(store, target="key_it") == [target]
    assert await listed(store, action="RevokeKey") == [action]
    assert await listed(store, since=late.time) == [late]
    assert await listed(store, until=actor.time) == [plain]
    assert await listed(store, actor="key_me", action="RevokeKey") == []


async def test_a_caller_reads_only_what_is_within_its_tenant(store: PostgresStore) -> None:
    tenants = ("/", "acme", "acme/etl", "acmeco", "acme-x")
    entries = {entry.tenant: entry for entry in await write(store, *(an_entry(tenant=tenant) for tenant in tenants))}
    assert await listed(store, within="acme") == [entries["acme/etl"], entries["acme"]]
    assert await listed(store, within="acme/etl") == [entries["acme/etl"]]
    assert len(await listed(store, within="/")) == len(tenants)
