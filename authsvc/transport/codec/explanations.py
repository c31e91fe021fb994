"""ExplainPolicy: the request and what would become of it, from messages and into them."""

from __future__ import annotations

from collections.abc import Iterable

from authsvc.domain.decision import Requirement
from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.headers import joined
from authsvc.domain.http.rules import HttpRequest
from authsvc.domain.network import parse_address
from authsvc.domain.policy_tests import TestResult
from authsvc.engine.policies.explain import Explained
from authsvc.transport.codec.decisions import write_principal
from authsvc.transport.codec.violations import Violations
from authsvc.v1 import decision_pb2, policy_service_pb2


def read_http_request(message: policy_service_pb2.HttpRequest, violations: Violations) -> HttpRequest:
    """The request to explain; what is wrong goes to `violations`. Whether it is malformed is for the policy to say."""
    violations.known("request", message)
    if not message.method:
        violations.add("request.method", "a method, such as GET")
    if not message.path:
        violations.add("request.path", "a path, such as /projects?limit=1")
    if message.source_ip:
        violations.read("request.source_ip", parse_address, message.source_ip, None)
    return HttpRequest(
        method=message.method,
        path=message.path,
        host=message.host,
        headers=joined((name, value.encode()) for name, value in message.headers.items()),
        peer=message.source_ip,
        extensions=dict(message.extensions),
    )


def write_explained(explained: Explained) -> policy_service_pb2.ExplainPolicyResponse:
    """What would become of the request, and why."""
    trial = explained.trial
    answer = policy_service_pb2.ExplainPolicyResponse(
        decision=trial.outcome.value,  # type: ignore[arg-type]  # the numbers are those of the proto, which a test compares
        reason=trial.reason.value,  # type: ignore[arg-type]
        missing_scopes=trial.missing,
        canonical_path=explained.canonical_path,
        cause=trial.cause,
    )
    if trial.match is not None:
        route = trial.match.route
        answer.route_path, answer.route_number, answer.shadow = route.template.text, route.number, route.rule.shadow
        answer.variables.update(trial.match.variables())
    if trial.requirement is not None:
        answer.requirement.CopyFrom(_write_requirement(trial.requirement))
    if trial.principal is not None:
        kind = decision_pb2.CREDENTIAL_KIND_TOKEN if trial.principal.token_id else decision_pb2.CREDENTIAL_KIND_KEY
        answer.principal.CopyFrom(write_principal(trial.principal, kind))
    if trial.answer is not None:
        answer.http_status, answer.http_body = trial.answer.status, trial.answer.body
    if trial.mutation is not None:
        answer.upstream_headers.update(dict(trial.mutation.set))
        answer.removed_headers.extend(trial.mutation.remove)
    for each in explained.candidates:
        answer.candidates.add(
            route_path=each.route.template.text,
            route_number=each.route.number,
            methods=sorted(each.route.methods),
            hosts=sorted(each.route.hosts),
            chosen=each.chosen,
            why=each.why,
        )
    return answer


def _write_requirement(requirement: Requirement) -> decision_pb2.Requirement:
    return decision_pb2.Requirement(
        scopes=requirement.scopes,
        expression="" if requirement.expression is None else requirement.expression.text,
        resource=requirement.resource,
        resource_deferred=requirement.resource_deferred,
        audience=requirement.audience,
    )


def write_results(results: Iterable[TestResult]) -> list[policy_service_pb2.PolicyTestResult]:
    """What became of tests."""
    return [
        policy_service_pb2.PolicyTestResult(name=each.name, passed=each.passed, differences=each.differences) for each in results
    ]


def read_version(version: int) -> int:
    """The number of a version.

    Raises:
        InvalidValue: it is negative.
    """
    if version < 0:
        raise InvalidValue("the number of a version; 0: none was ever applied")
    return version
