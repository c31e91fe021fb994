"""Every mistake has its line, its field and says what is allowed. The first line of each file is `version: 1`."""

from __future__ import annotations

import pytest

from authsvc.domain.policy_file import Mistake, PolicyErrors, load_policy
from authsvc.domain.policy_file.mistakes import MAX_MISTAKES


def mistakes_of(text: str) -> tuple[Mistake, ...]:
    with pytest.raises(PolicyErrors) as caught:
        load_policy(text)
    return caught.value.mistakes


def key_type(fields: str) -> str:
    """One key type, a field on each line from line 5 on; line 4 is its prefix."""
    return "key_types:\n  sdk:\n    prefix: chy_\n" + "".join(f"    {line}\n" for line in fields.splitlines())


SCOPES = "scopes: {projects:read: {}, projects:write: {}}\n"

# what follows `version: 1`, line, field, part of the message
YAML = [
    ("issuer: [a", 3, "", "not YAML"),
    ("issuer: 'a", 3, "", "not YAML"),
    ("issuer: a: b", 2, "", "mapping values are not allowed"),
    ("tokens:\n\tttl: 300s", 3, "", "indent with spaces"),
    ("tokens: &a {ttl: *b}", 2, "", "no anchor"),
    ("tokens: &a {ttl: *a}", 2, "", "inside its own anchor"),
    ("---\nversion: 1", 3, "", "one document"),
    ("issuer: a\x07", 2, "", "U+0007"),
    ("issuer: a\u202eb", 2, "", "U+202E"),
    ("issuer: " + "[" * 40, 2, "", "nested deeper"),
    ("issuer: !!python/name:os.system x", 2, "issuer", "tags are not allowed"),
    ("tokens: !foo {ttl: 300s}", 2, "tokens", "tags are not allowed"),
    ("issuer: !!binary YQ==", 2, "issuer", "tags are not allowed"),
    ("issuer: a\nissuer: b", 3, "issuer", "given twice, first on line 2"),
    ("tokens:\n  ttl: 60s\n  ttl: 60s", 4, "tokens.ttl", "given twice, first on line 3"),
    ("issuer:", 2, "issuer", "the value is missing"),
    ("key_types: ~", 2, "key_types", "the value is missing"),
    ("issuer: on", 2, "issuer", "in quotes"),
    ("issuer: 012", 2, "issuer", "plain decimal"),
    ("issuer: 1:30", 2, "issuer", "plain decimal"),
    ("issuer: 1.5", 2, "issuer", "plain decimal"),
    ("issuer: 2026-01-01", 2, "issuer", "date"),
    ("issuer: 7", 2, "issuer", "put 7 in quotes"),
    ("issuer: true", 2, "issuer", "put true in quotes"),
    ("environments: [dev, no]", 2, "environments[1]", "in quotes"),
    ("environments: [dev, 1]", 2, "environments[1]", "put 1 in quotes"),
    ("on: {}", 2, "", "a name has to be text"),
    ("7: {}", 2, "", "a name has to be text"),
    ("? [a]\n: b", 2, "", "a name has to be text"),
    ("scopes:\n  null: {}", 3, "scopes", "a name has to be text"),
    ("tokens:\n  <<: {ttl: 60s}", 3, "tokens", "merge keys"),
]

