"""Every reason of CONTRACT section 4, reached through Envoy's Check, on both transports."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from authsvc.v1 import auth_service_pb2, key_service_pb2, rate_limit_pb2, tenant_service_pb2
from tests.support.check import POLICY, Checked
from tests.support.postgres import PostgresServer
from tests.support.service import RunningService, running_service, seconds

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECOND = 1_000_000


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["native", pytest.param("grpcio", marks=pytest.mark.grpcio)])
async def served(postgres: PostgresServer, request: pytest.FixtureRequest) -> AsyncIterator[RunningService]:
    dsn = await postgres.create()
    async with running_service(dsn, transport=request.param, policy=POLICY) as running:
        yield running
    await postgres.drop(dsn)


@pytest.fixture
def service(served: RunningService) -> RunningService:
    served.clock.ahead = 0
    return served


def denied(answer: Checked, reason: str, status: int) -> None:
    """The answer is this deny, in its metadata, its status and its body."""
    assert not answer.allowed
    assert (answer.reason, answer.status) == (reason, status)
    assert answer.metadata["decision"] == "DENY"
    if reason != "CREDENTIAL_MISSING":  # which has a body of its own
        assert json.loads(answer.body)["error"]["code"] == reason
    assert ("www-authenticate" in answer.set) == (status == 401 or reason in {"INSUFFICIENT_SCOPE", "CREDENTIAL_AMBIGUOUS"})


def bearer(credential: str) -> dict[str, str]:
    return {"authorization": f"Bearer {credential}"}


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/projects/../me", {}),
        ("GET", "/projects/%2e%2e;/me", {}),
        ("GET", "//me", {}),
        ("GET", "/projects/1;v=1", {}),
        ("GET", "/PROJECTS/1", {}),
        ("TRACE", "/me", {}),
        ("", "", {}),
        ("POST", "/workflows/a%25b/run", {}),
        ("GET", "/me", {"authorization": "Bearer a,Bearer b"}),
        ("POST", "/me", {"x-http-method-override": "GET"}),
        ("GET", "/me", {"x_auth_subject": "evil"}),
        ("GET", "/me", {"host": "other.example"}),
    ],
)
async def test_request_malformed(service: RunningService, method: str, path: str, headers: dict[str, str]) -> None:
    answer = await service.check(method, path, headers)
    denied(answer, "REQUEST_MALFORMED", 400)
    assert "key_id" not in answer.metadata


@pytest.mark.parametrize("host", ["", "a,b", "good@evil", "a b", "[::1"])
async def test_request_malformed_by_its_host(service: RunningService, host: str) -> None:
    denied(await service.check("GET", "/health", host=host), "REQUEST_MALFORMED", 400)


async def test_route_unknown(service: RunningService) -> None:
    key = await service.create_key()
    for method, path in (("GET", "/"), ("GET", "/project"), ("DELETE", "/projects/1"), ("GET", "/me/x")):
        denied(await service.check(method, path, bearer(key.secret)), "ROUTE_UNKNOWN", 403)


async def test_credential_missing(service: RunningService) -> None:
    for headers in ({}, {"authorization": "Basic YTpi"}, {"x-api-key": ""}):
        answer = await service.check("GET", "/me", headers)
        denied(answer, "CREDENTIAL_MISSING", 401)
        assert answer.body == '{"error": "Authentication failed"}'
        assert answer.set["www-authenticate"] == 'Bearer realm="api"'


async def test_credential_ambiguous(service: RunningService) -> None:
    key = await service.create_key()
    for other in (key.secret, "chy_sdk_forged"):
        denied(await service.check("GET", "/me", {**bearer(key.secret), "x-api-key": other}), "CREDENTIAL_AMBIGUOUS", 400)


async def test_credential_invalid(service: RunningService) -> None:
    secret = (await service.create_key()).secret
    token = (await service.mint(secret)).access_token
    for presented in ("chy_sdk_" + "A" * 39, secret[:-1] + ("a" if secret[-1] != "a" else "b"), token[:-8] + "AAAAAAAA", "a b"):
        answer = await service.check("GET", "/me", bearer(presented))
        denied(answer, "CREDENTIAL_INVALID", 401)
        assert "key_id" not in answer.metadata


async def test_token_expired(service: RunningService) -> None:
    token = (await service.mint((await service.create_key()).secret)).access_token
    assert (await service.check("GET", "/me", bearer(token))).allowed
    service.clock.ahead = 301 * SECOND
    denied(await service.check("GET", "/me", bearer(token)), "TOKEN_EXPIRED", 401)


async def test_token_revoked(service: RunningService) -> None:
    token = (await service.mint((await service.create_key()).secret)).access_token
    assert (await service.check("GET", "/me", bearer(token))).allowed
    await service.auth.RevokeToken(auth_service_pb2.RevokeTokenRequest(token=token))
    denied(await service.check("GET", "/me", bearer(token)), "TOKEN_REVOKED", 401)


async def test_audience_mismatch(service: RunningService) -> None:
    token = (await service.mint((await service.create_key()).secret, audience=["internal"])).access_token
    denied(await service.check("GET", "/me", bearer(token)), "AUDIENCE_MISMATCH", 401)


async def test_key_revoked(service: RunningService) -> None:
    key = await service.create_key()
    assert (await service.check("GET", "/me", bearer(key.secret))).allowed
    await service.keys.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=key.key_id))
    answer = await service.check("GET", "/me", bearer(key.secret))
    denied(answer, "KEY_REVOKED", 401)
    assert answer.metadata["key_id"] == key.key_id


async def test_key_inactive(service: RunningService) -> None:
    key = await service.create_key()
    await service.keys.DeactivateKey(key_service_pb2.DeactivateKeyRequest(key_id=key.key_id))
    denied(await service.check("GET", "/me", bearer(key.secret)), "KEY_INACTIVE", 403)
    await service.keys.ActivateKey(key_service_pb2.ActivateKeyRequest(key_id=key.key_id))
    assert (await service.check("GET", "/me", bearer(key.secret))).allowed


async def test_key_expired(service: RunningService) -> None:
    key = await service.create_key(expire_time={"seconds": service.clock.now() // SECOND + 60})
    assert (await service.check("GET", "/me", bearer(key.secret))).allowed
    service.clock.ahead = 61 * SECOND
    denied(await service.check("GET", "/me", bearer(key.secret)), "KEY_EXPIRED", 401)


async def test_tenant_suspended(service: RunningService) -> None:
    key = await service.create_key(tenant="suspended/etl")
    assert (await service.check("GET", "/me", bearer(key.secret))).allowed
    await service.tenants.SuspendTenant(tenant_service_pb2.SuspendTenantRequest(path="suspended"))
    denied(await service.check("GET", "/me", bearer(key.secret)), "TENANT_SUSPENDED", 403)


async def test_source_ip_unknown(service: RunningService) -> None:
    key = await service.create_key(allowed_cidrs=["203.0.113.0/24"])
    denied(await service.check("GET", "/me", bearer(key.secret), peer=""), "SOURCE_IP_UNKNOWN", 403)


async def test_source_ip_denied(service: RunningService) -> None:
    key = await service.create_key(allowed_cidrs=["203.0.113.0/24"])
    forged = {"x-forwarded-for": "203.0.113.7", "x-envoy-external-address": "203.0.113.7", "x-real-ip": "203.0.113.7"}
    answer = await service.check("GET", "/me", {**bearer(key.secret), **forged}, peer="198.51.100.1")
    denied(answer, "SOURCE_IP_DENIED", 403)
    assert (await service.check("GET", "/me", bearer(key.secret), peer="::ffff:203.0.113.7")).allowed


async def test_environment_mismatch(service: RunningService) -> None:
    key = await service.create_key(environment="staging")
    for headers in ({}, {"x-environment": "production"}):
        denied(await service.check("GET", "/me", {**bearer(key.secret), **headers}), "ENVIRONMENT_MISMATCH", 403)
    assert (await service.check("GET", "/me", {**bearer(key.secret), "x-environment": "staging"})).allowed


async def test_tenant_mismatch(service: RunningService) -> None:
    key = await service.create_key(tenant="acme")
    denied(await service.check("GET", "/me", {**bearer(key.secret), "x-tenant": "acmex"}), "TENANT_MISMATCH", 403)
    assert (await service.check("GET", "/me", {**bearer(key.secret), "x-tenant": "acme/etl"})).allowed


async def test_resource_denied(service: RunningService) -> None:
    key = await service.create_key(resources=["workflows/wf_1"])
    for method, path in (("POST", "/workflows/wf_2/run"), ("GET", "/me")):
        denied(await service.check(method, path, bearer(key.secret)), "RESOURCE_DENIED", 403)
    assert (await service.check("POST", "/workflows/wf_1/run", bearer(key.secret))).allowed


async def test_insufficient_scope(service: RunningService) -> None:
    key = await service.create_key(scopes=["projects:read"])
    answer = await service.check("PUT", "/projects/1", bearer(key.secret))
    denied(answer, "INSUFFICIENT_SCOPE", 403)
    assert answer.set["www-authenticate"].endswith(
        'error="insufficient_scope", error_description="The credential lacks a scope.", scope="projects:write"'
    )
    assert answer.metadata["key_id"] == key.key_id


async def test_rate_limited(service: RunningService) -> None:
    key = await service.create_key(rate_limits=[rate_limit_pb2.RateLimit(limit=60, period=seconds(60), burst=2)])
    assert (await service.check("PUT", "/projects/1", bearer(key.secret))).reason == "INSUFFICIENT_SCOPE"
    assert [(await service.check("GET", "/me", bearer(key.secret))).allowed for _ in range(2)] == [True, True]
    answer = await service.check("GET", "/me", bearer(key.secret))
    denied(answer, "RATE_LIMITED", 429)
    assert answer.set["retry-after"] == "1"
    assert answer.set["ratelimit-policy"] == '"60-per-60s";q=60;w=60'
    assert answer.set["ratelimit"].startswith('"60-per-60s";r=0;t=')
