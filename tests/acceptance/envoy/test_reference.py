"""What docs/envoy.md says of single lines of the reference configuration: with the line, and without it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from typing_extensions import override

from authsvc.envoy.v3 import ext_authz_pb2 as pb
from demo.product import EXAMPLES
from demo.proxy import Config, Proxy, clusters, http_filter, http_manager, move, read_config
from demo.upstream import Upstream
from demo.wire import Header, Reply, send
from tests.support.check import METHOD
from tests.support.edge import hardened
from tests.support.envoy_here import needs_envoy

HOST = ("host", "api.example")
ALLOW = pb.CheckResponse(ok_response=pb.OkHttpResponse())
SPLIT = pb.CheckResponse(
    status={"code": 7},
    denied_response=pb.DeniedHttpResponse(
        headers=[pb.HeaderValueOption(header=pb.HeaderValue(key="x-a", value="b\r\nset-cookie: evil=1"))]
    ),
)
MOVED = pb.CheckResponse(
    ok_response=pb.OkHttpResponse(headers=[pb.HeaderValueOption(header=pb.HeaderValue(key=":path", value="/admin"))])
)


class Answering(grpc.GenericRpcHandler):
    """An authorization server that has gone bad: it gives these answers in turn, the last one for ever. None: UNAVAILABLE."""

    def __init__(self, *answers: pb.CheckResponse | None) -> None:
        self.answers = list(answers)
        self.calls = 0

    @override
    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler[pb.CheckRequest, pb.CheckResponse] | None:
        if handler_call_details.method != METHOD:
            return None
        return grpc.unary_unary_rpc_method_handler(self.check, pb.CheckRequest.FromString, pb.CheckResponse.SerializeToString)

    def check(self, request: pb.CheckRequest, context: grpc.ServicerContext) -> pb.CheckResponse:
        self.calls += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            context.abort(grpc.StatusCode.UNAVAILABLE, "not now")
        assert answer is not None
        return answer


class Bench:
    """Envoy between a client, such a server and an upstream."""

    def __init__(self, proxy: Proxy, upstream: Upstream) -> None:
        self.proxy = proxy
        self.upstream = upstream

    def call(self, target: str = "/x", headers: tuple[Header, ...] = (), method: str = "GET") -> Reply:
        return send(self.proxy.address, method, target, [HOST, *headers])


@contextmanager
def bench(folder: Path, config: Config, server: Answering, *, gone: bool = False) -> Iterator[Bench]:
    """All of it; `gone`: authsvc has a second endpoint, where nobody listens."""
    clusters(config)["authsvc"].pop("health_checks")
    listening = grpc.server(ThreadPoolExecutor(4), handlers=[server])
    port = listening.add_insecure_port("127.0.0.1:0")
    listening.start()
    try:
        with Upstream() as upstream:
            move(config, {"api": upstream.address, "authsvc": ("127.0.0.1", port)})
            if gone:
                endpoints = clusters(config)["authsvc"]["load_assignment"]["endpoints"][0]["lb_endpoints"]
                endpoints.append({"endpoint": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 1}}}})
            with Proxy(folder, config, "key") as proxy:
                yield Bench(proxy, upstream)
    finally:
        listening.stop(0).wait()


def without(*names: str) -> Config:
    """The reference, with some lines of its ext_authz filter left out."""
    config = hardened()
    for name in names:
        del http_filter(config, "ext_authz")[name]
    return config


@needs_envoy
def test_validate_mutations_stops_a_response_from_being_split(tmp_path: Path) -> None:
    with bench(tmp_path / "with", hardened(), Answering(SPLIT)) as made:
        assert (made.call().status, made.call().headers.get("set-cookie")) == (500, None)
    with bench(tmp_path / "without", without("validate_mutations"), Answering(SPLIT)) as made:
        assert made.call().headers.get("set-cookie") == "evil=1"


@needs_envoy
def test_mutation_rules_keep_an_answer_from_moving_a_request(tmp_path: Path) -> None:
    with bench(tmp_path / "with", hardened(), Answering(MOVED)) as made:
        assert made.call().status == 500
        assert made.upstream.seen == []
    with bench(tmp_path / "without", without("decoder_header_mutation_rules"), Answering(MOVED)) as made:
        assert made.call().status == 200
        assert made.upstream.seen[0].target == "/admin"


@needs_envoy
def test_what_cannot_be_decided_is_503_with_status_on_error_and_403_without(tmp_path: Path) -> None:
    for config, status in ((hardened(), 503), (without("status_on_error"), 403)):
        with bench(tmp_path / str(status), config, Answering(None)) as made:
            assert made.call().status == status
            assert made.upstream.seen == []


@needs_envoy
def test_a_replica_that_is_gone_is_passed_over_by_the_retry(tmp_path: Path) -> None:
    for name, statuses in (("with", {200}), ("without", {200, 503})):
        config = hardened()
        if name == "without":
            del http_filter(config, "ext_authz")["grpc_service"]["retry_policy"]
        with bench(tmp_path / name, config, Answering(ALLOW), gone=True) as made:
            assert {made.call().status for _ in range(10)} == statuses


@needs_envoy
def test_identity_headers_are_stripped_also_where_nobody_is_asked(tmp_path: Path) -> None:
    forged = (("X-Auth-Anything", "evil"),)
    for name, arrives in (("with", None), ("without", "evil")):
        config = hardened()
        [host] = http_manager(config)["route_config"]["virtual_hosts"]
        host["typed_per_filter_config"] = {
            "envoy.filters.http.ext_authz": {
                "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute",
                "disabled": True,
            }
        }
        if name == "without":
            filters = http_manager(config)["http_filters"]
            filters[:] = [each for each in filters if each["name"] != "envoy.filters.http.header_mutation"]
        server = Answering(ALLOW)
        with bench(tmp_path / name, config, server) as made:
            assert made.call(headers=forged).status == 200
            assert made.upstream.seen[0].header("x-auth-anything") == arrives
        assert server.calls == 0


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_are_the_reference_with_their_own_names(example: str) -> None:
    reference, own = read_config("dgidgi"), read_config(example)
    for config in (reference, own):
        http_manager(config).pop("route_config")
        http_filter(config, "ext_authz")["decoder_header_mutation_rules"]["allow_expression"].pop("regex")
    assert http_manager(own) == http_manager(reference)
    assert clusters(own)["authsvc"] == clusters(reference)["authsvc"]
