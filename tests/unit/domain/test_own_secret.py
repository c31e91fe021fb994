"""What the store requires of a process's secrets."""

from __future__ import annotations

from typing import Any

import pytest

from authsvc.domain.errors import FailedPrecondition
from authsvc.domain.own_secret import OwnKind, OwnSecret, check_complete, current_ids, retired_names


def a_row(name: str, **fields: Any) -> OwnSecret:
    kind, _, own_id = name.partition("/")
    return OwnSecret(**{"kind": OwnKind(kind), "id": own_id, "fingerprint": "aaaa", "create_time": 1, **fields})


def test_another_secret_than_the_stores_is_refused_naming_both() -> None:
    rows = [a_row("peppers/p1", fingerprint="bbbb"), a_row("keks/k1", fingerprint="c")]
    with pytest.raises(FailedPrecondition, match="peppers/p1 is aaaa here and bbbb in the store"):
        check_complete({"peppers/p1": "aaaa", "keks/k1": "c"}, rows)


def test_a_required_secret_that_is_missing_is_refused_even_if_it_is_not_current() -> None:
    rows = [a_row("peppers/p1", current=True), a_row("keks/k1", fingerprint="c")]
    with pytest.raises(FailedPrecondition, match=r"keks/k1 \(c in the store\) is missing here"):
        check_complete({"peppers/p1": "aaaa"}, rows)


def test_what_is_retired_is_not_required_and_never_used() -> None:
    rows = [a_row("peppers/p1", retire_time=5), a_row("peppers/p2", current=True)]
    check_complete({"peppers/p2": "aaaa"}, rows)
    check_complete({"peppers/p2": "aaaa", "peppers/p1": "another"}, rows)
    assert retired_names(rows) == {"peppers/p1"}
    assert current_ids(rows) == {OwnKind.PEPPER: "p2"}


def test_more_than_the_store_knows_is_fine() -> None:
    check_complete({"peppers/p1": "aaaa", "peppers/p9": "x"}, [a_row("peppers/p1")])
    check_complete({}, [])
