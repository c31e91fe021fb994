"""Plays a transcript and compares every answer with the one expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Template
from typing import Any

from demo.product import Product
from demo.transcript import Call, Expect
from demo.upstream import Seen
from demo.wire import Reply, send


@dataclass(frozen=True)
class Row:
    """One call and what came of it. `wrong` is empty where it is as it should be, and for pending calls."""

    product: str
    call: Call
    status: int
    wrong: tuple[str, ...] = ()


def play(product: Product) -> Iterator[Row]:
    """Do every step and make every call, in order."""
    for step in product.transcript.steps:
        if not isinstance(step, Call):
            product.operator.do(step)
        elif step.pending:
            yield Row(product.example, step, 0)
        else:
            yield _make(product, step)


def _make(product: Product, call: Call) -> Row:
    method, target = call.request.split(" ", 1)
    headers = [("host", call.host or product.transcript.host)]
    headers += [(name, Template(value).substitute(product.operator.secrets)) for name, value in call.headers.items()]
    product.upstream.seen.clear()
    reply = send(product.proxy.address, method, target, headers, call.body, source=call.source)
    return Row(product.example, call, reply.status, tuple(_differences(call.expect, reply, product.upstream.seen)))


def _differences(expect: Expect, reply: Reply, seen: list[Seen]) -> Iterator[str]:
    if reply.status != expect.status:
        yield f"status {reply.status} {reply.body[:200]}"
    if expect.json_ is not None and reply.json() != expect.json_:
        yield f"body {reply.body[:200]}"
    if expect.body is not None and reply.body != expect.body:
        yield f"body {reply.body[:200]!r}"
    for name, value in expect.headers.items():
        if not _fits(reply.headers.get(name), value):
            yield f"{name}: {reply.headers.get(name)}"
    reached = expect.status == 200 if expect.reached is None else expect.reached
    if bool(seen) != reached:
        yield "the upstream got it" if seen else "the upstream did not get it"
    elif seen:
        yield from _arrived(expect, seen[-1])


def _arrived(expect: Expect, seen: Seen) -> Iterator[str]:
    for name, value in expect.upstream.items():
        if not _fits(seen.header(name), value):
            yield f"upstream's {name}: {seen.header(name)}"
    for name, value in expect.claims.items():
        if not _fits(seen.claims.get(name), value):
            yield f"claim {name}: {seen.claims.get(name)}"


def _fits(found: Any, expected: Any) -> bool:
    if isinstance(expected, str) and expected.startswith("^"):
        return isinstance(found, str) and re.fullmatch(expected[1:], found) is not None
    return bool(found == expected)
