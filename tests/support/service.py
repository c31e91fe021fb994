"""A real engine on a real PostgreSQL behind a real gRPC server, in this process, and a real client.

    async with running_service(database_url) as service:
        secret, key_id = await service.create_key(scopes=["projects:read"])
        answer = await service.verify(secret, "projects:read")

Stubs carry the root key. `service.clock.ahead` moves the service's wall clock, in microseconds.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status
from grpc import aio

from authsvc.address import Address, TcpAddress, UnixAddress
from authsvc.engine.membership import LeaseTerms
from authsvc.engine.parts import Engine
from authsvc.envoy.v3 import ext_authz_pb2
from authsvc.transport.health import Health
from authsvc.transport.server import SERVICE_NAMES, Listener, ListenTerms, Transport, build_listeners
from authsvc.v1 import (
    audit_service_pb2_grpc,
    auth_service_pb2,
    auth_service_pb2_grpc,
    decision_pb2,
    fleet_service_pb2_grpc,
    key_pb2,
    key_service_pb2,
    key_service_pb2_grpc,
    policy_service_pb2_grpc,
    signing_key_service_pb2_grpc,
    tenant_service_pb2_grpc,
)
from tests.support.check import METHOD, Checked, check_request, read
from tests.support.engine import POLICY, MovableClock, RunningEngine, Secrets, running_engine

S = TypeVar("S")
SECOND = 1_000_000


class Created(NamedTuple):
    """A key that was created."""

    secret: str
    key_id: str


class Refusal(NamedTuple):
    """An error as a client sees it."""

    code: grpc.StatusCode
    reason: str
    message: str
    fields: dict[str, str]
    """Field violations: path and description."""
    metadata: dict[str, str]


@dataclass
class RunningService:
    """A service with short ways to what tests do all the time."""

    running: RunningEngine
    listener: Listener
    health: Health
    address: Address
    channel: aio.Channel
    root_key: str
    auth: auth_service_pb2_grpc.AuthServiceAsyncStub = field(init=False)
    keys: key_service_pb2_grpc.KeyServiceAsyncStub = field(init=False)
    audit: audit_service_pb2_grpc.AuditServiceAsyncStub = field(init=False)
    fleet: fleet_service_pb2_grpc.FleetServiceAsyncStub = field(init=False)
    policies: policy_service_pb2_grpc.PolicyServiceAsyncStub = field(init=False)
    signing_keys: signing_key_service_pb2_grpc.SigningKeyServiceAsyncStub = field(init=False)
    tenants: tenant_service_pb2_grpc.TenantServiceAsyncStub = field(init=False)

    @property
    def engine(self) -> Engine:
        return self.running.engine

    @property
    def store(self) -> Any:
        return self.running.store

    @property
    def clock(self) -> MovableClock:
        return self.running.clock

    def __post_init__(self) -> None:
        self.auth = self.stub(auth_service_pb2_grpc.AuthServiceStub)
        self.keys = self.stub(key_service_pb2_grpc.KeyServiceStub)
        self.audit = self.stub(audit_service_pb2_grpc.AuditServiceStub)
        self.fleet = self.stub(fleet_service_pb2_grpc.FleetServiceStub)
        self.policies = self.stub(policy_service_pb2_grpc.PolicyServiceStub)
        self.signing_keys = self.stub(signing_key_service_pb2_grpc.SigningKeyServiceStub)
        self.tenants = self.stub(tenant_service_pb2_grpc.TenantServiceStub)

    def stub(self, kind: Callable[[Any], Any], caller: str | None = None) -> Any:
        """A client of one service, with the root key or another caller's; an empty one sends none."""
        key = self.root_key if caller is None else caller
        return kind(_Authenticated(self.channel, (("authorization", f"Bearer {key}"),) if key else ()))

    def call(self, name: str, payload: bytes = b"", caller: str | None = None, timeout: float = 20) -> Any:
        """Call a method, such as `AuthService/Verify`, with the bytes of a request."""
        invoke = self.stub(lambda channel: channel.unary_unary(f"/authsvc.v1.{name}"), caller)
        return invoke(payload, timeout=timeout)

    async def create_key(self, caller: str | None = None, **fields: Any) -> Created:
        """Create a key; the fields are those of the proto, `type` sdk and `tenant` acme unless said otherwise."""
        key = key_pb2.Key(**{"display_name": "test", "type": "sdk", "tenant": "acme", **fields})
        stub = self.stub(key_service_pb2_grpc.KeyServiceStub, caller)
        answer = await stub.CreateKey(key_service_pb2.CreateKeyRequest(key=key))
        return Created(answer.secret, answer.key.key_id)

    async def create_caller(self, *scopes: str, tenant: str = "/", **fields: Any) -> str:
        """Create a key of authsvc's own type; its secret."""
        return (await self.create_key(type="authsvc", tenant=tenant, scopes=scopes, **fields)).secret

    async def verify(
        self, credential: str, *scopes: str, caller: str | None = None, context: dict[str, str] | None = None, **fields: Any
    ) -> auth_service_pb2.VerifyResponse:
        """Verify a credential for some scopes; further fields of the requirement, the context or the request by name."""
        required = {
            name: fields.pop(name) for name in ("expression", "resource", "resource_deferred", "audience") if name in fields
        }
        request = auth_service_pb2.VerifyRequest(
            credential=credential,
            requirement=decision_pb2.Requirement(scopes=scopes, **required),
            context=decision_pb2.Context(**(context or {})),
            **fields,
        )
        answer: auth_service_pb2.VerifyResponse = await self.stub(auth_service_pb2_grpc.AuthServiceStub, caller).Verify(request)
        return answer

    async def check(
        self,
        method: str = "GET",
        path: str = "/",
        headers: Mapping[str, str] | None = None,
        caller: str | None = None,
        **fields: Any,
    ) -> Checked:
        """Ask about an HTTP request as Envoy does; further fields as `check_request` has them."""
        answer = await self.checking(check_request(method, path, headers, **fields), caller)
        return read(answer)

    def checking(self, request: ext_authz_pb2.CheckRequest, caller: str | None = None, timeout: float = 20) -> Any:
        """The call itself, for those that fail."""
        invoke = self.stub(
            lambda channel: channel.unary_unary(
                METHOD,
                request_serializer=ext_authz_pb2.CheckRequest.SerializeToString,
                response_deserializer=ext_authz_pb2.CheckResponse.FromString,
            ),
            caller,
        )
        return invoke(request, timeout=timeout)

    async def mint(self, credential: str, **fields: Any) -> auth_service_pb2.MintResponse:
        """Mint a token; it must be an ALLOW."""
        answer = await self.auth.Mint(auth_service_pb2.MintRequest(credential=credential, **fields))
        assert answer.decision == decision_pb2.DECISION_ALLOW, answer
        return answer


