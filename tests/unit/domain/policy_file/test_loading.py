from __future__ import annotations

from pathlib import Path

import pytest

from authsvc.domain.argon2 import Argon2Cost
from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.responses import Denial
from authsvc.domain.http.rules import Anonymous, HttpRequest, Refused
from authsvc.domain.key import Hash
from authsvc.domain.limits import RateLimit
from authsvc.domain.policy import BUILTIN, BUILTIN_SCOPES, DAY, SECOND, KeyType, TokenRules
from authsvc.domain.policy_file import default_policy, load_policy
from authsvc.domain.policy_file.values import parse_duration
from authsvc.domain.public_id import PublicIdRule
from authsvc.domain.reason import Reason
from tests.unit.domain.policy_file.samples import FULL

EXAMPLES = Path(__file__).parents[4] / "examples"


def example(name: str) -> str:
    return (EXAMPLES / name / "policy.yaml").read_text(encoding="utf-8")


def only_type(text: str) -> KeyType:
    (key_type,) = (each for each in load_policy(text).key_types.values() if each is not BUILTIN)
    return key_type


def test_every_field_of_a_full_file_arrives_in_the_policy() -> None:
    policy = load_policy(FULL, version=3)
    assert policy.version == 3
    assert policy.source == FULL
    assert policy.environments == ("development", "staging", "production")
    assert policy.descriptions == {
        "projects:read": "Read project data",
        "projects:write": "Create, update, delete projects",
    }
    assert policy.tokens == TokenRules(
        issuer="https://auth.example", algorithm="ES256", ttl=300 * SECOND, max_ttl=3600 * SECOND, audience=frozenset({"api"})
    )
    assert policy.key_types == {
        "sdk": KeyType(
            name="sdk",
            prefix="chy_sdk_",
            description="Application backends",
            random_length=36,
            default_scopes=("projects:*",),
            allowed_scopes=("projects:*", "workflows"),
            min_scopes=1,
            rate_limits=(RateLimit(600, 60 * SECOND, 60),),
            max_rate=RateLimit(600, 60 * SECOND, 600),
            min_lifetime=3600 * SECOND,
            max_lifetime=365 * DAY,
            default_lifetime=30 * DAY,
            after_today=True,
            environment_required=True,
            accepts_imported=True,
            mint_with_allowlist=True,
        ),
        "authsvc": BUILTIN,
    }


def test_the_catalogue_has_the_scopes_of_the_file_their_implications_and_those_of_authsvc() -> None:
    catalogue = load_policy(FULL).catalogue
    assert set(catalogue.scopes) == {"projects:read", "projects:write", "workflows", "agents", *BUILTIN_SCOPES}
    assert catalogue.grants(["projects:write"]).covers("projects:read")
    assert not catalogue.grants(["projects:read"]).covers("projects:write")


def test_routes_that_only_watch_and_routes_without_tests_are_warned_of() -> None:
    assert load_policy(FULL.replace("    mode: shadow\n", "").replace(", mode: shadow", "")).warnings == ()
    text = "version: 1\nroutes:\n  - {path: /a, allow: authenticated, mode: shadow}\n  - {path: /b, allow: anonymous}\n"
    assert load_policy(text).warnings == (
        "line 3: routes[0].mode: shadow lets every request through, whatever is decided",
        "tests: there are none, so nothing says what the routes are meant to do",
    )
    many = "".join(f"  - {{path: /{number}, allow: authenticated, mode: shadow}}\n" for number in range(30))
    warnings = load_policy(f"version: 1\nroutes:\n{many}").warnings
    assert (len(warnings), warnings[-2]) == (22, "10 more routes have mode: shadow")


def test_a_policy_has_its_rules_about_http_compiled_and_lets_nothing_through_without_routes() -> None:
    request = HttpRequest("GET", "/health", "api.example")
    assert isinstance(load_policy(FULL).http.read(request), Anonymous)
    assert default_policy().http.read(request) == Refused(Reason.ROUTE_UNKNOWN)


def test_two_dollars_in_an_identity_header_are_one_and_no_name() -> None:
    assert load_policy("version: 1\nidentity_headers: {x-auth-price: $$subjct}\n").http.identity.owned == ("x-auth-price",)


def test_the_shortest_file_is_the_default_policy() -> None:
    short, default = load_policy("version: 1\n"), default_policy()
    assert short.key_types == default.key_types
    assert short.tokens == default.tokens == TokenRules()
    assert short.warnings == default.warnings == ()


def test_without_a_file_there_is_one_type_and_any_scope_and_environment() -> None:
    policy = default_policy()
    assert {name: key_type.prefix for name, key_type in policy.key_types.items()} == {"default": "ak_", "authsvc": "authsvc_"}
    assert policy.catalogue.knows("anything:at:all")
    assert policy.environments == ()
    assert policy.version == 0


def test_an_empty_catalogue_is_not_an_open_one() -> None:
    assert not load_policy("version: 1\nscopes: {}\n").catalogue.knows("a")
    assert load_policy("version: 1\n").catalogue.knows("a")


@pytest.mark.parametrize(
    ("text", "duration"), [("1s", SECOND), ("10m", 600 * SECOND), ("1h", 3600 * SECOND), ("36500d", 36500 * DAY)]
)
def test_a_duration_is_a_number_and_a_unit(text: str, duration: int) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["0300s", "0s", "s", "5", "5 s", "-5s", "1.5h", "1w", "36501d", "٣s", "1s\n", 5, None])
def test_a_duration_is_nothing_else(text: object) -> None:
    with pytest.raises(InvalidValue, match="a duration is"):
        parse_duration(text)


