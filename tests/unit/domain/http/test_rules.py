from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authsvc.domain.decision import Requirement
from authsvc.domain.http.circumstances import Circumstances, From, Input
from authsvc.domain.http.client_address import ClientAddress
from authsvc.domain.http.credentials import CredentialSources
from authsvc.domain.http.identity import IdentityHeaders
from authsvc.domain.http.responses import Responses
from authsvc.domain.http.routes import Route, Routes, Rule
from authsvc.domain.http.rules import Anonymous, HttpRequest, HttpRules, Question, Refused
from authsvc.domain.http.template import parse_composition, parse_template
from authsvc.domain.network import parse_address
from authsvc.domain.reason import Reason
from tests.unit.domain.http.routing import ANYBODY, needs, route, table

KEY = "chy_sdk_abc"
HOST = "api.example"
RUN = "/workflows/{workflow_id}/run"
ORG = parse_template("/orgs/{org}/**")
ROUTES = [
    *table(
        ("*", "/health", ANYBODY),
        ("OPTIONS", "/**", ANYBODY),
        ("*", "/api/**", needs("read")),
        ("POST", RUN, needs("run", resource="workflows/{workflow_id}", path=RUN)),
        ("*", "/legacy/**", Rule(requirement=Requirement(scopes=("read",)), shadow=True)),
    ),
    Route(number=6, template=ORG, rule=Rule(tenant=parse_composition("{org}", ORG))),
]
BEARER = {"authorization": f"Bearer {KEY}"}


def rules(
    routes: Iterable[Route] = ROUTES,
    *,
    address: ClientAddress | None = None,
    circumstances: Circumstances | None = None,
) -> HttpRules:
    sources = CredentialSources()
    return HttpRules(
        Routes(routes),
        sources=sources,
        address=address or ClientAddress.peer(),
        circumstances=circumstances or Circumstances(),
        identity=IdentityHeaders({"x-auth-subject": "$subject"}, sources),
        responses=Responses(),
    )


RULES = rules()


def asked(method: str, path: str, headers: dict[str, str] | None = None, host: str = HOST) -> HttpRequest:
    return HttpRequest(method, path, host, BEARER if headers is None else headers, peer="192.0.2.1")


def reason_of(request: HttpRequest, by: HttpRules = RULES) -> Reason:
    outcome = by.read(request)
    assert isinstance(outcome, Refused)
    assert outcome.reason is not Reason.NONE
    return outcome.reason


def test_a_request_becomes_a_question() -> None:
    question = RULES.read(asked("POST", "/workflows/wf_1/run?x=/../1"))
    assert isinstance(question, Question)
    assert question.credential == KEY
    assert question.match.route.number == 4
    assert question.query.requirement == Requirement(scopes=("run",), resource="workflows/wf_1")
    assert question.query.source == parse_address("192.0.2.1")
    assert (question.query.tenant, question.query.environment, question.query.cost) == ("", "", 1)


def test_a_credential_shows_in_no_repr() -> None:
    question = RULES.read(asked("GET", "/api/x"))
    assert KEY not in repr(question)
    assert KEY not in repr(asked("GET", "/api/x"))


def test_an_anonymous_route_asks_for_nothing() -> None:
    for headers in ({}, BEARER, {"authorization": "Bearer a,Bearer b"}):
        assert isinstance(RULES.read(asked("GET", "/health", headers)), Anonymous)


def test_what_no_route_knows_is_refused_before_the_credential_is_looked_at() -> None:
    for headers in ({}, BEARER, {"authorization": "a,b"}):
        assert reason_of(asked("GET", "/unknown", headers)) is Reason.ROUTE_UNKNOWN


def test_what_is_malformed_is_refused_first() -> None:
    assert reason_of(asked("POST", "/workflows/a%40b/run", {})) is Reason.REQUEST_MALFORMED
    assert reason_of(asked("GET", "/unknown//", {})) is Reason.REQUEST_MALFORMED


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, Reason.CREDENTIAL_MISSING),
        ({"x-api-key": KEY, **BEARER}, Reason.CREDENTIAL_AMBIGUOUS),
        ({"x-api-key": "a b"}, Reason.CREDENTIAL_INVALID),
        ({"x-api-key": "a,b"}, Reason.REQUEST_MALFORMED),
    ],
)
def test_a_refused_credential_names_the_route(headers: dict[str, str], reason: Reason) -> None:
    refused = RULES.read(asked("GET", "/legacy/x", headers))
    assert isinstance(refused, Refused)
    assert refused.reason is reason
    assert refused.match is not None
    assert refused.match.route.rule.shadow


