-- suits: 1
-- The first schema. Rules for every migration: no triggers, no PL/pgSQL, no sequences on hot tables, so that PostgreSQL-compatible
-- distributed databases can run it. Text that is searched by prefix or paged through is COLLATE "C": its order is that of its bytes.

CREATE TABLE store (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch bigint NOT NULL,
    first_key_time timestamptz
);
COMMENT ON COLUMN store.epoch IS 'raised by every restore that may have lost commits';
COMMENT ON COLUMN store.first_key_time IS 'when the first key was created; stays when every key is gone';
INSERT INTO store (epoch) VALUES (1);

-- One row that every mutation updates as its last statement. Room on the page keeps its versions on that page.
CREATE TABLE revision (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    n bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO revision (n) VALUES (0);

CREATE TABLE change_log (
    revision bigint NOT NULL,
    position integer NOT NULL,
    change_id uuid NOT NULL,
    kind text NOT NULL,
    ref text NOT NULL,
    time timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (revision, position)
);
COMMENT ON COLUMN change_log.position IS 'from 1 within a revision';
COMMENT ON COLUMN change_log.change_id IS 'random, chosen before the transaction: tells whether a COMMIT without an answer happened';
CREATE INDEX change_log_change_id ON change_log (change_id);
CREATE INDEX change_log_time ON change_log (time);

CREATE TABLE keys (
    key_id text COLLATE "C" PRIMARY KEY,
    display_name text NOT NULL,
    folded_name text NOT NULL,
    type text COLLATE "C" NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    subject text NOT NULL,
    environment text NOT NULL,
    scopes text[] NOT NULL,
    resources text[] NOT NULL,
    allowed_cidrs text[] NOT NULL,
    rate_limits jsonb NOT NULL,
    metadata jsonb NOT NULL,
    state smallint NOT NULL CHECK (state IN (1, 2, 4)),
    created_by text COLLATE "C" NOT NULL,
    create_time timestamptz NOT NULL,
    update_time timestamptz NOT NULL,
    expire_time timestamptz,
    revoke_time timestamptz,
    revoke_reason text NOT NULL,
    delete_time timestamptz,
    etag text NOT NULL,
    revision bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 85);
COMMENT ON COLUMN keys.folded_name IS 'display_name without case, by the rules of Unicode whatever the locale of the database';
COMMENT ON COLUMN keys.rate_limits IS 'a list of [limit, period in microseconds, burst]';
COMMENT ON COLUMN keys.state IS '1 active, 2 inactive, 4 revoked';
COMMENT ON COLUMN keys.delete_time IS 'hidden since; purged 30 days later';
CREATE INDEX keys_tenant ON keys (tenant, key_id);
CREATE INDEX keys_type ON keys (type, key_id);
CREATE INDEX keys_type_in_use ON keys (type) WHERE state <> 4;
CREATE INDEX keys_created_by ON keys (created_by, key_id);
CREATE INDEX keys_state ON keys (state, key_id) WHERE state <> 1;
CREATE INDEX keys_expire_time ON keys (expire_time) WHERE expire_time IS NOT NULL;
CREATE INDEX keys_delete_time ON keys (delete_time) WHERE delete_time IS NOT NULL;

CREATE TABLE secrets (
    secret_id text COLLATE "C" PRIMARY KEY,
    key_id text COLLATE "C" NOT NULL REFERENCES keys (key_id),
    prefix text COLLATE "C" NOT NULL,
    pepper_id text NOT NULL,
    digest bytea NOT NULL,
    create_time timestamptz NOT NULL,
    expire_time timestamptz,
    CONSTRAINT secrets_digest UNIQUE (digest, pepper_id)
);
COMMENT ON TABLE secrets IS 'dead ones stay for 30 days, so that a leaked old string can be recognized';
COMMENT ON COLUMN secrets.prefix IS 'what may be shown of the credential';
COMMENT ON COLUMN secrets.digest IS 'HMAC-SHA256 of the credential under the pepper, which is not in this database';
CREATE INDEX secrets_key_id ON secrets (key_id);
CREATE INDEX secrets_prefix ON secrets (prefix, key_id);
CREATE INDEX secrets_expire_time ON secrets (expire_time) WHERE expire_time IS NOT NULL;

-- Apart from keys, because it is written all the time.
CREATE TABLE key_usage (
    key_id text COLLATE "C" PRIMARY KEY REFERENCES keys (key_id),
    use_count bigint NOT NULL DEFAULT 0,
    last_used_time timestamptz
) WITH (fillfactor = 70);
CREATE INDEX key_usage_last_used_time ON key_usage (coalesce(last_used_time, '-infinity'::timestamptz), key_id);

CREATE TABLE signing_keys (
    signing_key_id text COLLATE "C" PRIMARY KEY,
    algorithm text NOT NULL,
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 4),
    public_jwk jsonb NOT NULL,
    kek_id text NOT NULL,
    sealed_private_key bytea NOT NULL,
    create_time timestamptz NOT NULL,
    activate_time timestamptz,
    retire_time timestamptz
);
COMMENT ON COLUMN signing_keys.state IS '1 next, 2 active, 3 retiring, 4 retired';
COMMENT ON COLUMN signing_keys.sealed_private_key IS 'AES-GCM under the key-encryption key kek_id, which is not in this database';

