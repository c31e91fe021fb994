"""Signing keys, policies, tenants. What a later release serves says so until then; its rows say what is right from then on."""

from __future__ import annotations

from typing import Any, Final

from authsvc.v1 import policy_service_pb2, signing_key_service_pb2, tenant_pb2
from authsvc.v1 import tenant_service_pb2 as pb
from tests.acceptance.inputs.row import (
    CONTROL,
    EARLIEST,
    LATEST,
    LEAK,
    REVERSED,
    UNKNOWN,
    Row,
    also,
    answered,
    failing,
    number,
    span,
    wrong,
)  # fmt: skip

SIGNING, POLICIES, TENANTS = "SigningKeyService", "PolicyService", "TenantService"
ROTATE, RETIRE, LIST = (f"{SIGNING}/{name}" for name in ("RotateSigningKey", "RetireSigningKey", "ListSigningKeys"))
GET, APPLY, TEST, EXPLAIN = (f"{POLICIES}/{name}" for name in ("GetPolicy", "ApplyPolicy", "TestPolicy", "ExplainPolicy"))
UPDATE = f"{TENANTS}/UpdateTenant"


def rotate(**fields: Any) -> signing_key_service_pb2.RotateSigningKeyRequest:
    """A rotation of the signing key."""
    return signing_key_service_pb2.RotateSigningKeyRequest(**fields)


def retire(**fields: Any) -> signing_key_service_pb2.RetireSigningKeyRequest:
    """The end of a signing key."""
    return signing_key_service_pb2.RetireSigningKeyRequest(**fields)


def policy(version: int) -> policy_service_pb2.GetPolicyRequest:
    """A version of the policy."""
    return policy_service_pb2.GetPolicyRequest(version=version)


def apply(document: str, **fields: Any) -> policy_service_pb2.ApplyPolicyRequest:
    """A policy to apply, written against the one there is."""
    return policy_service_pb2.ApplyPolicyRequest(document=document, **{"expected_version": 1, **fields})


def explain(**request: Any) -> policy_service_pb2.ExplainPolicyRequest:
    """A request to explain."""
    sent = policy_service_pb2.HttpRequest(**{"method": "GET", "path": "/a", **request})
    return policy_service_pb2.ExplainPolicyRequest(request=sent)


def update(*paths: str, unrestricted: tuple[str, ...] = (), reason: str = "", **fields: Any) -> pb.UpdateTenantRequest:
    """A change of a tenant."""
    request = pb.UpdateTenantRequest(
        tenant=tenant_pb2.Tenant(**{"path": "acme", **fields}), unrestricted=unrestricted, reason=reason
    )
    request.update_mask.paths.extend(paths)
    return request


