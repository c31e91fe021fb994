"""A policy that has everything Check goes by."""

POLICY = """
version: 1
issuer: https://auth.example
tokens: {audience: [api]}
scopes:
  projects:read: {description: Read}
  projects:write: {description: Write, implies: [projects:read]}
environments: [staging, production]
key_types:
  sdk: {prefix: chy_sdk_, default_scopes: [projects:read]}
credentials:
  - {header: authorization, scheme: Bearer}
  - {header: x-api-key}
identity_headers:
  x-auth-subject: $subject
  x-auth-key-id: $key_id
  x-auth-tenant: $tenant
  x-auth-scopes: $scopes
  x-auth-environment: $environment
  x-auth-resources: $resources
  x-auth-credential: $credential_kind
upstream_token: {header: authorization, audience: internal, ttl: 60s}
routes:
  - {path: /health, allow: anonymous}
  - {path: /me, allow: authenticated}
  - {methods: [GET], path: /projects/**, require: {scopes: [projects:read]}}
  - {methods: [PUT], path: /projects/**, require: {scopes: [projects:write]}}
  - {methods: [POST], path: "/workflows/{workflow_id}/run", require: {resource: "workflows/{workflow_id}"}}
  - {methods: [GET], path: "/runs/{run_id}", require: {resource_deferred: true}}
  - {path: /legacy/**, require: {scopes: [projects:write]}, mode: shadow}
responses:
  CREDENTIAL_MISSING: {status: 401, body: '{"error": "Authentication failed"}'}
"""
PLAIN = POLICY.replace("upstream_token: {header: authorization, audience: internal, ttl: 60s}\n", "")
"""Without a token for the upstream."""
