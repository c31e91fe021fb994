from __future__ import annotations

import html
import json

import pytest

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.credentials import Place
from authsvc.domain.http.refusals import REFUSALS
from authsvc.domain.http.responses import Denial, Response, Responses
from authsvc.domain.limits import RateLimit, Standing
from authsvc.domain.reason import Reason

SECOND = 1_000_000
DEFAULT = Responses()
DENIED = [reason for reason in Reason if reason is not Reason.NONE]
STATUSES = {
    400: {Reason.REQUEST_MALFORMED, Reason.CREDENTIAL_AMBIGUOUS},
    401: {
        *(Reason.CREDENTIAL_MISSING, Reason.CREDENTIAL_INVALID, Reason.TOKEN_EXPIRED, Reason.TOKEN_REVOKED),
        *(Reason.AUDIENCE_MISMATCH, Reason.KEY_REVOKED, Reason.KEY_EXPIRED),
    },
    429: {Reason.RATE_LIMITED},
}


def header(answer_to: Denial, name: str, responses: Responses = DEFAULT) -> str | None:
    return dict(responses.answer(answer_to).headers).get(name)


def test_there_is_a_row_for_every_reason() -> None:
    assert set(REFUSALS) == set(DENIED)


@pytest.mark.parametrize("reason", DENIED)
def test_every_deny_has_the_status_and_body_of_the_contract(reason: Reason) -> None:
    answer = DEFAULT.answer(Denial(reason=reason))
    assert answer.status == next((status for status, reasons in STATUSES.items() if reason in reasons), 403)
    error = json.loads(answer.body)["error"]
    assert error["code"] == reason.name
    assert error["message"] == REFUSALS[reason].message
    assert ("content-type", "application/json") in answer.headers


@pytest.mark.parametrize("reason", DENIED)
def test_a_401_and_only_what_rfc_6750_names_besides_carries_a_challenge(reason: Reason) -> None:
    challenged = STATUSES[401] | {Reason.INSUFFICIENT_SCOPE, Reason.CREDENTIAL_AMBIGUOUS}
    assert (header(Denial(reason=reason), "www-authenticate") is not None) == (reason in challenged)


def test_a_missing_credential_is_challenged_without_an_error_code() -> None:
    assert header(Denial(reason=Reason.CREDENTIAL_MISSING), "www-authenticate") == 'Bearer realm="api"'


def test_a_bad_credential_is_an_invalid_token() -> None:
    challenge = header(Denial(reason=Reason.KEY_REVOKED), "www-authenticate")
    assert challenge == 'Bearer realm="api", error="invalid_token", error_description="The key was revoked."'


def test_a_missing_scope_is_named_with_all_that_are_needed() -> None:
    denial = Denial(reason=Reason.INSUFFICIENT_SCOPE, required=("a", "b"), missing=("b", "c"))
    challenge = header(denial, "www-authenticate")
    assert challenge is not None
    assert challenge.startswith('Bearer realm="api", error="insufficient_scope"')
    assert challenge.endswith('scope="a b c"')


def test_scopes_are_named_only_where_they_are_what_is_missing() -> None:
    assert "scope=" not in (header(Denial(reason=Reason.KEY_EXPIRED, required=("a",)), "www-authenticate") or "")


@pytest.mark.parametrize(
    ("places", "start"),
    [
        ([Place("x-api-key"), Place("authorization", "Bearer")], 'Bearer realm="r"'),
        ([Place("authorization", "Token"), Place("authorization", "bearer")], 'bearer realm="r"'),
        ([Place("authorization", "Token")], 'Token realm="r"'),
        ([Place("x-api-key")], 'ApiKey realm="r", header="x-api-key"'),
    ],
)
def test_a_challenge_names_a_scheme_that_is_taken(places: list[Place], start: str) -> None:
    assert header(Denial(reason=Reason.CREDENTIAL_MISSING), "www-authenticate", Responses({}, places, "r")) == start


