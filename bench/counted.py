"""What a service says that it did: a load generator that takes gRPC errors for success is not asked."""

from __future__ import annotations

import urllib.request
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from bench.load import LoadFailed
from bench.scenario import Scenario

_COUNTED: Final = ("authsvc_rpcs_total", "authsvc_decisions_total")

Counts = dict[tuple[str, ...], float]


def counts(admin: str) -> Counts:
    """Calls by status and RPC, decisions by outcome and reason, from `/metrics` at this address."""
    with urllib.request.urlopen(f"http://{admin}/metrics", timeout=10) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
        if sample.name in _COUNTED
    }


def check(scenario: Scenario, calls: int, before: Counts, after: Counts) -> None:
    """Go on only when every one of these calls, and no other, got the answer it should.

    Raises:
        LoadFailed: the counters say otherwise.
    """
    grown = {name: int(value - before.get(name, 0)) for name, value in after.items() if value != before.get(name, 0)}
    rpcs, decisions = _COUNTED
    wanted = {
        (rpcs, "OK", scenario.rpc): calls,
        (decisions, "ALLOW", "NONE"): calls * scenario.allows,
        (decisions, "DENY", "CREDENTIAL_INVALID"): calls * scenario.denies,
    }
    if grown != {name: value for name, value in wanted.items() if value}:
        raise LoadFailed(f"{scenario.name}: {calls} calls were answered, and the service counted {grown}")
