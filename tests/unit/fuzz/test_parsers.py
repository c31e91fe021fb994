"""Every parser keeps its rules whatever it is given: a short round for each change; `make fuzz` is the long one."""

from __future__ import annotations

import pytest
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authsvc.transport.methods import SERVICES
from tests.fuzz import messages
from tests.fuzz.registry import TARGETS
from tests.fuzz.samples import sample
from tests.fuzz.target import Target

NASTY = (
    "\x00",
    "\u202e",
    "\u2028",
    "\ufeff",
    "é",
    "\U0001d7d9",
    "ß",
    "İ",
    "\r\n",
    "\t",
    "%",
    "\\",
    "'",
    '"',
    "0" * 40,
    "a" * 600,
)
ODD_BYTES = (b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\x80")


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    """Seeds with changes, heaps of the grammar's words, and anything at all."""
    pieces = st.sampled_from(
        [*(text.encode() for text in target.words), *(text.encode() for text in NASTY), *ODD_BYTES]
    ) | st.binary(max_size=8)

    @st.composite
    def changed(draw: st.DrawFn) -> bytes:
        data = draw(st.sampled_from(target.seeds))
        for _ in range(draw(st.integers(0, 3))):
            start = draw(st.integers(0, len(data)))
            end = min(len(data), start + draw(st.sampled_from([0, 1, 2, 8, 64])))
            data = data[:start] + draw(pieces | st.just(data[start:end] * 2)) + data[end:]
        return data

    heap = st.lists(pieces, max_size=12).map(b"".join)
    return (
        changed() | heap | st.binary(max_size=64) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass"))
    )


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_it_is_given_a_parser_keeps_its_rules(name: str) -> None:
    target = TARGETS[name]

    @given(inputs(target))
    @settings(max_examples=40 * target.weight, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    def holds(data: bytes) -> None:
        target.run(data)

    holds()


@pytest.mark.parametrize("name", TARGETS)
def test_what_a_fuzzer_begins_with_is_answered(name: str) -> None:
    for seed in TARGETS[name].seeds:
        TARGETS[name].run(seed)


@pytest.mark.parametrize("name", messages.READERS)
def test_the_fuzzing_of_messages_begins_with_right_ones(name: str) -> None:
    kind = next(method.input_type for service in SERVICES for method in service.methods if method.name == name)
    for request in map(GetMessageClass(kind).FromString, sample(name)[2:]):
        assert messages.refusal_of(messages.READERS[name], request) is None
