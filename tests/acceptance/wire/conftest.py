"""A service in processes of its own on each transport, and a look at whether it is still well."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest

from authsvc.address import TcpAddress, parse_tcp
from authsvc.v1 import auth_service_pb2, auth_service_pb2_grpc, decision_pb2
from tests.support.http2 import Headers, connected, headers, message
from tests.support.served import Served

VERIFY = "/authsvc.v1.AuthService/Verify"
MEBIBYTE = 1024
"""In KiB."""


def _verify(stub: Any, metadata: Any) -> Any:
    """One good call. Seen once on grpcio, cause unknown: under a storm of resets a call of another connection was reset too."""
    try:
        return stub.Verify(auth_service_pb2.VerifyRequest(), metadata=metadata, timeout=10)
    except grpc.RpcError as error:
        if error.code() is not grpc.StatusCode.CANCELLED:
            raise
        return stub.Verify(auth_service_pb2.VerifyRequest(), metadata=metadata, timeout=10)


@dataclass
class Target:
    """What is attacked."""

    served: Served
    transport: str
    address: TcpAddress
    key: str
    channel: grpc.Channel
    """A good caller's connection, as old as the service."""
    read: int = 0
    """Characters of the log that were looked at."""

    def verify(self, *more: tuple[str, str], without: tuple[str, ...] = ()) -> Headers:
        """What a good caller sends, with other values for some, and without others."""
        return headers(VERIFY, ("authorization", f"Bearer {self.key}"), *more, without=without)

    def memory(self) -> int:
        """KiB that the worker has in memory."""
        status = Path(f"/proc/{self.served.worker()}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1])

    async def check(self) -> None:
        """Good callers are served, on an old connection and on a new one, and nothing was logged that should not be."""
        stub = auth_service_pb2_grpc.AuthServiceStub(self.channel)
        metadata = (("authorization", f"Bearer {self.key}"),)
        answer = _verify(stub, metadata)
        assert answer.reason == decision_pb2.REASON_CREDENTIAL_MISSING
        async with connected(self.address) as wire:
            assert (await wire.call(self.verify(), message(b""))).grpc_status == "0"
        said = self.served.log()[self.read :]
        self.read += len(said)
        assert "Traceback" not in said
        assert "panicked" not in said
        assert self.key not in said
        lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        assert not [line for line in lines if line["level"] in ("error", "critical")]


@pytest.fixture(scope="session", params=["native", "grpcio"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    state = tmp_path_factory.mktemp("wire") / "state"
    with Served(state, {"AUTHSVC_TRANSPORT": request.param}) as served:
        address = parse_tcp(served.grpc)
        with grpc.insecure_channel(served.grpc) as channel:
            yield Target(served, request.param, address, served.root_key.read_text().strip(), channel)