@pytest.mark.parametrize(
    "request_",
    [
        asked("", "/api/x"),
        asked("get", "/api/x"),
        asked("TRACE", "/api/x"),
        asked("CONNECT", "/api/x"),
        asked("GET", ""),
        asked("GET", "*"),
        asked("GET", "//api/x"),
        asked("GET", "/health/../api/x"),
        asked("GET", "/health/%2e%2e;/api"),
        asked("GET", "/api/x;y"),
        asked("GET", "/API/x"),
        asked("GET", "/HEALTH"),
        asked("GET", "/api/x", host=""),
        asked("GET", "/api/x", host="a,b"),
        asked("GET", "/api/x", host="good@evil"),
        *(asked("GET", "/health", {name: "DELETE"}) for name in ("x-http-method-override", "x-http-method", "x-method-override")),
        asked("GET", "/health", {"x_http_method_override": "DELETE"}),
        asked("GET", "/api/x", BEARER | {"x_auth_subject": "evil"}),
        asked("GET", "/api/x", BEARER | {"x_api_key": KEY}),
        asked("GET", "/health", {":path": "/api/x"}),
        asked("GET", "/health", {":method": "POST"}),
        asked("GET", "/health", {":authority": "other.example"}),
        asked("GET", "/health", {"host": "other.example"}),
        asked("OPTIONS", "/health", {}),
        asked("OPTIONS", "/x", {}),
        asked("OPTIONS", "/x", {"origin": "https://a.example"}),
        asked("OPTIONS", "/x", {"origin": "a,b", "access-control-request-method": "GET"}),
    ],
)
def test_ambiguity_is_a_refusal(request_: HttpRequest) -> None:
    assert reason_of(request_) is Reason.REQUEST_MALFORMED


def test_headers_that_agree_with_the_request_are_fine() -> None:
    headers = {":path": "/api/x?y", ":method": "GET", ":authority": HOST, ":scheme": "https", "host": HOST, "x_other": "1"}
    assert isinstance(RULES.read(asked("GET", "/api/x?y", BEARER | headers)), Question)


def test_forwarding_headers_change_nothing() -> None:
    forged = {"x-forwarded-uri": "/health", "x-original-url": "/health", "x-forwarded-method": "GET", "x-forwarded-host": "h"}
    assert reason_of(asked("GET", "/api/x", forged)) is Reason.CREDENTIAL_MISSING


def test_a_preflight_is_anonymous_where_the_policy_says_so() -> None:
    preflight = {"origin": "https://app.example", "access-control-request-method": "PUT"}
    for path in ("/api/x", "/health", "/unknown"):
        assert isinstance(RULES.read(asked("OPTIONS", path, preflight)), Anonymous)
    without = rules(table(("GET,PUT", "/api/**", needs("read"))))
    assert reason_of(asked("OPTIONS", "/api/x", preflight), without) is Reason.ROUTE_UNKNOWN


def test_options_that_is_no_preflight_needs_what_its_route_needs() -> None:
    assert reason_of(asked("OPTIONS", "/api/x", {})) is Reason.CREDENTIAL_MISSING
    assert isinstance(RULES.read(asked("OPTIONS", "/api/x")), Question)


def test_tenant_environment_and_address_come_from_where_the_policy_says() -> None:
    by = rules(
        address=ClientAddress.forwarded_for(1),
        circumstances=Circumstances(
            tenant=Input(From.HEADER, "x-organization-id", optional=True), environment=Input(From.PROXY, "environment")
        ),
    )
    request = asked("GET", "/orgs/acme/x", BEARER | {"x-forwarded-for": "192.0.2.66, 198.51.100.1", "x-organization-id": "acme"})
    request.extensions = {"environment": "staging"}
    question = by.read(request)
    assert isinstance(question, Question)
    assert (question.query.tenant, question.query.environment) == ("acme", "staging")
    assert question.query.source == parse_address("198.51.100.1")
    request.extensions = {}
    assert reason_of(request, by) is Reason.REQUEST_MALFORMED
    twin = asked("GET", "/orgs/acme/x", BEARER | {"x-forwarded-for": "198.51.100.1", "x_organization_id": "other"})
    twin.extensions = {"environment": "staging"}
    assert reason_of(twin, by) is Reason.REQUEST_MALFORMED


def test_a_route_of_a_host_is_reached_by_that_host_in_any_spelling() -> None:
    by = rules([route(1, "/a", ANYBODY, hosts=["api.example"])])
    for host in ("api.example", "API.example:443", "api.example."):
        assert isinstance(by.read(asked("GET", "/a", {}, host)), Anonymous)
    assert reason_of(asked("GET", "/a", {}, "other.example"), by) is Reason.ROUTE_UNKNOWN


TEXTS = st.one_of(
    st.text(max_size=8), st.sampled_from(["GET", "POST", "/health", "/api/x", "/legacy/x", HOST, "OPTIONS", "", "/"])
)
HEADERS = st.dictionaries(
    st.sampled_from(["authorization", "x-api-key", "origin", "access-control-request-method", ":path", "x_auth_subject", "host"]),
    st.one_of(TEXTS, st.just(f"Bearer {KEY}")),
)


@given(st.builds(HttpRequest, TEXTS, TEXTS, TEXTS, HEADERS, TEXTS))
def test_no_request_passes_without_a_route_that_says_so_or_a_credential(request_: HttpRequest) -> None:
    outcome = RULES.read(request_)
    if isinstance(outcome, Anonymous):
        assert outcome.match.route.rule.anonymous
    elif isinstance(outcome, Question):
        assert outcome.credential
        assert not outcome.match.route.rule.anonymous
    else:
        assert outcome.reason is not Reason.NONE
