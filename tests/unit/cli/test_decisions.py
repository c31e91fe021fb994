"""verify, check-scope and mint: the answer, its exit code, and what a person or a program reads."""

from __future__ import annotations

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from authsvc.v1.auth_service_pb2 import CheckScopeResponse, MintResponse, ScopeGrant, VerifyResponse
from authsvc.v1.decision_pb2 import (
    CREDENTIAL_KIND_KEY,
    DECISION_ALLOW,
    DECISION_DENY,
    REASON_INSUFFICIENT_SCOPE,
    REASON_KEY_INACTIVE,
    REASON_RATE_LIMITED,
    Principal,
    Reason,
)
from authsvc.v1.rate_limit_pb2 import RateLimitStatus
from tests.support.programmable_server import ProgrammableServer, Refusal
from tests.unit.cli.conftest import Cli

PRINCIPAL = Principal(
    key_id="key_7",
    subject="etl-bot",
    tenant="acme/etl",
    scopes=["projects:*"],
    metadata={"team": "data"},
    credential_kind=CREDENTIAL_KIND_KEY,
)
LIMIT = RateLimitStatus(limit=60, period=Duration(seconds=60), burst=10, remaining=4, reset=Duration(seconds=6), estimated=True)
QUESTION = (
    *("--scope", "a:read", "--scope", "b:read", "--expression", "a OR b", "--resource", "workflows/wf_1", "--audience", "api"),
    *("--source-ip", "203.0.113.7", "--tenant", "acme", "--environment", "production", "--min-revision", "12"),
)
REASONS = [each for each in Reason.values() if each]


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize(("command", "method", "answer"), [("verify", "Verify", VerifyResponse), ("mint", "Mint", MintResponse)])
def test_every_deny_ends_with_1_and_names_its_reason(
    cli: Cli,
    server: ProgrammableServer,
    command: str,
    method: str,
    answer: type[VerifyResponse | MintResponse],
    reason: Reason.ValueType,
) -> None:
    server.answer(method, answer(decision=DECISION_DENY, reason=reason))
    run = cli(command, "-", stdin="secret")
    assert run.code == 1
    assert f"DENY {Reason.Name(reason).removeprefix('REASON_')}\n" in run.out + run.err
    as_json = cli(command, "-", "--json", stdin="secret")
    assert as_json.code == 1
    assert as_json.json["reason"] == Reason.Name(reason).removeprefix("REASON_")
    assert as_json.err == ""


@pytest.mark.parametrize(
    ("command", "method", "answer"),
    [
        ("verify", "Verify", VerifyResponse()),
        ("check-scope", "CheckScope", CheckScopeResponse()),
        ("mint", "Mint", MintResponse()),
    ],
)
@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_an_empty_answer_is_no_decision_and_ends_with_3(
    cli: Cli, server: ProgrammableServer, command: str, method: str, answer: VerifyResponse, flags: tuple[str, ...]
) -> None:
    server.answer(method, answer)
    run = cli(command, "-", *flags, stdin="secret")
    assert run.code == 3
    assert "no decision" in run.err
    assert "ALLOW" not in run.out


