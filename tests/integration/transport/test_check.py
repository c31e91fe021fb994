"""Envoy's Check as a call: who may ask, what is not an answer, and that nothing but an allow is one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from authsvc.domain.decide import decide
from authsvc.domain.errors import StoreUnavailable
from authsvc.domain.reason import Reason
from authsvc.engine import verify
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind
from authsvc.envoy.v3 import ext_authz_pb2 as pb
from authsvc.transport.gate import Gate
from authsvc.transport.methods import methods
from authsvc.transport.rpc import Rpc
from authsvc.v1 import key_service_pb2, rate_limit_pb2
from tests.support.check import METHOD, POLICY, check_request, read
from tests.support.engine import Secrets
from tests.support.gates import GatedStore
from tests.support.service import RunningService, refused, running_service, seconds

PLAIN = POLICY.replace("  min_revision: {header: x-min-revision, optional: true}\n", "")


@pytest.fixture(params=["native", pytest.param("grpcio", marks=pytest.mark.grpcio)])
async def both(database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[RunningService]:
    async with running_service(database_url, transport=request.param, policy=POLICY, wrap=GatedStore) as running:
        yield running


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[RunningService]:
    async with running_service(database_url, policy=POLICY, wrap=GatedStore) as running:
        yield running


def bearer(credential: str) -> dict[str, str]:
    return {"authorization": f"Bearer {credential}"}


class Context:
    """A call as a transport shows it, with the seconds that are left each time somebody looks."""

    def __init__(self, caller: str, *remaining: float) -> None:
        self._metadata = (("authorization", f"Bearer {caller}"),)
        self._remaining = list(remaining) or [5.0]
        self.aborted: grpc.StatusCode | None = None

    def time_remaining(self) -> float:
        return self._remaining.pop(0) if len(self._remaining) > 1 else self._remaining[0]

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return self._metadata

    def peer(self) -> str:
        return "ipv4:127.0.0.1:1"

    async def abort(self, code: grpc.StatusCode, _message: str, _trailers: object) -> None:
        self.aborted = code
        raise grpc.RpcError


def rpc(service: RunningService) -> Rpc[Any]:
    table = {method.name: method for method in methods(service.engine, verbose=False)}
    return Rpc(table["Authorization/Check"], Gate(service.engine, trust=False), service.engine)


async def test_who_may_ask(both: RunningService) -> None:
    request = check_request("GET", "/health")
    assert (await refused(both.checking(request, caller=""))).code is grpc.StatusCode.UNAUTHENTICATED
    assert (await refused(both.checking(request, caller="authsvc_forged"))).code is grpc.StatusCode.UNAUTHENTICATED
    other = await both.create_caller("authsvc:verify", "authsvc:mint")
    found = await refused(both.checking(request, caller=other))
    assert (found.code, found.reason) == (grpc.StatusCode.PERMISSION_DENIED, "CALLER_PERMISSION_DENIED")
    assert (await both.check("GET", "/health", caller=await both.create_caller("authsvc:check"))).allowed


@pytest.mark.parametrize("transport", ["native", pytest.param("grpcio", marks=pytest.mark.grpcio)])
async def test_a_trusted_socket_may_ask_and_another_may_not(database_url: str, transport: Any) -> None:
    shared = Secrets()
    for trust in (True, False):
        async with running_service(
            database_url, transport=transport, policy=POLICY, socket=True, trust_sockets=trust, shared=shared
        ) as service:
            call = service.checking(check_request("GET", "/health"), caller="")
            if trust:
                assert read(await call).allowed
            else:
                assert (await refused(call)).code is grpc.StatusCode.UNAUTHENTICATED


async def test_a_caller_sees_the_keys_of_its_tenant_alone(both: RunningService) -> None:
    caller = await both.create_caller("authsvc:check", tenant="acme")
    for tenant, reason in (("acme", ""), ("acme/etl", ""), ("acmex", "CREDENTIAL_INVALID"), ("/", "CREDENTIAL_INVALID")):
        key = await both.create_key(tenant=tenant)
        for presented in (key.secret, (await both.mint(key.secret)).access_token):
            answer = await both.check("GET", "/me", bearer(presented), caller=caller)
            assert answer.reason == reason, tenant
            assert ("key_id" in answer.metadata) == answer.allowed


async def test_the_address_of_the_client_is_never_that_of_the_call(both: RunningService) -> None:
    key = await both.create_key(allowed_cidrs=["127.0.0.0/8", "192.0.2.1/32"])
    stub = both.stub(lambda channel: channel.unary_unary(METHOD))
    for forged in ("x-forwarded-for", "x-envoy-external-address", "x-real-ip"):
        payload = check_request("GET", "/me", bearer(key.secret), peer="").SerializeToString()
        answer = read(pb.CheckResponse.FromString(await stub(payload, metadata=((forged, "127.0.0.1"),))))
        assert answer.reason == "SOURCE_IP_UNKNOWN"
    assert (await both.check("GET", "/me", bearer(key.secret))).allowed


async def test_an_allow_has_every_header_of_ours_set_or_removed(both: RunningService) -> None:
    forged = dict.fromkeys(["x-auth-subject", "x-auth-environment", "x-auth-scopes", "x-other"], "evil")
    owned = set(both.engine.state.rules.policy.http.identity.owned)
    for raw in (False, True):
        key = await both.create_key(subject="alice, \u00e9", scopes=["projects:write", "projects:read"])
        answer = await both.check("GET", "/projects/1", {**bearer(key.secret), **forged}, raw=raw)
        assert answer.allowed
        assert owned == {name for name in (*answer.set, *answer.remove) if name in owned}
        assert answer.set["x-auth-subject"] == "alice%2C%20%C3%A9"
        assert answer.set["x-auth-scopes"] == "projects:write projects:read"
        assert "x-auth-environment" in answer.remove
        assert "x-other" not in {*answer.set, *answer.remove}
        assert "evil" not in answer.set.values()
        assert key.secret not in str(answer)


async def test_an_anonymous_route_takes_credentials_and_identity_away(both: RunningService) -> None:
    key = await both.create_key()
    answer = await both.check("GET", "/health", {**bearer(key.secret), "x-auth-subject": "evil"})
    assert answer.allowed
    assert not answer.set
    assert {"authorization", "x-api-key", "x-auth-subject", "x-auth-key-id"} <= set(answer.remove)
    assert answer.metadata == {"decision": "ALLOW", "route": "/health", "revision": both.engine.state.applied}
    assert both.engine.counters.anonymous == 1


async def test_metadata_says_who_and_why(both: RunningService) -> None:
    ends = both.clock.now() // 1_000_000 + 3600
    key = await both.create_key(subject="alice", tenant="acme/etl", expire_time={"seconds": ends})
    common: dict[str, Any] = {"key_id": key.key_id, "subject": "alice", "tenant": "acme/etl", "route": "/projects/**"}
    common |= {"revision": both.engine.state.applied, "expire_time": ends}
    allowed = await both.check("GET", "/projects/1", bearer(key.secret))
    assert allowed.metadata == {"decision": "ALLOW", **common}
    denied = await both.check("PUT", "/projects/1", bearer(key.secret))
    assert denied.metadata == {"decision": "DENY", "reason": "INSUFFICIENT_SCOPE", **common}


async def test_resources_are_handed_on_where_the_upstream_checks_them(service: RunningService) -> None:
    key = await service.create_key(resources=["workflows/wf_1", "workflows/wf_2"])
    answer = await service.check("GET", "/runs/run_1", bearer(key.secret))
    assert answer.allowed
    assert answer.set["x-auth-resources"] == "workflows/wf_1 workflows/wf_2"
    free = await service.create_key()
    assert (await service.check("GET", "/runs/run_1", bearer(free.secret))).set["x-auth-resources"] == "**"


async def test_a_shadow_decides_and_lets_through(service: RunningService) -> None:
    key = await service.create_key(scopes=["projects:read"])
    with capture_logs() as logs:
        answer = await service.check("GET", "/legacy/x", {**bearer(key.secret), "x-auth-subject": "evil"})
    assert answer.allowed
    assert (answer.metadata["decision"], answer.reason, answer.metadata["shadow"]) == ("DENY", "INSUFFICIENT_SCOPE", True)
    assert not answer.set
    assert "x-auth-subject" in answer.remove
    assert not {"authorization", "x-api-key"} & set(answer.remove)
    assert service.engine.counters.shadowed[Reason.INSUFFICIENT_SCOPE] == 1
    [line] = [line for line in logs if line["event"] == "denied"]
    assert (line["shadow"], line["reason"], line["route"]) == (True, "INSUFFICIENT_SCOPE", "/legacy/**")
    nobody = await service.check("GET", "/legacy/x", {"authorization": "Bearer what,ever"})
    assert nobody.allowed
    assert nobody.reason == "REQUEST_MALFORMED"
    writer = await service.create_key(scopes=["projects:write"])
    known = await service.check("GET", "/legacy/x", bearer(writer.secret))
    assert known.set["x-auth-key-id"] == writer.key_id
    assert "authorization" not in {*known.set, *known.remove}
    assert (await service.check("GET", "/legacy/../x")).reason == "REQUEST_MALFORMED"
    assert not (await service.check("GET", "/legacy/../x")).allowed


async def test_a_deny_is_one_line_with_reason_route_and_key(service: RunningService) -> None:
    key = await service.create_key()
    with capture_logs() as logs:
        await service.check("PUT", "/projects/1", bearer(key.secret))
        await service.check("GET", "/projects/../x", bearer(key.secret))
        await service.check("GET", "/me", bearer(key.secret))
    first, second = [line for line in logs if line["event"] == "denied"]
    assert (first["rpc"], first["reason"], first["route"], first["key_id"]) == (
        "Check", "INSUFFICIENT_SCOPE", "/projects/**", key.key_id,
    )  # fmt: skip
    assert (second["reason"], second["route"], second["key_id"]) == ("REQUEST_MALFORMED", None, None)
    assert second["cause"] == "a path has no segment '.' or '..'"
    assert key.secret not in str(logs)


async def test_a_policy_without_routes_lets_nothing_through(database_url: str) -> None:
    async with running_service(database_url) as service:
        key = await service.create_key()
        for path in ("/", "/health", "/projects/1"):
            answer = await service.check("GET", path, bearer(key.secret))
            assert (answer.allowed, answer.reason) == (False, "ROUTE_UNKNOWN")


async def test_a_check_takes_one_slot_of_a_limit(both: RunningService) -> None:
    limit = rate_limit_pb2.RateLimit(limit=60, period=seconds(60), burst=4)
    key = await both.create_key(rate_limits=[limit])
    answers = [await both.check("GET", "/me", bearer(key.secret)) for _ in range(5)]
    assert [answer.allowed for answer in answers] == [True] * 4 + [False]


async def test_bytes_that_are_no_question_are_no_answer(both: RunningService) -> None:
    invoke = both.stub(lambda channel: channel.unary_unary(METHOD))
    assert (await refused(invoke(b"\xff\xff"))).code is grpc.StatusCode.INVALID_ARGUMENT
    empty = read(pb.CheckResponse.FromString(await invoke(b"")))
    assert (empty.allowed, empty.reason) == (False, "REQUEST_MALFORMED")


async def test_without_the_store_what_is_not_known_is_unavailable(both: RunningService) -> None:
    known, unknown = await both.create_key(), await both.create_key()
    assert (await both.check("GET", "/me", bearer(known.secret))).allowed
    both.store.failing = lambda _method: StoreUnavailable()
    assert (await both.check("GET", "/me", bearer(known.secret))).allowed
    found = await refused(both.checking(check_request("GET", "/me", bearer(unknown.secret))))
    assert (found.code, found.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
    both.clock.own_ahead = 3_000_000
    for path in ("/me", "/health", "/nowhere", "/legacy/x"):
        found = await refused(both.checking(check_request("GET", path, bearer(known.secret))))
        assert found.code is grpc.StatusCode.UNAVAILABLE, path


async def test_a_hit_awaits_nothing(service: RunningService) -> None:
    key = await service.create_key()
    token = (await service.mint(key.secret)).access_token
    for headers in (bearer(key.secret), bearer(token), {}):
        for path in ("/projects/1", "/health", "/nowhere", "/legacy/x"):
            await service.check("GET", path, headers)
            service.store.calls.clear()
            running = rpc(service).serve(check_request("GET", path, headers).SerializeToString(), Context(service.root_key))
            with pytest.raises(StopIteration) as ended:
                running.send(None)
            read(pb.CheckResponse.FromString(ended.value.value))
            assert service.store.calls == []


@pytest.mark.parametrize("warm", [True, False])
async def test_an_allow_that_would_come_too_late_does_not_leave(service: RunningService, warm: bool) -> None:
    key = await service.create_key()
    if warm:
        await service.check("GET", "/me", bearer(key.secret))
    payload = check_request("GET", "/me", bearer(key.secret)).SerializeToString()
    context = Context(service.root_key, 5.0, 0.0)
    with pytest.raises(grpc.RpcError):
        await rpc(service).serve(payload, context)
    assert context.aborted is grpc.StatusCode.DEADLINE_EXCEEDED
    in_time = await rpc(service).serve(payload, Context(service.root_key))
    assert read(pb.CheckResponse.FromString(in_time)).allowed


async def test_a_deadline_that_ends_during_a_lookup_is_no_answer(both: RunningService) -> None:
    key = await both.create_key()
    gate = both.store.gate("lookup")
    found = asyncio.create_task(refused(both.checking(check_request("GET", "/me", bearer(key.secret)), timeout=0.3)))
    await gate.reached.wait()
    try:
        assert (await found).code is grpc.StatusCode.DEADLINE_EXCEEDED
    finally:
        gate.open()


async def test_a_request_may_ask_for_a_revision_where_the_policy_says_so(service: RunningService) -> None:
    key = await service.create_key()
    applied = str(service.engine.state.applied)
    assert (await service.check("GET", "/me", {**bearer(key.secret), "x-min-revision": applied})).allowed
    for path in ("/me", "/health", "/nowhere"):
        request = check_request("GET", path, {**bearer(key.secret), "x-min-revision": "1000000"})
        assert (await refused(service.checking(request))).code is grpc.StatusCode.UNAVAILABLE, path
    for bad in ("-1", "1.0", "a", "1,2", "9" * 19, ""):
        answer = await service.check("GET", "/me", {**bearer(key.secret), "x-min-revision": bad})
        assert answer.reason == "REQUEST_MALFORMED", bad


async def test_nobody_may_ask_for_a_revision_where_the_policy_says_nothing(database_url: str) -> None:
    async with running_service(database_url, policy=PLAIN) as service:
        key = await service.create_key()
        assert (await service.check("GET", "/me", {**bearer(key.secret), "x-min-revision": "1000000"})).allowed


async def test_a_policy_applied_while_a_key_is_read_is_the_one_that_decides(service: RunningService) -> None:
    key = await service.create_key()
    gate = service.store.gate("lookup")
    asked = asyncio.create_task(service.check("GET", "/me", bearer(key.secret)))
    await gate.reached.wait()
    await apply(service, POLICY.replace("path: /me, allow: authenticated", "path: /me, require: {scopes: [projects:write]}"), 1)
    gate.open()
    answer = await asked
    assert (answer.reason, answer.metadata["revision"]) == ("INSUFFICIENT_SCOPE", service.engine.state.applied)
    await apply(service, POLICY.replace("  - {path: /me, allow: authenticated}\n", ""), 2)
    assert (await service.check("GET", "/me", bearer(key.secret))).reason == "ROUTE_UNKNOWN"


async def apply(service: RunningService, policy: str, expected: int) -> None:
    async def work(tx: Transaction) -> None:
        version = await tx.insert_policy(policy, expected)
        tx.log(Kind.POLICY, str(version))

    _, committed = await service.store.mutate(work)
    await service.engine.fleet.wait(committed.revision, None)


async def test_a_revoked_key_is_denied_once_the_receipt_is_there(both: RunningService) -> None:
    key = await both.create_key()
    assert (await both.check("GET", "/me", bearer(key.secret))).allowed
    done = await both.keys.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=key.key_id))
    assert done.receipt.effective
    assert (await both.check("GET", "/me", bearer(key.secret))).reason == "KEY_REVOKED"


CREDENTIALS = ("chy_sdk_forged", "", "eyJh.eyJh.x", "a b", "\u00e9")
GOOD_PATHS = ("/me", "/projects/1", "/health", "/legacy/x", "/runs/1", "/workflows/wf_1/run")
BAD_PATHS = ("/projects/../me", "/health/x", "/HEALTH", "/nowhere", "", "//me", "/me;a", "/runs/%2a")
NAMES = (
    "authorization",
    "x-api-key",
    "Authorization",
    "x_api_key",
    ":path",
    "host",
    "x-auth-subject",
    "x-tenant",
    "x-environment",
)


def mostly(draw: st.DrawFn, good: st.SearchStrategy[str], bad: st.SearchStrategy[str]) -> str:
    return draw(good if draw(st.integers(0, 7)) else bad)


@st.composite
def questions(draw: st.DrawFn, valid: tuple[str, ...]) -> pb.CheckRequest:
    """A question that may be right, near to right, or nothing at all."""
    any_text = st.text(st.characters(codec="utf-8"), max_size=8)
    right = st.sampled_from(valid)
    headers = {draw(st.sampled_from(NAMES)): draw(any_text) for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2])))}
    headers[draw(st.sampled_from(NAMES[:2]))] = mostly(
        draw, right | right.map(lambda each: f"Bearer {each}"), st.sampled_from(CREDENTIALS)
    )
    request = check_request(
        mostly(draw, st.sampled_from(["GET", "PUT", "POST", "HEAD"]), st.sampled_from(["get", "TRACE", ""])),
        mostly(draw, st.sampled_from(GOOD_PATHS), st.sampled_from(BAD_PATHS) | any_text),
        headers,
        host=mostly(draw, st.just("api.example"), st.sampled_from(["", "a,b"])),
        peer=draw(st.sampled_from(["192.0.2.1", "", "x"])),
        raw=draw(st.booleans()),
    )
    if draw(st.integers(0, 4)):
        return request
    payload = bytearray(request.SerializeToString())
    for at, byte in draw(st.lists(st.tuples(st.integers(0, len(payload) - 1), st.integers(0, 255)), min_size=1, max_size=4)):
        payload[at] = byte
    try:
        return pb.CheckRequest.FromString(bytes(payload))
    except Exception:  # noqa: BLE001 - bytes that are no question are another test's
        return request


async def test_no_question_is_answered_with_status_0_but_by_an_allow(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [await service.create_key(scopes=["projects:read"]), await service.create_key(scopes=["projects:write"])]
    token = (await service.mint(keys[0].secret)).access_token
    valid = (keys[0].secret, keys[1].secret, token)
    for each in valid:
        assert (await service.check("GET", "/me", bearer(each))).allowed
    decisions: list[Any] = []

    def watched(*arguments: Any) -> Any:
        decisions.append(decide(*arguments))
        return decisions[-1]

    monkeypatch.setattr(verify, "decide", watched)
    handler = rpc(service)
    statuses = {0: 0, 7: 0, 16: 0}

    @settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
    @given(questions(valid))
    def ask(request: pb.CheckRequest) -> None:
        decisions.clear()
        running = handler.serve(request.SerializeToString(), Context(service.root_key))
        try:
            running.send(None)
        except StopIteration as ended:
            answer = pb.CheckResponse.FromString(ended.value)
        else:
            running.close()  # something has to be read first: no answer yet
            return
        statuses[answer.status.code] += 1
        found = read(answer)
        if found.allowed:
            route = found.metadata["route"]
            asked = [each for each in decisions if each.proof is None or each.proof.access.key.type != "authsvc"]
            assert route in ("/health", "/legacy/**") or (len(asked) == 1 and asked[0].allowed)
            sent = dict(request.attributes.request.http.headers)
            sent |= {
                each.key: each.raw_value.decode(errors="replace") for each in request.attributes.request.http.header_map.headers
            }
            carried = [sent.get("authorization", "").removeprefix("Bearer "), sent.get("x-api-key", "")]
            assert route in ("/health", "/legacy/**") or len(set(carried) & set(valid)) == 1

    with capture_logs():
        ask()
    print(f"statuses: {statuses}")
    assert all(statuses.values())
