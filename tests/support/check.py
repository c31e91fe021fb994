"""What Envoy asks, and what it would make of an answer.

answer = read(await service.check("GET", "/orders/1", {"authorization": f"Bearer {secret}"}))
assert answer.allowed
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import MessageToDict

from authsvc.envoy.v3 import ext_authz_pb2 as pb

METHOD = "/envoy.service.auth.v3.Authorization/Check"
HOST = "api.example"
OVERWRITE = pb.HeaderValueOption.HEADER_APPEND_ACTION_OVERWRITE_IF_EXISTS_OR_ADD

POLICY = """
version: 1
issuer: https://auth.example
tokens: {audience: [api]}
scopes:
  projects:read: {description: Read}
  projects:write: {description: Write, implies: [projects:read]}
environments: [staging, production]
key_types:
  sdk: {prefix: chy_sdk_, default_scopes: [projects:read]}
credentials:
  - {header: authorization, scheme: Bearer}
  - {header: x-api-key}
context:
  tenant: {header: x-tenant, optional: true}
  environment: {header: x-environment, optional: true}
  min_revision: {header: x-min-revision, optional: true}
identity_headers:
  x-auth-subject: $subject
  x-auth-key-id: $key_id
  x-auth-tenant: $tenant
  x-auth-scopes: $scopes
  x-auth-environment: $environment
  x-auth-resources: $resources
  x-auth-credential: $credential_kind
upstream_token: {header: authorization, audience: internal, ttl: 60s}
routes:
  - {path: /health, allow: anonymous}
  - {path: /me, allow: authenticated}
  - {methods: [GET], path: /projects/**, require: {scopes: [projects:read]}}
  - {methods: [PUT], path: /projects/**, require: {scopes: [projects:write]}}
  - {methods: [POST], path: "/workflows/{workflow_id}/run", require: {resource: "workflows/{workflow_id}"}}
  - {methods: [GET], path: "/runs/{run_id}", require: {resource_deferred: true}}
  - {path: /legacy/**, require: {scopes: [projects:write]}, mode: shadow}
responses:
  CREDENTIAL_MISSING: {status: 401, body: '{"error": "Authentication failed"}'}
"""


def check_request(
    method: str = "GET",
    path: str = "/",
    headers: Mapping[str, str] | None = None,
    *,
    host: str = HOST,
    peer: str = "192.0.2.1",
    extensions: Mapping[str, str] | None = None,
    raw: bool = False,
) -> pb.CheckRequest:
    """The question, with the headers that Envoy adds; `raw` as with `encode_raw_headers`."""
    request = pb.CheckRequest()
    http = request.attributes.request.http
    http.method, http.path, http.host, http.scheme = method, path, host, "https"
    every = {":method": method, ":path": path, ":authority": host, ":scheme": "https", **(headers or {})}
    if raw:
        http.header_map.SetInParent()
        for name, value in every.items():
            http.header_map.headers.add(key=name, raw_value=value.encode())
    else:
        http.headers.update(every)
    if peer:
        request.attributes.source.address.socket_address.address = peer
        request.attributes.source.address.socket_address.port_value = 50_000
    request.attributes.context_extensions.update(extensions or {})
    return request


@dataclass(frozen=True)
class Checked:
    """An answer as Envoy takes it: by its status code alone."""

    allowed: bool
    set: dict[str, str]
    """Headers for the upstream, or of a deny."""
    remove: tuple[str, ...]
    status: int
    """HTTP status of a deny; 0 for an allow."""
    body: str
    metadata: dict[str, Any]

    @property
    def reason(self) -> str:
        """Why; empty when allowed."""
        reason: str = self.metadata.get("reason", "")
        return reason


def read(answer: pb.CheckResponse) -> Checked:
    """Read an answer, which must be one that every release of Envoy takes alike."""
    assert answer.HasField("status")
    assert answer.HasField("dynamic_metadata")
    allowed = answer.status.code == 0
    assert answer.WhichOneof("http_response") == ("ok_response" if allowed else "denied_response")
    assert allowed or answer.status.code in (7, 16)
    denied, ok = answer.denied_response, answer.ok_response
    options = ok.headers if allowed else denied.headers
    names = [option.header.key for option in options]
    assert len(set(names)) == len(names)
    assert not set(names) & set(ok.headers_to_remove)
    for option in options:
        assert option.append_action == OVERWRITE
        assert not option.HasField("append")
        assert option.header.value
        assert not option.header.raw_value
    assert allowed or 400 <= denied.status.code <= 599
    return Checked(
        allowed=allowed,
        set={option.header.key: option.header.value for option in options},
        remove=tuple(ok.headers_to_remove),
        status=denied.status.code,
        body=denied.body,
        metadata=MessageToDict(answer.dynamic_metadata),
    )