def test_a_token_lives_no_longer_than_the_file_says_where_it_names_no_ttl() -> None:
    assert load_policy("version: 1\ntokens: {max_ttl: 60s}\n").tokens.ttl == 60 * SECOND
    assert load_policy("version: 1\ntokens: {max_ttl: 1h}\n").tokens.ttl == 300 * SECOND


def test_a_type_with_a_longest_rate_and_no_default_gives_that_rate() -> None:
    key_type = only_type("version: 1\nkey_types: {a: {prefix: a_, max_rate_limit: {limit: 5, per: 1s}}}\n")
    assert key_type.rate_limits == (RateLimit(5, SECOND, 5),)


@pytest.mark.parametrize("issuer", ["authsvc", "https://auth.example", "https://auth.example:8443/t/1", "http://127.0.0.1:8080"])
def test_an_issuer_is_a_name_or_a_url(issuer: str) -> None:
    assert load_policy(f"version: 1\nissuer: {issuer}\n").tokens.issuer == issuer


def test_words_in_quotes_are_text_whatever_they_look_like() -> None:
    text = "version: 1\nscopes: {'on': {}, \"1\": {}, 'null': {}}\nenvironments: ['no', \"2026-01-01\", !!str 1.0]\n"
    policy = load_policy(text)
    assert {"on", "1", "null"} <= set(policy.catalogue.scopes)
    assert policy.environments == ("no", "2026-01-01", "1.0")


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    text = "\ufeff" + FULL.replace("\n", "\r\n")
    assert load_policy(text).key_types == load_policy(FULL).key_types


def test_an_alias_is_its_anchor_written_again() -> None:
    text = "version: 1\nresponses:\n  KEY_EXPIRED: &refused {status: 401, body: no}\n  KEY_REVOKED: *refused\n"
    with_body = text.replace("body: no", "body: '\"no\"'")
    answers = load_policy(with_body).http.responses
    assert (
        answers.answer(Denial(reason=Reason.KEY_REVOKED)).body == answers.answer(Denial(reason=Reason.KEY_EXPIRED)).body == '"no"'
    )


def test_both_prefixes_of_a_family_may_share_a_beginning() -> None:
    text = "version: 1\nkey_types: {a: {prefix: chy_a_}, b: {prefix: chy_b_}, rest: {prefix: ''}}\n"
    policy = load_policy(text)
    names = {credential: policy.type_of(credential) for credential in ("chy_a_x", "chy_b_x", "chy_x")}
    assert {credential: each.name for credential, each in names.items() if each} == {
        "chy_a_x": "a",
        "chy_b_x": "b",
        "chy_x": "rest",
    }


def test_dgidgi_has_its_five_prefixes_eight_scopes_and_three_environments() -> None:
    policy = load_policy(example("dgidgi"))
    prefixes = {key_type.prefix for key_type in policy.key_types.values()} - {"authsvc_"}
    assert prefixes == {"chy_sdk_", "chy_cli_", "chy_ci_", "chy_int_", "chy_mkt_"}
    areas = ("projects", "billing", "secrets", "agents")
    assert set(policy.catalogue.scopes) - set(BUILTIN_SCOPES) == {
        f"{area}:{verb}" for area in areas for verb in ("read", "write")
    }
    assert policy.environments == ("development", "staging", "production")
    assert not policy.catalogue.grants(["projects:write"]).covers("projects:read")


def test_dagen_keys_have_a_scope_and_at_most_600_calls_a_minute() -> None:
    key_type = only_type(example("dagen"))
    assert key_type.prefix == "dg_"
    assert (key_type.min_scopes, key_type.default_scopes, key_type.after_today) == (1, (), True)
    assert key_type.rate_limits == (RateLimit(60, 60 * SECOND, 60),)
    assert key_type.max_rate == RateLimit(600, 60 * SECOND, 600)


def test_gaife_keys_have_43_characters_after_their_prefix_and_no_scopes() -> None:
    key_type = only_type(example("gaife"))
    assert key_type.prefix == "sk-"
    assert key_type.random_length + len("g" + "tagtag") == 43
    assert not load_policy(example("gaife")).catalogue.knows("anything")


def test_oauth2_keys_have_scopes_read_and_write_and_hour_long_tokens() -> None:
    policy = load_policy(example("oauth2"))
    assert set(policy.catalogue.scopes) - set(BUILTIN_SCOPES) == {"read", "write"}
    assert policy.tokens.ttl == 3600 * SECOND
    assert only_type(example("oauth2")).prefix == ""


def test_a_key_type_says_how_secrets_are_stored_and_where_imported_keys_have_their_public_id() -> None:
    text = """\
version: 1
argon2: {memory: 32MiB, passes: 3, lanes: 2}
key_types:
  chosen: {prefix: c-, hash: argon2id, random_length: 40}
  dotted: {prefix: d-, accepts_imported: true, public_id: {separator: "."}}
  fixed: {prefix: f-, accepts_imported: true, public_id: {length: 24}}
"""
    policy = load_policy(text)
    assert policy.argon2 == Argon2Cost(memory=32 * 1024, passes=3, lanes=2)
    types = policy.key_types
    assert (types["chosen"].hash, types["chosen"].issued_random) == (Hash.ARGON2ID, 62)
    assert (types["dotted"].hash, types["dotted"].issued_random) == (Hash.HMAC, 32)
    assert types["dotted"].public_id == PublicIdRule(separator=".")
    assert types["fixed"].public_id == PublicIdRule(length=24)


def test_without_a_word_about_argon2_a_hash_costs_19_mib_and_2_passes() -> None:
    assert load_policy("version: 1\n").argon2 == default_policy().argon2 == Argon2Cost(memory=19456, passes=2, lanes=1)
