"""The command line in processes of its own, against the real service on a real PostgreSQL: the life of a key and its tokens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Cli


async def issue(cli: Cli, *options: str) -> tuple[str, str]:
    """A key of acme: its secret and its id."""
    run = await cli("keys", "create", "etl", "--type", "sdk", "--tenant", "acme", "--scope", "projects:read", *options, "--json")
    assert run.code == 0, run.err
    return run.json["secret"], run.json["key"]["key_id"]


async def test_a_key_lives_from_create_to_delete(cli: Cli) -> None:
    created = await cli("keys", "create", "etl", "--type", "sdk", "--tenant", "acme", "--scope", "projects:read")
    secret = created.out.strip()
    assert re.search(r"effective on 1/1 processes in \d+ ms", created.err)
    [key] = (await cli("keys", "list", "--tenant", "acme", "--json")).json["keys"]
    key_id = key["key_id"]

    allowed = await cli("verify", "-", "--scope", "projects:read", stdin=secret)
    assert (allowed.code, allowed.out.splitlines()[0]) == (0, "ALLOW")
    denied = await cli("verify", "-", "--scope", "projects:write", "--json", stdin=secret)
    assert (denied.code, denied.json["reason"], denied.json["missing_scopes"]) == (1, "INSUFFICIENT_SCOPE", ["projects:write"])

    assert (await cli("keys", "deactivate", key_id)).code == 0
    assert (await cli("verify", "-", stdin=secret)).out.splitlines()[0] == "DENY KEY_INACTIVE"
    assert (await cli("keys", "activate", key_id)).code == 0
    assert (await cli("verify", "-", stdin=secret)).code == 0

    rotated = await cli("keys", "rotate", key_id)
    assert (await cli("verify", "-", stdin=secret)).out.splitlines()[0] == "DENY CREDENTIAL_INVALID"
    assert (await cli("verify", "-", stdin=rotated.out)).code == 0

    assert (await cli("keys", "revoke", key_id, "--reason", "over")).out == f"{key_id} REVOKED\n"
    assert (await cli("verify", "-", stdin=rotated.out)).out.splitlines()[0] == "DENY KEY_REVOKED"
    assert (await cli("keys", "get", key_id, "--json")).json["key"]["revoke_reason"] == "over"
    assert (await cli("keys", "delete", key_id)).code == 0
    gone = await cli("keys", "get", key_id)
    assert gone.code == 2
    assert "NOT_FOUND" in gone.err


async def test_a_token_is_minted_verified_and_revoked(cli: Cli) -> None:
    secret, _ = await issue(cli)
    minted = await cli("mint", "-", "--scope", "projects:read", "--json", stdin=secret)
    token = minted.json["access_token"]
    assert minted.json["expires_in"] > 0
    verified = await cli("verify", "-", "--scope", "projects:read", "--json", stdin=token)
    assert (verified.code, verified.json["principal"]["token_id"]) == (0, minted.json["token_id"])
    assert (await cli("token", "revoke", "-", stdin=token)).code == 0
    assert (await cli("verify", "-", "--json", stdin=token)).json["reason"] == "TOKEN_REVOKED"
    assert (await cli("verify", "-", stdin=secret)).code == 0


async def test_check_scope_explains(cli: Cli) -> None:
    secret, _ = await issue(cli)
    checked = await cli("check-scope", "-", "--scope", "projects:read", "--json", stdin=secret)
    assert (checked.code, checked.json["granted_by"]) == (
        0,
        [{"scope": "projects:read", "grant": "projects:read", "implied": False}],
    )


async def test_an_update_changes_what_it_names_and_lifts_only_what_it_says(cli: Cli) -> None:
    _, key_id = await issue(cli, "--cidr", "192.0.2.0/24")
    updated = await cli("keys", "update", key_id, "--name", "new", "--rate", "10/min:2", "--expires", "30d", "--json")
    key = updated.json["key"]
    assert (updated.code, key["display_name"], key["allowed_cidrs"]) == (0, "new", ["192.0.2.0/24"])
    assert key["rate_limits"] == [{"limit": 10, "period": "60s", "burst": 2}]
    lifted = await cli("keys", "update", key_id, "--unrestricted", "allowed_cidrs", "--etag", key["etag"], "--json")
    assert (lifted.code, lifted.json["key"]["allowed_cidrs"]) == (0, [])
    stale = await cli("keys", "update", key_id, "--name", "other", "--etag", key["etag"])
    assert stale.code == 2
    assert "ETAG_MISMATCH" in stale.err


async def test_a_wrong_field_is_named(cli: Cli) -> None:
    run = await cli("keys", "create", "etl", "--type", "sdk", "--tenant", "not a tenant", "--cidr", "nonsense")
    assert run.code == 2
    assert "  key.tenant: " in run.err
    assert "  key.allowed_cidrs[0]: " in run.err


async def test_what_leaked_is_identified_and_revoked(cli: Cli) -> None:
    secret, key_id = await issue(cli)
    found = (await cli("keys", "identify", "-", "--json", stdin=secret)).json
    assert (found["kind"], [each["key_id"] for each in found["keys"]]) == ("KEY", [key_id])
    prefix = found["keys"][0]["prefix"]
    assert (await cli("keys", "identify", "-", "--json", stdin=prefix)).json["kind"] == "PREFIX"
    assert (await cli("keys", "revoke", "--credential", "-", stdin=secret)).code == 0
    assert (await cli("verify", "-", stdin=secret)).code == 1


async def test_many_are_revoked_after_a_dry_run(cli: Cli) -> None:
    issued = [await issue(cli) for _ in range(2)]
    ids = sorted(key_id for _, key_id in issued)
    assert (await cli("keys", "revoke", "--tenant", "acme", "--dry-run", "--json")).json["key_ids"] == ids
    assert (await cli("verify", "-", stdin=issued[0][0])).code == 0
    assert (await cli("keys", "revoke", "--tenant", "acme")).out.split() == ids
    assert (await cli("verify", "-", stdin=issued[0][0])).code == 1


async def test_the_audit_tells_who_did_what(cli: Cli) -> None:
    _, key_id = await issue(cli)
    await cli("keys", "deactivate", key_id, "--reason", "holiday")
    entries = (await cli("audit", "list", "--of", key_id, "--json")).json["entries"]
    assert [(each["action"], each["reason"]) for each in entries] == [("DeactivateKey", "holiday"), ("CreateKey", "")]


async def test_the_fleet_is_one_process_that_has_applied_everything(cli: Cli) -> None:
    await issue(cli)
    status = (await cli("fleet", "status", "--json")).json
    assert [each["state"] for each in status["processes"]] == ["LIVE"]
    waited = await cli("fleet", "wait", str(status["revision"]))
    assert waited.code == 0
    assert "effective on" in waited.out


async def test_a_caller_without_the_scope_is_told_which(cli: Cli, tmp_path: Path) -> None:
    reader = await cli("keys", "create", "reader", "--type", "authsvc", "--tenant", "/", "--scope", "authsvc:keys:read")
    (tmp_path / "reader.key").write_text(reader.out)
    run = await cli("keys", "create", "etl", "--key-file", str(tmp_path / "reader.key"))
    assert run.code == 2
    assert "CALLER_PERMISSION_DENIED" in run.err
    assert "authsvc:keys:write" in run.err


async def test_a_key_that_is_no_caller_is_not_accepted(cli: Cli, tmp_path: Path) -> None:
    secret, _ = await issue(cli)
    (tmp_path / "sdk.key").write_text(secret)
    run = await cli("keys", "list", "--key-file", str(tmp_path / "sdk.key"))
    assert run.code == 2
    assert "CALLER_" in run.err
    assert secret not in run.err


@pytest.mark.usefixtures("socket")
async def test_a_trusted_socket_needs_no_key(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "root.key").unlink()
    secret, _ = await issue(cli)
    assert (await cli("verify", "-", "--scope", "projects:read", stdin=secret)).code == 0
