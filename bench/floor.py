"""The floor: handlers that do nothing, behind the same transport with the same options as the service, in a process of their own.

`empty` is the handler that anybody would write: a servicer that takes a message and returns one it made before. `bytes` leaves
protobuf out. `sign` signs a token as Mint does and does nothing else.

The first line on standard input says what to serve; the port is the first line on standard output. Closing the input ends it.
"""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

import grpc
import jwt
import uvloop
from cryptography.hazmat.primitives.asymmetric import ec
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from authsvc.transport.server import Transport, new_server
from authsvc.v1 import auth_service_pb2 as pb
from bench.load import Target
from bench.scenario import Scenario

Kind = Literal["empty", "bytes", "sign"]
KINDS: Final[tuple[Kind, ...]] = ("empty", "bytes", "sign")
Handler = Callable[[Any, Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class _Served:
    """A method of the floor, as it travels to the process."""

    service: str
    rpc: str
    kind: Kind
    response: str


class Floor:
    """The process. Ended when the block is left."""

    def __init__(self, transport: Transport, scenarios: Sequence[Scenario]) -> None:
        self._transport = transport
        self._scenarios = list(scenarios)
        self._address = ""

    def __enter__(self) -> Self:
        served = [
            [_service(number, kind), scenario.rpc, kind, base64.b64encode(scenario.response).decode()]
            for number, scenario in enumerate(self._scenarios)
            for kind in KINDS
            if kind != "sign" or scenario.rpc == "Mint"
        ]
        command = [sys.executable, "-m", "bench.floor"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"transport": self._transport, "served": served}) + "\n")
        self._process.stdin.flush()
        self._address = f"127.0.0.1:{int(self._process.stdout.readline())}"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=20)

    def target(self, scenario: Scenario, kind: Kind) -> Target:
        """The handler that answers this scenario's call."""
        service = _service(self._scenarios.index(scenario), kind)
        return Target(self._address, f"/{service}/{scenario.rpc}", self._process.pid)


def _service(number: int, kind: Kind) -> str:
    return f"bench.v1.Floor{number}{kind}"


def _handler(served: _Served) -> grpc.RpcMethodHandler[Any, Any]:
    method = pb.DESCRIPTOR.services_by_name["AuthService"].methods_by_name[served.rpc]
    response_type = GetMessageClass(method.output_type)
    raw = base64.b64decode(served.response)
    if served.kind == "bytes":
        return grpc.unary_unary_rpc_method_handler(_returning(raw))
    response = response_type.FromString(raw)
    handler = _signing(response) if isinstance(response, pb.MintResponse) and served.kind == "sign" else _returning(response)
    return grpc.unary_unary_rpc_method_handler(
        handler,
        request_deserializer=GetMessageClass(method.input_type).FromString,
        response_serializer=response_type.SerializeToString,
    )


def _returning(response: bytes | Message) -> Handler:
    async def handle(_request: Any, _context: Any) -> bytes | Message:
        return response

    return handle


def _signing(response: pb.MintResponse) -> Handler:
    """Signs what the service signed, with a key of its own."""
    claims = jwt.decode(response.access_token, options={"verify_signature": False})
    header = jwt.get_unverified_header(response.access_token)
    private = ec.generate_private_key(ec.SECP256R1())

    async def handle(_request: Any, _context: Any) -> pb.MintResponse:
        response.access_token = jwt.encode(claims, private, algorithm="ES256", headers=header)
        return response

    return handle


async def _serve(transport: Transport, table: Sequence[_Served]) -> None:
    server = new_server(transport, reuse_port=True)
    for served in table:
        server.add_registered_method_handlers(served.service, {served.rpc: _handler(served)})
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await server.stop(0)


def _main() -> None:
    order = json.loads(sys.stdin.readline())
    transport: Transport = order["transport"]
    # The loops that a worker of the service uses.
    factory = uvloop.new_event_loop if transport == "native" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(_serve(transport, [_Served(*each) for each in order["served"]]))


if __name__ == "__main__":
    _main()
