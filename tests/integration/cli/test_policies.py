"""The life of a policy from the command line: checked, compared, applied, explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Cli
from tests.support.engine import POLICY

ROUTES = """
routes:
  - {methods: [GET], path: "/projects/{project}", require: {scopes: [projects:read]}}
  - {methods: [POST], path: "/projects/{project}", require: {scopes: [projects:write]}}
tests:
  - {name: readers read, request: {path: /projects/1, key: {type: sdk}}, expect: {decision: ALLOW}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY + ROUTES)
    return path


async def test_a_policy_is_compared_applied_and_explained(cli: Cli, file: Path) -> None:
    assert (await cli("policy", "show")).out == POLICY
    compared = await cli("policy", "diff", str(file))
    assert "+  - {methods: [GET]" in compared.out
    assert compared.err.splitlines()[-1] == "2 routes added, 1 tests added"
    dry = await cli("policy", "apply", str(file), "--dry-run", "--json")
    assert (dry.code, dry.json["policy"]["version"], dry.json["receipt"]) == (0, 2, None)
    stale = await cli("policy", "apply", str(file), "--expected-version", "7")
    assert (stale.code, "ETAG_MISMATCH" in stale.err) == (2, True)
    applied = await cli("policy", "apply", str(file), "--reason", "routes")
    assert (applied.code, applied.out) == (0, "version 2\n"), applied.err
    assert "effective on 1/1 processes" in applied.err
    assert (await cli("policy", "show", "--version", "1")).out == POLICY
    assert (await cli("policy", "diff", str(file))).err.splitlines()[-1] == "nothing changes"
    assert (await cli("policy", "test")).out == "ok   readers read\n"

    allowed = await cli("policy", "explain", "GET", "/projects/1", "--type", "sdk", "--header", "x-a: b", "--host", "api.example")
    assert (allowed.code, allowed.out.splitlines()[0]) == (0, "ALLOW")
    denied = await cli("policy", "explain", "POST", "/projects/1", "--type", "sdk", "--json")
    assert (denied.code, denied.json["missing_scopes"], denied.json["route_number"]) == (1, ["projects:write"], 2)
    assert denied.json["candidates"][0]["why"] == "it is for other methods"


@pytest.fixture
def wrong(file: Path) -> Path:
    file.write_text((POLICY + ROUTES).replace("decision: ALLOW}", "decision: DENY}"))
    return file


async def test_a_file_whose_tests_fail_is_neither_right_nor_applied(cli: Cli, wrong: Path) -> None:
    for command in ("check", "test", "apply"):
        run = await cli("policy", command, str(wrong))
        assert run.code == 2, run.out
        assert "decision: expected DENY, got ALLOW by route 1" in run.out + run.err
    assert (await cli("policy", "show")).out == POLICY
