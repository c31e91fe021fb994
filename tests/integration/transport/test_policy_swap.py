"""Policies that change under load: every answer is that of one whole policy, and nobody notices the change."""

from __future__ import annotations

import asyncio
from collections import Counter

from authsvc.domain.decision import Outcome
from authsvc.domain.http.rules import HttpRequest, Question
from authsvc.domain.reason import Reason
from authsvc.domain.trial import conclude
from authsvc.engine.check import Passed, TurnedAway
from authsvc.envoy.v3 import ext_authz_pb2 as envoy
from authsvc.v1 import policy_service_pb2 as pb
from tests.support.engine import POLICY
from tests.support.service import RunningService

SHARED = """
identity_headers: {{x-auth-scopes: $scopes, x-policy: "{name}"}}
routes:
  - {{methods: [GET], path: "/projects/{{project}}", require: {{scopes: [{scope}]}}}}
  - {{path: /open, allow: anonymous}}
  - {{path: /watched, require: {{scopes: [billing:write]}}, mode: shadow}}
responses:
  INSUFFICIENT_SCOPE: {{status: {status}, body: '"{name}"'}}
"""
LENIENT = POLICY + SHARED.format(name="lenient", scope="projects:read", status=403)
STRICT = POLICY + SHARED.format(name="strict", scope="projects:write", status=404)
CHANGES = 12


def check_request(path: str, secret: str = "") -> envoy.CheckRequest:
    request = envoy.CheckRequest()
    http = request.attributes.request.http
    http.method, http.path, http.host = "GET", path, "api.example"
    if secret:
        http.headers["authorization"] = f"Bearer {secret}"
    return request


def seen(answer: envoy.CheckResponse) -> str:
    """Everything by which the two policies differ, and nothing else."""
    if answer.status.code == 0:
        headers = {each.header.key: each.header.value for each in answer.ok_response.headers}
        return f"pass {headers.get('x-policy')}"
    return f"deny {answer.denied_response.status.code} {answer.denied_response.body}"


async def test_policies_applied_under_load_are_swapped_whole_and_no_call_fails(service: RunningService) -> None:
    secret = (await service.create_key(scopes=["projects:read"])).secret
    check = service.stub(lambda channel: channel.unary_unary("/envoy.service.auth.v3.Authorization/Check"))
    ended = asyncio.Event()
    answers: Counter[str] = Counter()
    order: list[str] = []

    async def load() -> None:
        payload = check_request("/projects/1", secret).SerializeToString()
        while not ended.is_set():
            answer = seen(envoy.CheckResponse.FromString(await check(payload)))
            answers[answer] += 1

    async def apply(document: str, version: int) -> None:
        request = pb.ApplyPolicyRequest(document=document, expected_version=version)
        assert (await service.policies.ApplyPolicy(request)).receipt.effective
        payload = check_request("/projects/1", secret).SerializeToString()
        order.append(seen(envoy.CheckResponse.FromString(await check(payload))))

    await apply(LENIENT, 1)
    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(load())
        for number in range(CHANGES):
            await apply(LENIENT if number % 2 else STRICT, number + 2)
        ended.set()
    lenient, strict = "pass lenient", 'deny 404 "strict"'
    assert set(answers) <= {lenient, strict}
    assert order == [lenient, *[strict, lenient] * (CHANGES // 2)], "what is sent after the receipt meets the new policy"
    print(f"{sum(answers.values())} answers while {CHANGES} policies were applied")


async def test_a_trial_says_what_check_answers(service: RunningService) -> None:
    await service.policies.ApplyPolicy(pb.ApplyPolicyRequest(document=STRICT, expected_version=1))
    reader = (await service.create_key(scopes=["projects:read"])).secret
    writer = (await service.create_key(scopes=["projects:write"])).secret
    rules, engine = service.engine.state.rules.policy.http, service.engine
    for path in ("/projects/1", "/open", "/watched", "/none", "/projects/../x", "/Projects/1.json", "/projects/%20"):
        for secret in ("", reader, writer, "chy_sdk_unknown"):
            headers = {"authorization": f"Bearer {secret}"} if secret else {}
            request = HttpRequest("GET", path, "api.example", headers)
            verdict = await engine.check(service.running.root, request)
            read = rules.read(request)
            decision = None
            if isinstance(read, Question):
                decision = await engine.verifier.decide(read.credential, read.query)
            trial = conclude(rules, request, read, decision)
            assert trial.reason is verdict.facts.reason, path
            assert (trial.outcome is Outcome.ALLOW) is (trial.reason is Reason.NONE)
            match verdict:
                case Passed():
                    assert (trial.mutation, trial.answer) == (verdict.mutation, None), path
                case TurnedAway():
                    assert (trial.mutation, trial.answer) == (None, verdict.answer), path
