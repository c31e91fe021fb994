"""`/metrics`: what the process counted, in the format of Prometheus. Nothing is prepared on the hot path.

Labels are reasons, RPC names and status codes: fixed sets. No key, tenant or address ever becomes a label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import override

from authsvc.domain.reason import Reason
from authsvc.engine.counters import Counters
from authsvc.engine.vitals import Vitals

SECOND = 1_000_000


class ServiceCollector(Collector):
    """Reads counters and vitals when it is asked for them."""

    def __init__(self, counters: Counters, vitals: Callable[[], Vitals]) -> None:
        self._counters = counters
        self._vitals = vitals

    @override
    def collect(self) -> Iterable[Metric]:
        """Every metric of this service."""
        yield _decisions(self._counters)
        yield _shadowed(self._counters)
        yield _calls(self._counters)
        yield from _plain_counters(self._counters)
        yield from _gauges(self._vitals())


def routes(counters: Counters, vitals: Callable[[], Vitals]) -> list[Route]:
    """The endpoint, on a registry of its own: nothing that a library registers by itself gets out."""
    registry = CollectorRegistry()
    registry.register(ServiceCollector(counters, vitals))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)

    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={"Content-Type": content_type, "Cache-Control": "no-store"})

    return [Route("/metrics", metrics)]


def _decisions(counters: Counters) -> Metric:
    family = CounterMetricFamily(
        "authsvc_decisions", "Decisions, by reason of the deny; NONE is ALLOW.", labels=["decision", "reason"]
    )
    for reason in Reason:
        family.add_metric(["DENY" if reason else "ALLOW", reason.name], counters.decisions[reason])
    return family


def _shadowed(counters: Counters) -> Metric:
    family = CounterMetricFamily(
        "authsvc_shadowed_denies", "HTTP requests let through in shadow mode that would have been denied.", labels=["reason"]
    )
    for reason in Reason:
        if reason:
            family.add_metric([reason.name], counters.shadowed[reason])
    return family


def _calls(counters: Counters) -> Metric:
    family = CounterMetricFamily("authsvc_rpcs", "Answered calls, by RPC and gRPC status code.", labels=["rpc", "code"])
    for (rpc, code), count in sorted(counters.calls.items()):
        family.add_metric([rpc, code], count)
    return family


def _plain_counters(counters: Counters) -> Iterable[Metric]:
    for name, text, value in (
        ("authsvc_anonymous_passes", "HTTP requests let through by routes that ask for nobody.", counters.anonymous),
        ("authsvc_cache_hits", "Decisions from memory, without an await.", counters.hits),
        ("authsvc_cache_misses", "Decisions that waited for the store or the lease.", counters.misses),
        ("authsvc_lookups", "Statements sent to the store for misses.", counters.lookups),
        ("authsvc_hash_checks", "Credentials checked against an Argon2id hash.", counters.hash_checks),
        ("authsvc_hash_failures", "Of them, those that were wrong.", counters.hash_failures),
        ("authsvc_hash_refusals", "Checks refused because a bound was reached.", counters.hash_refusals),
        ("authsvc_usage_flushed", "Uses written to the store.", counters.usage_flushed),
        (
            "authsvc_usage_flush_failures",
            "Attempts to write uses that failed; they are written later.",
            counters.usage_flush_failures,
        ),
        ("authsvc_usage_lost", "Uses dropped because the store was away for too long.", counters.usage_lost),
    ):
        yield CounterMetricFamily(name, text, value=value)


def _gauges(vitals: Vitals) -> Iterable[Metric]:
    for name, text, value in (
        ("authsvc_lease_held", "1 while this process may answer from memory.", float(vitals.lease_held)),
        ("authsvc_lease_remaining_seconds", "Until the lease ends unless it is renewed.", vitals.lease_remaining / SECOND),
        ("authsvc_store_reachable", "1 while renewals are answered.", float(vitals.store_reachable)),
        ("authsvc_applied_revision", "The revision that decisions are made on; -1 without state.", vitals.applied_revision),
        ("authsvc_cached_credentials", "Credentials that can be answered from memory.", vitals.cached_credentials),
        ("authsvc_usage_pending_keys", "Keys with uses that the store does not have yet.", vitals.usage_pending_keys),
        ("authsvc_usage_flush_lag_seconds", "Since uses were last written.", vitals.usage_lag / SECOND),
    ):
        yield GaugeMetricFamily(name, text, value=value)
