"""How calls are made: where to, as whom, with which deadline, and what is tried again."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import grpc
import pytest
from google.protobuf import descriptor_pool

from authsvc.cli.session import service_config
from authsvc.v1.auth_service_pb2 import MintResponse, VerifyResponse
from authsvc.v1.decision_pb2 import DECISION_ALLOW
from authsvc.v1.key_pb2 import Key
from authsvc.v1.key_service_pb2 import CreateKeyResponse, GetKeyResponse, ListKeysResponse, RevokeKeyResponse
from authsvc.v1.receipt_pb2 import Receipt
from tests.support.programmable_server import ProgrammableServer, Refusal
from tests.unit.cli.conftest import Cli

BUSY = Refusal(grpc.StatusCode.UNAVAILABLE, "no lease", "LEASE_LOST")
GET = ("keys", "get", "key_1")


def test_every_call_carries_the_root_key_and_a_deadline(cli: Cli, server: ProgrammableServer, caller_key: str) -> None:
    server.answer("GetKey", GetKeyResponse(key=Key(key_id="key_1")))
    assert cli(*GET).code == 0
    assert server.metadata[0]["authorization"] == f"Bearer {caller_key}"
    remaining = server.time_remaining[0]
    assert remaining is not None
    assert 5 < remaining <= 10


def test_timeout_sets_the_deadline(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("GetKey", GetKeyResponse(key=Key(key_id="key_1")))
    cli(*GET, "--timeout", "2m")
    remaining = server.time_remaining[0]
    assert remaining is not None
    # The wire carries a deadline in coarse units, rounded up.
    assert 110 < remaining <= 122
    assert cli(*GET, "--timeout", "0").code == 2


def test_the_key_file_named_wins(cli: Cli, server: ProgrammableServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answer("GetKey", GetKeyResponse(key=Key(key_id="key_1")))
    for name in ("by_flag", "by_setting"):
        (tmp_path / name).write_text(f"authsvc_{name}")
    monkeypatch.setenv("AUTHSVC_KEY_FILE", str(tmp_path / "by_setting"))
    cli(*GET)
    cli(*GET, "--key-file", str(tmp_path / "by_flag"))
    assert [each["authorization"] for each in server.metadata] == ["Bearer authsvc_by_setting", "Bearer authsvc_by_flag"]


def test_without_a_root_key_the_call_is_made_without_one(cli: Cli, server: ProgrammableServer, state: Path) -> None:
    (state / "root.key").unlink()
    server.answer("GetKey", GetKeyResponse(key=Key(key_id="key_1")))
    assert cli(*GET).code == 0  # a trusted socket needs none
    assert "authorization" not in server.metadata[0]


@pytest.mark.parametrize("content", [b"", b"two words", b"caf\xc3\xa9", b"line\nline"])
def test_a_key_file_without_a_key_is_a_usage_error_that_does_not_repeat_it(cli: Cli, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    run = cli(*GET, "--key-file", str(tmp_path / "file"))
    assert run.code == 2
    assert "holds no key" in run.err
    assert "caf" not in run.err
    assert "words" not in run.err


def test_a_key_file_that_is_not_there_is_a_usage_error(cli: Cli, tmp_path: Path) -> None:
    run = cli(*GET, "--key-file", str(tmp_path / "absent"))
    assert run.code == 2
    assert f"the key file {tmp_path / 'absent'} is not there" in run.err


def test_a_unix_socket_is_a_target(cli: Cli, tmp_path: Path) -> None:
    server = ProgrammableServer(f"unix:{tmp_path}/s")
    server.answer("GetKey", GetKeyResponse(key=Key(key_id="key_1")))
    run = cli(*GET, "--target", server.target)
    server.stop()
    assert run.code == 0
    assert len(server.requests) == 1


@pytest.mark.parametrize("target", ["localhost", "127.0.0.1", ":50051", "host:", "host:port"])
def test_a_target_without_a_port_is_a_usage_error(cli: Cli, target: str) -> None:
    run = cli(*GET, "--target", target)
    assert run.code == 2
    assert "HOST:PORT" in run.err


def test_no_server_ends_with_3_and_one_line_that_names_the_target(cli: Cli, server: ProgrammableServer) -> None:
    server.stop()
    run = cli(*GET)
    assert run.code == 3
    assert run.out == ""
    assert run.err.count("\n") == 1
    assert f"no authsvc server at {server.target}" in run.err
    assert "authsvc serve" in run.err


def test_a_server_that_does_not_answer_in_time_ends_with_3(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("GetKey", Refusal(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded"))
    run = cli(*GET)
    assert run.code == 3
    assert "did not answer in time" in run.err
    assert "--timeout" in run.err


@pytest.mark.parametrize(
    ("method", "answer", "command"),
    [
        ("Verify", VerifyResponse(decision=DECISION_ALLOW), ("verify", "-")),
        ("ListKeys", ListKeysResponse(), ("keys", "list")),
        ("CreateKey", CreateKeyResponse(secret="s", receipt=Receipt(effective=True)), ("keys", "create", "name")),
    ],
)
def test_unavailable_is_tried_again_where_that_is_safe(
    cli: Cli, server: ProgrammableServer, method: str, answer: object, command: tuple[str, ...]
) -> None:
    server.answer(method, BUSY, answer)  # type: ignore[arg-type] # a message
    assert cli(*command, stdin="secret").code == 0
    assert len(server.requests) == 2
    assert server.requests[0] == server.requests[1]


@pytest.mark.parametrize(
    ("method", "answer", "command"),
    [
        ("Mint", MintResponse(decision=DECISION_ALLOW), ("mint", "-")),
        ("RevokeKey", RevokeKeyResponse(receipt=Receipt(effective=True)), ("keys", "revoke", "key_1")),
    ],
)
def test_what_is_not_safe_is_not_tried_again(
    cli: Cli, server: ProgrammableServer, method: str, answer: object, command: tuple[str, ...]
) -> None:
    server.answer(method, BUSY, answer)  # type: ignore[arg-type] # a message
    run = cli(*command, stdin="secret")
    assert run.code == 3
    assert "LEASE_LOST: no lease" in run.err
    assert len(server.requests) == 1


def test_a_repeated_creation_says_how_to_get_a_secret(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("CreateKey", Refusal(grpc.StatusCode.ALREADY_EXISTS, "done", "ALREADY_EXISTS", {"key_id": "key_9"}))
    run = cli("keys", "create", "name")
    assert run.code == 2
    assert "authsvc keys rotate key_9" in run.err


def test_only_methods_of_the_contract_are_retried_and_no_mutation_without_a_request_id() -> None:
    (config,) = json.loads(service_config())["methodConfig"]
    retried = {(each["service"], each["method"]) for each in config["name"]}
    for name, method in retried:
        fields = descriptor_pool.Default().FindServiceByName(name).methods_by_name[method].input_type.fields_by_name
        # A secret is taken once whoever sends it how often (a test of ImportKey shows it), so imports need no request_id.
        assert "wait" not in fields or "request_id" in fields or method == "BatchImportKeys"
    assert ("authsvc.v1.AuthService", "Mint") not in retried


ERRORS = [
    (grpc.StatusCode.UNAUTHENTICATED, "CALLER_UNAUTHENTICATED", 2, "does not accept the key in"),
    (grpc.StatusCode.PERMISSION_DENIED, "CALLER_PERMISSION_DENIED", 2, "may not do this"),
    (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT", 2, ""),
    (grpc.StatusCode.NOT_FOUND, "NOT_FOUND", 2, ""),
    (grpc.StatusCode.FAILED_PRECONDITION, "FAILED_PRECONDITION", 2, "what the server says"),
    (grpc.StatusCode.ABORTED, "ETAG_MISMATCH", 2, "read it again"),
    (grpc.StatusCode.UNIMPLEMENTED, "UNIMPLEMENTED", 2, "authsvc version"),
    (grpc.StatusCode.RESOURCE_EXHAUSTED, "RESOURCE_EXHAUSTED", 3, "later"),
    (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE", 3, "database"),
    (grpc.StatusCode.UNAVAILABLE, "LEASE_LOST", 3, "try again"),
    (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", 3, "--timeout"),
    (grpc.StatusCode.INTERNAL, "INTERNAL", 3, "log"),
    (grpc.StatusCode.UNKNOWN, "", 3, ""),
]


@pytest.mark.parametrize(("status", "reason", "code", "hint"), ERRORS, ids=[each[1] or "no reason" for each in ERRORS])
def test_an_error_never_ends_like_a_deny_and_says_its_reason(
    cli: Cli, server: ProgrammableServer, status: grpc.StatusCode, reason: str, code: int, hint: str
) -> None:
    server.answer("Verify", Refusal(status, "what the server says", reason))
    run = cli("verify", "-", stdin="secret")
    assert run.code == code
    assert run.out == ""
    assert f"{reason or status.name}: what the server says" in run.err
    assert hint in run.err


def test_without_a_caller_key_unauthenticated_says_where_one_was_looked_for(
    cli: Cli, server: ProgrammableServer, state: Path
) -> None:
    (state / "root.key").unlink()
    server.answer("Verify", Refusal(grpc.StatusCode.UNAUTHENTICATED, "no credential", "CALLER_UNAUTHENTICATED"))
    run = cli("verify", "-", stdin="secret")
    assert run.code == 2
    assert f"no caller key at {state / 'root.key'}" in run.err


def test_field_violations_are_printed_one_a_line(cli: Cli, server: ProgrammableServer) -> None:
    wrong = (("key.scopes[0]", "a scope is lower case"), ("key.tenant", "a tenant is a path"))
    server.answer("CreateKey", Refusal(grpc.StatusCode.INVALID_ARGUMENT, "2 fields", "INVALID_ARGUMENT", violations=wrong))
    run = cli("keys", "create", "name")
    assert run.code == 2
    assert [line.strip() for line in run.err.splitlines()][1:] == [f"{field}: {text}" for field, text in wrong]


def test_no_error_repeats_the_credential(cli: Cli, server: ProgrammableServer) -> None:
    secret = f"ak_{secrets.token_hex(20)}"
    server.answer("Verify", Refusal(grpc.StatusCode.INTERNAL, f"bad {secret}", "INTERNAL"))
    for run in (
        cli("verify", "-", stdin=secret),
        cli("verify", secret),
        cli("verify", "-", secret),
        cli("verify", f"--credential={secret}"),
    ):
        assert run.code in (2, 3)
        assert secret not in run.err + run.out