DOCUMENT = [
    ("isuer: a", 2, "isuer", 'did you mean "issuer"?'),
    ("zzz: a", 2, "zzz", "there are argon2"),
    ("issuer: a b", 2, "issuer", "visible ASCII"),
    ("issuer: http://auth.example", 2, "issuer", "https"),
    ("issuer: https://auth.example/?a", 2, "issuer", "without user, query"),
    ("issuer: https://me@auth.example", 2, "issuer", "without user"),
    ("issuer: https://auth.example:port", 2, "issuer", "https"),
    ("tokens: []", 2, "tokens", "must be a mapping"),
    ("tokens: {algorithm: HS256}", 2, "tokens.algorithm", "'ES256', 'EdDSA' or 'RS256', not \"HS256\""),
    ("tokens:\n  algoritm: ES256", 3, "tokens.algoritm", 'did you mean "algorithm"?'),
    ("tokens:\n  ttl: 300", 3, "tokens.ttl", "300s, 10m, 1h or 365d"),
    ("argon2:\n  memory: 19", 3, "argon2.memory", "19MiB; at most 64MiB"),
    ("argon2:\n  memory: 65MiB", 3, "argon2.memory", "at most 64MiB"),
    ("argon2:\n  memory: 65537KiB", 3, "argon2.memory", "at most 64MiB"),
    ("argon2:\n  memory: 17MiB", 3, "argon2.memory", "at least 17920KiB with 2 passes"),
    ("argon2:\n  memory: 19MiB\n  passes: 1", 3, "argon2.memory", "at least 35840KiB with 1 passes"),
    ("argon2: {memory: 64MiB, passes: 6}", 2, "argon2.passes", "at most 5"),
    ("argon2: {memory: 64MiB, lanes: 5}", 2, "argon2.lanes", "at most 4"),
    ("argon2: {memory: 16KiB, lanes: 4}", 2, "argon2.memory", "8KiB for each lane"),
    ("tokens:\n  ttl: 0s", 3, "tokens.ttl", "not 0"),
    ("tokens:\n  ttl: 5 m", 3, "tokens.ttl", "a duration is"),
    ("tokens:\n  ttl: PT5M", 3, "tokens.ttl", "a duration is"),
    ("tokens:\n  ttl: 2h", 3, "tokens.ttl", "at most tokens.max_ttl, which is 1h"),
    ("tokens:\n  max_ttl: 25h", 3, "tokens.max_ttl", "at most 1d"),
    ("tokens:\n  max_ttl: 99999999d", 3, "tokens.max_ttl", "at most 36500d"),
    ("tokens:\n  max_ttl: bad\n  ttl: 2h", 3, "tokens.max_ttl", "a duration is"),
    ("tokens:\n  audience: []", 3, "tokens.audience", "must not be empty"),
    ("tokens:\n  audience: api", 3, "tokens.audience", "must be a list"),
    ("tokens:\n  audience: [a, 'b c']", 3, "tokens.audience[1]", "visible ASCII"),
    ("tokens:\n  audience: [a, b, a]", 3, "tokens.audience[2]", '"a" is named twice'),
    ("environments: []", 2, "environments", "must not be empty"),
    ("environments:\n  - dev\n  - dev", 4, "environments[1]", "named twice"),
    ("environments:\n  - 'a b'", 3, "environments[0]", "a name is"),
    ("scopes: [a]", 2, "scopes", "must be a mapping"),
    ("scopes:\n  A: {}", 3, "scopes.A", "a scope is"),
    ("scopes:\n  'a:*': {}", 3, "scopes.a:*", "a scope is"),
    ("scopes:\n  a: read it", 3, "scopes.a", "must be a mapping"),
    ("scopes:\n  a:\n    descripton: b", 4, "scopes.a.descripton", 'did you mean "description"?'),
    ("scopes:\n  a:\n    description: " + "b" * 1001, 4, "scopes.a.description", "at most 1000"),
    ("scopes:\n  authsvc:own: {}", 3, "scopes.authsvc:own", "authsvc's own"),
    ("scopes:\n  authsvc:verify: {}", 3, "scopes.authsvc:verify", "authsvc's own"),
    ("scopes:\n  reports:read: {}\n  b: {implies: [reports:raed]}", 4, "scopes.b.implies[0]", 'did you mean "reports:read"?'),
    ("scopes:\n  a:\n    implies:\n      - a\n      - x:*", 6, "scopes.a.implies[1]", 'there is no scope "x:*"'),
    ("scopes:\n  a: {implies: [authsvc:verify]}", 3, "scopes.a.implies[0]", "by name only"),
    ("scopes:\n  a: {implies: ['a*']}", 3, "scopes.a.implies[0]", "last segment may be '*'"),
    ("key_types: {}", 2, "key_types", "must not be empty"),
    ("key_types:\n  sdk: {}", 3, "key_types.sdk.prefix", "is required"),
    ("key_types:\n  'a b': {prefix: a_}", 3, 'key_types["a b"]', "a name is"),
    ("key_types:\n  authsvc: {prefix: a_}", 3, "key_types.authsvc", "authsvc's own"),
    ("key_types:\n  a: {prefix: authsvc_x_}", 3, "key_types.a.prefix", "authsvc's own"),
    ("key_types:\n  a: {prefix: A_}", 3, "key_types.a.prefix", "a-z"),
    ("key_types:\n  a: {prefix: sk}", 3, "key_types.a.prefix", "ends with"),
    ("key_types:\n  a: {prefix: k_}\n  b: {prefix: k_}", 4, "key_types.b.prefix", "the type a has the same prefix"),
    ("key_types:\n  a: {prefix: k_}\n  b: {prefix: k_x_}", 4, "key_types.b.prefix", 'told apart from "k_" of the type a'),
    ("key_types:\n  a: {prefix: k_x_}\n  b: {prefix: k_}", 4, "key_types.b.prefix", "told apart"),
    ("key_types:\n  a: {prefix: ''}\n  b: {prefix: ''}", 4, "key_types.b.prefix", "same prefix"),
]