SIGNING_ROWS: Final = (
    wrong(ROTATE, "an unknown algorithm", rotate(algorithm="none"), "algorithm"),
    wrong(ROTATE, "a symmetric algorithm", rotate(algorithm="HS256"), "algorithm"),
    wrong(ROTATE, "an algorithm in lower case", rotate(algorithm="es256"), "algorithm"),
    wrong(ROTATE, "an algorithm with NUL", rotate(algorithm="ES256\x00"), "algorithm"),
    wrong(ROTATE, "a publish period below zero", rotate(publish_period=span(-1)), "publish_period"),
    wrong(ROTATE, "a publish period with nanoseconds left over", rotate(publish_period=span(0, 1)), "publish_period"),
    wrong(ROTATE, "the highest publish period", rotate(publish_period=span(LATEST)), "publish_period"),
    wrong(ROTATE, "a request_id with a space", rotate(request_id="a b"), "request_id"),
    wrong(ROTATE, "a reason shown backwards", rotate(reason=REVERSED), "reason"),
    wrong(ROTATE, "an unknown way to wait", also(rotate(), number(5, 9)), "wait"),
    failing(ROTATE, "a caller below the root tenant", rotate(), "PERMISSION_DENIED", "confined"),
    wrong(RETIRE, "no signing_key_id", retire(), "signing_key_id"),
    wrong(RETIRE, "a reason of 257 characters", retire(signing_key_id="sig_" + "A" * 12, reason="x" * 257), "reason"),
    failing(RETIRE, "a signing key that is not there", retire(signing_key_id="sig_" + "A" * 12), "NOT_FOUND"),
    failing(RETIRE, "a caller below the root tenant", retire(signing_key_id="x"), "PERMISSION_DENIED", "confined"),
    failing(LIST, "a caller below the root tenant", b"", "PERMISSION_DENIED", "confined"),
    answered(LIST, "a filter of a newer client", UNKNOWN),
    answered(LIST, "a yes that is 2", number(1, 2)),
)
POLICY_ROWS: Final = (
    wrong(GET, "a version below zero", policy(-1), "version"),
    wrong(GET, "the lowest version", policy(EARLIEST), "version"),
    failing(GET, "a version that never was", policy(2), "NOT_FOUND"),
    failing(GET, "the highest version", policy(LATEST), "NOT_FOUND"),
    wrong(APPLY, "no document", apply(""), "document"),
    wrong(APPLY, "a document that is no YAML", apply("{"), "document"),
    wrong(APPLY, "a document with NUL", apply("version: 1\n# \x00"), "document"),
    wrong(APPLY, "a version below zero", apply("version: 1\n", expected_version=-1), "expected_version"),
    wrong(APPLY, "a reason shown backwards", apply("version: 1\n", reason=REVERSED), "reason"),
    wrong(APPLY, "an unknown way to wait", also(apply("version: 1\n"), number(5, 9)), "wait"),
    failing(APPLY, "a caller below the root tenant", apply("version: 1\n"), "PERMISSION_DENIED", "confined"),
    wrong(TEST, "a document that is no YAML", policy_service_pb2.TestPolicyRequest(document="{"), "document"),
    wrong(TEST, "a document with NUL", policy_service_pb2.TestPolicyRequest(document="\x00"), "document"),
    wrong(EXPLAIN, "no request", policy_service_pb2.ExplainPolicyRequest(), "request.method", "request.path"),
    wrong(EXPLAIN, "no method", explain(method=""), "request.method"),
    wrong(EXPLAIN, "no path", explain(path=""), "request.path"),
    wrong(EXPLAIN, "an address that is none", explain(source_ip="x"), "request.source_ip"),
)
TENANT_ROWS: Final = (
    *(
        wrong(f"{TENANTS}/{rpc}", f"the path {text[:12]!r}", kind(path=text), "path")
        for rpc, kind in (
            ("GetTenant", pb.GetTenantRequest),
            ("SuspendTenant", pb.SuspendTenantRequest),
            ("ResumeTenant", pb.ResumeTenantRequest),
        )
        for text in ("", "/acme", "a//b", "..", CONTROL, "a" * 257)
    ),
    wrong(f"{TENANTS}/SuspendTenant", "the root tenant", pb.SuspendTenantRequest(path="/"), "path"),
    wrong(
        f"{TENANTS}/SuspendTenant", "a reason shown backwards", pb.SuspendTenantRequest(path="acme", reason=REVERSED), "reason"
    ),
    wrong(f"{TENANTS}/ResumeTenant", "an etag with NUL", pb.ResumeTenantRequest(path="acme", etag=CONTROL), "etag"),
    wrong(f"{TENANTS}/ListTenants", "a tenant that is none", pb.ListTenantsRequest(tenant="//"), "tenant"),
    wrong(f"{TENANTS}/ListTenants", "an unknown state", number(2, 9), "states[0]"),
    wrong(f"{TENANTS}/ListTenants", "a secret as page token", pb.ListTenantsRequest(page_token=LEAK), "page_token"),
    failing(f"{TENANTS}/GetTenant", "a tenant outside the caller's", pb.GetTenantRequest(path="other"), "NOT_FOUND", "confined"),
    wrong(UPDATE, "no tenant", pb.UpdateTenantRequest(), "tenant.path"),
    wrong(UPDATE, "no mask", update(allowed_cidrs=["10.0.0.0/8"]), "update_mask"),
    wrong(UPDATE, "an output-only field", update("state", allowed_cidrs=["10.0.0.0/8"]), "update_mask"),
    wrong(UPDATE, "networks emptied without saying so", update("allowed_cidrs"), "tenant.allowed_cidrs"),
    wrong(UPDATE, "a network that is none", update("allowed_cidrs", allowed_cidrs=["x"]), "tenant.allowed_cidrs[0]"),
    wrong(
        UPDATE, "33 networks", update("allowed_cidrs", allowed_cidrs=[f"10.0.0.{n}" for n in range(33)]), "tenant.allowed_cidrs"
    ),
)
ROWS: Final[tuple[Row, ...]] = (*SIGNING_ROWS, *POLICY_ROWS, *TENANT_ROWS)
