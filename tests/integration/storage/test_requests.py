from __future__ import annotations

import asyncio
from typing import Any

import pytest

from authsvc.domain.errors import AlreadyExists, InvalidArgument, NotFound
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Committed, Kind
from authsvc.storage.requests import REMEMBERED
from authsvc.storage.store import PostgresStore
from tests.support.stored import NOW, a_key, a_request


async def create(store: PostgresStore, **request: Any) -> Committed:
    async def work(tx: Transaction) -> None:
        key = a_key()
        await tx.insert_key(key)
        tx.log(Kind.KEY, key.key_id)

    return (await store.mutate(work, a_request(**request)))[1]


async def test_a_repeated_request_learns_what_was_created(store: PostgresStore) -> None:
    await create(store, key_id="key_first")
    for now in (NOW, NOW + REMEMBERED - 1):
        with pytest.raises(AlreadyExists) as caught:
            await create(store, key_id="key_second", now=now)
        assert caught.value.key_id == "key_first"
    assert await store.revision() == 1


@pytest.mark.parametrize("other", [{"body_digest": b"o" * 32}, {"method": "RotateKey"}])
async def test_an_id_used_for_another_request_is_refused(store: PostgresStore, other: dict[str, Any]) -> None:
    await create(store)
    with pytest.raises(InvalidArgument) as caught:
        await create(store, **other)
    assert [violation.field for violation in caught.value.violations] == ["request_id"]
    assert await store.revision() == 1


async def test_after_ten_minutes_the_id_is_free(store: PostgresStore) -> None:
    await create(store)
    later = NOW + REMEMBERED
    assert await create(store, now=later, body_digest=b"o" * 32, key_id="key_third") == Committed(2, changed=True)
    with pytest.raises(AlreadyExists) as caught:
        await create(store, now=later + 1, body_digest=b"o" * 32)
    assert caught.value.key_id == "key_third"


async def test_every_caller_has_ids_of_its_own(store: PostgresStore) -> None:
    await create(store)
    assert await create(store, caller="key_other") == Committed(2, changed=True)


async def test_a_request_that_failed_may_be_repeated(store: PostgresStore) -> None:
    async def fail(_tx: Transaction) -> None:
        raise NotFound

    with pytest.raises(NotFound):
        await store.mutate(fail, a_request())
    assert await create(store) == Committed(1, changed=True)


async def test_a_request_that_changed_nothing_may_be_repeated(store: PostgresStore) -> None:
    async def nothing(_tx: Transaction) -> None:
        pass

    for _ in range(2):
        assert (await store.mutate(nothing, a_request()))[1] == Committed(0, changed=False)


async def test_of_two_at_once_one_is_done(store: PostgresStore, other_store: PostgresStore) -> None:
    outcomes = await asyncio.gather(create(store, key_id="key_a"), create(other_store, key_id="key_a"), return_exceptions=True)
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert isinstance(refused, AlreadyExists)
    assert refused.key_id == "key_a"
    assert await store.revision() == 1
