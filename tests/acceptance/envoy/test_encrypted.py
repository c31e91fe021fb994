"""Envoy speaks TLS, and mutual TLS, to authsvc; certificates are replaced under load, and no call fails."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from demo.operations import Operator
from demo.product import address
from demo.proxy import Config, Proxy, move
from demo.transcript import Key
from demo.upstream import Upstream
from demo.wire import send
from tests.support.certificates import Authority, Pair, served_serial
from tests.support.edge import hardened, patient
from tests.support.envoy_here import needs_envoy
from tests.support.real_service import RealService
from tests.support.waiting import wait_until

POLICY = """
version: 1
scopes: {read: {}}
key_types: {sdk: {prefix: sdk_, default_scopes: [read]}}
routes: [{path: /orders/**, require: {scopes: [read]}}]
"""
CALLS = 20


def encrypted(config: Config, ca: Path, client: tuple[Path, Path] | None) -> Config:
    """Envoy's connections to authsvc under TLS, each good for a few requests only, so that many are made."""
    (cluster,) = [each for each in config["static_resources"]["clusters"] if each["name"] == "authsvc"]
    common: dict[str, Any] = {"validation_context": {"trusted_ca": {"filename": str(ca)}}, "alpn_protocols": ["h2"]}
    if client is not None:
        certificate, key = client
        common["tls_certificates"] = [
            {"certificate_chain": {"filename": str(certificate)}, "private_key": {"filename": str(key)}}
        ]
    cluster["transport_socket"] = {
        "name": "envoy.transport_sockets.tls",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
            "sni": "localhost",
            "common_tls_context": common,
        },
    }
    (options,) = cluster["typed_extension_protocol_options"].values()
    options.setdefault("common_http_protocol_options", {})["max_requests_per_connection"] = 5
    return config


@contextmanager
def load(call: Any) -> Iterator[list[int]]:
    """Calls without a pause from two threads; what they were answered."""
    answers: list[int] = []
    done = threading.Event()

    def run() -> None:
        while not done.is_set():
            answers.append(call())

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        done.set()
        for thread in threads:
            thread.join()


@needs_envoy
@pytest.mark.parametrize("mutual", [False, True], ids=["tls", "mtls"])
def test_certificates_are_replaced_under_load_and_no_call_fails(tmp_path: Path, mutual: bool) -> None:
    ours, clients = Authority("ours"), Authority("clients")
    first = ours.issue("first")
    certificate, key = first.write(tmp_path, "server")
    ca, client_ca = tmp_path / "ca.pem", tmp_path / "clients.pem"
    ca.write_bytes(ours.certificate)
    client_ca.write_bytes(clients.certificate)
    (tmp_path / "policy.yaml").write_text(POLICY)
    flags = {
        "policy": str(tmp_path / "policy.yaml"),
        "grpc": f"unix:{tmp_path}/s.sock,127.0.0.1:0",
        "tls-cert": str(certificate),
        "tls-key": str(key),
        **({"tls-client-ca": str(client_ca)} if mutual else {}),
    }
    with ExitStack() as running:
        service = running.enter_context(RealService(tmp_path / "state", flags, own_session=True))
        operator = Operator(service)
        running.callback(operator.close)
        upstream = running.enter_context(Upstream())
        host, port = address(service.grpc.split(",")[1])
        shown = clients.issue("envoy").write(tmp_path, "client") if mutual else None
        config = encrypted(patient(hardened()), ca, shown)
        move(config, {"api": upstream.address, "authsvc": (host, port)})
        proxy = running.enter_context(Proxy(tmp_path / "envoy", config, operator.caller()))
        operator.create("reader", Key(type="sdk", tenant="acme", scopes=["read"]))
        headers = [("host", "api.example"), ("authorization", f"Bearer {operator.secrets['reader']}")]

        def call() -> int:
            return send(proxy.address, "GET", "/orders/1", headers).status

        def presents(pair: Pair) -> bool:
            return served_serial(host, port, ours.certificate) == pair.serial

        wait_until(lambda: call() == 200, "it answers")
        with load(call) as answers:
            for number in range(3):
                newest = ours.issue(f"server {number}")
                newest.write(tmp_path, "server")
                assert service.process is not None
                service.process.send_signal(signal.SIGHUP)
                wait_until(lambda newest=newest: presents(newest), "the newest certificate is served")  # type: ignore[misc]
                enough = len(answers) + CALLS
                wait_until(lambda enough=enough: len(answers) >= enough, "calls go on")  # type: ignore[misc]
        print(f"{len(answers)} calls through Envoy, failed: {sum(status != 200 for status in answers)}")
        assert set(answers) == {200}
