-- suits: 3
-- Who applied a policy and at which revision. A binary that knows only 0003 leaves both as they are for what it applies.

ALTER TABLE policies
    ADD COLUMN applied_by text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN revision bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN policies.applied_by IS 'key_id; empty: the first start';
COMMENT ON COLUMN policies.revision IS '0: not known';
UPDATE policies SET revision = (
    SELECT coalesce(min(c.revision), 0) FROM change_log c WHERE c.kind = 'policy' AND c.ref = policies.version::text
);
