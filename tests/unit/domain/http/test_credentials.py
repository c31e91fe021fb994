from __future__ import annotations

import pytest

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.credentials import CredentialSources, Place
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.reason import Reason

SOURCES = CredentialSources()
KEY = "chy_sdk_abc"
MISSING, AMBIGUOUS, INVALID = Reason.CREDENTIAL_MISSING, Reason.CREDENTIAL_AMBIGUOUS, Reason.CREDENTIAL_INVALID


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"authorization": f"Bearer {KEY}"}, KEY),
        ({"authorization": f"bEARER {KEY}"}, KEY),
        ({"x-api-key": KEY}, KEY),
        ({"x-api-key": KEY, "authorization": "Basic YTpi"}, KEY),
        ({"x-api-key": KEY, "authorization": "Bearer"}, KEY),
        ({"x-api-key": "", "authorization": f"Bearer {KEY}"}, KEY),
        ({}, MISSING),
        ({"authorization": "Basic YTpi"}, MISSING),
        ({"authorization": ""}, MISSING),
        ({"authorization": "Bearer"}, MISSING),
        ({"authorization": KEY}, MISSING),
        ({"cookie": KEY, "x_api_key": KEY}, MISSING),
        ({"authorization": f"Bearer  {KEY}"}, INVALID),
        ({"authorization": f"Bearer {KEY} {KEY}"}, INVALID),
        ({"authorization": f"Bearer {KEY}\u00e9"}, INVALID),
        ({"x-api-key": f"Bearer {KEY}"}, INVALID),
        ({"x-api-key": "a" * 600}, INVALID),
        ({"x-api-key": KEY, "authorization": f"Bearer {KEY}"}, AMBIGUOUS),
        ({"x-api-key": KEY, "authorization": "Bearer bad bad"}, AMBIGUOUS),
    ],
)
def test_a_request_carries_exactly_one_credential(headers: dict[str, str], found: str | Reason) -> None:
    assert SOURCES.find(headers) == found


@pytest.mark.parametrize("value", [f"Bearer bad,Bearer {KEY}", f"Bearer {KEY},", "Basic a, Bearer b", ","])
def test_a_header_with_several_values_is_malformed(value: str) -> None:
    with pytest.raises(Malformed) as refusal:
        SOURCES.find({"authorization": value})
    assert KEY not in str(refusal.value)


def test_one_header_may_have_several_schemes_and_none() -> None:
    sources = CredentialSources([Place("authorization", "Bearer"), Place("authorization", "ApiKey"), Place("authorization")])
    for value in (f"Bearer {KEY}", f"apikey {KEY}", KEY):
        assert sources.find({"authorization": value}) == KEY
    assert sources.find({"authorization": f"Basic {KEY}"}) == INVALID


def test_places_are_named_once_and_can_carry_a_credential() -> None:
    for places in ([Place("a", "x"), Place("a", "X")], [Place("cookie")], [Place("x_api_key")], [Place("host")]):
        with pytest.raises(InvalidValue):
            CredentialSources(places)


@pytest.mark.parametrize(
    ("headers", "carried"),
    [
        ({}, ["x-api-key"]),
        ({"authorization": "Basic YTpi"}, ["x-api-key"]),
        ({"authorization": f"Bearer {KEY}"}, ["authorization", "x-api-key"]),
        ({"authorization": "bearer"}, ["authorization", "x-api-key"]),
        ({"authorization": f" Bearer\t{KEY}"}, ["authorization", "x-api-key"]),
        ({"authorization": f"Basic YTpi,Bearer {KEY}"}, ["authorization", "x-api-key"]),
    ],
)
def test_what_could_carry_a_credential_to_the_upstream_is_named(headers: dict[str, str], carried: list[str]) -> None:
    assert SOURCES.carried(headers) == carried
