"""The main calls through a real Envoy: as hardened as the reference configuration, and on Envoy's bare defaults."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
import pytest_asyncio

from authsvc.v1 import key_service_pb2, rate_limit_pb2
from demo.proxy import Config, http_filter
from tests.support.edge import Edge, bare, hardened, patient, running_edge
from tests.support.envoy_here import needs_envoy
from tests.support.postgres import PostgresServer
from tests.support.service import seconds

pytestmark = [pytest.mark.asyncio(loop_scope="module"), needs_envoy]


def raw() -> Config:
    """Hardened, with headers as bytes."""
    config = hardened()
    http_filter(config, "ext_authz")["encode_raw_headers"] = True
    return config


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[
        pytest.param((hardened, "native"), id="hardened"),
        pytest.param((bare, "native"), id="bare"),
        pytest.param((raw, "grpcio"), id="raw-grpcio"),
    ],
)
async def edge(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Edge]:
    config, transport = request.param
    dsn = await postgres.create()
    async with running_edge(dsn, tmp_path_factory.mktemp("envoy"), patient(config()), transport=transport) as running:
        yield running
    await postgres.drop(dsn)


def bearer(credential: str) -> dict[str, str]:
    return {"authorization": f"Bearer {credential}"}


async def test_the_upstream_learns_who_calls_and_gets_a_token_instead_of_the_key(edge: Edge) -> None:
    key = await edge.service.create_key(subject="alice", tenant="acme/etl", scopes=["projects:read"])
    called = await edge.call("GET", "/projects/1?x=1", bearer(key.secret))
    assert called.status == 200
    assert called.seen is not None
    assert (called.seen.method, called.seen.target) == ("GET", "/projects/1?x=1")
    assert called.seen.header("x-auth-subject") == "alice"
    assert called.seen.header("x-auth-key-id") == key.key_id
    assert called.seen.header("x-auth-tenant") == "acme/etl"
    assert called.seen.header("x-auth-scopes") == "projects:read"
    scheme, _, token = (called.seen.header("authorization") or "").partition(" ")
    assert scheme == "Bearer"
    published = {each.signing_key_id: each.public_jwk for each in edge.service.engine.state.signing.keys}
    public = jwt.PyJWK.from_dict(dict(published[jwt.get_unverified_header(token)["kid"]]))
    claims = jwt.decode(token, public, algorithms=["ES256"], audience="internal", issuer="https://auth.example")
    assert (claims["sub"], claims["client_id"], claims["tenant"]) == ("alice", key.key_id, "acme/etl")
    assert key.secret not in str(called.seen)


@pytest.mark.parametrize("path", ["/projects/1", "/health", "/legacy/x"])
async def test_a_forged_identity_arrives_nowhere(edge: Edge, path: str) -> None:
    key = await edge.service.create_key(subject="alice")
    forged = [("x-auth-subject", "evil"), ("X-Auth-Subject", "evil"), ("x-auth-environment", "evil"), ("x-auth-key-id", "evil")]
    called = await edge.call("GET", path, [*forged, ("x-api-key", key.secret)])
    assert called.status == 200
    assert called.seen is not None
    assert "evil" not in str(called.seen)
    assert called.seen.header("x-auth-subject") == ("alice" if path == "/projects/1" else None)
    assert called.seen.header("x-api-key") == (key.secret if path == "/legacy/x" else None)


async def test_a_deny_is_the_answer_that_the_policy_says_and_reaches_nobody(edge: Edge) -> None:
    missing = await edge.call("GET", "/me")
    assert (missing.status, missing.reply.body, missing.seen) == (401, '{"error": "Authentication failed"}', None)
    assert missing.reply.headers["www-authenticate"] == 'Bearer realm="api"'
    assert missing.reply.headers["content-type"] == "application/json"
    key = await edge.service.create_key(scopes=["projects:read"])
    for method, path, credential, status, reason in (
        ("PUT", "/projects/1", key.secret, 403, "INSUFFICIENT_SCOPE"),
        ("GET", "/me", "chy_sdk_" + "A" * 39, 401, "CREDENTIAL_INVALID"),
        ("GET", "/nowhere", key.secret, 403, "ROUTE_UNKNOWN"),
        ("GET", "/projects/a;b", key.secret, 400, "REQUEST_MALFORMED"),
    ):
        called = await edge.call(method, path, bearer(credential))
        assert (called.status, called.seen) == (status, None), path
        assert called.code == reason


async def test_two_credentials_are_refused(edge: Edge) -> None:
    key = await edge.service.create_key()
    for headers, reason in (
        ([("authorization", f"Bearer {key.secret}"), ("x-api-key", key.secret)], "CREDENTIAL_AMBIGUOUS"),
        ([("authorization", f"Bearer {key.secret}"), ("authorization", "Bearer other")], "REQUEST_MALFORMED"),
    ):
        called = await edge.call("GET", "/me", headers)
        assert (called.status, called.seen) == (400, None)
        assert called.code == reason


async def test_a_revoked_key_is_refused_once_the_receipt_is_there(edge: Edge) -> None:
    key = await edge.service.create_key()
    assert (await edge.call("GET", "/me", bearer(key.secret))).status == 200
    done = await edge.service.keys.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=key.key_id))
    assert done.receipt.effective
    called = await edge.call("GET", "/me", bearer(key.secret))
    assert (called.status, called.seen) == (401, None)


async def test_a_limit_is_taken_once_for_each_request(edge: Edge) -> None:
    limit = rate_limit_pb2.RateLimit(limit=60, period=seconds(60), burst=2)
    key = await edge.service.create_key(rate_limits=[limit])
    called = [await edge.call("GET", "/me", bearer(key.secret)) for _ in range(3)]
    assert [each.status for each in called] == [200, 200, 429]
    assert called[2].reply.headers["retry-after"] == "1"


async def test_the_access_log_says_what_was_decided(postgres: PostgresServer, tmp_path: Path) -> None:
    dsn = await postgres.create()
    async with running_edge(dsn, tmp_path / "envoy", hardened()) as edge:
        key = await edge.service.create_key(tenant="acme")
        await edge.call("GET", "/me", bearer(key.secret))
        await edge.call("PUT", "/projects/1", bearer(key.secret))
    lines = [json.loads(line) for line in edge.envoy.access_log.splitlines()]
    said = [(line["decision"], line["reason"], line["key_id"], line["details"]) for line in lines]
    assert said == [
        ("ALLOW", None, key.key_id, "via_upstream"),
        ("DENY", "INSUFFICIENT_SCOPE", key.key_id, "ext_authz_denied"),
    ]
    assert key.secret not in edge.envoy.access_log
    await postgres.drop(dsn)


@pytest.mark.parametrize(("config", "status"), [(hardened, 503), (bare, 403)])
async def test_an_envoy_that_may_not_ask_lets_nobody_through(
    postgres: PostgresServer, tmp_path: Path, config: Callable[[], Config], status: int
) -> None:
    dsn = await postgres.create()
    async with running_edge(dsn, tmp_path / "envoy", config(), caller_key="authsvc_forged") as edge:
        key = await edge.service.create_key()
        for path in ("/me", "/health"):
            called = await edge.call("GET", path, bearer(key.secret))
            assert (called.status, called.seen) == (status, None)
    await postgres.drop(dsn)


@pytest.mark.parametrize(("config", "status"), [(hardened, 503), (bare, 403)])
async def test_without_authsvc_nobody_gets_through(
    postgres: PostgresServer, tmp_path: Path, config: Callable[[], Config], status: int
) -> None:
    dsn = await postgres.create()
    async with running_edge(dsn, tmp_path / "envoy", config()) as edge:
        key = await edge.service.create_key()
        assert (await edge.call("GET", "/me", bearer(key.secret))).status == 200
        await edge.service.listener.stop(0)
        for path in ("/me", "/health"):
            called = await edge.call("GET", path, bearer(key.secret))
            assert (called.status, called.seen) == (status, None)
    await postgres.drop(dsn)


@pytest.mark.parametrize("transport", ["native", "grpcio"])
async def test_a_trusted_socket_needs_no_caller_key(postgres: PostgresServer, tmp_path: Path, transport: str) -> None:
    config = hardened()
    del http_filter(config, "ext_authz")["grpc_service"]["initial_metadata"]
    dsn = await postgres.create()
    served: dict[str, Any] = {"transport": transport, "socket": True, "trust_sockets": True}
    async with running_edge(dsn, tmp_path / "envoy", config, caller_key="", **served) as edge:
        key = await edge.service.create_key()
        assert (await edge.call("GET", "/me", bearer(key.secret))).status == 200
        assert (await edge.call("GET", "/me")).status == 401
    await postgres.drop(dsn)
