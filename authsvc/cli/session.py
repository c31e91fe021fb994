"""A connection to one server, and how calls over it are made: a deadline and the caller's key on each.

UNAVAILABLE is retried by gRPC itself (gRFC A6) where repeating is safe: decisions, reads, the creations that carry a
`request_id` (CONTRACT section 5), and imports, for no secret is taken twice.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final, Self, TypeVar

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # before grpc is loaded: what goes wrong is said once, by us

import grpc

from authsvc.cli.channel import Security, open_channel
from authsvc.cli.durations import SECOND
from authsvc.cli.failure import Failure
from authsvc.cli.rpc_failure import explain
from authsvc.v1.audit_service_pb2_grpc import AuditServiceStub
from authsvc.v1.auth_service_pb2_grpc import AuthServiceStub
from authsvc.v1.fleet_service_pb2_grpc import FleetServiceStub
from authsvc.v1.key_service_pb2_grpc import KeyServiceStub
from authsvc.v1.policy_service_pb2_grpc import PolicyServiceStub
from authsvc.v1.signing_key_service_pb2_grpc import SigningKeyServiceStub
from authsvc.v1.tenant_service_pb2_grpc import TenantServiceStub

if TYPE_CHECKING:
    from authsvc.cli.caller import Caller

Q = TypeVar("Q")
A = TypeVar("A")

DEFAULT_TARGET: Final = "127.0.0.1:50051"

_RETRIED: Final = {
    "AuthService": ("Verify", "BatchVerify", "CheckScope"),
    "KeyService": ("GetKey", "ListKeys", "IdentifyCredential", "CreateKey", "RotateKey", "BatchImportKeys"),
    "SigningKeyService": ("ListSigningKeys", "RotateSigningKey"),
    "AuditService": ("ListAuditEntries",),
    "FleetService": ("GetFleetStatus", "WaitForRevision"),
    "PolicyService": ("GetPolicy", "TestPolicy", "ExplainPolicy"),
    "TenantService": ("GetTenant", "ListTenants"),
}
_RETRY_POLICY: Final = {
    "maxAttempts": 4,
    "initialBackoff": "0.1s",
    "maxBackoff": "1s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}
_OPTIONS: Final = (
    ("grpc.enable_http_proxy", 0),  # a caller key is not for proxies, and the local server is not behind one
    ("grpc.max_receive_message_length", 64 << 20),  # a page of 1000 keys
    ("grpc.initial_reconnect_backoff_ms", 100),  # so that the retries find a server that is just starting
)


def service_config() -> str:
    """The retries as a gRPC service config."""
    names = [
        {"service": f"authsvc.v1.{service}", "method": method} for service, methods in _RETRIED.items() for method in methods
    ]
    return json.dumps({"methodConfig": [{"name": names, "retryPolicy": _RETRY_POLICY}]})


class Session:
    """One server and one caller.

    Args:
        target: `host:port` or `unix:/path`.
        caller: whose key goes with every call.
        timeout: deadline of every call, microseconds from its start.
        security: whether the connection is encrypted, and how.
        as_json: answers are printed for programs.
    """

    def __init__(self, target: str, caller: Caller, timeout: int, security: Security, *, as_json: bool) -> None:
        self.target = check_target(target)
        self.caller = caller
        self.as_json = as_json
        self._timeout = timeout / SECOND
        self._encrypted = security.encrypts(target)
        self._channel = open_channel(target, security, (*_OPTIONS, ("grpc.service_config", service_config())))
        self.auth = AuthServiceStub(self._channel)
        self.keys = KeyServiceStub(self._channel)
        self.audit = AuditServiceStub(self._channel)
        self.fleet = FleetServiceStub(self._channel)
        self.policies = PolicyServiceStub(self._channel)
        self.tenants = TenantServiceStub(self._channel)
        self.signing_keys = SigningKeyServiceStub(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()

    def call(self, method: grpc.UnaryUnaryMultiCallable[Q, A], request: Q) -> A:
        """Call one method.

        Raises:
            Failure: there is no answer, with what is known of why.
        """
        try:
            return method(request, timeout=self._timeout, metadata=self.caller.metadata)
        except grpc.RpcError as error:
            raise explain(error, self.target, self.caller, encrypted=self._encrypted) from None


def check_target(target: str) -> str:
    """Return `target` when it says where to connect to; gRPC would take a missing port for 443.

    Raises:
        Failure: it does not.
    """
    host, _, port = target.rpartition(":")
    if ":/" in target or target.startswith(("unix:", "unix-abstract:")) or (host and port.isascii() and port.isdigit()):
        return target
    raise Failure("a target is HOST:PORT, such as 127.0.0.1:50051, or unix:/PATH")
