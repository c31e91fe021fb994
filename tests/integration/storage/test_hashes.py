"""Secrets that are stored otherwise than as HMAC of the credential."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace

import pytest

from authsvc.domain.errors import AlreadyExists
from authsvc.domain.key import Hash, Key, Secret
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind
from authsvc.storage.store import PostgresStore
from tests.support.stored import a_full_key, a_key, a_secret, put

PHC = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"


async def put_together(store: PostgresStore, *keys: Key) -> None:
    async def work(tx: Transaction) -> None:
        await tx.insert_keys(keys)
        for key in keys:
            tx.log(Kind.SECRET, key.key_id)

    await store.mutate(work)


async def rehash(store: PostgresStore, key_id: str, before: Secret, after: Secret) -> bool:
    async def work(tx: Transaction) -> bool:
        if not await tx.rehash_secret(before, after):
            return False
        tx.log(Kind.KEY, key_id)
        return True

    return (await store.mutate(work))[0]


async def owners(store: PostgresStore, *digests: bytes) -> Mapping[bytes, str]:
    async def work(tx: Transaction) -> Mapping[bytes, str]:
        return await tx.owners(digests)

    return (await store.mutate(work))[0]


async def test_many_keys_are_inserted_as_they_would_be_one_by_one(store: PostgresStore) -> None:
    keys = [a_key(), a_full_key(), a_key(secrets=())]
    await put_together(store, *keys)
    found = (await store.lookup([], [key.key_id for key in keys])).keys
    assert {key.key_id: key for key in found} == {key.key_id: replace(key, revision=1) for key in keys}
    assert not await store.is_empty()


async def test_of_many_keys_all_are_inserted_or_none(store: PostgresStore) -> None:
    there = a_key()
    await put(store, there)
    keys = [a_key(), a_key(secrets=(a_secret(digest=there.secrets[0].digest),)), a_key()]
    with pytest.raises(AlreadyExists):
        await put_together(store, *keys)
    assert (await store.lookup([], [key.key_id for key in keys])).keys == ()


async def test_owners_are_those_of_the_digests_that_are_there(store: PostgresStore) -> None:
    keys = [a_key(), a_full_key()]
    await put(store, *keys)
    there = {secret.digest: key.key_id for key in keys for secret in key.secrets}
    assert await owners(store, secrets.token_bytes(32), *there) == there
    assert await owners(store) == {}


async def test_a_secret_is_rehashed_when_it_is_stored_as_it_was_read(store: PostgresStore) -> None:
    before = a_secret(hash=Hash.FOREIGN_ARGON2ID, phc=PHC.replace("m=19456", "m=1024"))
    key = a_key(secrets=(before,))
    await put(store, key)
    after = replace(before, pepper_id="p2", digest=b"n" * 32, hash=Hash.ARGON2ID, phc=PHC)
    assert await rehash(store, key.key_id, before, after)
    (found,) = (await store.lookup([b"n" * 32], [])).keys
    assert found.secrets == (after,)
    assert (await store.lookup([before.digest], [])).keys == ()


@pytest.mark.parametrize("field", [{"pepper_id": "p2"}, {"digest": b"o" * 32}, {"phc": PHC}, {"secret_id": "sec_none"}])
async def test_a_secret_that_was_rehashed_meanwhile_is_left_alone(store: PostgresStore, field: dict[str, object]) -> None:
    stored = a_secret()
    key = a_key(secrets=(stored,))
    await put(store, key)
    assert not await rehash(store, key.key_id, replace(stored, **field), replace(stored, digest=b"n" * 32))  # type: ignore[arg-type]
    assert (await store.lookup([], [key.key_id])).keys[0].secrets == (stored,)
    assert await store.revision() == 1
