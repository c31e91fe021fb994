"""Every reason of CONTRACT section 4 that exists without routes, reached through gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from authsvc.domain.key import Tenant
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind
from authsvc.v1 import auth_service_pb2, decision_pb2, key_service_pb2, rate_limit_pb2
from tests.support.service import RunningService, running_service, seconds

SECOND = 1_000_000
POLICY = """
version: 1
scopes: {"projects:read": {description: Read}, "projects:write": {description: Write, implies: ["projects:read"]}}
environments: [staging, production]
key_types: {sdk: {prefix: chy_sdk_, default_scopes: ["projects:read"]}}
"""


@pytest.fixture(params=["native", pytest.param("grpcio", marks=pytest.mark.grpcio)])
async def service(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[RunningService]:
    async with running_service(database_url, transport=request.param, policy=POLICY) as running:
        yield running


def reason(answer: Any) -> str:
    """The reason of a DENY."""
    assert answer.decision == decision_pb2.DECISION_DENY
    return decision_pb2.Reason.Name(answer.reason).removeprefix("REASON_")


async def suspend(service: RunningService, tenant: str) -> None:
    """Suspend a tenant where the method that does it will."""

    async def work(tx: Transaction) -> None:
        await tx.put_tenant(Tenant(tenant, suspended=True, etag="e"))
        tx.log(Kind.TENANT, tenant)

    _, committed = await service.store.mutate(work)
    await service.engine.fleet.wait(committed.revision, None)


async def test_credential_missing(service: RunningService) -> None:
    answer = await service.verify("", "projects:read")
    assert reason(answer) == "CREDENTIAL_MISSING"
    assert not answer.HasField("principal")


@pytest.mark.parametrize("mistake", ["unknown", "mistyped", "malformed", "too long", "a forged token"])
async def test_credential_invalid(service: RunningService, mistake: str) -> None:
    secret = (await service.create_key()).secret
    token = (await service.mint(secret)).access_token
    presented = {
        "unknown": "chy_sdk_" + "A" * 39,
        "mistyped": secret[:-1] + ("a" if secret[-1] != "a" else "b"),
        "malformed": "not a\x00credential",
        "too long": "eyJ" + "a" * 10_000 + ".b.c",
        "a forged token": token[:-8] + "AAAAAAAA",
    }[mistake]
    answer = await service.verify(presented)
    assert reason(answer) == "CREDENTIAL_INVALID"
    assert not answer.HasField("principal")


async def test_credential_invalid_once_rotated(service: RunningService) -> None:
    key = await service.create_key()
    await service.keys.RotateKey(key_service_pb2.RotateKeyRequest(key_id=key.key_id))
    assert reason(await service.verify(key.secret)) == "CREDENTIAL_INVALID"


async def test_token_expired(service: RunningService) -> None:
    token = (await service.mint((await service.create_key()).secret)).access_token
    assert (await service.verify(token)).decision == decision_pb2.DECISION_ALLOW
    service.clock.ahead = 301 * SECOND
    assert reason(await service.verify(token)) == "TOKEN_EXPIRED"


async def test_token_revoked(service: RunningService) -> None:
    secret = (await service.create_key()).secret
    token, other = [(await service.mint(secret)).access_token for _ in range(2)]
    await service.auth.RevokeToken(auth_service_pb2.RevokeTokenRequest(token=token))
    assert reason(await service.verify(token)) == "TOKEN_REVOKED"
    assert (await service.verify(other)).decision == decision_pb2.DECISION_ALLOW


async def test_audience_mismatch(service: RunningService) -> None:
    token = (await service.mint((await service.create_key()).secret, audience=["internal"])).access_token
    assert reason(await service.verify(token)) == "AUDIENCE_MISMATCH"
    assert (await service.verify(token, audience="internal")).decision == decision_pb2.DECISION_ALLOW


async def test_key_revoked(service: RunningService) -> None:
    key = await service.create_key()
    await service.keys.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=key.key_id))
    answer = await service.verify(key.secret)
    assert reason(answer) == "KEY_REVOKED"
    assert answer.principal.key_id == key.key_id


async def test_key_inactive(service: RunningService) -> None:
    key = await service.create_key()
    await service.keys.DeactivateKey(key_service_pb2.DeactivateKeyRequest(key_id=key.key_id))
    assert reason(await service.verify(key.secret)) == "KEY_INACTIVE"
    await service.keys.ActivateKey(key_service_pb2.ActivateKeyRequest(key_id=key.key_id))
    assert (await service.verify(key.secret)).decision == decision_pb2.DECISION_ALLOW


async def test_key_expired(service: RunningService) -> None:
    expire_time = {"seconds": service.clock.now() // SECOND + 60}
    key = await service.create_key(expire_time=expire_time)
    assert (await service.verify(key.secret)).expire_time.seconds == expire_time["seconds"]
    service.clock.ahead = 61 * SECOND
    assert reason(await service.verify(key.secret)) == "KEY_EXPIRED"


async def test_tenant_suspended(service: RunningService) -> None:
    key = await service.create_key(tenant="acme/etl")
    assert (await service.verify(key.secret)).decision == decision_pb2.DECISION_ALLOW
    await suspend(service, "acme")
    assert reason(await service.verify(key.secret)) == "TENANT_SUSPENDED"


async def test_source_ip_unknown(service: RunningService) -> None:
    key = await service.create_key(allowed_cidrs=["203.0.113.0/24"])
    assert reason(await service.verify(key.secret)) == "SOURCE_IP_UNKNOWN"


async def test_source_ip_denied(service: RunningService) -> None:
    key = await service.create_key(allowed_cidrs=["203.0.113.0/24"])
    assert reason(await service.verify(key.secret, context={"source_ip": "198.51.100.1"})) == "SOURCE_IP_DENIED"
    allowed = await service.verify(key.secret, context={"source_ip": "::ffff:203.0.113.7"})
    assert allowed.decision == decision_pb2.DECISION_ALLOW


@pytest.mark.parametrize("context", [{}, {"environment": "production"}])
async def test_environment_mismatch(service: RunningService, context: dict[str, str]) -> None:
    key = await service.create_key(environment="staging")
    assert reason(await service.verify(key.secret, context=context)) == "ENVIRONMENT_MISMATCH"


async def test_tenant_mismatch(service: RunningService) -> None:
    key = await service.create_key(tenant="acme")
    assert reason(await service.verify(key.secret, context={"tenant": "acmex"})) == "TENANT_MISMATCH"
    assert (await service.verify(key.secret, context={"tenant": "acme/etl"})).decision == decision_pb2.DECISION_ALLOW


@pytest.mark.parametrize("resource", ["", "workflows/wf_2"])
async def test_resource_denied(service: RunningService, resource: str) -> None:
    key = await service.create_key(resources=["workflows/wf_1"])
    assert reason(await service.verify(key.secret, resource=resource)) == "RESOURCE_DENIED"


async def test_insufficient_scope(service: RunningService) -> None:
    key = await service.create_key(scopes=["projects:read"])
    answer = await service.verify(key.secret, "projects:read", "projects:write")
    assert reason(answer) == "INSUFFICIENT_SCOPE"
    assert list(answer.missing_scopes) == ["projects:write"]
    assert answer.principal.key_id == key.key_id


async def test_rate_limited(service: RunningService) -> None:
    limit = rate_limit_pb2.RateLimit(limit=60, period=seconds(60), burst=2)
    key = await service.create_key(rate_limits=[limit])
    first, second, third = [await service.verify(key.secret) for _ in range(3)]
    assert [first.rate_limits[0].remaining, second.rate_limits[0].remaining] == [1, 0]
    assert reason(third) == "RATE_LIMITED"
    assert 0 < third.retry_after.ToMicroseconds() <= SECOND
    service.clock.ahead += third.retry_after.ToMicroseconds()
    assert (await service.verify(key.secret)).decision == decision_pb2.DECISION_ALLOW
