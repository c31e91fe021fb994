"""The tests of a policy file, checked against the policy that the same file makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from authsvc.domain.decision import Outcome
from authsvc.domain.errors import InvalidArgument
from authsvc.domain.http.rules import HttpRequest
from authsvc.domain.key_rules import KeyDraft, check_draft
from authsvc.domain.policy import Policy
from authsvc.domain.policy_file.mistakes import Finding, Path
from authsvc.domain.policy_file.routing import Expectation, TestCase, TestKey
from authsvc.domain.policy_tests import NOW, PolicyTest
from authsvc.domain.reason import Reason
from authsvc.domain.trial import present


class CompiledTests(NamedTuple):
    """The tests that can be run, and what is wrong with the others."""

    tests: tuple[PolicyTest, ...]
    findings: tuple[Finding, ...]


def compile_tests(cases: list[TestCase], policy: Policy) -> CompiledTests:
    """Compile the tests of a file.

    Args:
        cases: as they stand in the file; their single fields are right.
        policy: what the rest of the file says.
    """
    findings: list[Finding] = []
    made = [_compile(("tests", index), case, policy, findings) for index, case in enumerate(cases)]
    return CompiledTests(tuple(test for test in made if test is not None), tuple(findings))


def _compile(path: Path, case: TestCase, policy: Policy, findings: list[Finding]) -> PolicyTest | None:
    found = [*_check_expectation((*path, "expect"), case.expect)]
    key = None if case.request.key is None else _draft((*path, "request", "key"), case.request.key, policy, found)
    request = _request((*path, "request"), case, policy, found)
    findings += found
    if found:
        return None
    return PolicyTest(
        name=case.name,
        request=request,
        key=key,
        outcome=Outcome[case.expect.decision],
        reason=None if case.expect.reason is None else Reason[case.expect.reason],
        status=case.expect.status,
    )


def _check_expectation(path: Path, expect: Expectation) -> Iterator[Finding]:
    for name in ("reason", "status"):
        if expect.decision == "ALLOW" and getattr(expect, name) is not None:
            yield Finding((*path, name), f"an ALLOW has no {name}; leave it out")


def _draft(path: Path, key: TestKey, policy: Policy, found: list[Finding]) -> KeyDraft | None:
    """The key as it would be created: with what its type gives it, and within what its type allows."""
    draft = KeyDraft(
        display_name="test",
        type=key.type,
        tenant=key.tenant,
        environment=key.environment,
        scopes=tuple(key.scopes),
        resources=tuple(key.resources),
        allowed_cidrs=tuple(key.allowed_cidrs),
    )
    try:
        return check_draft(draft, policy, NOW, prefix="")
    except InvalidArgument as error:
        found += [Finding((*path, *_steps(each.field)), each.description) for each in error.violations]
        return None


def _steps(field: str) -> Path:
    """`scopes[0]` as a path."""
    name, bracket, index = field.partition("[")
    return (name, int(index.rstrip("]"))) if bracket else (name,)


def _request(path: Path, case: TestCase, policy: Policy, found: list[Finding]) -> HttpRequest:
    asked = case.request
    headers = {**(policy.http.address.said_of(asked.source_ip) if asked.source_ip else {}), **asked.headers}
    if asked.key is not None:
        presented = present(policy.http, headers)
        if presented is None:
            place = policy.http.sources.places[0].header
            found.append(
                Finding((*path, "headers"), f"the credential of the key goes into {place}: leave the header or the key out")
            )
        headers = presented or headers
    return HttpRequest(
        method=asked.method,
        path=asked.path,
        host=asked.host,
        headers=headers,
        peer=asked.source_ip,
        extensions=asked.extensions,
    )
