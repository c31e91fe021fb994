"""keys: what is asked of the server, and what a person or a program reads."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from authsvc.v1.key_pb2 import KEY_STATE_ACTIVE, KEY_STATE_INACTIVE, KEY_STATE_REVOKED, Key, KeySecret
from authsvc.v1.key_service_pb2 import (
    ActivateKeyResponse,
    CreateKeyResponse,
    DeactivateKeyResponse,
    DeleteKeyResponse,
    GetKeyResponse,
    ListKeysResponse,
    RevokeKeyResponse,
    RotateKeyResponse,
    UpdateKeyResponse,
)
from authsvc.v1.rate_limit_pb2 import RateLimit
from authsvc.v1.receipt_pb2 import (
    PROCESS_OUTCOME_ACKNOWLEDGED,
    PROCESS_OUTCOME_LEASE_EXPIRED,
    PROCESS_OUTCOME_PENDING,
    WAIT_FLEET,
    WAIT_NONE,
    ProcessReceipt,
    Receipt,
)
from tests.support.programmable_server import ProgrammableServer
from tests.unit.cli.conftest import Cli

MINUTE = RateLimit(limit=60, period=Duration(seconds=60), burst=60)
KEY = Key(
    key_id="key_1",
    display_name="etl",
    type="sdk",
    tenant="acme",
    scopes=["a:read"],
    rate_limits=[MINUTE],
    state=KEY_STATE_ACTIVE,
    prefix="chy_sdk_ab12",
    use_count=5,
    etag="e1",
    revision=3,
    create_time=Timestamp(seconds=1_700_000_000),
    secrets=[KeySecret(secret_id="sec_1", prefix="chy_sdk_ab12", create_time=Timestamp(seconds=1_700_000_000))],
)
EVERYWHERE = Receipt(
    revision=9,
    effective=True,
    elapsed=Duration(nanos=14_000_000),
    processes=[
        ProcessReceipt(process_id="p1", outcome=PROCESS_OUTCOME_ACKNOWLEDGED),
        ProcessReceipt(process_id="p2", outcome=PROCESS_OUTCOME_LEASE_EXPIRED),
    ],
)
PENDING = Receipt(
    revision=9,
    elapsed=Duration(seconds=3),
    processes=[
        ProcessReceipt(process_id="p1", outcome=PROCESS_OUTCOME_ACKNOWLEDGED),
        ProcessReceipt(process_id="p2", outcome=PROCESS_OUTCOME_PENDING),
    ],
)
MUTATIONS: list[tuple[str, Any, tuple[str, ...]]] = [
    ("CreateKey", CreateKeyResponse(secret="s3cret", key=KEY), ("create", "etl")),
    ("RotateKey", RotateKeyResponse(secret="s3cret", key=KEY), ("rotate", "key_1")),
    ("UpdateKey", UpdateKeyResponse(key=KEY), ("update", "key_1", "--name", "etl")),
    ("ActivateKey", ActivateKeyResponse(key=KEY), ("activate", "key_1")),
    ("DeactivateKey", DeactivateKeyResponse(key=KEY), ("deactivate", "key_1")),
    ("RevokeKey", RevokeKeyResponse(key=KEY), ("revoke", "key_1")),
    ("DeleteKey", DeleteKeyResponse(), ("delete", "key_1")),
]
EACH_MUTATION = pytest.mark.parametrize(("method", "answer", "command"), MUTATIONS, ids=[each[0] for each in MUTATIONS])


def with_receipt(answer: Any, receipt: Receipt) -> Any:
    made = type(answer)()
    made.CopyFrom(answer)
    made.receipt.CopyFrom(receipt)
    return made


@EACH_MUTATION
def test_a_mutation_says_where_it_is_effective(
    cli: Cli, server: ProgrammableServer, method: str, answer: Any, command: tuple[str, ...]
) -> None:
    server.answer(method, with_receipt(answer, EVERYWHERE))
    run = cli("keys", *command, "--reason", "why")
    assert run.code == 0
    assert "effective on 2/2 processes in 14 ms" in run.err
    assert server.requests[0].wait == WAIT_FLEET
    assert server.requests[0].reason == "why"


@EACH_MUTATION
@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_a_mutation_not_effective_everywhere_ends_with_4(
    cli: Cli, server: ProgrammableServer, method: str, answer: Any, command: tuple[str, ...], flags: tuple[str, ...]
) -> None:
    server.answer(method, with_receipt(answer, PENDING))
    run = cli("keys", *command, *flags)
    assert run.code == 4
    if flags:
        assert run.json["receipt"]["effective"] is False
    else:
        assert "effective on only 1/2 processes in 3000 ms" in run.err
        assert "authsvc fleet wait 9" in run.err


@EACH_MUTATION
def test_no_wait_asks_for_none_and_is_content_with_the_commit(
    cli: Cli, server: ProgrammableServer, method: str, answer: Any, command: tuple[str, ...]
) -> None:
    server.answer(method, with_receipt(answer, Receipt(revision=9)))
    run = cli("keys", *command, "--no-wait")
    assert run.code == 0
    assert "revision 9: committed" in run.err
    assert server.requests[0].wait == WAIT_NONE


@EACH_MUTATION
def test_json_is_the_answer_and_nothing_else(
    cli: Cli, server: ProgrammableServer, method: str, answer: Any, command: tuple[str, ...]
) -> None:
    server.answer(method, with_receipt(answer, EVERYWHERE))
    run = cli("keys", *command, "--json")
    assert run.err == ""
    assert list(run.json) == [field.name for field in answer.DESCRIPTOR.fields]
    assert run.json["receipt"]["revision"] == 9
    assert run.json["receipt"]["processes"][1] == {"process_id": "p2", "outcome": "LEASE_EXPIRED"}


def test_who_verifies_offline_is_told_until_when(cli: Cli, server: ProgrammableServer) -> None:
    receipt = Receipt(revision=9, effective=True, offline_until=Timestamp(seconds=1_700_000_000))
    server.answer("RevokeKey", RevokeKeyResponse(key=KEY, receipt=receipt))
    assert "offline may accept them until 2023-11-14 22:13:20Z" in cli("keys", "revoke", "key_1").err


@pytest.mark.parametrize(("method", "answer", "command"), MUTATIONS[:2])
@pytest.mark.parametrize("receipt", [EVERYWHERE, PENDING])
def test_a_program_gets_the_secret_alone(
    cli: Cli, server: ProgrammableServer, method: str, answer: Any, command: tuple[str, ...], receipt: Receipt
) -> None:
    server.answer(method, with_receipt(answer, receipt))
    run = cli("keys", *command)
    assert run.out == "s3cret\n"
    assert "s3cret" not in run.err
    assert "key_1" in run.err


@pytest.mark.parametrize(("method", "answer", "command"), MUTATIONS[:2])
def test_a_creation_carries_a_random_request_id(
    cli: Cli, server: ProgrammableServer, method: str, answer: Any, command: tuple[str, ...]
) -> None:
    server.answer(method, with_receipt(answer, EVERYWHERE))
    for flags in ((), (), ("--request-id", "mine")):
        cli("keys", *command, *flags)
    first, second, third = (each.request_id for each in server.requests)
    assert len(first) == 36
    assert first != second
    assert third == "mine"


def test_create_sends_all_that_its_options_say(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("CreateKey", CreateKeyResponse(secret="s", key=KEY, receipt=EVERYWHERE))
    options = (
        "--type",
        "sdk",
        "--tenant",
        "acme/etl",
        "--scope",
        "a:read",
        "--scope",
        "b:*",
        "--resource",
        "w/*",
        "--cidr",
        "::1/128",
    )
    more = ("--environment", "production", "--rate", "60/min", "--rate", "10/s:1", "--expires", "2027-01-31T00:00:00Z")
    labels = ("--metadata", "team=data", "--metadata", "url=a=b", "--subject", "bot")
    assert cli("keys", "create", "etl", *options, *more, *labels).code == 0
    key = server.requests[0].key
    assert (key.display_name, key.type, key.tenant, key.subject) == ("etl", "sdk", "acme/etl", "bot")
    assert (list(key.scopes), list(key.resources), list(key.allowed_cidrs)) == (["a:read", "b:*"], ["w/*"], ["::1/128"])
    assert list(key.rate_limits) == [MINUTE, RateLimit(limit=10, period=Duration(seconds=1), burst=1)]
    assert key.expire_time.ToDatetime(tzinfo=UTC) == datetime(2027, 1, 31, tzinfo=UTC)
    assert (key.environment, dict(key.metadata)) == ("production", {"team": "data", "url": "a=b"})


def test_create_without_options_leaves_all_to_the_type(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("CreateKey", CreateKeyResponse(secret="s", key=KEY, receipt=EVERYWHERE))
    cli("keys", "create", "etl")
    assert server.requests[0].key == Key(display_name="etl")


@pytest.mark.parametrize(
    ("option", "rule"),
    [
        (("--rate", "60"), "such as 60/min"),
        (("--expires", "90"), "a duration such as 90d"),
        (("--metadata", "team"), "NAME=VALUE"),
    ],
)
def test_a_value_that_cannot_be_read_ends_with_2_and_its_rule(
    cli: Cli, server: ProgrammableServer, option: tuple[str, ...], rule: str
) -> None:
    run = cli("keys", "create", "etl", *option)
    assert run.code == 2
    assert rule in " ".join(run.err.replace("│", " ").split())
    assert server.requests == []


def test_rotate_sends_the_grace_period(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("RotateKey", RotateKeyResponse(secret="s", key=KEY, receipt=EVERYWHERE))
    cli("keys", "rotate", "key_1", "--grace", "24h", "--etag", "e1")
    cli("keys", "rotate", "key_1")
    first, second = server.requests
    assert (first.key_id, first.grace_period.seconds, first.etag) == ("key_1", 86_400, "e1")
    assert not second.HasField("grace_period")


def test_update_names_in_its_mask_what_was_given_and_nothing_else(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("UpdateKey", UpdateKeyResponse(key=KEY, receipt=EVERYWHERE))
    assert cli("keys", "update", "key_1", "--scope", "a:read", "--subject", "", "--etag", "e1").code == 0
    (request,) = server.requests
    assert sorted(request.update_mask.paths) == ["scopes", "subject"]
    assert (request.key.key_id, request.key.etag, list(request.key.scopes)) == ("key_1", "e1", ["a:read"])
    assert list(request.unrestricted) == []


def test_update_masks_every_field(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("UpdateKey", UpdateKeyResponse(key=KEY, receipt=EVERYWHERE))
    first = ("--name", "n", "--environment", "e", "--scope", "a", "--resource", "r", "--cidr", "::1/128")
    second = ("--rate", "1/s", "--metadata", "a=b", "--subject", "s", "--expires", "1d")
    assert cli("keys", "update", "key_1", *first, *second).code == 0
    fields = "allowed_cidrs display_name environment expire_time metadata rate_limits resources scopes subject"
    assert sorted(server.requests[0].update_mask.paths) == fields.split()


def test_lifting_a_restriction_has_to_be_said(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("UpdateKey", UpdateKeyResponse(key=KEY, receipt=EVERYWHERE))
    lifted = ["environment", "resources", "allowed_cidrs", "rate_limits", "expire_time"]
    options = [option for name in lifted for option in ("--unrestricted", name)]
    assert cli("keys", "update", "key_1", *options, "--clear", "metadata").code == 0
    (request,) = server.requests
    assert list(request.unrestricted) == lifted
    assert list(request.update_mask.paths) == [*lifted, "metadata"]


@pytest.mark.parametrize(
    "options",
    [(), ("--unrestricted", "scopes"), ("--clear", "resources"), ("--cidr", "::1/128", "--unrestricted", "allowed_cidrs")],
)
def test_an_update_that_says_nothing_or_contradicts_itself_is_a_usage_error(
    cli: Cli, server: ProgrammableServer, options: tuple[str, ...]
) -> None:
    assert cli("keys", "update", "key_1", *options).code == 2
    assert server.requests == []


def test_list_shows_a_row_for_each_key_in_the_servers_order(cli: Cli, server: ProgrammableServer) -> None:
    used = Timestamp()
    used.FromSeconds(int(time.time()) - 5 * 60 - 10)
    other = Key(key_id="key_2", display_name="[red]\x1b[31m", tenant="/", state=KEY_STATE_INACTIVE, last_used_time=used)
    server.answer("ListKeys", ListKeysResponse(keys=[other, KEY]))
    lines = cli("keys", "list").out.splitlines()
    assert lines[0].split("  ")[0] == "NAME"
    assert all(each in lines[1] for each in ("[red]\\x1b[31m", "key_2", "INACTIVE", "unlimited", "5m ago", "never"))
    assert all(
        each in lines[2] for each in ("etl", "key_1", "chy_sdk_ab12", "sdk", "acme", "a:read", "ACTIVE", "60/min", "5", "never")
    )


def test_list_json_is_the_keys_and_the_next_page(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("ListKeys", ListKeysResponse(keys=[KEY], next_page_token="t"))
    answer = cli("keys", "list", "--json").json
    assert (answer["keys"][0]["key_id"], answer["keys"][0]["use_count"], answer["keys"][0]["last_used_time"]) == (
        "key_1",
        5,
        None,
    )
    assert answer["next_page_token"] == "t"


def test_list_sends_all_filters(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("ListKeys", ListKeysResponse())
    states = ("--state", "revoked", "--state", "Inactive", "--tenant", "acme", "--type", "sdk", "--created-by", "key_0")
    cli("keys", "list", *states, "--expires-within", "30d", "--unused-since", "2026-01-01", "--name", "etl", "--page-size", "7")
    (request,) = server.requests
    assert list(request.states) == [KEY_STATE_REVOKED, KEY_STATE_INACTIVE]
    assert (request.tenant, request.type, request.created_by, request.name_contains) == ("acme", "sdk", "key_0", "etl")
    assert request.expire_within.ToSeconds() == 30 * 86_400
    assert request.unused_since.ToJsonString() == "2026-01-01T00:00:00Z"
    assert request.page_size == 7


def test_one_page_is_read_and_the_next_one_named(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("ListKeys", ListKeysResponse(keys=[KEY], next_page_token="t2"))
    run = cli("keys", "list", "--page-token", "t1")
    assert [each.page_token for each in server.requests] == ["t1"]
    assert "--page-token t2" in run.err


def test_all_reads_every_page_with_the_same_filters(cli: Cli, server: ProgrammableServer) -> None:
    pages = [ListKeysResponse(keys=[Key(key_id=f"key_{n}")], next_page_token=f"t{n}" if n < 3 else "") for n in (1, 2, 3)]
    server.answer("ListKeys", *pages)
    answer = cli("keys", "list", "--all", "--type", "sdk", "--json").json
    assert [each["key_id"] for each in answer["keys"]] == ["key_1", "key_2", "key_3"]
    assert answer["next_page_token"] == ""
    assert [(each.page_token, each.type) for each in server.requests] == [("", "sdk"), ("t1", "sdk"), ("t2", "sdk")]


def test_a_server_that_repeats_a_page_does_not_hold_us_for_ever(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("ListKeys", ListKeysResponse(keys=[KEY], next_page_token="t"))
    assert cli("keys", "list", "--all").code == 3
    assert len(server.requests) == 2


def test_no_keys_is_said_aside(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("ListKeys", ListKeysResponse())
    run = cli("keys", "list")
    assert (run.code, run.out) == (0, "")
    assert "no key matches" in run.err


def test_get_shows_all_that_is_known(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("GetKey", GetKeyResponse(key=KEY))
    out = cli("keys", "get", "key_1").out
    for shown in (
        "etl",
        "key_1",
        "ACTIVE",
        "networks",
        "any",
        "60/min",
        "2023-11-14 22:13:20Z",
        "sec_1",
        "chy_sdk_ab12...",
        "e1",
    ):
        assert shown in out
    assert cli("keys", "get", "key_1", "--json").json["key"]["secrets"][0]["secret_id"] == "sec_1"


def test_quiet_prints_ids_and_nothing_else(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("ListKeys", ListKeysResponse(keys=[KEY, Key(key_id="key_2")]), ListKeysResponse())
    assert cli("keys", "list", "--quiet").out == "key_1\nkey_2\n"
    run = cli("keys", "list", "--quiet")
    assert (run.code, run.out, run.err) == (0, "", "")
