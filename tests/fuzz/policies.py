"""Policy files: a policy, or mistakes that have a place."""

from __future__ import annotations

import re
from typing import Final

from authsvc.domain.policy_file import Mistake, PolicyErrors, load_policy
from tests.fuzz.target import Target

BREAKS = re.compile("[\r\n\x85\u2028\u2029]")
FULL = """version: 1
issuer: https://auth.example
tokens: {algorithm: ES256, ttl: 300s, max_ttl: 1h, audience: [api]}
scopes:
  projects:read: {description: Read}
  projects:write: {implies: [projects:read]}
environments: [staging, production]
key_types:
  sdk: {prefix: chy_sdk_, default_scopes: ["projects:*"], rate_limits: [{limit: 600, per: 60s, burst: 60}], max_lifetime: 365d}
  old: {prefix: sk-, accepts_imported: true, hash: argon2id, public_id: {length: 22}}
credentials: [{header: authorization, scheme: Bearer}, {header: x-api-key}]
client_address: {from: {forwarded_for: {trusted_hops: 1}}}
identity_headers: {x-auth-subject: $subject}
routes:
  - {path: /health, allow: anonymous}
  - {methods: [POST], path: "/w/{id}/run", require: {scope_expression: "projects:read OR projects:write", resource: "w/{id}"}}
responses:
  CREDENTIAL_MISSING: {status: 401, content_type: application/json, body: '{"error": "$reason"}'}
tests:
  - {name: t, request: {method: GET, path: /health}, expect: {decision: ALLOW}}
"""
POLICY: Final = load_policy(FULL)
SMALL = (
    "version: 1\n",
    "version: 1\nkey_types: {a: {prefix: a_}}\n",
    "a: &a [*a]\n",
    "version: 1\nscopes: {a: {implies: ['*']}}\n",
)
SIGNS = (
    "&a",
    "*a",
    "!!str",
    "<<: ",
    "- ",
    ": ",
    "? ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "#",
    "|",
    ">",
    "---",
    "\n",
    "  ",
    "null",
    "on",
    "1e9",
)
WORDS = (*SIGNS, "version: 1\n", "key_types:", "scopes:", "implies:", "prefix:", "routes:", "require:", "per: 60s", "limit: 1")


def mistakes_in(text: str) -> tuple[Mistake, ...]:
    """All of them; none: it is a policy."""
    try:
        load_policy(text)
    except PolicyErrors as error:
        return error.mistakes or (Mistake(0, 0, "", "refused without a mistake"),)
    return ()


def policy_file(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    mistakes = mistakes_in(text)
    if mistakes:
        last = len(BREAKS.findall(text)) + 2
        assert all(1 <= mistake.line <= last and mistake.column >= 1 and mistake.message for mistake in mistakes)
        return
    policy, again = load_policy(text), load_policy(text)
    assert (again.key_types, again.environments, again.tokens) == (policy.key_types, policy.environments, policy.tokens)
    assert policy.source == text
    assert "authsvc" in policy.key_types


TARGETS: tuple[Target, ...] = (Target("policy_file", policy_file, (FULL.encode(), *(text.encode() for text in SMALL)), WORDS, 4),)
