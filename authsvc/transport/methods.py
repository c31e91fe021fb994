"""Every RPC, bound to what answers it: those of the contract, whose descriptors are the list, and the one that Envoy calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message_factory import GetMessageClass

from authsvc.engine.parts import Engine
from authsvc.transport.ext_authz import ExtAuthz
from authsvc.transport.gate import Gate
from authsvc.transport.permissions import PERMISSIONS
from authsvc.transport.rpc import MAX_LARGE_REQUEST, MAX_REQUEST, Method, Rpc
from authsvc.transport.services.auth import AuthService
from authsvc.transport.services.journal import Journal
from authsvc.transport.services.keys import KeyService
from authsvc.transport.services.operations import AuditService, FleetService, SigningKeyService
from authsvc.transport.services.policies import PolicyService
from authsvc.transport.services.tenants import TenantService
from authsvc.v1 import (
    audit_service_pb2,
    auth_service_pb2,
    fleet_service_pb2,
    key_service_pb2,
    policy_service_pb2,
    signing_key_service_pb2,
    tenant_service_pb2,
)

_FILES: Final = (
    auth_service_pb2,
    key_service_pb2,
    signing_key_service_pb2,
    policy_service_pb2,
    tenant_service_pb2,
    audit_service_pb2,
    fleet_service_pb2,
)
SERVICES: Final[tuple[ServiceDescriptor, ...]] = tuple(
    service for file in _FILES for service in file.DESCRIPTOR.services_by_name.values()
)
LARGE: Final = frozenset(
    {
        "AuthService/BatchVerify",
        "KeyService/BatchImportKeys",
        "PolicyService/ApplyPolicy",
        "PolicyService/TestPolicy",
        "PolicyService/ExplainPolicy",
    }
)
"""A thousand questions or keys, or a whole policy."""
_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def methods(engine: Engine, *, verbose: bool) -> tuple[Method[Any], ...]:
    """All methods on one engine; listeners share them, and with them what they remember."""
    journal = Journal(verbose=verbose)
    servicers: Mapping[str, object] = {
        "AuthService": AuthService(engine, journal),
        "KeyService": KeyService(engine),
        "SigningKeyService": SigningKeyService(engine),
        "PolicyService": PolicyService(engine),
        "TenantService": TenantService(engine),
        "AuditService": AuditService(engine),
        "FleetService": FleetService(engine),
    }
    own = tuple(_method(method, servicers.get(service.name)) for service, method in _descriptors())
    return (*own, ExtAuthz(engine.check, journal).method())


def handlers(
    served: tuple[Method[Any], ...], gate: Gate, engine: Engine
) -> dict[str, dict[str, grpc.RpcMethodHandler[Any, Any]]]:
    """The gRPC handlers by full service name and method name. They take and give bytes: decoding is part of `Rpc`."""
    table: dict[str, dict[str, grpc.RpcMethodHandler[Any, Any]]] = {}
    for method in served:
        service, _, name = method.name.partition("/")
        table.setdefault(f"{method.package}.{service}", {})[name] = grpc.unary_unary_rpc_method_handler(
            Rpc(method, gate, engine).serve
        )
    return table


def _descriptors() -> Iterator[tuple[ServiceDescriptor, MethodDescriptor]]:
    for service in SERVICES:
        for method in service.methods:
            yield service, method


def _method(descriptor: MethodDescriptor, servicer: object) -> Method[Any]:
    name = f"{descriptor.containing_service.name}/{descriptor.name}"
    called = _WORD.sub("_", descriptor.name).lower()
    return Method(
        name=name,
        request=GetMessageClass(descriptor.input_type),
        permission=PERMISSIONS[name],
        most=MAX_LARGE_REQUEST if name in LARGE else MAX_REQUEST,
        handle=getattr(servicer, called),
        at_once=getattr(servicer, f"{called}_at_once", None),
    )