KEY_TYPE = [
    ("default_scopes: a", 5, "default_scopes", "must be a list"),
    ("default_scopes: [A]", 5, "default_scopes[0]", "a scope is"),
    ("default_scopes: [authsvc:verify]", 5, "default_scopes[0]", "only for keys of its own type"),
    ("allowed_scopes: ['authsvc:*']", 5, "allowed_scopes[0]", "only for keys of its own type"),
    ("default_scopes:\n  - a\n  - a", 7, "default_scopes[1]", "named twice"),
    ("allowed_scopes: []", 5, "allowed_scopes", "must not be empty"),
    ("allowed_scopes: [a]\ndefault_scopes: [b]", 6, "default_scopes[0]", "not within allowed_scopes"),
    ("allowed_scopes: [a:b]\ndefault_scopes: ['a:*']", 6, "default_scopes[0]", "not within allowed_scopes"),
    ("min_scopes: 2\ndefault_scopes: [a]", 6, "default_scopes", "at least 2 (min_scopes)"),
    ("min_scopes: 65", 5, "min_scopes", "at most 64"),
    ("min_scopes: '1'", 5, "min_scopes", 'a whole number, not "1"'),
    ("rate_limits: {limit: 1, per: 1s}", 5, "rate_limits", "must be a list"),
    ("rate_limits: [{per: 60s}]", 5, "rate_limits[0].limit", "is required"),
    ("rate_limits:\n  - limit: 0\n    per: 60s", 6, "rate_limits[0].limit", "at least 1, not 0"),
    ("rate_limits:\n  - {limit: 1, per: 60s}\n  - {limit: 1000001, per: 60s}", 7, "rate_limits[1].limit", "at most 1000000"),
    ("rate_limits: [{limit: 1, per: 60}]", 5, "rate_limits[0].per", "a duration is"),
    ("rate_limits: [{limit: 1, per: 367d}]", 5, "rate_limits[0].per", "at most 366d"),
    ("rate_limits:\n  - limit: 1\n    per: 60s\n    burst: 0", 8, "rate_limits[0].burst", "at least 1, not 0"),
    ("rate_limits: [{limit: 1, per: 1s, bursts: 2}]", 5, "rate_limits[0].bursts", 'did you mean "burst"?'),
    (f"rate_limits: [{', '.join(['{limit: 1, per: 1s}'] * 9)}]", 5, "rate_limits", "at most 8 entries"),
    ("max_rate_limit: {limit: 1, per: 1s, burst: 2}", 5, "max_rate_limit.burst", "is no field here"),
    ("max_rate_limit: {limit: 1}", 5, "max_rate_limit.per", "is required"),
    ("max_rate_limit: {limit: 1, per: 367d}", 5, "max_rate_limit.per", "at most 366d"),
    ("max_rate_limit: {limit: 600, per: 60s}\nrate_limits: [{limit: 11, per: 1s}]", 6, "rate_limits[0].limit", "600 per 1m"),
    ("max_rate_limit: {limit: 5, per: 60s}\nrate_limits: [{limit: 6, per: 120s}]", 6, "rate_limits[0]", "burst must be at most"),
    ("max_rate_limit: {limit: 5, per: 1m}\nrate_limits: [{limit: 1, per: 1m, burst: 6}]", 6, "rate_limits[0].burst", "at most"),
    ("min_lifetime: 2d\nmax_lifetime: 1d", 5, "min_lifetime", "at most max_lifetime, 1d"),
    ("default_lifetime: 1h\nmin_lifetime: 2h", 5, "default_lifetime", "at least min_lifetime, 2h"),
    ("default_lifetime: 3h\nmax_lifetime: 2h", 5, "default_lifetime", "at most max_lifetime, 2h"),
    ("after_today: true\nmax_lifetime: 1d", 6, "max_lifetime", "more than 1d"),
    ("after_today: true\ndefault_lifetime: 24h", 6, "default_lifetime", "more than 1d"),
    ("after_today: yes", 5, "after_today", "write true or false"),
    ("after_today: 1", 5, "after_today", "must be true or false, not 1"),
    ("environment_required: 'true'", 5, "environment_required", "must be true or false"),
    ("random_length: 31", 5, "random_length", "at least 32, not 31"),
    ("random_length: 129", 5, "random_length", "at most 128"),
    ("random_length: 0x24", 5, "random_length", "plain decimal"),
    ("hash: sha256", 5, "hash", "'hmac' or 'argon2id'"),
    ("public_id: {length: 24}", 5, "public_id", "has no accepts_imported"),
    ("accepts_imported: true\npublic_id: {}", 6, "public_id", "either a length or a separator"),
    ("accepts_imported: true\npublic_id: {length: 24, separator: .}", 6, "public_id", "either a length or a separator"),
    ("accepts_imported: true\npublic_id: {length: 15}", 6, "public_id.length", "at least 16"),
    ("accepts_imported: true\npublic_id: {length: 129}", 6, "public_id.length", "at most 128"),
    ("accepts_imported: true\npublic_id: {separator: a}", 6, "public_id.separator", "none of them a letter or digit"),
    ("accepts_imported: true\npublic_id: {separator: .....}", 6, "public_id.separator", "1 to 4"),
    ("accept_imported: true", 5, "accept_imported", 'did you mean "accepts_imported"?'),
]

