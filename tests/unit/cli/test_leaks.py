"""What to do about a string that leaked: identify, revoke, revoke many, patterns for scanners."""

from __future__ import annotations

import re
import secrets
import tomllib
from pathlib import Path

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from authsvc.domain.base62 import ALPHABET
from authsvc.domain.key_pattern import key_pattern
from authsvc.domain.keyring import Keyring
from authsvc.domain.policy import KeyType
from authsvc.v1.auth_service_pb2 import RevokeTokenResponse
from authsvc.v1.decision_pb2 import CREDENTIAL_KIND_KEY, CREDENTIAL_KIND_PREFIX, CREDENTIAL_KIND_TOKEN
from authsvc.v1.key_pb2 import KEY_STATE_REVOKED, Key, KeySecret
from authsvc.v1.key_service_pb2 import BulkRevokeKeysResponse, IdentifyCredentialResponse, RevokeKeyResponse
from authsvc.v1.policy_pb2 import KeyType as KeyTypeMessage
from authsvc.v1.policy_pb2 import Policy
from authsvc.v1.policy_service_pb2 import GetPolicyResponse
from authsvc.v1.receipt_pb2 import Receipt
from tests.support.programmable_server import ProgrammableServer, Refusal
from tests.unit.cli.conftest import Cli

KEY = Key(key_id="key_1", display_name="etl", secrets=[KeySecret(secret_id="sec_1")])
OTHER = Key(key_id="key_2", display_name="ci")
DONE = Receipt(revision=4, effective=True)


@pytest.fixture
def revoking(server: ProgrammableServer) -> ProgrammableServer:
    server.answer("RevokeKey", RevokeKeyResponse(key=Key(key_id="key_1", state=KEY_STATE_REVOKED), receipt=DONE))
    server.answer("RevokeToken", RevokeTokenResponse(token_id="tok_1", receipt=DONE))
    return server


@pytest.mark.parametrize(("secret_id", "state"), [("sec_1", "works"), ("sec_0", "dead")])
def test_identify_says_what_a_secret_is_and_whether_it_lives(
    cli: Cli, server: ProgrammableServer, secret_id: str, state: str
) -> None:
    server.answer("IdentifyCredential", IdentifyCredentialResponse(kind=CREDENTIAL_KIND_KEY, keys=[KEY], secret_id=secret_id))
    run = cli("keys", "identify", "-", stdin="ak_secret\n")
    assert server.requests[0].credential == "ak_secret"
    assert run.code == 0
    assert "kind: KEY" in run.out
    assert f"secret: {secret_id}, {state}" in run.out
    assert "key_1" in run.out
    assert "ak_secret" not in run.out + run.err


def test_identify_says_what_a_token_is(cli: Cli, server: ProgrammableServer) -> None:
    answer = IdentifyCredentialResponse(
        kind=CREDENTIAL_KIND_TOKEN, keys=[KEY], token_id="tok_1", token_expire_time=Timestamp(seconds=1_700_000_000)
    )
    server.answer("IdentifyCredential", answer)
    assert "token: tok_1, expires 2023-11-14 22:13:20Z" in cli("keys", "identify", "-", stdin="eyJ").out
    assert cli("keys", "identify", "-", "--json", stdin="eyJ").json["kind"] == "TOKEN"


