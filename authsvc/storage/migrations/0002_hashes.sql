-- suits: 1
-- Secrets that are stored otherwise than as HMAC of the credential: imported digests, and Argon2id. A binary that knows only 0001
-- passes over what it cannot find, so imports and key types with `hash: argon2id` begin when every process has this version.

ALTER TABLE secrets
    ADD COLUMN hash text NOT NULL DEFAULT 'hmac',
    ADD COLUMN phc text NOT NULL DEFAULT '',
    ADD COLUMN foreign_key text NOT NULL DEFAULT '';
COMMENT ON COLUMN secrets.digest IS
    'HMAC-SHA256, under the pepper, of what hash says: credential, imported digest or public id; the pepper is not in this database';
COMMENT ON COLUMN secrets.hash IS 'hmac, sha256, hmac-sha256, argon2id, foreign-argon2id';
COMMENT ON COLUMN secrets.phc IS 'Argon2id hash with its parameters; empty: the digest alone recognizes the credential';
COMMENT ON COLUMN secrets.foreign_key IS 'which file in imports/ of the secrets folder an imported HMAC-SHA256 was made with';
CREATE INDEX secrets_foreign_key ON secrets (foreign_key) WHERE foreign_key <> '';
