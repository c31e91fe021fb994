"""The command line against `authsvc serve` itself: what README's session does not show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.real_service import RealService


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealService]:
    with RealService(tmp_path_factory.mktemp("cli") / "state") as service:
        yield service


def test_the_json_of_create_verify_and_mint_is_that_of_the_contract(service: RealService) -> None:
    created = json.loads(service.cli("keys", "create", "etl", "--type", "sdk", "--tenant", "acme", "--json").stdout)
    assert list(created) == ["secret", "key", "receipt"]
    assert created["receipt"]["effective"] is True
    assert created["key"]["use_count"] == 0
    assert created["key"]["last_used_time"] is None
    verified = json.loads(service.cli("verify", "-", "--json", stdin=created["secret"]).stdout)
    assert (verified["decision"], verified["reason"]) == ("ALLOW", None)
    assert verified["principal"]["key_id"] == created["key"]["key_id"]
    minted = json.loads(service.cli("mint", "-", "--ttl", "60s", "--json", stdin=created["secret"]).stdout)
    assert (minted["expires_in"], minted["token_type"]) == (60, "Bearer")


def test_exit_codes_tell_allow_deny_and_usage_apart(service: RealService) -> None:
    secret = service.cli("keys", "create", "etl", "--type", "sdk", "--tenant", "acme", "--scope", "projects:read").stdout
    assert service.cli("verify", "-", "--scope", "projects:read", stdin=secret).returncode == 0
    assert service.cli("verify", "-", "--scope", "projects:write", stdin=secret, check=False).returncode == 1
    assert service.cli("verify", "-", "--scope", "Not A Scope", stdin=secret, check=False).returncode == 2
    assert service.cli("keys", "get", "key_0000000000000000000000", check=False).returncode == 2


def test_a_limited_key_is_refused_with_a_time_to_wait(service: RealService) -> None:
    secret = service.cli("keys", "create", "slow", "--type", "sdk", "--tenant", "acme", "--rate", "1/h:1").stdout
    assert service.cli("verify", "-", stdin=secret).returncode == 0
    limited = json.loads(service.cli("verify", "-", "--json", stdin=secret, check=False).stdout)
    assert limited["reason"] == "RATE_LIMITED"
    assert limited["retry_after"].endswith("s")
    assert service.cli("check-scope", "-", stdin=secret).returncode == 0


def test_the_root_key_is_found_beside_the_server_and_missing_it_is_said(service: RealService, tmp_path: Path) -> None:
    other = RealService(tmp_path / "state")
    other.grpc = service.grpc
    run = other.cli("keys", "list", check=False)
    assert run.returncode == 2
    assert f"no caller key at {tmp_path / 'state' / 'root.key'}" in run.stderr


def test_without_a_server_it_ends_with_3(tmp_path: Path) -> None:
    service = RealService(tmp_path / "state")
    service.grpc = f"unix:{tmp_path}/nobody.sock"
    run = service.cli("keys", "list", check=False)
    assert run.returncode == 3
    assert service.grpc in run.stderr
    assert "authsvc serve" in run.stderr