def test_what_is_nobodys_is_an_answer_and_not_a_deny(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("IdentifyCredential", IdentifyCredentialResponse())
    run = cli("keys", "identify", "-", stdin="something")
    assert (run.code, run.out) == (0, "kind: nothing that authsvc issues\n")


def test_a_leaked_secret_revokes_its_key(cli: Cli, revoking: ProgrammableServer) -> None:
    revoking.answer("IdentifyCredential", IdentifyCredentialResponse(kind=CREDENTIAL_KIND_KEY, keys=[KEY]))
    run = cli("keys", "revoke", "--credential", "-", "--reason", "leaked", stdin="ak_secret")
    assert (run.code, run.out) == (0, "key_1 REVOKED\n")
    assert (revoking.requests[-1].credential, revoking.requests[-1].reason) == ("ak_secret", "leaked")


def test_a_leaked_token_is_revoked_and_its_key_lives_on(cli: Cli, revoking: ProgrammableServer) -> None:
    revoking.answer("IdentifyCredential", IdentifyCredentialResponse(kind=CREDENTIAL_KIND_TOKEN, keys=[KEY]))
    run = cli("keys", "revoke", "--credential", "-", "--reason", "leaked", stdin="eyJ.a.b")
    assert run.code == 0
    assert "token tok_1 REVOKED; its key lives on" in run.out
    assert (revoking.requests[-1].token, revoking.requests[-1].reason) == ("eyJ.a.b", "leaked")


def test_a_prefix_revokes_the_one_key_it_belongs_to(cli: Cli, revoking: ProgrammableServer) -> None:
    revoking.answer("IdentifyCredential", IdentifyCredentialResponse(kind=CREDENTIAL_KIND_PREFIX, keys=[KEY]))
    assert cli("keys", "revoke", "--credential", "-", stdin="ak_ab12").code == 0
    assert revoking.requests[-1].key_id == "key_1"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (IdentifyCredentialResponse(kind=CREDENTIAL_KIND_PREFIX, keys=[KEY, OTHER]), "key_2 ci"),
        (IdentifyCredentialResponse(kind=CREDENTIAL_KIND_PREFIX), "no key has this prefix"),
        (IdentifyCredentialResponse(), "nothing that authsvc issues"),
    ],
)
def test_what_is_not_one_thing_of_ours_revokes_nothing(
    cli: Cli, revoking: ProgrammableServer, found: IdentifyCredentialResponse, said: str
) -> None:
    revoking.answer("IdentifyCredential", found)
    run = cli("keys", "revoke", "--credential", "-", stdin="ak_ab12")
    assert run.code == 2
    assert said in run.err
    assert len(revoking.requests) == 1


def test_a_leak_may_be_in_a_file(cli: Cli, revoking: ProgrammableServer, tmp_path: Path) -> None:
    revoking.answer("IdentifyCredential", IdentifyCredentialResponse(kind=CREDENTIAL_KIND_KEY, keys=[KEY]))
    (tmp_path / "leak").write_text("ak_secret")
    assert cli("keys", "revoke", "--credential-file", str(tmp_path / "leak")).code == 0
    assert revoking.requests[-1].credential == "ak_secret"


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("key_1", "--tenant", "acme"),
        ("key_1", "--credential", "-"),
        ("--credential", "-", "--created-by", "key_0"),
        ("key_1", "--dry-run"),
    ],
)
def test_what_to_revoke_has_to_be_one_thing(cli: Cli, revoking: ProgrammableServer, options: tuple[str, ...]) -> None:
    assert cli("keys", "revoke", *options, stdin="ak_secret").code == 2
    assert revoking.requests == []


