"""The whole way of a request: a client, a real Envoy, authsvc in this process, and an upstream that keeps what reached it.

    async with running_edge(database_url, folder, hardened(), policy=POLICY) as edge:
        key = await edge.service.create_key()
        called = await edge.call("GET", "/projects/1", {"authorization": f"Bearer {key.secret}"})

Envoy and the upstream are waited for in threads, so that the service goes on answering.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from authsvc.address import TcpAddress
from demo.proxy import Config, Proxy, clusters, http_filter, http_manager, move, read_config
from demo.upstream import Seen, Upstream
from demo.wire import Address, Reply, send
from tests.support.check import HOST, POLICY
from tests.support.service import RunningService, running_service

BARE = Path(__file__).with_name("envoy_bare.yaml")


def hardened() -> Config:
    """An example's configuration for any host, and for a product that takes keys in `x-api-key` too."""
    config = read_config("oauth2")
    rules = http_filter(config, "ext_authz")["decoder_header_mutation_rules"]["allow_expression"]
    rules["regex"] += "|x-api-key"
    http_manager(config)["route_config"]["virtual_hosts"] = [
        {"name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "api"}}]}
    ]
    resources = config["static_resources"]
    resources["clusters"] = [each for each in resources["clusters"] if each["name"] in ("api", "authsvc")]
    return config


def bare() -> Config:
    """Envoy's defaults, with ext_authz on every route and nothing else said."""
    config: Config = yaml.safe_load(BARE.read_text())
    return config


def patient(config: Config) -> Config:
    """With time for a busy machine, where calls are about answers: the usual 0.2 s are for one that does nothing else."""
    http_filter(config, "ext_authz")["grpc_service"]["timeout"] = "3s"
    return config


@dataclass(frozen=True)
class Called:
    """What became of a call."""

    reply: Reply
    seen: Seen | None
    """None: it did not reach the upstream."""

    @property
    def status(self) -> int:
        """Of the answer."""
        return self.reply.status

    @property
    def code(self) -> str:
        """The reason, where the body is authsvc's default one."""
        code: str = self.reply.json()["error"]["code"]
        return code


@dataclass
class Edge:
    """All of it, running."""

    service: RunningService
    envoy: Proxy
    upstream: Upstream

    async def call(
        self, method: str, target: str, headers: Mapping[str, str] | Iterable[tuple[str, str]] = (), *, host: str = HOST
    ) -> Called:
        """Send one request, with nothing of a library's own in it."""
        before = len(self.upstream.seen)
        given = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        reply = await asyncio.to_thread(send, self.envoy.address, method, target, [("host", host), *given])
        reached = self.upstream.seen[before:]
        assert len(reached) <= 1
        return Called(reply, reached[0] if reached else None)


@asynccontextmanager
async def running_edge(
    database_url: str, folder: Path, config: Config, *, policy: str = POLICY, caller_key: str | None = None, **service: Any
) -> AsyncIterator[Edge]:
    """Start everything.

    Args:
        database_url: an empty database.
        folder: for what Envoy writes.
        config: Envoy's, with the clusters `authsvc` and `api`; it is changed.
        policy: of the service.
        caller_key: what Envoy calls authsvc with; None: a new one with `authsvc:check`.
        service: how to run the service, as `running_service` has it.
    """
    async with running_service(database_url, policy=policy, **service) as running:
        if caller_key is None:
            caller_key = await running.create_caller("authsvc:check")
        with Upstream() as upstream:
            _point(config, running.address, upstream.address)
            envoy = Proxy(folder, config, caller_key)
            try:
                await asyncio.to_thread(envoy.start)
                yield Edge(running, envoy, upstream)
            finally:
                await asyncio.to_thread(envoy.stop)


def _point(config: Config, service: Any, upstream: Address) -> None:
    """To free ports, this service and this upstream."""
    is_tcp = isinstance(service, TcpAddress)
    move(config, {"api": upstream, "authsvc": (service.host, service.port) if is_tcp else upstream})
    if not is_tcp:
        [locality] = clusters(config)["authsvc"]["load_assignment"]["endpoints"]
        locality["lb_endpoints"] = [{"endpoint": {"address": {"pipe": {"path": str(service.path)}}}}]
