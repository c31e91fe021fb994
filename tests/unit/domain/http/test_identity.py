from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.access import Principal
from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.credentials import CredentialSources
from authsvc.domain.http.identity import VARIABLES, IdentityHeaders

ALICE = Principal(
    key_id="key_1",
    subject="alice",
    tenant="acme/etl",
    environment="production",
    scopes=("a:read", "b:*"),
    resources=("w/1", "w/2"),
    metadata={},
)
TEMPLATES = {f"x-auth-{name.replace('_', '-')}": f"${name}" for name in sorted(VARIABLES)}
OURS = IdentityHeaders(TEMPLATES, CredentialSources())
WITH_TOKEN = IdentityHeaders({"x-auth-subject": "$subject"}, CredentialSources(), "authorization")


def test_the_upstream_learns_who_it_is() -> None:
    assert dict(OURS.known(ALICE, {}).set) == {
        "x-auth-subject": "alice",
        "x-auth-key-id": "key_1",
        "x-auth-tenant": "acme/etl",
        "x-auth-environment": "production",
        "x-auth-scopes": "a:read b:*",
        "x-auth-resources": "w/1 w/2",
        "x-auth-credential-kind": "api_key",
    }


def test_a_token_is_named_as_what_it_is() -> None:
    made = dict(OURS.known(replace(ALICE, token_id="jti_1", actor="svc"), {}).set)
    assert made["x-auth-credential-kind"] == "access_token"
    assert made["x-auth-token-id"] == "jti_1"
    assert made["x-auth-actor"] == "svc"


def test_an_unrestricted_principal_is_said_to_be_so() -> None:
    assert dict(OURS.known(replace(ALICE, resources=()), {}).set)["x-auth-resources"] == "**"


def test_a_value_may_be_fixed_or_composed() -> None:
    headers = IdentityHeaders({"x-kind": "external_api", "x-who": "$tenant:$subject $$5 $1"}, CredentialSources())
    assert dict(headers.known(ALICE, {}).set) == {"x-kind": "external_api", "x-who": "acme/etl:alice $5 $1"}


@given(st.builds(replace, st.just(ALICE), subject=st.text(st.characters(codec="utf-8")), environment=st.sampled_from(["", "x"])))
def test_every_header_of_ours_is_set_or_removed_once_and_safe(principal: Principal) -> None:
    forged = dict.fromkeys(TEMPLATES, "evil")
    mutation = OURS.known(principal, forged)
    names = [name for name, _ in mutation.set]
    assert sorted([*names, *mutation.remove]) == sorted({*names, *mutation.remove})
    assert {*names, *mutation.remove} >= TEMPLATES.keys()
    for _, value in mutation.set:
        assert value
        assert value.isascii()
        assert value.isprintable()
        assert "," not in value


@pytest.mark.parametrize("subject", ["a\r\nset-cookie: x", "a,b", "a b", "\u00e9", "a%2Cb"])
def test_an_odd_subject_stays_one_value(subject: str) -> None:
    value = dict(OURS.known(replace(ALICE, subject=subject), {}).set)["x-auth-subject"]
    assert not set(value) & set("\r\n, ")


def test_nobody_means_that_everything_of_ours_is_removed() -> None:
    mutation = OURS.unknown({"x-auth-subject": "evil", "authorization": "Bearer x"})
    assert mutation.set == ()
    assert {*TEMPLATES, "authorization", "x-api-key", "x-original-url", "x-http-method-override"} <= set(mutation.remove)


def test_what_is_for_somebody_else_stays() -> None:
    assert "authorization" not in OURS.unknown({"authorization": "Basic YTpi"}).remove
    assert "authorization" in WITH_TOKEN.unknown({"authorization": "Basic YTpi"}).remove


def test_the_upstream_token_takes_the_place_of_the_credential() -> None:
    mutation = WITH_TOKEN.known(ALICE, {"authorization": "Bearer chy_sdk_x"}, token="e.y.J")
    assert dict(mutation.set)["authorization"] == "Bearer e.y.J"
    assert "authorization" not in mutation.remove
    assert "x-api-key" in mutation.remove
    other = IdentityHeaders({}, CredentialSources(), "x-upstream-token")
    assert other.known(ALICE, {}, token="e.y.J").set == (("x-upstream-token", "e.y.J"),)


def test_without_a_token_nobody_elses_arrives() -> None:
    assert "authorization" in WITH_TOKEN.known(ALICE, {}).remove


def test_a_shadow_leaves_credentials_but_no_forged_identity() -> None:
    headers = {"authorization": "Bearer chy_sdk_x", "x-api-key": "k", "x-auth-subject": "evil"}
    for mutation in (OURS.unknown(headers, shadow=True), OURS.known(ALICE, headers, shadow=True)):
        assert not {"authorization", "x-api-key"} & set(mutation.remove)
        assert "x-auth-subject" in {*mutation.remove, *dict(mutation.set)}
        assert "evil" not in dict(mutation.set).values()


def test_a_shadow_leaves_the_credential_where_the_upstream_token_would_stand() -> None:
    headers = {"authorization": "Bearer chy_sdk_x"}
    for mutation in (WITH_TOKEN.unknown(headers, shadow=True), WITH_TOKEN.known(ALICE, headers, token="e.y.J", shadow=True)):
        assert "authorization" not in {*mutation.remove, *dict(mutation.set)}
    other = IdentityHeaders({}, CredentialSources(), "x-upstream-token")
    assert other.known(ALICE, headers, token="e.y.J", shadow=True).set == (("x-upstream-token", "e.y.J"),)
    assert other.unknown(headers, shadow=True).remove[0] == "x-upstream-token"


def test_spaces_left_at_the_ends_of_a_value_are_dropped() -> None:
    ours = IdentityHeaders({"x-auth-who": "$token_id $subject $actor"}, CredentialSources())
    assert dict(ours.known(ALICE, {}).set) == {"x-auth-who": ALICE.subject}


@pytest.mark.parametrize(
    ("templates", "token_header"),
    [
        ({"x-auth": "$nobody"}, ""),
        ({"x_auth": "$subject"}, ""),
        ({"host": "$subject"}, ""),
        ({"content-length": "1"}, ""),
        ({"x-auth": "a\r\nb"}, ""),
        ({"x-auth": "\u00e9"}, ""),
        ({"x-auth": " a"}, ""),
        ({"x-auth": "$subject"}, "x-auth"),
        ({"authorization": "$subject"}, ""),
        ({}, "x-forwarded-for"),
    ],
)
def test_headers_that_cannot_be_ours_are_a_mistake(templates: dict[str, str], token_header: str) -> None:
    with pytest.raises(InvalidValue):
        IdentityHeaders(templates, CredentialSources(), token_header)
