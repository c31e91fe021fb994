"""token, audit, fleet, policy, version."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from authsvc.v1.audit_entry_pb2 import AuditEntry
from authsvc.v1.audit_service_pb2 import ListAuditEntriesResponse
from authsvc.v1.auth_service_pb2 import RevokeTokenResponse
from authsvc.v1.fleet_service_pb2 import PROCESS_STATE_LIVE, GetFleetStatusResponse, Process, WaitForRevisionResponse
from authsvc.v1.receipt_pb2 import PROCESS_OUTCOME_PENDING, WAIT_NONE, ProcessReceipt, Receipt
from tests.support.programmable_server import ProgrammableServer
from tests.unit.cli.conftest import Cli

DONE = Receipt(revision=4, effective=True)
WAITING = Receipt(revision=4, processes=[ProcessReceipt(process_id="p", outcome=PROCESS_OUTCOME_PENDING)])


def test_a_token_is_revoked_by_itself(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("RevokeToken", RevokeTokenResponse(token_id="tok_1", receipt=DONE))
    run = cli("token", "revoke", "-", "--reason", "leaked", "--no-wait", stdin="eyJ.a.b\n")
    assert (run.code, run.out) == (0, "token tok_1 REVOKED\n")
    (request,) = server.requests
    assert (request.token, request.reason, request.wait) == ("eyJ.a.b", "leaked", WAIT_NONE)


def test_a_token_is_revoked_by_its_id(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("RevokeToken", RevokeTokenResponse(token_id="tok_1", receipt=WAITING))
    run = cli("token", "revoke", "--token-id", "tok_1", "--expires", "2027-01-31T00:00:00Z", "--json")
    assert run.code == 4
    assert run.json["token_id"] == "tok_1"
    (request,) = server.requests
    assert (request.WhichOneof("target"), request.token_id) == ("token_id", "tok_1")
    assert request.expire_time.ToJsonString() == "2027-01-31T00:00:00Z"


def test_a_token_and_an_id_are_one_too_many(cli: Cli, server: ProgrammableServer) -> None:
    assert cli("token", "revoke", "-", "--token-id", "tok_1", stdin="eyJ.a.b").code == 2
    assert server.requests == []


ENTRY = AuditEntry(
    audit_id="aud_1",
    revision=3,
    time=Timestamp(seconds=1_700_000_000),
    actor="key_0",
    action="RevokeKey",
    target_kind="key",
    target="key_1",
    tenant="acme",
    peer="127.0.0.1:5",
    reason="leaked\x1b[31m",
)


def test_the_audit_is_listed_with_all_filters(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("ListAuditEntries", ListAuditEntriesResponse(entries=[ENTRY], next_page_token="t"))
    filters = ("--tenant", "acme", "--actor", "key_0", "--of", "key_1", "--action", "RevokeKey", "--since", "2026-01-01")
    run = cli("audit", "list", *filters, "--until", "2026-02-01T00:00:00Z", "--page-size", "5")
    (request,) = server.requests
    assert (request.tenant, request.actor, request.target, request.action) == ("acme", "key_0", "key_1", "RevokeKey")
    assert (request.since.ToJsonString(), request.until.ToJsonString()) == ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
    assert request.page_size == 5
    assert "2023-11-14 22:13:20Z" in run.out
    assert "key key_1" in run.out
    assert "leaked\\x1b[31m" in run.out
    assert "--page-token t" in run.err


def test_the_whole_audit_as_json(cli: Cli, server: ProgrammableServer) -> None:
    server.answer(
        "ListAuditEntries",
        ListAuditEntriesResponse(entries=[ENTRY], next_page_token="t"),
        ListAuditEntriesResponse(entries=[ENTRY]),
    )
    answer = cli("audit", "list", "--all", "--json").json
    assert [each["audit_id"] for each in answer["entries"]] == ["aud_1", "aud_1"]
    assert (answer["entries"][0]["revision"], answer["next_page_token"]) == (3, "")


def test_fleet_status_shows_every_process(cli: Cli, server: ProgrammableServer) -> None:
    process = Process(
        process_id="p1", replica_id="r1", state=PROCESS_STATE_LIVE, acknowledged_revision=7, lease=Duration(seconds=3)
    )
    server.answer("GetFleetStatus", GetFleetStatusResponse(revision=9, process_id="p1", processes=[process]))
    run = cli("fleet", "status")
    assert "revision 9, epoch 0, answered by p1" in run.out
    assert run.out.splitlines()[2].split()[:5] == ["p1", "r1", "LIVE", "7", "2"]
    assert cli("fleet", "status", "--json").json["processes"][0]["lease"] == "3s"


@pytest.mark.parametrize(("receipt", "code"), [(DONE, 0), (WAITING, 4)])
@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_fleet_wait_ends_with_4_when_it_waited_in_vain(
    cli: Cli, server: ProgrammableServer, receipt: Receipt, code: int, flags: tuple[str, ...]
) -> None:
    server.answer("WaitForRevision", WaitForRevisionResponse(receipt=receipt))
    run = cli("fleet", "wait", "4", *flags)
    assert run.code == code
    assert server.requests[0].revision == 4
    if not flags:
        assert ("effective on every process" if code == 0 else "effective on only 0/1 processes") in run.out


def test_a_good_policy_file_is_said_to_be(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("version: 1\nkey_types:\n  sdk: {prefix: chy_sdk_}\n")
    run = cli("policy", "check", str(tmp_path / "p.yaml"))
    assert run.code == 0
    assert "ok" in run.out
    assert cli("policy", "check", str(tmp_path / "p.yaml"), "--json").json["valid"] is True


def test_every_mistake_of_a_policy_file_is_printed_with_its_place(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("version: 1\nkey_types:\n  sdk: {prefix: CHY, min_scopes: -1}\n")
    run = cli("policy", "check", str(file))
    assert run.code == 2
    lines = run.out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{file}:3:17: key_types.sdk.prefix: ")
    assert lines[1].startswith(f"{file}:3:")
    assert ": key_types.sdk.min_scopes: " in lines[1]
    as_json = cli("policy", "check", str(file), "--json")
    assert as_json.code == 2
    assert [each["field"] for each in as_json.json["mistakes"]] == ["key_types.sdk.prefix", "key_types.sdk.min_scopes"]
    assert (as_json.json["mistakes"][0]["line"], as_json.json["mistakes"][0]["column"]) == (3, 17)


def test_a_policy_file_may_come_from_standard_input(cli: Cli) -> None:
    assert cli("policy", "check", "-", stdin="version: 1\n").code == 0


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_policy_file_that_cannot_be_read_is_a_usage_error(cli: Cli, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "p.yaml"
    if content is not None:
        file.write_bytes(content)
    run = cli("policy", "check", str(file))
    assert run.code == 2
    assert str(file) in run.err


def test_the_policy_schema_is_a_json_schema(cli: Cli) -> None:
    schema = json.loads(cli("policy", "schema").out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "key_types" in schema["properties"]


def test_version_needs_no_server(cli: Cli, server: ProgrammableServer) -> None:
    server.stop()
    assert cli("version").out.startswith("authsvc ")
    assert set(cli("version", "--json").json) == {"authsvc", "python", "grpcio"}
