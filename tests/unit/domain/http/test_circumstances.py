from __future__ import annotations

import pytest

from authsvc.domain.http.circumstances import Circumstances, From, Input
from authsvc.domain.http.malformed import Malformed

ORGANIZATION = Input(From.HEADER, "x-organization-id", optional=True)


def test_what_is_not_declared_is_not_read() -> None:
    headers = {"x-organization-id": "acme", "x-environment": "production"}
    assert Circumstances().read_tenant("", headers, {}) == ""
    assert Circumstances().read_environment("h", headers, {}) == ""
    assert Circumstances(tenant=ORGANIZATION).headers == {"x-organization-id"}


def test_each_input_is_read_from_where_the_policy_says() -> None:
    headers, extensions = {"env": "one"}, {"env": "two"}
    for where, value, expected in ((From.HEADER, "env", "one"), (From.PROXY, "env", "two"), (From.POLICY, "three", "three")):
        assert Circumstances(environment=Input(where, value)).read_environment("h", headers, extensions) == expected


@pytest.mark.parametrize("where", [From.HEADER, From.PROXY])
def test_a_declared_input_that_is_missing_or_empty_is_malformed(where: From) -> None:
    for said in ({}, {"env": ""}):
        with pytest.raises(Malformed):
            Circumstances(environment=Input(where, "env")).read_environment("h", said, said)


def test_an_optional_input_may_be_missing_but_not_empty_or_several() -> None:
    circumstances = Circumstances(tenant=ORGANIZATION)
    assert circumstances.read_tenant("", {}, {}) == ""
    assert circumstances.read_tenant("", {"x-organization-id": "acme/etl"}, {}) == "acme/etl"
    for value in ("", "a,b", ",", "/a", "a//b", "../a", "a b"):
        with pytest.raises(Malformed):
            circumstances.read_tenant("", {"x-organization-id": value}, {})


def test_path_and_input_name_the_same_tenant() -> None:
    circumstances = Circumstances(tenant=ORGANIZATION)
    assert circumstances.read_tenant("acme", {}, {}) == "acme"
    assert circumstances.read_tenant("acme", {"x-organization-id": "acme"}, {}) == "acme"
    with pytest.raises(Malformed):
        circumstances.read_tenant("acme", {"x-organization-id": "other"}, {})
    with pytest.raises(Malformed):
        circumstances.read_tenant("~acme", {}, {})


def test_an_organization_is_read_like_a_tenant_and_is_never_the_root() -> None:
    circumstances = Circumstances(organization=ORGANIZATION)
    assert circumstances.headers == {"x-organization-id"}
    assert circumstances.read_organization({}, {}) == ""
    assert circumstances.read_organization({"x-organization-id": "acme"}, {}) == "acme"
    assert Circumstances().read_organization({"x-organization-id": "acme"}, {}) == ""
    for value in ("", "/", "a,b", "acme/", "../acme"):
        with pytest.raises(Malformed):
            circumstances.read_organization({"x-organization-id": value}, {})


def test_a_host_that_is_one_environment_is_that_whatever_the_request_says() -> None:
    circumstances = Circumstances(environment=Input(From.HEADER, "env"), host_environments={"prod.example": "production"})
    assert circumstances.read_environment("prod.example", {"env": "staging"}, {}) == "production"
    assert circumstances.read_environment("other.example", {"env": "staging"}, {}) == "staging"


def test_an_environment_is_one_of_the_policy() -> None:
    circumstances = Circumstances(environment=Input(From.HEADER, "env"), environments=frozenset({"production"}))
    assert circumstances.read_environment("h", {"env": "production"}, {}) == "production"
    for circumstances_, value in ((circumstances, "staging"), (Circumstances(environment=Input(From.HEADER, "env")), "a b")):
        with pytest.raises(Malformed):
            circumstances_.read_environment("h", {"env": value}, {})
