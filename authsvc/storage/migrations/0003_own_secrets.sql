-- suits: 3
-- Several peppers, tag keys and key-encryption keys, replaced while the service runs. A binary that does not know this table could
-- not tell that it lacks a secret, so it must not run beside one that does.

CREATE TABLE own_secrets (
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    fingerprint text NOT NULL,
    current boolean NOT NULL DEFAULT false,
    create_time timestamptz NOT NULL DEFAULT now(),
    use_time timestamptz,
    retire_time timestamptz,
    PRIMARY KEY (kind, id)
);
COMMENT ON TABLE own_secrets IS 'which peppers, tag keys and key-encryption keys belong to this store; nothing of them';
COMMENT ON COLUMN own_secrets.current IS 'new things are made under it';
COMMENT ON COLUMN own_secrets.retire_time IS 'nobody needs it any more; the row stays, so that the id is not used again';
CREATE UNIQUE INDEX own_secrets_current ON own_secrets (kind) WHERE current;

-- Which one was current is known to the folder; the first start says it.
INSERT INTO own_secrets (kind, id, fingerprint, use_time)
SELECT split_part(name, '/', 1), split_part(name, '/', 2), fingerprint, now() FROM secret_fingerprints
WHERE split_part(name, '/', 1) IN ('peppers', 'tag-keys', 'keks');
DROP TABLE secret_fingerprints;

ALTER TABLE secrets ADD COLUMN generation text COLLATE "C" NOT NULL DEFAULT '?';
COMMENT ON COLUMN secrets.generation IS 'the tag key of its check tag; empty: it has none; ?: not known before its next use';
UPDATE secrets SET generation = tag.id
FROM (SELECT min(id) AS id FROM own_secrets WHERE kind = 'tag-keys' HAVING count(*) = 1) tag
WHERE secrets.hash IN ('hmac', 'argon2id');
UPDATE secrets SET generation = '' WHERE hash IN ('sha256', 'hmac-sha256', 'foreign-argon2id');
ALTER TABLE secrets ALTER COLUMN generation DROP DEFAULT;

ALTER TABLE processes ADD COLUMN own_secrets text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN processes.own_secrets IS 'name=fingerprint of what this process has';