def test_a_decision_of_a_newer_server_is_none(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("Verify", VerifyResponse.FromString(b"\x08\x63"))  # decision = 99
    assert cli("verify", "-", stdin="secret").code == 3


def test_verify_asks_all_that_its_options_say(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("Verify", VerifyResponse(decision=DECISION_ALLOW))
    assert cli("verify", "-", *QUESTION, "--cost", "3", stdin="secret").code == 0
    (request,) = server.requests
    needed, facts = request.requirement, request.context
    assert (list(needed.scopes), needed.expression, needed.resource) == (["a:read", "b:read"], "a OR b", "workflows/wf_1")
    assert (needed.audience, needed.resource_deferred) == ("api", False)
    assert (facts.source_ip, facts.tenant, facts.environment) == ("203.0.113.7", "acme", "production")
    assert (request.credential, request.cost, request.min_revision) == ("secret", 3, 12)


def test_check_scope_asks_the_same(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("Verify", VerifyResponse(decision=DECISION_ALLOW))
    server.answer("CheckScope", CheckScopeResponse(decision=DECISION_ALLOW))
    assert cli("verify", "-", *QUESTION, stdin="secret").code == 0
    assert cli("check-scope", "-", *QUESTION, stdin="secret").code == 0
    verified, checked = server.requests
    assert (verified.requirement, verified.context, verified.min_revision) == (
        checked.requirement,
        checked.context,
        checked.min_revision,
    )


def test_the_resource_can_be_left_to_the_caller(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("Verify", VerifyResponse(decision=DECISION_ALLOW, resource_deferred=True))
    run = cli("verify", "-", "--resource-deferred", stdin="secret")
    assert server.requests[0].requirement.resource_deferred
    assert "the resource is not decided" in run.out


def test_verify_shows_who_was_proven_and_what_is_left(cli: Cli, server: ProgrammableServer) -> None:
    answer = VerifyResponse(
        decision=DECISION_ALLOW, principal=PRINCIPAL, rate_limits=[LIMIT], expire_time=Timestamp(seconds=4_000_000_000)
    )
    server.answer("Verify", answer)
    out = cli("verify", "-", stdin="secret").out
    assert out.startswith("ALLOW\n")
    for shown in ("key_7", "etl-bot", "acme/etl", "projects:*", "team=data", "2096-10-02", "60/min:10", "about 4", "6s"):
        assert shown in out


def test_a_deny_says_what_is_missing_how_long_to_wait_and_what_to_do(cli: Cli, server: ProgrammableServer) -> None:
    missing = VerifyResponse(
        decision=DECISION_DENY, reason=REASON_INSUFFICIENT_SCOPE, principal=PRINCIPAL, missing_scopes=["a:write"]
    )
    limited = VerifyResponse(
        decision=DECISION_DENY, reason=REASON_RATE_LIMITED, principal=PRINCIPAL, retry_after=Duration(seconds=7)
    )
    inactive = VerifyResponse(decision=DECISION_DENY, reason=REASON_KEY_INACTIVE, principal=PRINCIPAL)
    server.answer("Verify", missing, limited, inactive)
    assert "missing scopes: a:write" in cli("verify", "-", stdin="secret").out
    assert "retry after: 7s" in cli("verify", "-", stdin="secret").out
    assert "authsvc keys activate key_7" in cli("verify", "-", stdin="secret").err


def test_check_scope_shows_which_grant_covers_each_scope(cli: Cli, server: ProgrammableServer) -> None:
    grants = [ScopeGrant(scope="a:read", grant="a:write", implied=True), ScopeGrant(scope="b:read", grant="b:*")]
    answer = CheckScopeResponse(decision=DECISION_DENY, reason=REASON_INSUFFICIENT_SCOPE, granted_by=grants, missing_scopes=["c"])
    server.answer("CheckScope", answer)
    run = cli("check-scope", "-", stdin="secret")
    rows = [line.split() for line in run.out.splitlines()[1:]]
    assert rows[1:] == [
        ["a:read", "a:write", "by", "the", "catalogue", "(implies)"],
        ["b:read", "b:*", "by", "itself"],
        ["c", "none", "missing"],
    ]


def test_mint_prints_the_token_alone_to_a_program(cli: Cli, server: ProgrammableServer) -> None:
    server.answer(
        "Mint", MintResponse(decision=DECISION_ALLOW, access_token="eyJ.a.b", expires_in=300, token_id="tok_1", scope="a b")
    )
    run = cli("mint", "-", stdin="secret")
    assert (run.code, run.out) == (0, "eyJ.a.b\n")
    assert "expires in 5m" in run.err
    assert "eyJ" not in run.err


def test_a_refused_mint_prints_nothing_where_the_token_is_awaited(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("Mint", MintResponse(decision=DECISION_DENY, reason=REASON_INSUFFICIENT_SCOPE, missing_scopes=["a"]))
    run = cli("mint", "-", stdin="secret")
    assert (run.code, run.out) == (1, "")
    assert "DENY INSUFFICIENT_SCOPE\n" in run.err
    assert "missing scopes: a\n" in run.err


def test_mint_asks_all_that_its_options_say(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("Mint", MintResponse(decision=DECISION_ALLOW, access_token="eyJ.a.b", expires_in=300))
    options = ("--scope", "a", "--audience", "x", "--audience", "y", "--ttl", "5m", "--on-behalf-of", "u", "--resource", "w/*")
    run = cli("mint", "-", *options, "--source-ip", "::1", "--json", stdin="secret")
    (request,) = server.requests
    assert (list(request.scopes), list(request.audience), request.ttl.seconds) == (["a"], ["x", "y"], 300)
    assert (request.on_behalf_of, list(request.resources), request.context.source_ip) == ("u", ["w/*"], "::1")
    assert (run.json["access_token"], run.json["expires_in"]) == ("eyJ.a.b", 300)


def test_a_failed_verify_prints_no_decision(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("Verify", Refusal(grpc.StatusCode.INTERNAL, "a fault", "INTERNAL"))
    run = cli("verify", "-", "--json", stdin="secret")
    assert (run.code, run.out) == (3, "")