def test_a_status_of_the_policy_decides_about_the_challenge() -> None:
    responses = Responses({Reason.KEY_INACTIVE: Response(401), Reason.CREDENTIAL_MISSING: Response(403)})
    assert "invalid_token" in (header(Denial(reason=Reason.KEY_INACTIVE), "www-authenticate", responses) or "")
    assert header(Denial(reason=Reason.CREDENTIAL_MISSING), "www-authenticate", responses) is None


def test_a_limited_caller_learns_when_to_come_back() -> None:
    limits = RateLimit(60, 60 * SECOND, 60), RateLimit(1000, 3_600 * SECOND, 100)
    standings = Standing(0, 59_000_001), Standing(40, 1)
    headers = dict(
        DEFAULT.answer(Denial(reason=Reason.RATE_LIMITED, retry_after=SECOND + 1, limits=limits, standings=standings)).headers
    )
    assert headers["retry-after"] == "2"
    assert headers["ratelimit-policy"] == '"60-per-60s";q=60;w=60, "1000-per-3600s";q=1000;w=3600'
    assert headers["ratelimit"] == '"60-per-60s";r=0;t=60, "1000-per-3600s";r=40;t=1'
    assert header(Denial(reason=Reason.RATE_LIMITED), "retry-after") == "1"
    assert header(Denial(reason=Reason.KEY_EXPIRED, limits=limits, standings=standings), "ratelimit") is None


def test_a_policy_writes_its_own_bodies_word_for_word() -> None:
    body = '{"error": "Authentication failed", "detail": "Include it as \'Bearer <your-api-key>\'."}'
    answer = Responses({Reason.CREDENTIAL_MISSING: Response(401, "application/json", body)}).answer(
        Denial(reason=Reason.CREDENTIAL_MISSING)
    )
    assert (answer.status, answer.body) == (401, body)


def test_an_empty_body_has_no_type() -> None:
    answer = Responses({Reason.ROUTE_UNKNOWN: Response(404, "text/plain", "")}).answer(Denial(reason=Reason.ROUTE_UNKNOWN))
    assert (answer.status, answer.headers, answer.body) == (404, (), "")


NASTY = "\"</script>&'\\\n"


def test_what_is_put_into_a_body_is_escaped_for_its_type() -> None:
    denial = Denial(reason=Reason.REQUEST_MALFORMED, cause=NASTY)

    def body(content_type: str, template: str) -> str:
        return Responses({Reason.REQUEST_MALFORMED: Response(400, content_type, template)}).answer(denial).body

    for kind in ("application/json", "application/problem+json; charset=utf-8"):
        assert NASTY in json.loads(body(kind, '{"m": "$message", "s": $status}'))["m"]
    for kind in ("text/html; charset=utf-8", "application/xml", "image/svg+xml"):
        written = body(kind, "<p>$message</p>")
        assert "</script>" not in written
        assert NASTY in html.unescape(written)
    assert NASTY in body("text/plain", "$message")


def test_names_in_bodies() -> None:
    response = Response(429, "text/plain", "$reason|$status|$retry_after|$missing_scopes|$$reason|$5")
    answer = Responses({Reason.RATE_LIMITED: response}).answer(
        Denial(reason=Reason.RATE_LIMITED, retry_after=1, missing=("a", "b"))
    )
    assert answer.body == "RATE_LIMITED|429|1|a b|$reason|$5"


@pytest.mark.parametrize(
    ("status", "content_type", "body"),
    [
        (200, "application/json", "{}"),
        (302, "application/json", "{}"),
        (600, "application/json", "{}"),
        (401, "application/json", '{"a": "$nothing"}'),
        (401, "application/json", '{"a": $message_}'),
        (401, "application/json", '{"a": $message}'),
        (401, "application/json", "{"),
        (401, "application/octet-stream", "$message"),
        (401, "text/plain", "x" * 65_537),
    ],
)
def test_a_response_that_could_not_be_sent_is_a_mistake(status: int, content_type: str, body: str) -> None:
    with pytest.raises(InvalidValue):
        Response(status, content_type, body)


def test_a_realm_is_quoted_safely() -> None:
    for realm in ('a"b', "a\\b", "a\r\nb"):
        with pytest.raises(InvalidValue):
            Responses(realm=realm)
