"""A store of an older release, brought up to date with everything in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import asyncpg
import pytest

from authsvc.domain.own_secret import OwnKind
from authsvc.storage.migrations import migrate, shipped
from authsvc.storage.store import PostgresStore
from tests.support.postgres import PostgresServer
from tests.support.stored import NOW

KEY = """
INSERT INTO keys (key_id, display_name, folded_name, type, tenant, subject, environment, scopes, resources, allowed_cidrs,
    rate_limits, metadata, state, created_by, create_time, update_time, revoke_reason, etag)
VALUES ('key_1', 'n', 'n', 'sdk', 'acme', 's', '', '{}', '{}', '{}', '[]', '{}', 1, 'key_0', now(), now(), '', 'e')
"""
SECRETS = """
INSERT INTO secrets (secret_id, key_id, prefix, pepper_id, digest, create_time, hash)
SELECT 'sec_' || hash, 'key_1', 'p', 'p1', sha256(hash::bytea), now(), hash FROM unnest($1::text[]) AS h (hash)
"""
HASHES = ("hmac", "sha256", "hmac-sha256", "argon2id", "foreign-argon2id")


@pytest.fixture
async def old_url(postgres: PostgresServer) -> AsyncIterator[str]:
    """A store as migration 0002 left it, with a secret of each form."""
    dsn = await postgres.create_empty()
    await migrate(dsn, shipped()[:2])
    connection = await asyncpg.connect(dsn)
    await connection.execute(KEY)
    await connection.execute(SECRETS, HASHES)
    await connection.close()
    yield dsn
    await postgres.drop(dsn)


async def upgraded(dsn: str, names: Sequence[str]) -> PostgresStore:
    """The store, which was used with secrets of these names."""
    connection = await asyncpg.connect(dsn)
    await connection.executemany("INSERT INTO secret_fingerprints VALUES ($1, 'f')", [(name,) for name in names])
    await connection.close()
    await migrate(dsn)
    store = PostgresStore(dsn)
    await store.open()
    return store


async def generations(store: PostgresStore) -> dict[str, str]:
    (key,) = (await store.lookup([], ["key_1"])).keys
    return {secret.hash.value: secret.generation for secret in key.secrets}


async def test_secrets_of_the_only_tag_key_that_there_was_are_its(old_url: str) -> None:
    store = await upgraded(old_url, ["peppers/p1", "tag-keys/1", "keks/k1"])
    assert await generations(store) == {"hmac": "1", "sha256": "", "hmac-sha256": "", "argon2id": "1", "foreign-argon2id": ""}
    rows = {row.name: row for row in await store.own_secrets()}
    assert set(rows) == {"peppers/p1", "tag-keys/1", "keks/k1"}
    assert all(row.required and not row.current and row.use_time is not None for row in rows.values())
    assert len(await store.dependents(OwnKind.TAG_KEY, "1", NOW, 5)) == 1
    await store.close()


async def test_of_several_tag_keys_every_secret_may_be_of_any(old_url: str) -> None:
    store = await upgraded(old_url, ["peppers/p1", "tag-keys/1", "tag-keys/2", "keks/k1"])
    assert await generations(store) == {"hmac": "?", "sha256": "", "hmac-sha256": "", "argon2id": "?", "foreign-argon2id": ""}
    for generation in ("1", "2"):
        assert len(await store.dependents(OwnKind.TAG_KEY, generation, NOW, 5)) == 1
    await store.close()


async def test_what_was_noted_of_other_things_is_left_out(old_url: str) -> None:
    store = await upgraded(old_url, ["peppers/p1", "imports/shop", "pepper:p0"])
    assert [row.name for row in await store.own_secrets()] == ["peppers/p1"]
    await store.close()