class _Authenticated:
    """A channel whose calls carry metadata and, unless told otherwise, a deadline."""

    def __init__(self, channel: aio.Channel, metadata: tuple[tuple[str, str], ...]) -> None:
        self._channel = channel
        self._metadata = metadata

    def unary_unary(self, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        call = self._channel.unary_unary(*args, **kwargs)

        def invoke(request: Message, *, timeout: float | None = 20, metadata: tuple[tuple[str, str], ...] = ()) -> Any:
            return call(request, timeout=timeout, metadata=(*self._metadata, *metadata))

        return invoke


def refusal(error: grpc.RpcError) -> Refusal:
    """What an error says, from the details that travel with it; they must agree with its status."""
    trailers: Any = error.trailing_metadata()
    trailers = dict(trailers)
    status = Status.FromString(trailers["grpc-status-details-bin"])
    assert (status.code, status.message) == (error.code().value[0], error.details())
    info, bad = ErrorInfo(), BadRequest()
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(bad)
    assert info.domain == "authsvc"
    fields = {each.field: each.description for each in bad.field_violations}
    return Refusal(error.code(), info.reason, status.message, fields, dict(info.metadata))


async def refused(call: Any) -> Refusal:
    """Await a call that must fail."""
    try:
        answer = await call
    except aio.AioRpcError as error:
        return refusal(error)
    raise AssertionError(f"it was answered: {answer}")


def seconds(number: float) -> Duration:
    """A duration."""
    return Duration(seconds=int(number), nanos=round(number % 1 * 1e9))


@contextlib.asynccontextmanager
async def running_service(
    database_url: str,
    *,
    transport: Transport = "native",
    policy: str = POLICY,
    socket: bool = False,
    trust_sockets: bool = False,
    reflection: bool = True,
    wrap: Callable[[Any], Any] = lambda store: store,
    terms: LeaseTerms | None = None,
    shared: Secrets | None = None,
    replica_id: str = "test",
) -> AsyncIterator[RunningService]:
    """Serve on a free port of the loopback address, or on a unix socket."""
    async with contextlib.AsyncExitStack() as stack:
        running = await stack.enter_async_context(
            running_engine(database_url, policy=policy, wrap=wrap, terms=terms, shared=shared, replica_id=replica_id)
        )
        kept: list[str] = []
        await running.engine.beginnings.ensure_root_key(running.engine.state.rules.policy, kept.append)
        address: Address = TcpAddress("127.0.0.1", 0)
        if socket:
            address = UnixAddress(Path(stack.enter_context(tempfile.TemporaryDirectory())) / "s.sock")
        health = Health(SERVICE_NAMES)
        listen = ListenTerms(transport=transport, trust_sockets=trust_sockets, reflection=reflection)
        [listener] = build_listeners(running.engine, [address], health, listen)
        bound = await listener.start()
        stack.push_async_callback(listener.stop, 0)
        health.serve(serving=True)
        channel = await stack.enter_async_context(aio.insecure_channel(str(bound)))
        yield RunningService(running, listener, health, bound, channel, kept[0] if kept else "")
