"""Policy files that tests start from."""

from __future__ import annotations

FULL = """\
version: 1
issuer: https://auth.example
tokens: {algorithm: ES256, ttl: 300s, max_ttl: 3600s, audience: [api]}
scopes:
  projects:read: {description: Read project data}
  projects:write: {description: "Create, update, delete projects", implies: [projects:read]}
  workflows: {}
  agents: {}
environments: [development, staging, production]
key_types:
  sdk:
    prefix: chy_sdk_
    description: Application backends
    default_scopes: ["projects:*"]
    allowed_scopes: ["projects:*", workflows]
    min_scopes: 1
    rate_limits: [{limit: 600, per: 60s, burst: 60}]
    max_rate_limit: {limit: 600, per: 1m}
    min_lifetime: 1h
    max_lifetime: 365d
    default_lifetime: 30d
    after_today: true
    environment_required: true
    random_length: 36
    hash: hmac
    accepts_imported: true
    mint_with_allowlist: true
credentials:
  - {header: authorization, scheme: Bearer}
  - {header: x-api-key}
client_address: {from: peer}
identity_headers: {x-auth-subject: $subject, x-auth-key-id: $key_id, x-auth-tenant: $tenant, x-auth-scopes: $scopes}
upstream_token: {header: authorization, audience: internal, ttl: 60s}
routes:
  - {path: /health, allow: anonymous}
  - {methods: [GET], path: /api/v1/projects/**, require: {scopes: [projects:read]}}
  - {methods: [POST], path: "/workflows/{id}/run", require: {scope_expression: "workflows OR agents", resource: "workflows/{id}"}}
  - {path: /legacy/**, require: {scopes: [projects:read]}, mode: shadow}
responses:
  CREDENTIAL_MISSING: {status: 401, content_type: application/json, body: '{"error": "Authentication failed"}'}
tests:
  - name: read needs the scope
    request: {method: GET, path: /api/v1/projects/1, key: {type: sdk, environment: staging, scopes: [projects:read]}}
    expect: {decision: ALLOW}
"""