HTTP = [
    ("credentials: []", 2, "credentials", "must not be empty"),
    ("credentials:\n  - {header: Authorization}", 3, "credentials[0].header", "lower case"),
    ("credentials:\n  - {header: a, scheme: 'B '}", 3, "credentials[0].scheme", "must match"),
    ("client_address: {from: header}", 2, "client_address.from", "peer, external-address"),
    ("client_address: {from: {forwarded_for: {trusted_hops: 0}}}", 2, "client_address.from", "1 to 16 hops"),
    ("identity_headers: {x-a: $subjct}", 2, "identity_headers.x-a", 'did you mean "subject"?'),
    ("upstream_token: {header: a}", 2, "upstream_token.audience", "is required"),
    ("routes:\n  - {path: a, allow: anonymous}", 3, "routes[0].path", "begins with '/'"),
    ("routes:\n  - {path: /a/**/b, allow: anonymous}", 3, "routes[0].path", "the last one may be **"),
    ("routes:\n  - {path: /a}", 3, "routes[0]", "either allow or require"),
    ("routes:\n  - {path: /a, allow: anonymous, require: {}}", 3, "routes[0]", "either allow or require"),
    ("routes:\n  - {path: /a, allow: anonymous, mode: shadow}", 3, "routes[0]", "cannot go with"),
    ("routes:\n  - {path: /a, allow: all}", 3, "routes[0].allow", "'anonymous' or 'authenticated'"),
    ("routes:\n  - {path: /a, methods: [get], require: {}}", 3, "routes[0].methods[0]", "'GET'"),
    ("routes:\n  - {path: /a, require: {scope_expression: a AND}}", 3, "routes[0].require.scope_expression", ""),
    ("responses: {NOT_A_REASON: {status: 401}}", 2, "responses.NOT_A_REASON", "no reason of a decision"),
    ("responses: {KEY_EXPIRD: {status: 401}}", 2, "responses.KEY_EXPIRD", 'did you mean "KEY_EXPIRED"?'),
    ("routes:\n  - {path: /a, allow: anonymous}\n  - {path: /a, require: {}}", 4, "routes[1]", "equal rank"),
    ("routes:\n  - {path: /a, hosts: [A.example], require: {}}", 3, "routes[0].hosts[0]", "write a.example"),
    ("routes:\n  - {path: /a, hosts: ['*'], require: {}}", 3, "routes[0].hosts[0]", "a host is one name"),
    ("routes:\n  - {path: '/{a}', allow: anonymous, tenant: '{a}'}", 3, "routes[0]", "a tenant is for routes"),
    ("hosts: {'a.example:80': {paths: exact}}", 2, "hosts.a.example:80", "write a.example"),
    ("hosts: {a.example: {paths: strict}}", 2, "hosts.a.example.paths", "'folded' or 'exact'"),
    ("context: {tenant: {}}", 2, "context.tenant", "one of value, header and extension"),
    ("context: {tenant: {value: a, header: b}}", 2, "context.tenant", "one of value, header and extension"),
    ("context: {tenant: {value: a, optional: true}}", 2, "context.tenant", "always there"),
    ("context: {tenants: {value: a}}", 2, "context.tenants", 'did you mean "tenant"'),
    ("responses: {KEY_EXPIRED: {status: 200}}", 2, "responses.KEY_EXPIRED.status", "at least 400"),
    ("tests:\n  - {name: a, request: {path: /a}, expect: {decision: allow}}", 3, "tests[0].expect.decision", "'ALLOW' or 'DENY'"),
]

