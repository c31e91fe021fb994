"""Every probe, against the hardened Envoy and against one with defaults: what it gets, and whether anything arrives."""

from __future__ import annotations

from string import Template

import pytest

from demo.upstream import Seen
from demo.wire import Reply, send
from tests.acceptance.envoy.attack_rows import HOST, PROBES, Probe
from tests.acceptance.envoy.attack_world import PROTECTED, World, forged, readings
from tests.support.envoy_here import needs_envoy

pytestmark = needs_envoy
REACHING = {probe.id for probe in PROBES if probe.reaches}
OWNERS = {"orders": "${reader}", "workflows": "${runner}"}
"""Where the table lets a request through, the key with which it does; nothing in it gets to /admin or /office."""


def attack(world: World, proxy: str, probe: Probe) -> tuple[Reply, list[Seen]]:
    secrets = world.operator.secrets
    headers = [(name, Template(value).safe_substitute(secrets)) for name, value in probe.headers]
    target = Template(probe.target).safe_substitute(secrets)
    world.upstream.seen.clear()
    reply = send(world.proxies[proxy].address, probe.method, target, headers if probe.bare_head else [HOST, *headers], probe.body)
    return reply, list(world.upstream.seen)


@pytest.mark.parametrize("proxy", ["hardened", "bare"])
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)
def test_a_probe_gets_what_the_table_says_and_nothing_forged_arrives(world: World, probe: Probe, proxy: str) -> None:
    reply, seen = attack(world, proxy, probe)
    assert reply.status == getattr(probe, proxy)
    assert "set-cookie" not in reply.headers
    assert probe.reaches or not seen
    for each in seen:
        assert forged(each, world.operator.secrets) == []
        assert not [name for name in probe.absent if each.header(name) is not None]
        check_rights(world, each)
    if reply.status == 200 and probe.reaches:
        assert len(seen) == 1


def check_rights(world: World, seen: Seen) -> None:
    """What arrived under a protected path, however carelessly it is read, says who was proven; under others nobody is named."""
    subject = seen.header("x-auth-subject")
    areas = readings(seen.target) & set(PROTECTED)
    if not areas:
        assert subject is None
        return
    (area,) = areas
    assert area in OWNERS
    assert subject is not None
    assert seen.header("x-auth-tenant") == "acme"
    assert seen.header("x-auth-environment") == "production"


def test_a_subject_of_any_characters_arrives_as_one_encoded_value(world: World) -> None:
    for proxy in world.proxies.values():
        world.upstream.seen.clear()
        headers = [HOST, ("x-api-key", world.operator.secrets["odd"])]
        assert send(proxy.address, "GET", "/orders/1", headers).status == 200
        assert world.upstream.seen[0].header("x-auth-subject") == "a%2Cb%20%22c%22%5C%20%C3%A9%20x-auth-tenant:%20globex"


def test_the_table_has_a_row_for_each_probe_of_the_research() -> None:
    ids = [probe.id for probe in PROBES]
    assert len(set(ids)) == len(ids) >= 100
    assert set(ids) > REACHING


def test_what_reads_a_path_carelessly_finds_every_way_to_a_protected_one() -> None:
    """The oracle of this table is one that finds them."""
    for target in (
        "/public/..;/admin",
        "/public/%252e%252e/admin",
        "/public/..%5cadmin",
        "//admin",
        "/ADMIN.json",
        "http://h/admin",
    ):
        assert "admin" in readings(target), target
    assert readings("/public/x?/../admin") == {"public"}
