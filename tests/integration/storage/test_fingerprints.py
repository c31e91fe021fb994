from __future__ import annotations

import pytest

from authsvc.domain.errors import FailedPrecondition
from authsvc.storage.store import PostgresStore


async def test_fingerprints_are_remembered_and_never_replaced(store: PostgresStore) -> None:
    assert await store.fingerprints() == {}
    await store.remember_fingerprints({"pepper:p1": "aa", "kek:k1": "bb"})
    await store.remember_fingerprints({"pepper:p1": "aa", "pepper:p2": "cc"})
    with pytest.raises(FailedPrecondition, match="kek:k1") as caught:
        await store.remember_fingerprints({"kek:k1": "other", "pepper:p3": "dd"})
    assert "pepper" not in caught.value.message
    assert await store.fingerprints() == {"pepper:p1": "aa", "pepper:p2": "cc", "kek:k1": "bb"}
    await store.remember_fingerprints({})


async def test_a_new_store_is_in_its_first_epoch(store: PostgresStore) -> None:
    assert await store.epoch() == 1
