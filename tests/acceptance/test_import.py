"""What `make test-import` does with 100,000 keys, with fewer."""

from __future__ import annotations

from pathlib import Path

from tests.imports.trial import WRONG, Trial

RECORDS = 2_000


def test_an_import_that_is_killed_twice_imports_every_key_once(tmp_path: Path) -> None:
    figures = Trial(tmp_path, RECORDS, (1, 1)).run()
    assert 0 < figures.settled[0] < figures.settled[1] < RECORDS + WRONG
    assert (figures.keys, figures.secrets) == (RECORDS, RECORDS)
    assert figures.imported + figures.existed == RECORDS
    assert figures.refused == WRONG
    assert figures.denied == 0
    assert figures.again == {"imported": 0, "existed": RECORDS, "refused": WRONG}
