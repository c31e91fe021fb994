"""One mutation under way: what `work` may do, and the statement that ends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from authsvc.domain.errors import Conflict, NotFound
from authsvc.domain.key import Key, Secret, State, Tenant
from authsvc.domain.own_secret import OwnKind, OwnSecret
from authsvc.domain.token import SigningKey
from authsvc.engine.records import AuditEntry, Kind, RevokedToken
from authsvc.storage import audit, own_secrets
from authsvc.storage.conditions import Conditions
from authsvc.storage.driver import Session
from authsvc.storage.rows import (
    KEY,
    OWNERS,
    SECRET,
    SIGNING_KEY,
    TENANT,
    key,
    rate_limits_to_json,
    secret,
    signing_key,
    tenant,
    to_json,
)

_LOCK_STORE = "SELECT first_key_time IS NULL FROM store FOR UPDATE"
_LOCK_KEY = f"SELECT {KEY} FROM keys k WHERE k.key_id = $1 FOR UPDATE"  # noqa: S608 - constants
_SECRETS = f"""
SELECT {SECRET}, s.key_id FROM secrets s WHERE s.key_id = ANY($1::text[]) ORDER BY s.key_id, s.create_time, s.secret_id
"""  # noqa: S608 - constants
_INSERT_KEY = """
WITH key AS (
    INSERT INTO keys (
        key_id, tenant, type, created_by, create_time, display_name, folded_name, subject, environment, scopes, resources,
        allowed_cidrs, rate_limits, metadata, state, update_time, expire_time, revoke_time, revoke_reason, delete_time, etag
    ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
), usage AS (
    INSERT INTO key_usage (key_id) VALUES ($1)
), first AS (
    UPDATE store SET first_key_time = $5 WHERE first_key_time IS NULL
)
INSERT INTO secrets (key_id, secret_id, prefix, pepper_id, digest, create_time, expire_time, hash, phc, foreign_key, generation)
SELECT $1, s.* FROM unnest(
    $22::text[], $23::text[], $24::text[], $25::bytea[], $26::timestamptz[], $27::timestamptz[],
    $28::text[], $29::text[], $30::text[], $31::text[]
) AS s
"""
_UPDATE_KEY = """
UPDATE keys SET
    display_name = $2, folded_name = $3, subject = $4, environment = $5, scopes = $6, resources = $7, allowed_cidrs = $8,
    rate_limits = $9, metadata = $10, state = $11, update_time = $12, expire_time = $13, revoke_time = $14, revoke_reason = $15,
    delete_time = $16, etag = $17
WHERE key_id = $1 RETURNING key_id
"""
_INSERT_SECRET = """
INSERT INTO secrets (key_id, secret_id, prefix, pepper_id, digest, create_time, expire_time, hash, phc, foreign_key, generation)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""  # noqa: S105 - a statement
_REHASH_SECRET = """
UPDATE secrets SET pepper_id = $5, digest = $6, hash = $7, phc = $8, generation = $9
WHERE secret_id = $1 AND pepper_id = $2 AND digest = $3 AND phc = $4 RETURNING secret_id
"""  # noqa: S105 - a statement
_END_SECRET = "UPDATE secrets SET expire_time = $2 WHERE secret_id = $1 RETURNING secret_id"  # noqa: S105 - a statement
_INSERT_SIGNING_KEY = f"INSERT INTO signing_keys ({SIGNING_KEY}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"  # noqa: S608 - constants
_UPDATE_SIGNING_KEY = """
UPDATE signing_keys SET state = $2, activate_time = $3, retire_time = $4, kek_id = $5, sealed_private_key = $6
WHERE signing_key_id = $1 RETURNING signing_key_id
"""
_SIGNING_KEYS = f"SELECT {SIGNING_KEY} FROM signing_keys ORDER BY create_time, signing_key_id"  # noqa: S608 - constants
_REVOKE_TOKEN = """
INSERT INTO revoked_tokens (token_id, expire_time) VALUES ($1, $2) ON CONFLICT (token_id) DO NOTHING RETURNING token_id
"""  # noqa: S105 - a statement
_INSERT_POLICY = """
INSERT INTO policies (version, source, applied_by, time)
SELECT $2::bigint + 1, $1, $3, coalesce($4::timestamptz, now()) WHERE coalesce((SELECT max(version) FROM policies), 0) = $2
ON CONFLICT (version) DO NOTHING
RETURNING version
"""
_LOCK_TENANT = f"SELECT {TENANT} FROM tenants WHERE path = $1 FOR UPDATE"  # noqa: S608 - constants
_PUT_TENANT = f"""
INSERT INTO tenants ({TENANT}) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (path) DO UPDATE SET
    allowed_cidrs = excluded.allowed_cidrs, suspended = excluded.suspended, suspend_reason = excluded.suspend_reason,
    update_time = excluded.update_time, etag = excluded.etag
WHERE NOT $7
RETURNING path
"""  # noqa: S608 - constants

_FINISH = f"""
WITH taken AS (
    UPDATE revision SET n = n + 1 RETURNING n
), logged AS (
    INSERT INTO change_log (revision, position, change_id, kind, ref)
    SELECT taken.n, c.position, $1, c.kind, c.ref
    FROM taken, unnest($2::text[], $3::text[]) WITH ORDINALITY AS c (kind, ref, position)
), stamped AS (
    UPDATE keys SET revision = taken.n FROM taken WHERE keys.key_id = ANY($4::text[])
), applied AS (
    UPDATE policies SET revision = taken.n FROM taken WHERE policies.version = ANY($5::bigint[])
), audited AS (
    INSERT INTO audit ({audit.COLUMNS}, revision) SELECT a.*, taken.n FROM taken, {audit.unnest(6)}
)
SELECT n FROM taken
"""  # noqa: S608 - constants
_NOTE = f"""
INSERT INTO audit ({audit.COLUMNS}, revision) SELECT a.*, 0 FROM {audit.unnest(1)} ON CONFLICT (audit_id) DO NOTHING
"""  # noqa: S608 - constants


class PostgresTransaction:
    """`engine.ports.Transaction`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._changes: dict[tuple[Kind, str], None] = {}
        self._absent: set[str] = set()
        self.entries: list[AuditEntry] = []

    @property
    def changed(self) -> bool:
        """Whether a change was logged."""
        return bool(self._changes)

    async def lock_store(self) -> bool:
        """Take turns with whoever asks the same, for what may be made only once; whether no key was ever created here."""
        return bool(await self._session.value(_LOCK_STORE))

    async def lock_key(self, key_id: str) -> Key | None:
        """The key with its secrets, locked against others; revoked and deleted ones too."""
        row = await self._session.row(_LOCK_KEY, key_id)
        if row is None:
            return None
        return key(row, (await self._secrets([key_id])).get(key_id, ()))

    async def lock_keys(self, tenant: str, created_by: str) -> tuple[Key, ...]:
        """Every key not revoked at or below a tenant and, unless empty, created by one caller; locked in order of id."""
        conditions = Conditions("k.state <> 4")
        conditions.add_below("k.tenant", (tenant,))
        if created_by:
            conditions.add("k.created_by = {}", created_by)
        sql = f"SELECT {KEY} FROM keys k WHERE {conditions.where} ORDER BY k.key_id FOR UPDATE"  # noqa: S608 - constants, placeholders
        rows = await self._session.rows(sql, *conditions.arguments)
        secrets = await self._secrets([row[0] for row in rows])
        return tuple(key(row, secrets.get(row[0], ())) for row in rows)

    async def insert_key(self, key: Key) -> None:
        """A new key with its secrets. Raises AlreadyExists when a digest is known."""
        await self._claim(key.secrets)
        await self._session.rows(_INSERT_KEY, *_new_key_values(key))

    async def insert_keys(self, keys: Sequence[Key]) -> None:
        """Many new keys, in one exchange with the store. Raises AlreadyExists when a digest is known."""
        await self._claim([secret for key in keys for secret in key.secrets])
        await self._session.many(_INSERT_KEY, [_new_key_values(key) for key in keys])

    async def update_key(self, key: Key) -> None:
        """Every column of the key but its id, tenant, type, creator and creation time; secrets are left alone."""
        _expect(await self._session.value(_UPDATE_KEY, key.key_id, *_key_values(key)), "there is no such key")

    async def insert_secret(self, key_id: str, secret: Secret) -> None:
        """One more secret. Raises AlreadyExists when the digest is known."""
        await self._claim([secret])
        await self._session.rows(_INSERT_SECRET, key_id, *_secret_values(secret))

    async def owners(self, digests: Sequence[bytes]) -> Mapping[bytes, str]:
        """The key_id of each of these digests that the store has, dead secrets and deleted keys too."""
        return {row[0]: row[1] for row in await self._session.rows(OWNERS, digests)}

    async def rehash_secret(self, before: Secret, after: Secret) -> bool:
        """Store the same secret in another form; False when it is no longer stored as `before` says."""
        old = (before.pepper_id, before.digest, before.phc)
        new = (after.pepper_id, after.digest, after.hash, after.phc, after.generation)
        await self._claim([after])
        return await self._session.value(_REHASH_SECRET, before.secret_id, *old, *new) is not None

    async def end_secret(self, secret_id: str, expire_time: int) -> None:
        """Let a secret die at a time."""
        _expect(await self._session.value(_END_SECRET, secret_id, expire_time), "there is no such secret")

    async def insert_signing_key(self, signing_key: SigningKey) -> None:
        """A new signing key."""
        await own_secrets.claim(self._session, {(OwnKind.KEK, signing_key.kek_id)})
        await self._session.rows(
            _INSERT_SIGNING_KEY,
            signing_key.signing_key_id,
            signing_key.algorithm,
            signing_key.state,
            to_json(dict(signing_key.public_jwk)),
            signing_key.kek_id,
            signing_key.sealed_private_key,
            signing_key.create_time,
            signing_key.activate_time,
            signing_key.retire_time,
        )

    async def update_signing_key(self, signing_key: SigningKey) -> None:
        """State, times and sealed private part of a signing key."""
        if signing_key.sealed_private_key:
            await own_secrets.claim(self._session, {(OwnKind.KEK, signing_key.kek_id)})
        new = (
            *(signing_key.signing_key_id, signing_key.state, signing_key.activate_time, signing_key.retire_time),
            *(signing_key.kek_id, signing_key.sealed_private_key),
        )
        _expect(await self._session.value(_UPDATE_SIGNING_KEY, *new), "there is no such signing key")

    async def signing_keys(self) -> tuple[SigningKey, ...]:
        """All of them, and nobody else makes or changes one meanwhile; oldest first.

        The lock is the store's: that of the rows would not keep another transaction from adding one.
        """
        await self.lock_store()
        return tuple(map(signing_key, await self._session.rows(_SIGNING_KEYS)))

    async def revoke_token(self, token: RevokedToken) -> bool:
        """Remember a revoked token until it expires; False when it was there."""
        return await self._session.value(_REVOKE_TOKEN, *token) is not None

    async def own_secrets(self) -> tuple[OwnSecret, ...]:
        """All of the service's secrets, locked: nothing is stored under any of them meanwhile."""
        return await own_secrets.locked(self._session)

    async def put_own_secret(self, secret: OwnSecret) -> None:
        """A new one, or other times of one that is there."""
        await own_secrets.put(self._session, secret)

    async def count_dependents(self, kind: OwnKind, own_id: str, now: int) -> int:
        """How many living secrets, or sealed signing keys, need one of the service's secrets."""
        return await own_secrets.count_dependents(self._session, kind, own_id, now)

    async def insert_policy(self, source: str, expected_version: int, applied_by: str = "", now: int | None = None) -> int | None:
        """Append a policy version if `expected_version` is the newest; its number, or None."""
        version: int | None = await self._session.value(_INSERT_POLICY, source, expected_version, applied_by, now)
        return version

    async def lock_tenant(self, path: str) -> Tenant | None:
        """Settings of one tenant, locked."""
        row = await self._session.row(_LOCK_TENANT, path)
        if row is None:
            self._absent.add(path)
            return None
        return tenant(row)

    async def put_tenant(self, tenant: Tenant) -> None:
        """Insert or replace the settings of one tenant.

        Raises:
            Conflict: `lock_tenant` found none and so could lock none, and another transaction has put some since.
        """
        new = (tenant.path, list(tenant.allowed_cidrs), tenant.suspended, tenant.suspend_reason, tenant.update_time, tenant.etag)
        if await self._session.value(_PUT_TENANT, *new, tenant.path in self._absent) is None:
            raise Conflict
        self._absent.discard(tenant.path)

    def log(self, kind: Kind, ref: str) -> None:
        """Note a change; written with the revision as the last statement. Without one the transaction ends with nothing done."""
        self._changes[kind, ref] = None

    def audit(self, entry: AuditEntry) -> None:
        """Note an audit row; written in this transaction."""
        self.entries.append(entry)

    async def finish(self, change_id: UUID) -> int:
        """Take the next revision and write what was noted. The last statement: from here on every other mutation waits."""
        kinds, refs = zip(*self._changes, strict=True)
        keys = sorted({ref for kind, ref in self._changes if kind in (Kind.KEY, Kind.SECRET)})
        policies = [int(ref) for kind, ref in self._changes if kind is Kind.POLICY]
        return int(await self._session.value(_FINISH, change_id, kinds, refs, keys, policies, *audit.arrays(self.entries)))

    async def _claim(self, secrets: Iterable[Secret]) -> None:
        """Hold the peppers and tag keys of what is about to be stored. Raises Unavailable when one was retired meanwhile."""
        used = {(OwnKind.PEPPER, secret.pepper_id) for secret in secrets}
        used |= {(OwnKind.TAG_KEY, secret.generation) for secret in secrets}
        if used:
            await own_secrets.claim(self._session, used)

    async def _secrets(self, key_ids: Sequence[str]) -> dict[str, tuple[Secret, ...]]:
        """A statement of its own, after the lock: one that waited for a lock has read everything else before the wait."""
        secrets: dict[str, list[Secret]] = {}
        for row in await self._session.rows(_SECRETS, key_ids):
            secrets.setdefault(row[-1], []).append(secret(row))
        return {key_id: tuple(each) for key_id, each in secrets.items()}


async def note(session: Session, entries: Sequence[AuditEntry]) -> None:
    """Write audit rows of a mutation that changed nothing; those already there are passed over."""
    await session.rows(_NOTE, *audit.arrays(entries))


def _expect(found: object, message: str) -> None:
    if found is None:
        raise NotFound(message)


def _key_values(key: Key) -> tuple[object, ...]:
    """What an update may change, in the order of both statements."""
    return (
        key.display_name,
        key.display_name.casefold(),
        key.subject,
        key.environment,
        list(key.scopes),
        list(key.resources),
        list(key.allowed_cidrs),
        rate_limits_to_json(key.rate_limits),
        to_json(dict(key.metadata)),
        # EXPIRED is computed, never kept
        State.ACTIVE if key.state is State.EXPIRED else key.state,
        key.update_time,
        key.expire_time,
        key.revoke_time,
        key.revoke_reason,
        key.delete_time,
        key.etag,
    )


def _new_key_values(key: Key) -> tuple[object, ...]:
    secrets = [_secret_values(each) for each in key.secrets]
    return (
        *(key.key_id, key.tenant, key.type, key.created_by, key.create_time),
        *_key_values(key),
        *(map(list, zip(*secrets, strict=True)) if secrets else ([] for _ in range(10))),
    )


def _secret_values(secret: Secret) -> tuple[object, ...]:
    return (
        secret.secret_id,
        secret.prefix,
        secret.pepper_id,
        secret.digest,
        secret.create_time,
        secret.expire_time,
        secret.hash,
        secret.phc,
        secret.foreign_key,
        secret.generation,
    )