CREATE TABLE policies (
    version bigint PRIMARY KEY,
    source text NOT NULL,
    time timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tenants (
    path text COLLATE "C" PRIMARY KEY,
    allowed_cidrs text[] NOT NULL,
    suspended boolean NOT NULL,
    suspend_reason text NOT NULL,
    update_time timestamptz NOT NULL,
    etag text NOT NULL
);

CREATE TABLE revoked_tokens (
    token_id text COLLATE "C" PRIMARY KEY,
    expire_time timestamptz NOT NULL
);
CREATE INDEX revoked_tokens_expire_time ON revoked_tokens (expire_time);

CREATE TABLE audit (
    audit_id text COLLATE "C" PRIMARY KEY,
    time timestamptz NOT NULL,
    actor text COLLATE "C" NOT NULL,
    actor_tenant text NOT NULL,
    peer text NOT NULL,
    action text COLLATE "C" NOT NULL,
    target_kind text NOT NULL,
    target text COLLATE "C" NOT NULL,
    tenant text COLLATE "C" NOT NULL,
    reason text NOT NULL,
    details jsonb NOT NULL,
    request_id text NOT NULL,
    revision bigint NOT NULL
);
COMMENT ON COLUMN audit.revision IS '0: noted without a change';
CREATE INDEX audit_time ON audit (time, audit_id);
CREATE INDEX audit_actor ON audit (actor, time, audit_id);
CREATE INDEX audit_target ON audit (target, time, audit_id);
CREATE INDEX audit_action ON audit (action, time, audit_id);
CREATE INDEX audit_tenant ON audit (tenant, time, audit_id);

CREATE TABLE requests (
    caller text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    method text NOT NULL,
    body_digest bytea NOT NULL,
    key_id text NOT NULL,
    time timestamptz NOT NULL,
    PRIMARY KEY (caller, request_id)
);
COMMENT ON TABLE requests IS 'what makes a mutation repeatable for 10 minutes';
CREATE INDEX requests_time ON requests (time);

CREATE TABLE processes (
    process_id text COLLATE "C" PRIMARY KEY,
    replica_id text COLLATE "C" NOT NULL,
    acknowledged bigint NOT NULL DEFAULT 0,
    beat bigint NOT NULL DEFAULT 0,
    lease bigint NOT NULL,
    allowance bigint NOT NULL,
    join_time timestamptz NOT NULL DEFAULT now(),
    dead_time timestamptz
) WITH (fillfactor = 20);
COMMENT ON COLUMN processes.lease IS 'microseconds';
COMMENT ON COLUMN processes.allowance IS 'microseconds that it may serve beyond its lease while the store is away';
COMMENT ON COLUMN processes.dead_time IS 'fenced since; it can never renew again';

CREATE TABLE secret_fingerprints (
    name text COLLATE "C" PRIMARY KEY,
    fingerprint text NOT NULL
);
COMMENT ON TABLE secret_fingerprints IS 'which peppers, tag keys and key-encryption keys belong to this store; nothing of them';
