from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import pytest
import yaml

from authsvc.domain.expression import parse_expression
from authsvc.domain.http.responses import Denial
from authsvc.domain.http.rules import Anonymous, HttpRequest, HttpRules, Question, Refused
from authsvc.domain.policy_file.document import PolicyDocument
from authsvc.domain.policy_file.http_rules import HttpCompiled, compile_http
from authsvc.domain.policy_file.mistakes import Finding, field_name
from authsvc.domain.reason import Reason
from authsvc.domain.scopes import Catalogue
from tests.unit.domain.policy_file.samples import FULL

KEY = "chy_sdk_abc"


def compiled(text: str) -> HttpCompiled:
    document = PolicyDocument.model_validate({"version": 1, **yaml.safe_load(text)})
    scopes = document.scopes
    return compile_http(document, Catalogue.open() if scopes is None else Catalogue(dict.fromkeys(scopes, ())))


def rules(text: str) -> HttpRules:
    made = compiled(text)
    assert made.findings == []
    return made.rules


def read(by: HttpRules, method: str, path: str, **headers: str) -> Refused | Anonymous | Question:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return by.read(HttpRequest(method, path, "api.example", named, "192.0.2.1"))


def test_a_file_without_routes_lets_nothing_through() -> None:
    assert read(rules("{}"), "GET", "/", x_api_key=KEY) == Refused(Reason.ROUTE_UNKNOWN)


def test_every_section_takes_part() -> None:
    by = rules(FULL)
    assert isinstance(read(by, "GET", "/health"), Anonymous)
    question = read(by, "POST", "/workflows/wf_1/run", x_api_key=KEY)
    assert isinstance(question, Question)
    assert question.query.requirement.resource == "workflows/wf_1"
    assert question.query.requirement.expression == parse_expression("workflows OR agents")
    project = read(by, "GET", "/api/v1/projects", authorization=f"Bearer {KEY}")
    assert isinstance(project, Question)
    assert project.query.requirement.scopes == ("projects:read",)
    shadowed = read(by, "PUT", "/legacy/x")
    assert isinstance(shadowed, Refused)
    assert shadowed.match is not None
    assert shadowed.match.route.rule.shadow
    assert by.responses.answer(Denial(reason=Reason.CREDENTIAL_MISSING)).body == '{"error": "Authentication failed"}'
    assert by.identity.owned == ("x-auth-subject", "x-auth-key-id", "x-auth-tenant", "x-auth-scopes", "authorization")
    assert by.upstream_token is not None
    assert (by.upstream_token.audience, by.upstream_token.ttl) == ("internal", 60_000_000)


@pytest.mark.parametrize(
    ("declared", "headers", "address"),
    [
        ("peer", {}, "192.0.2.1"),
        ("external-address", {"x_envoy_external_address": "198.51.100.1"}, "198.51.100.1"),
        ("{forwarded_for: {trusted_hops: 2}}", {"x_forwarded_for": "198.51.100.7, 10.0.0.1"}, "198.51.100.7"),
    ],
)
def test_the_address_comes_from_where_the_file_says(declared: str, headers: dict[str, str], address: str) -> None:
    by = rules(f"{{client_address: {{from: {declared}}}, routes: [{{path: /a, allow: authenticated}}]}}")
    question = read(by, "GET", "/a", x_api_key=KEY, **headers)
    assert isinstance(question, Question)
    source: Any = question.query.source
    assert ".".join(str(source.value >> shift & 255) for shift in (24, 16, 8, 0)) == address


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ("routes: [{path: '/a/{x}', allow: anonymous}, {path: '/a/{y}', allow: anonymous}]", "routes[1]", "equal rank"),
        ("routes: [{path: /a, allow: anonymous}, {path: /A, allow: authenticated}]", "routes[1]", "paths: exact"),
        ("routes: [{path: /a/../b, allow: anonymous}]", "routes[0].path", "dot segment"),
        ("routes: [{path: '/a;b', allow: anonymous}]", "routes[0].path", "literal"),
        ("routes: [{path: '/{x}/{x}', allow: anonymous}]", "routes[0].path", "once"),
        ("routes: [{path: /a, methods: [HEAD], allow: anonymous}]", "routes[0]", "HEAD follows GET"),
        ("routes: [{path: '/{x}', require: {resource: 'a/{y}'}}]", "routes[0].require.resource", "no variable {y}"),
        ("routes: [{path: '/{x}', require: {resource: 'a/*'}}]", "routes[0].require.resource", "segments"),
        ("routes: [{path: /a, require: {resource: a, resource_deferred: true}}]", "routes[0]", "not both"),
        (
            "{scopes: {one: {}}, routes: [{path: /a, require: {scope_expression: one OR onne}}]}",
            "routes[0].require.scope_expression",
            'there is no scope "onne"; did you mean "one"',
        ),
        ("credentials: [{header: x-a}, {header: cookie}]", "credentials[1]", "cookie"),
        ("credentials: [{header: x-a}, {header: x-a}]", "credentials[1]", "twice"),
        ("identity_headers: {x_auth: $subject}", "identity_headers.x_auth", "underscore"),
        ("identity_headers: {content-length: $subject}", "identity_headers.content-length", "meaning of its own"),
        ("identity_headers: {x-api-key: $subject}", "identity_headers.x-api-key", "credential"),
        ("upstream_token: {header: host, audience: a}", "upstream_token.header", "meaning of its own"),
        ("context: {tenant: {header: host}}", "context.tenant.header", "meaning of its own"),
        ("context: {organization: {value: a//b}}", "context.organization.value", "a tenant is"),
        ("context: {min_revision: {value: soon}}", "context.min_revision.value", "whole number"),
        (
            "{environments: [staging], context: {environment: {value: stagin}}}",
            "context.environment.value",
            'no environment "stagin"; did you mean "staging"',
        ),
        ("{environments: [a], hosts: {h.example: {environment: b}}}", "hosts.h.example.environment", 'no environment "b"'),
        ("hosts: {'*': {environment: b}}", "hosts.*.environment", "context: {environment: {value: ...}}"),
        ("routes: [{path: '/{x}', tenant: '{y}', require: {}}]", "routes[0].tenant", "no variable {y}"),
        (
            "routes: [{path: /a, allow: anonymous, hosts: [h.example]}, {path: /A, require: {}, hosts: [h.example]}]",
            "routes[1]",
            "exact",
        ),
        ("responses: {KEY_EXPIRED: {status: 401, body: '{\"a\": $message}'}}", "responses.KEY_EXPIRED", "JSON"),
        ("responses: {KEY_EXPIRED: {status: 401, body: '\"$subject\"'}}", "responses.KEY_EXPIRED", "there is no $subject"),
    ],
)
def test_a_mistake_is_found_where_it_stands(text: str, field: str, message: str) -> None:
    (finding,) = compiled(text).findings
    assert field_name(finding.path) == field
    assert message in finding.message


