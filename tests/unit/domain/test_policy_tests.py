"""Tests of a policy: each runs the rules that decide about real requests, on a key that need not exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from authsvc.domain.policy_file import load_with_tests
from authsvc.domain.policy_tests import TestResult, run_tests

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/policy.yaml"))
POLICY = """
version: 1
scopes:
  read: {}
  write: {implies: [read]}
environments: [production]
key_types:
  sdk: {prefix: sdk_, default_scopes: [read], rate_limits: [{limit: 1, per: 60s}], max_lifetime: 30d}
context: {environment: {header: x-environment, optional: true}}
routes:
  - {path: /health, allow: anonymous}
  - {methods: [GET], path: "/things/{thing}", require: {scopes: [read], resource: "things/{thing}"}}
  - {methods: [DELETE], path: "/things/{thing}", require: {scopes: [write]}}
  - {path: /watched, require: {scopes: [write]}, mode: shadow}
responses:
  INSUFFICIENT_SCOPE: {status: 404, body: '"no"'}
"""


def results(*tests: str, policy: str = POLICY) -> list[TestResult]:
    """Each test is `request: ...` and `expect: ...` of a case."""
    text = policy + "tests:\n" + "".join(f"  - {{name: test {number}, {test}}}\n" for number, test in enumerate(tests))
    return list(run_tests(*load_with_tests(text)))


def check(request: str, expect: str, policy: str = POLICY) -> tuple[str, ...]:
    [result] = results(f"request: {{{request}}}, expect: {{{expect}}}", policy=policy)
    return result.differences


@pytest.mark.parametrize(
    ("request_", "expect"),
    [
        ("path: /health", "decision: ALLOW"),
        ("path: /things/1, key: {type: sdk}", "decision: ALLOW"),
        ("path: /things/1, key: {type: sdk, scopes: [write]}", "decision: ALLOW"),
        ("method: DELETE, path: /things/1, key: {type: sdk}", "decision: DENY, reason: INSUFFICIENT_SCOPE, status: 404"),
        ("path: /things/1", "decision: DENY, reason: CREDENTIAL_MISSING, status: 401"),
        ("path: /things/1, headers: {authorization: Bearer sdk_x}", "decision: DENY, reason: CREDENTIAL_INVALID, status: 401"),
        (
            "path: /things/1, headers: {x-api-key: a}, key: {type: sdk}",
            "decision: DENY, reason: CREDENTIAL_AMBIGUOUS, status: 400",
        ),
        ("path: /other, key: {type: sdk}", "decision: DENY, reason: ROUTE_UNKNOWN, status: 403"),
        ("path: /things/../x, key: {type: sdk}", "decision: DENY, reason: REQUEST_MALFORMED, status: 400"),
        ("path: /things/1, key: {type: sdk, resources: [things/2]}", "decision: DENY, reason: RESOURCE_DENIED"),
        ("path: /things/2, key: {type: sdk, resources: [things/2]}", "decision: ALLOW"),
        ("path: /things/1, key: {type: sdk, allowed_cidrs: [192.0.2.0/24]}", "decision: DENY, reason: SOURCE_IP_UNKNOWN"),
        ("path: /things/1, source_ip: 192.0.2.9, key: {type: sdk, allowed_cidrs: [192.0.2.0/24]}", "decision: ALLOW"),
        ("path: /things/1, key: {type: sdk, environment: production}", "decision: DENY, reason: ENVIRONMENT_MISMATCH"),
        (
            "path: /things/1, headers: {x-environment: production}, key: {type: sdk, environment: production}",
            "decision: ALLOW",
        ),
        ("path: /watched, key: {type: sdk}", "decision: DENY, reason: INSUFFICIENT_SCOPE"),
    ],
)
def test_a_test_passes_when_the_rules_say_what_it_expects(request_: str, expect: str) -> None:
    assert check(request_, expect) == ()


@pytest.mark.parametrize(
    ("request_", "expect", "difference"),
    [
        (
            "path: /health",
            "decision: DENY, reason: KEY_EXPIRED",
            "decision: expected DENY KEY_EXPIRED, got ALLOW by route 1 (/health)",
        ),
        (
            "method: DELETE, path: /things/1, key: {type: sdk}",
            "decision: ALLOW",
            "decision: expected ALLOW, got DENY INSUFFICIENT_SCOPE (missing scopes: write)",
        ),
        (
            "path: //x, key: {type: sdk}",
            "decision: DENY, reason: ROUTE_UNKNOWN",
            "reason: expected ROUTE_UNKNOWN, got DENY REQUEST_MALFORMED (a path has no empty segment)",
        ),
        (
            "method: DELETE, path: /things/1, key: {type: sdk}",
            "decision: DENY, status: 403",
            "status: expected 403, got 404",
        ),
        ("path: /watched, key: {type: sdk}", "decision: DENY, status: 404", "status: expected 404, the request is passed on"),
    ],
)
def test_a_difference_names_what_was_expected_and_what_came_out(request_: str, expect: str, difference: str) -> None:
    assert check(request_, expect) == (difference,)


@pytest.mark.parametrize("where", ["external-address", "{forwarded_for: {trusted_hops: 2}}"])
def test_the_source_address_of_a_test_is_said_where_the_policy_reads_it(where: str) -> None:
    policy = f"{POLICY}client_address: {{from: {where}}}\n"
    key = "key: {type: sdk, allowed_cidrs: [192.0.2.0/24]}"
    assert check(f"path: /things/1, source_ip: 192.0.2.9, {key}", "decision: ALLOW", policy) == ()
    assert check(f"path: /things/1, source_ip: 198.51.100.1, {key}", "decision: DENY, reason: SOURCE_IP_DENIED", policy) == ()
    assert check(f"path: /things/1, {key}", "decision: DENY, reason: REQUEST_MALFORMED", policy) == ()


def test_tests_are_run_in_order_and_alone() -> None:
    """A limit of one call a minute would refuse the second one, if anything were kept."""
    same = "request: {path: /things/1, key: {type: sdk}}, expect: {decision: ALLOW}"
    assert [(each.name, each.passed) for each in results(same, same, same)] == [(f"test {number}", True) for number in range(3)]


@pytest.mark.parametrize("path", EXAMPLES, ids=[each.parent.name for each in EXAMPLES])
def test_the_examples_pass_their_own_tests(path: Path) -> None:
    policy, tests = load_with_tests(path.read_text())
    assert tests
    assert [each for each in run_tests(policy, tests) if not each.passed] == []
