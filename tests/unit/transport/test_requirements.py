from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.decision import ANYONE, Query, Requirement
from authsvc.domain.errors import InvalidArgument
from authsvc.domain.network import Address, show_address
from authsvc.domain.policy_file import default_policy, load_policy
from authsvc.transport.codec import requirements as codec
from authsvc.transport.codec.requirements import Requirements
from authsvc.transport.codec.violations import UNKNOWN
from authsvc.v1 import auth_service_pb2, decision_pb2

POLICY = load_policy("""
version: 1
scopes: {"projects:read": {description: r}, "projects:write": {description: w}, admin: {description: a}}
environments: [staging, production]
key_types: {sdk: {prefix: chy_sdk_}}
""")


def request(context: dict[str, str] | None = None, **requirement: Any) -> auth_service_pb2.VerifyRequest:
    return auth_service_pb2.VerifyRequest(
        requirement=decision_pb2.Requirement(**requirement), context=decision_pb2.Context(**(context or {}))
    )


def query(message: auth_service_pb2.VerifyRequest, cost: int = 0) -> Query:
    return Requirements().query(message, cost, POLICY)


def wrong(message: auth_service_pb2.VerifyRequest, cost: int = 0) -> dict[str, str]:
    with pytest.raises(InvalidArgument) as raised:
        query(message, cost)
    return {violation.field: violation.description for violation in raised.value.violations}


def test_nothing_said_is_authenticated_only() -> None:
    assert query(auth_service_pb2.VerifyRequest()) == Query(requirement=ANYONE, cost=1)


def test_everything_said_is_read() -> None:
    asked = query(
        request(
            {"source_ip": "203.0.113.7", "tenant": "acme/etl", "environment": "staging"},
            scopes=["projects:read", "admin", "projects:read"],
            expression="admin OR projects:write",
            resource="workflows/wf_1",
            audience="internal",
        ),
        7,
    )
    assert asked.requirement.scopes == ("projects:read", "admin")
    assert str(asked.requirement.expression) == "admin OR projects:write"
    assert (asked.requirement.resource, asked.requirement.audience) == ("workflows/wf_1", "internal")
    assert (asked.source, asked.tenant, asked.environment, asked.cost) == (Address(4, 0xCB007107), "acme/etl", "staging", 7)


@given(st.integers(0, 2**32 - 1))
def test_every_ipv4_address_is_read(value: int) -> None:
    address = Address(4, value)
    assert query(request({"source_ip": show_address(address)})).source == address


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (request(scopes=["admin", "Projects:read"]), "requirement.scopes[1]"),
        (request(scopes=["projects:*"]), "requirement.scopes[0]"),
        (request(scopes=["projects:delete"]), "requirement.scopes[0]"),
        (request(scopes=[""]), "requirement.scopes[0]"),
        (request(scopes=["admin"] * 65), "requirement.scopes"),
        (request(expression="admin AND (projects:read"), "requirement.expression"),
        (request(expression="admin AND billing"), "requirement.expression"),
        (request(resource="workflows/*"), "requirement.resource"),
        (request(resource="a/../b"), "requirement.resource"),
        (request(resource="a/b", resource_deferred=True), "requirement.resource_deferred"),
        (request(audience="a\x00"), "requirement.audience"),
        (request(audience="a" * 257), "requirement.audience"),
        (request({"source_ip": "203.0.113.7:80"}), "context.source_ip"),
        (request({"source_ip": "fe80::1%eth0"}), "context.source_ip"),
        (request({"tenant": "/acme"}), "context.tenant"),
        (request({"environment": "Production"}), "context.environment"),
        (auth_service_pb2.VerifyRequest(min_revision=-1), "min_revision"),
    ],
)
def test_what_cannot_be_read_is_named(message: auth_service_pb2.VerifyRequest, field: str) -> None:
    assert list(wrong(message)) == [field]


def test_everything_wrong_is_named_at_once() -> None:
    message = request({"source_ip": "x", "environment": "x"}, scopes=["X"], resource="*")
    fields = ["requirement.scopes[0]", "requirement.resource", "context.environment", "context.source_ip", "cost"]
    assert list(wrong(message, 1001)) == fields


def test_a_syntax_error_shows_the_place() -> None:
    description = wrong(request(expression="admin AND (projects:read"))["requirement.expression"]
    assert "column 11" in description
    assert "^" in description


def test_a_cost_is_at_most_1000() -> None:
    assert query(request(), 1000).cost == 1000
    assert list(wrong(request(), 1001)) == ["cost"]


@pytest.mark.parametrize("part", ["requirement", "context"])
def test_fields_of_a_newer_contract_are_refused(part: str) -> None:
    message = request({"tenant": "acme"}, scopes=["admin"])
    getattr(message, part).MergeFromString(b"\xa2\x06\x01x")  # field 100, a string
    assert wrong(message) == {part: UNKNOWN}


def test_a_requirement_is_compiled_once_for_each_policy() -> None:
    reader = Requirements()
    first = reader.query(request(scopes=["admin"]), 0, POLICY).requirement
    assert reader.query(request(scopes=["admin"]), 0, POLICY).requirement is first
    assert reader.query(request(scopes=["admin"]), 0, default_policy()).requirement is not first


def test_a_question_about_a_requirement_alone_is_read_once() -> None:
    reader = Requirements()
    plain = auth_service_pb2.VerifyRequest(requirement=decision_pb2.Requirement(scopes=["admin"]))
    assert reader.query(plain, 0, POLICY) == Query(Requirement(scopes=("admin",)))
    first = reader.query(plain, 0, POLICY)
    assert reader.query(plain, 1, POLICY) is first
    assert reader.query(plain, 2, POLICY).cost == 2
    assert reader.query(request({"tenant": "acme"}, scopes=["admin"]), 0, POLICY).tenant == "acme"
    assert first == Query(Requirement(scopes=("admin",)))
    plain.min_revision = -1
    with pytest.raises(InvalidArgument):
        reader.query(plain, 0, POLICY)


def test_a_requirement_that_is_refused_is_refused_again_and_judged_anew_under_another_policy() -> None:
    reader = Requirements()
    for _ in range(2):
        with pytest.raises(InvalidArgument):
            reader.query(request(scopes=["billing"]), 0, POLICY)
    assert reader.query(request(scopes=["billing"]), 0, default_policy()).requirement.scopes == ("billing",)


def test_compiled_requirements_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "REMEMBERED", 3)
    reader = Requirements()
    for number in range(10):
        reader.query(request(resource=f"r/{number}"), 0, POLICY)
    assert len(reader._compiled) == 3


def test_any_environment_goes_where_the_policy_names_none() -> None:
    assert Requirements().query(request({"environment": "qa"}), 0, default_policy()).environment == "qa"
    with pytest.raises(InvalidArgument):
        Requirements().query(request({"environment": "q a"}), 0, default_policy())