def context(text: str, path: str = "/a", host: str = "api.example", **headers: str) -> Question | Refused:
    by = rules(
        f"{{routes: [{{path: /a, allow: authenticated}}, {{path: '/orgs/{{org}}', tenant: '{{org}}', require: {{}}}}], {text}}}"
    )
    named = {"x-api-key": KEY, **{name.replace("_", "-"): value for name, value in headers.items()}}
    made = by.read(HttpRequest("GET", path, host, named, "192.0.2.1", {"env": "staging"}))
    assert not isinstance(made, Anonymous)
    return made


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("context: {environment: {value: production}}", ("", "", "production")),
        ("context: {environment: {header: x-env}}", ("", "", "development")),
        ("context: {environment: {extension: env}}", ("", "", "staging")),
        ("context: {environment: {extension: environment, optional: true}}", ("", "", "")),
        ("hosts: {api.example: {environment: production}}, context: {environment: {extension: env}}", ("", "", "production")),
        ("hosts: {else.example: {environment: production}}", ("", "", "")),
        ("context: {tenant: {header: x-org}}", ("acme", "", "")),
        ("context: {organization: {header: x-org}}", ("", "acme", "")),
    ],
)
def test_the_circumstances_come_from_where_the_file_says(text: str, expected: tuple[str, str, str]) -> None:
    question = context(text, x_env="development", x_org="acme")
    assert isinstance(question, Question)
    assert (question.query.tenant, question.query.organization, question.query.environment) == expected


@pytest.mark.parametrize(
    "text", ["environment: {header: x-env}", "environment: {extension: other}", "organization: {header: x-org}"]
)
def test_what_the_file_declares_and_the_request_does_not_say_is_malformed(text: str) -> None:
    refused = context(f"context: {{{text}}}")
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.REQUEST_MALFORMED


def test_a_route_names_the_tenant_that_its_path_names() -> None:
    question = context("context: {}", "/orgs/acme")
    assert isinstance(question, Question)
    assert question.query.tenant == "acme"


def test_routes_are_for_hosts_and_hosts_can_tell_spellings_apart() -> None:
    by = rules(
        "{routes: [{path: /a, hosts: [one.example], allow: anonymous}, {path: /a, require: {}},"
        " {path: /A, require: {}}, {path: /A, hosts: [one.example], require: {}}], hosts: {'*': {paths: exact}}}"
    )
    assert isinstance(by.read(HttpRequest("GET", "/a", "one.example:80")), Anonymous)
    assert by.read(HttpRequest("GET", "/a", "two.example")) == Refused(Reason.CREDENTIAL_MISSING, match=ANY)
    assert by.read(HttpRequest("GET", "/A", "one.example")) == Refused(Reason.CREDENTIAL_MISSING, match=ANY)


def test_matrix_parameters_are_there_where_a_route_says_that_its_upstream_drops_them() -> None:
    by = rules("routes: [{path: /a, parameters: true, allow: authenticated}, {path: /b, allow: authenticated}]")
    assert isinstance(read(by, "GET", "/a;v=1", x_api_key=KEY), Question)
    assert isinstance(read(by, "GET", "/b;v=1", x_api_key=KEY), Refused)


def test_all_mistakes_are_found_at_once() -> None:
    same = "{path: /a, allow: anonymous}"
    text = f"routes: [{same}, {same}, {same}, {{path: '/.', allow: anonymous}}]"
    assert {field_name(each.path) for each in compiled(text).findings} == {"routes[1]", "routes[2]", "routes[3].path"}
    assert all(isinstance(each, Finding) for each in compiled(text).findings)
