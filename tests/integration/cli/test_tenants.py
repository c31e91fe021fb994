"""Tenants from the command line: what an operator does in an incident, and how it ends."""

from __future__ import annotations

from tests.integration.cli.conftest import Cli


async def create(cli: Cli, tenant: str) -> str:
    run = await cli("keys", "create", "etl", "--type", "sdk", "--tenant", tenant)
    assert run.code == 0, run.err
    return run.out


async def test_a_tenant_is_suspended_and_resumed(cli: Cli) -> None:
    secret = await create(cli, "acme/etl")
    suspended = await cli("tenants", "suspend", "acme", "--reason", "unpaid")
    assert suspended.code == 0, suspended.err
    assert "SUSPENDED" in suspended.out
    assert "effective on 1/1 processes" in suspended.err
    denied = await cli("verify", "-", stdin=secret)
    assert (denied.code, denied.out.splitlines()[0]) == (1, "DENY TENANT_SUSPENDED")
    [listed] = (await cli("tenants", "list", "--state", "suspended", "--json")).json["tenants"]
    assert (listed["path"], listed["state"], listed["suspend_reason"]) == ("acme", "SUSPENDED", "unpaid")
    assert (await cli("tenants", "resume", "acme")).code == 0
    assert (await cli("verify", "-", stdin=secret)).code == 0


async def test_networks_are_set_and_lifted_only_when_said(cli: Cli) -> None:
    secret = await create(cli, "acme/etl")
    nothing = await cli("tenants", "update", "acme")
    assert (nothing.code, "--unrestricted" in nothing.err) == (2, True)
    updated = await cli("tenants", "update", "acme", "--cidr", "192.0.2.0/24", "--json")
    assert updated.json["tenant"]["allowed_cidrs"] == ["192.0.2.0/24"]
    assert (await cli("verify", "-", "--source-ip", "198.51.100.1", stdin=secret)).out.splitlines()[0] == "DENY SOURCE_IP_DENIED"
    stale = await cli("tenants", "update", "acme", "--unrestricted", "--etag", "other")
    assert (stale.code, "ETAG_MISMATCH" in stale.err) == (2, True)
    assert (await cli("tenants", "update", "acme", "--unrestricted")).code == 0
    assert "any" in (await cli("tenants", "get", "acme")).out
    assert (await cli("verify", "-", stdin=secret)).code == 0


async def test_a_tenant_that_is_none_is_not_asked_for(cli: Cli) -> None:
    run = await cli("tenants", "get", "/acme/")
    assert (run.code, "a tenant is" in run.err) == (2, True)
    assert (await cli("tenants", "get", "acme")).out.split()[:4] == ["tenant", "acme", "state", "ACTIVE"]
