"""`authsvc serve` with TLS: the command line speaks it, and SIGHUP brings other certificates without a failed call."""

from __future__ import annotations

import signal
import threading
from functools import partial
from pathlib import Path
from typing import Self

import grpc

from authsvc.v1 import auth_service_pb2, auth_service_pb2_grpc
from authsvc.v1.decision_pb2 import DECISION_ALLOW
from tests.support.certificates import Authority, Pair, served_serial
from tests.support.served import Served
from tests.support.waiting import wait_until


class Load:
    """Calls without a pause, each third one on a connection of its own, until it is left; what came back."""

    def __init__(self, target: str, credentials: grpc.ChannelCredentials, key: str) -> None:
        self.answers: list[object] = []
        self._target, self._credentials, self._key = target, credentials, key
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=[fresh]) for fresh in (True, False, False)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, count: int) -> None:
        """Wait until so many further calls were answered."""
        enough = len(self.answers) + count
        wait_until(lambda: len(self.answers) >= enough, "calls go on")

    def _run(self, fresh: bool) -> None:
        while not self._ended.is_set():
            options = [("grpc.use_local_subchannel_pool", 1)]
            with grpc.secure_channel(self._target, self._credentials, options) as channel:
                stub = auth_service_pb2_grpc.AuthServiceStub(channel)
                while not self._ended.is_set():
                    self._call(stub)
                    if fresh:
                        break

    def _call(self, stub: auth_service_pb2_grpc.AuthServiceStub) -> None:
        request = auth_service_pb2.VerifyRequest(credential=self._key)
        metadata = (("authorization", f"Bearer {self._key}"),)
        try:
            self.answers.append(stub.Verify(request, timeout=10, metadata=metadata).decision)
        except grpc.RpcError as error:
            self.answers.append((error.code(), error.details()))


def test_certificates_are_replaced_by_sighup_under_load_and_no_call_fails(tmp_path: Path) -> None:
    ours, clients = Authority("ours"), Authority("clients")
    first, client = ours.issue("first"), clients.issue("client")
    certificate, key = first.write(tmp_path, "server")
    ca, client_ca = tmp_path / "ca.pem", tmp_path / "clients.pem"
    ca.write_bytes(ours.certificate)
    client_ca.write_bytes(clients.certificate)
    shown, shown_key = client.write(tmp_path, "client")
    environment = {"AUTHSVC_TLS_CERT": str(certificate), "AUTHSVC_TLS_KEY": str(key), "AUTHSVC_TLS_CLIENT_CA": str(client_ca)}

    with Served(tmp_path / "state", environment, own_session=True) as run:
        host, _, port = run.grpc.partition(":")

        def presents(pair: Pair) -> bool:
            return served_serial(host, int(port), ours.certificate) == pair.serial

        assert presents(first)
        mutual = ("--ca", str(ca), "--client-cert", str(shown), "--client-key", str(shown_key))
        run.cli("keys", "list", *mutual)
        run.cli("keys", "list", code=3)

        credentials = grpc.ssl_channel_credentials(ours.certificate, client.private_key, client.certificate)
        with Load(run.grpc, credentials, run.root_key.read_text().strip()) as load:
            newest = first
            for number in range(3):
                newest = ours.issue(f"server {number}")
                newest.write(tmp_path, "server")
                run.process.send_signal(signal.SIGHUP)
                wait_until(partial(presents, newest), "the new certificate is presented")
                load.wait_for_more(20)
        assert set(load.answers) == {DECISION_ALLOW}

        key.write_text("not a key")
        run.process.send_signal(signal.SIGHUP)
        wait_until(lambda: run.events("certificates_not_reloaded") != [], "the log says what is wrong")
        assert "not a key" not in run.log()
        assert presents(newest)
        run.cli("keys", "list", *mutual)
        assert run.end() == 0
