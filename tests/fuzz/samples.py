"""Right requests, for the fuzzing of messages to begin with."""

from __future__ import annotations

from typing import Final

from google.protobuf.message import Message

from authsvc.v1 import auth_service_pb2, decision_pb2, key_pb2, key_service_pb2, rate_limit_pb2, tenant_pb2, tenant_service_pb2

NOW: Final = 1_800_000_000_000_000
KEY_ID: Final = "key_" + "A" * 22


def sample(name: str) -> tuple[bytes, ...]:
    """What the fuzzing of one method begins with."""
    key = key_pb2.Key(
        display_name="n", type="sdk", tenant="acme", scopes=["projects:read"], resources=["p/*"], allowed_cidrs=["10.0.0.0/8"],
        rate_limits=[rate_limit_pb2.RateLimit(limit=1, burst=1)], metadata={"a": "b"}, environment="staging",
    )  # fmt: skip
    key.rate_limits[0].period.seconds = 60
    key.expire_time.seconds = NOW // 1_000_000 + 90_000
    requirement = decision_pb2.Requirement(scopes=["projects:read"], expression="projects:read OR projects:write", resource="p/1")
    context = decision_pb2.Context(source_ip="192.0.2.1", tenant="acme", environment="staging")
    verify = auth_service_pb2.VerifyRequest(credential="c", requirement=requirement, context=context, cost=2)
    changed = key_service_pb2.UpdateKeyRequest(key=key)
    changed.key.key_id = KEY_ID
    changed.update_mask.paths.extend(["scopes", "metadata", "rate_limits"])
    listed = key_service_pb2.ListKeysRequest(tenant="acme", page_token="W10", name_contains="n")
    listed.states.extend([key_pb2.KEY_STATE_ACTIVE, key_pb2.KEY_STATE_INACTIVE])
    networks = tenant_service_pb2.UpdateTenantRequest(tenant=tenant_pb2.Tenant(path="acme", allowed_cidrs=["10.0.0.0/8"]))
    networks.update_mask.paths.append("allowed_cidrs")
    taken = key_service_pb2.ImportKeyRequest(key=key, secret="sk-" + "a" * 40)
    taken.key.type = "old"
    samples: dict[str, Message] = {
        "Verify": verify,
        "BatchVerify": auth_service_pb2.BatchVerifyRequest(requests=[verify, verify]),
        "CreateKey": key_service_pb2.CreateKeyRequest(key=key, request_id="r", reason="why"),
        "ImportKey": key_service_pb2.ImportKeyRequest(key=key, sha256_digest=b"1" * 32, prefix="old_"),
        "BatchImportKeys": key_service_pb2.BatchImportKeysRequest(requests=[taken, taken]),
        "UpdateKey": changed,
        "UpdateTenant": networks,
        "ListKeys": listed,
        "Mint": auth_service_pb2.MintRequest(credential="c", scopes=["projects:*"], audience=["api"], context=context),
    }
    return (b"", b"\x0a\x01a", samples[name].SerializeToString()) if name in samples else (b"", b"\x0a\x01a")