def test_many_keys_are_revoked_by_tenant_and_creator(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("BulkRevokeKeys", BulkRevokeKeysResponse(matched=2, key_ids=["key_1", "key_2"], receipt=DONE))
    run = cli("keys", "revoke", "--tenant", "acme", "--created-by", "key_0", "--reason", "gone")
    assert (run.code, run.out) == (0, "key_1\nkey_2\n")
    assert "2 keys revoked" in run.err
    assert "effective" in run.err
    (request,) = server.requests
    assert (request.tenant, request.created_by, request.dry_run, request.reason) == ("acme", "key_0", False, "gone")


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_a_dry_run_revokes_nothing_and_has_no_receipt(cli: Cli, server: ProgrammableServer, flags: tuple[str, ...]) -> None:
    server.answer("BulkRevokeKeys", BulkRevokeKeysResponse(matched=1, key_ids=["key_1"]))
    run = cli("keys", "revoke", "--tenant", "acme", "--dry-run", *flags)
    assert run.code == 0
    assert server.requests[0].dry_run
    assert run.json["receipt"] is None if flags else "1 keys would be revoked" in run.err


@pytest.mark.parametrize(("answer", "code", "calls"), [("y\n", 0, [True, False]), ("n\n", 2, [True])])
def test_a_person_is_asked_before_many_keys_go(
    cli: Cli, server: ProgrammableServer, answer: str, code: int, calls: list[bool]
) -> None:
    server.answer("BulkRevokeKeys", BulkRevokeKeysResponse(matched=2, key_ids=["key_1", "key_2"], receipt=DONE))
    run = cli("keys", "revoke", "--tenant", "acme", stdin=answer, watched=True)
    assert run.code == code
    assert "Revoke 2 keys for good?" in run.err + run.out
    assert [each.dry_run for each in server.requests] == calls


def test_yes_saves_the_question(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("BulkRevokeKeys", BulkRevokeKeysResponse(matched=2, key_ids=["key_1", "key_2"], receipt=DONE))
    assert cli("keys", "revoke", "--tenant", "acme", "--yes", watched=True).code == 0
    assert [each.dry_run for each in server.requests] == [False]


@pytest.mark.parametrize("prefix", ["chy_sdk_", "sk-", ""])
@pytest.mark.parametrize("length", [32, 36])
def test_a_pattern_matches_the_keys_issued_and_no_longer_or_shorter_ones(prefix: str, length: int) -> None:
    ring = Keyring(
        tag_keys={"a": secrets.token_bytes(32)},
        peppers={"p": secrets.token_bytes(32)},
        tag_generation="a",
        pepper="p",
        process_key=secrets.token_bytes(32),
    )
    key = ring.issue(prefix, "".join(secrets.choice(ALPHABET) for _ in range(length)))
    pattern = re.compile(key_pattern(KeyType(name="x", prefix=prefix, random_length=length)))
    found = pattern.search(f'API_KEY="{key}",')
    assert found
    assert found[0] == key
    assert not pattern.search(f"{key}A")
    assert not pattern.search(key[:-1])


@pytest.fixture
def policy_file(tmp_path: Path) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(
        'version: 1\nkey_types:\n  sdk: {prefix: chy_sdk_, description: "quotes \\" and 東京"}\n  any: {prefix: ""}\n'
    )
    return file


def test_patterns_of_a_policy_file_need_no_server(cli: Cli, server: ProgrammableServer, policy_file: Path) -> None:
    server.stop()
    run = cli("keys", "patterns", "--policy", str(policy_file))
    assert run.code == 0
    assert run.out.splitlines() == [
        r"\b[0-9A-Za-z]{39}\b",
        r"\bauthsvc_[0-9A-Za-z]{39}\b",
        r"\bchy_sdk_[0-9A-Za-z]{39}\b",
    ]


def test_patterns_for_gitleaks_are_toml(cli: Cli, policy_file: Path) -> None:
    config = tomllib.loads(cli("keys", "patterns", "--policy", str(policy_file), "--format", "gitleaks").out)
    rules = {each["id"]: each for each in config["rules"]}
    assert rules["authsvc-sdk"]["regex"] == r"\bchy_sdk_[0-9A-Za-z]{39}\b"
    assert rules["authsvc-sdk"]["keywords"] == ["chy_sdk_"]
    assert rules["authsvc-sdk"]["description"].endswith('quotes " and 東京')
    assert "keywords" not in rules["authsvc-any"]


def test_patterns_come_from_the_servers_policy(cli: Cli, server: ProgrammableServer) -> None:
    kind = KeyTypeMessage(name="sdk", prefix="chy_sdk_", pattern="its own")
    server.answer("GetPolicy", GetPolicyResponse(policy=Policy(key_types=[kind])))
    assert cli("keys", "patterns").out == "its own\n"
    assert cli("keys", "patterns", "--json").json["key_types"][0]["pattern"] == "its own"


def test_a_server_that_does_not_tell_its_policy_is_said_to(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("GetPolicy", Refusal(grpc.StatusCode.UNIMPLEMENTED, "later", "UNIMPLEMENTED"))
    run = cli("keys", "patterns")
    assert run.code == 0
    assert "does not tell its policy" in run.err
    assert r"\bauthsvc_" in run.out


def test_a_policy_file_with_mistakes_has_no_patterns(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("version: 1\nkey_typs: {}\n")
    run = cli("keys", "patterns", "--policy", str(tmp_path / "bad.yaml"))
    assert run.code == 2
    assert "authsvc policy check" in run.err