KEY = "path: /a, key: {type: sdk"
TEST = [
    ("path: /a", "ALLOW, status: 403", "expect.status", "an ALLOW has no status"),
    ("path: /a", "ALLOW, reason: KEY_EXPIRED", "expect.reason", "an ALLOW has no reason"),
    ("path: /a, key: {type: skd}", "DENY", "request.key.type", "a key type of the policy: sdk, authsvc"),
    (f"{KEY}, scopes: [a, c]}}", "DENY", "request.key.scopes[1]", "scope"),
    (f"{KEY}, tenant: /a}}", "DENY", "request.key.tenant", "a tenant is"),
    (f"{KEY}, allowed_cidrs: [10.0.0.1/8]}}", "DENY", "request.key.allowed_cidrs[0]", "10.0.0.0/8"),
    (f"{KEY}}}, headers: {{authorization: x}}", "DENY", "request.headers", "leave the header or the key"),
]


def check(text: str, line: int, field: str, part: str) -> None:
    (mistake,) = mistakes_of(text)
    assert (line, field) == (mistake.line, mistake.field)
    assert part in mistake.message


@pytest.mark.parametrize(("text", "line", "field", "part"), YAML)
def test_yaml_that_reads_two_ways_or_none_is_refused_where_it_stands(text: str, line: int, field: str, part: str) -> None:
    check(f"version: 1\n{text}\n", line, field, part)


@pytest.mark.parametrize(("text", "line", "field", "part"), DOCUMENT)
def test_a_mistake_in_the_document_has_line_and_field(text: str, line: int, field: str, part: str) -> None:
    check(f"version: 1\n{text}\n", line, field, part)


@pytest.mark.parametrize(("text", "line", "field", "part"), KEY_TYPE)
def test_a_mistake_in_a_key_type_has_line_and_field(text: str, line: int, field: str, part: str) -> None:
    check(f"version: 1\n{key_type(text)}", line, f"key_types.sdk.{field}", part)


@pytest.mark.parametrize(("request_", "decision", "field", "part"), TEST)
def test_a_test_that_could_never_be_run_is_a_mistake(request_: str, decision: str, field: str, part: str) -> None:
    head = "version: 1\nscopes: {a: {}}\nkey_types: {sdk: {prefix: sdk_}}\ntests:\n  - name: a\n"
    text = f"{head}    request: {{{request_}}}\n    expect: {{decision: {decision}}}\n"
    check(text, 6 if field.startswith("request") else 7, f"tests[0].{field}", part)


@pytest.mark.parametrize(("text", "line", "field", "part"), HTTP)
def test_a_mistake_in_a_section_about_http_has_line_and_field(text: str, line: int, field: str, part: str) -> None:
    check(f"version: 1\n{text}\n", line, field, part)


@pytest.mark.parametrize(
    ("text", "line", "field", "part"),
    [
        ("", 1, "", "the file is empty"),
        ("# nothing\n", 1, "", "the file is empty"),
        ("a", 1, "", "a policy file is a mapping"),
        ("- a\n", 1, "", "a policy file is a mapping"),
        ("issuer: a\n", 1, "version", "is required"),
        ("version: 2\n", 1, "version", "must be 1, not 2"),
        ("version: '1'\n", 1, "version", "must be 1"),
        ("version: 1\nissuer: \ud800\n", 2, "", "U+D800"),
        ("version: 1\n#" + "x" * (1 << 20), 1, "", "at most 1 MiB"),
    ],
)
def test_a_file_that_is_no_policy_at_all_says_what_is_missing(text: str, line: int, field: str, part: str) -> None:
    check(text, line, field, part)


@pytest.mark.parametrize("name", ["default_scopes", "allowed_scopes"])
def test_scopes_of_a_key_type_are_in_the_catalogue(name: str) -> None:
    text = f"version: 1\n{SCOPES}{key_type(f'{name}: [projects:raed]')}"
    check(text, 6, f"key_types.sdk.{name}[0]", 'there is no scope "projects:raed"; did you mean "projects:')


