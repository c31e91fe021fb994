"""What `make demo` plays: the documented calls of all four products, through a real Envoy."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from demo.__main__ import start, summary
from demo.player import Row, play
from demo.product import EXAMPLES, Product
from demo.transcript import read_transcript
from tests.support.envoy_here import needs_envoy


@needs_envoy
@pytest.mark.timeout(120)
def test_every_documented_call_gets_the_documented_answer(tmp_path: Path) -> None:
    with ExitStack() as running:
        rows = [row for product in start([Product(name, tmp_path) for name in EXAMPLES], running) for row in play(product)]
    print(summary(rows))
    assert [f"{row.product}: {row.call.call}: {row.wrong}" for row in rows if row.wrong] == []
    assert len([row for row in rows if not row.call.pending]) >= 45


def test_only_what_the_next_part_delivers_is_pending() -> None:
    pending = {call.pending for name in EXAMPLES for call in read_transcript(name).calls if call.pending}
    assert pending == {"part 4, OAuth", "part 4, REST for keys"}


@needs_envoy
def test_an_answer_that_is_not_the_documented_one_is_a_mismatch(tmp_path: Path) -> None:
    """The table can also be red."""
    with Product("oauth2", tmp_path) as product:
        wrong = [
            {"status": 403},
            {"status": 200, "json": {}},
            {"status": 200, "body": "x"},
            {"status": 200, "headers": {"www-authenticate": "Basic"}},
            {"status": 200, "upstream": {"x-auth-tenant": "globex"}},
            {"status": 200, "upstream": {"x-auth-tenant": None}},
            {"status": 200, "claims": {"sub": "u_1"}},
            {"status": 200, "reached": False},
        ]
        (first, *_) = product.transcript.calls
        steps = [first.model_copy(update={"expect": type(first.expect).model_validate(each)}) for each in wrong]
        product.transcript = product.transcript.model_copy(update={"steps": [first, *steps]})
        rows: list[Row] = list(play(product))
    assert [bool(row.wrong) for row in rows] == [False, *(True for _ in wrong)]