def test_scopes_of_a_route_are_in_the_catalogue() -> None:
    text = f"version: 1\n{SCOPES}routes:\n  - {{path: /a, require: {{scopes: [projects:rea]}}}}\n"
    check(text, 4, "routes[0].require.scopes[0]", 'did you mean "projects:read"?')


def test_an_upstream_that_checks_resources_has_to_learn_them() -> None:
    route = "routes: [{path: /a, require: {resource_deferred: true}}]\n"
    check(f"version: 1\n{route}", 2, "routes[0].require.resource_deferred", "identity header with $resources")
    check(f"version: 1\n{route}identity_headers: {{x-a: $scopes}}\n", 2, "routes[0].require.resource_deferred", "upstream_token")
    load_policy(f"version: 1\n{route}identity_headers: {{x-a: $resources}}\n")
    load_policy(f"version: 1\n{route}upstream_token: {{header: authorization, audience: internal}}\n")


def test_a_suggestion_never_names_a_scope_that_would_be_refused() -> None:
    (mistake,) = mistakes_of(f"version: 1\nscopes: {{b: {{}}}}\n{key_type('default_scopes: [verify]')}")
    assert "authsvc" not in mistake.message


def test_every_mistake_is_reported_at_once_in_the_order_of_the_file() -> None:
    text = """\
version: 2
isuer: a
tokens: {algorithm: HS256, ttl: 2h, audiance: [x]}
scopes:
  projects:read: {descripton: 5}
  Projects:write: {}
  projects:x: {implies: [projects:raed, authsvc:verify, projects:read]}
environments: [a, yes]
key_types:
  sdk:
    default_scopes: [projects:read, projects:red]
    min_scopes: 3
    rate_limits: [{limit: 0, per: 1x}, {limit: 5}]
    hash: sha256
    hash: hmac
    max_rate_limit:
  cli: {prefix: chy_, max_lifetime: 1h, min_lifetime: 2h}
  ci: {prefix: chy_ci_}
  int: 5
routes: [{path: x}]
"""
    found = [(mistake.line, mistake.field) for mistake in mistakes_of(text)]
    assert found == [
        (1, "version"),
        (2, "isuer"),
        (3, "tokens.algorithm"),
        (3, "tokens.ttl"),
        (3, "tokens.audiance"),
        (5, "scopes.projects:read.descripton"),
        (6, "scopes.Projects:write"),
        (7, "scopes.projects:x.implies[0]"),
        (7, "scopes.projects:x.implies[1]"),
        (8, "environments[1]"),
        (10, "key_types.sdk.prefix"),
        (11, "key_types.sdk.default_scopes"),
        (11, "key_types.sdk.default_scopes[1]"),
        (13, "key_types.sdk.rate_limits[0].limit"),
        (13, "key_types.sdk.rate_limits[0].per"),
        (13, "key_types.sdk.rate_limits[1].per"),
        (14, "key_types.sdk.hash"),
        (15, "key_types.sdk.hash"),
        (16, "key_types.sdk.max_rate_limit"),
        (17, "key_types.cli.min_lifetime"),
        (18, "key_types.ci.prefix"),
        (19, "key_types.int"),
        (20, "routes[0].path"),
    ]


def test_the_error_is_an_invalid_argument_with_a_violation_for_each_mistake() -> None:
    with pytest.raises(PolicyErrors) as caught:
        load_policy("version: 1\nisuer: a\ntokens: 5\n")
    error = caught.value
    assert error.reason == "INVALID_ARGUMENT"
    assert [violation.field for violation in error.violations] == ["isuer", "tokens"]
    assert error.violations[0].description.startswith("line 2: ")
    assert str(error).splitlines()[0].startswith("line 2, column 1: isuer: is no field here")


def test_long_values_are_shortened() -> None:
    for text in ("issuer: '" + "é" * 100_000 + "'", "x" * 100_000 + ": 1", "environments: ['" + "a" * 100_000 + "']"):
        (mistake,) = mistakes_of(f"version: 1\n{text}\n")
        assert len(str(mistake)) < 1000


def test_more_mistakes_than_anybody_reads_are_counted() -> None:
    text = "version: 1\n" + "".join(f"x{number}: 1\n" for number in range(MAX_MISTAKES + 7))
    with pytest.raises(PolicyErrors) as caught:
        load_policy(text)
    assert len(caught.value.mistakes) == MAX_MISTAKES
    assert str(caught.value).endswith("and at least 7 more mistakes")
