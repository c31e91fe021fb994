"""What the engine needs of a store. `storage` implements it on PostgreSQL; nothing here knows SQL.

Times are microseconds since the epoch. Every method may raise `StoreUnavailable`; nothing else of the driver comes through.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from authsvc.domain.key import Key, KeyRecord, Secret, Tenant
from authsvc.domain.own_secret import OwnKind, OwnSecret
from authsvc.domain.token import SigningKey
from authsvc.engine.records import (
    AuditEntry,
    AuditFilter,
    AuditPage,
    Changes,
    Committed,
    Dependent,
    KeyFilter,
    KeyPage,
    Kind,
    Lookup,
    OwnSecretUse,
    PolicyVersion,
    Process,
    Renewal,
    RequestStamp,
    RevokedToken,
    SecretMove,
    Snapshot,
    TenantFilter,
    TenantPage,
    UsageDelta,
)

T = TypeVar("T")


class Joining(Protocol):
    """Membership: DESIGN section 6, rules 2, 3, 6 and 7."""

    async def join(self, process_id: str, replica_id: str, lease: int, allowance: int) -> None:
        """Commit the own row (acknowledged 0); read state only afterwards."""

    async def renew(self, process_id: str, applied: int) -> Renewal | None:
        """Raise the beat, acknowledge `applied`, return the current revision; None when fenced."""

    async def announce(self, process_id: str, marks: Sequence[str]) -> None:
        """Say which of the service's secrets this process has. Nothing is decided by it; rotation waits for it."""

    async def leave(self, process_id: str) -> None:
        """Take the own row away: this process answers no more."""

    async def processes(self) -> tuple[Process, ...]:
        """Every row, dead ones too, with a fresh snapshot."""

    async def fence(self, process_id: str, beat: int) -> bool:
        """Mark a row dead if its beat is still this; whether it was."""

    async def fence_replica(self, replica_id: str) -> int:
        """Mark dead every row of a replica whose processes are known to have ended; how many."""


class Following(Protocol):
    """State in full and what changed since."""

    async def snapshot(self) -> Snapshot:
        """Policy, signing keys, tenants and revoked tokens at one revision."""

    async def changes(self, after: int) -> Changes:
        """The changes after a revision, and what they are about, at one revision."""

    async def listen(self, hint: Callable[[], None]) -> Callable[[], Awaitable[None]]:
        """Call `hint` when something may have changed (NOTIFY; may be lost). Returns what stops it."""


class Finding(Protocol):
    """The miss path."""

    async def lookup(self, digests: Sequence[bytes], key_ids: Sequence[str]) -> Lookup:
        """Keys that own one of these secret digests or have one of these ids: one statement."""


class Counting(Protocol):
    """Usage."""

    async def add_usage(self, deltas: Sequence[UsageDelta], flush_id: str) -> None:
        """Add counts and raise last-used times: all of them, once, or none. The same `flush_id` again adds nothing."""


class Reading(Protocol):
    """Reads for operators: always from the store."""

    async def key(self, key_id: str) -> KeyRecord | None:
        """One key with usage and secrets; deleted keys are not there."""

    async def keys(self, which: KeyFilter, limit: int, after: str) -> KeyPage:
        """Keys ordered by key_id, never deleted ones."""

    async def keys_of(self, digests: Sequence[bytes], prefix: str) -> tuple[KeyRecord, ...]:
        """Keys that own one of these digests, dead secrets too, or that have a secret with this display prefix; at most 100."""

    async def owners(self, digests: Sequence[bytes]) -> Mapping[bytes, str]:
        """The key_id of each of these digests that the store has, dead secrets and deleted keys too."""

    async def audit_entries(self, which: AuditFilter, limit: int, after: str) -> AuditPage:
        """Audit rows, newest first."""

    async def tenant(self, path: str) -> Tenant | None:
        """What is set for one tenant; None: nothing ever was."""

    async def tenants(self, which: TenantFilter, limit: int, after: str) -> TenantPage:
        """Tenants for which something was set, by path."""

    async def policy_versions(self, limit: int) -> tuple[PolicyVersion, ...]:
        """Applied policies, newest first."""

    async def policy_version(self, version: int) -> PolicyVersion | None:
        """One of them; None: it never was."""

    async def imported_types(self, types: tuple[str, ...]) -> tuple[str, ...]:
        """Those of these types that have living keys which were issued elsewhere."""

    async def types_in_use(self) -> tuple[str, ...]:
        """Types of keys that are not revoked."""

    async def revision(self) -> int:
        """The current revision."""

    async def is_empty(self) -> bool:
        """Whether no key was ever created here."""


class Transaction(Protocol):
    """One mutation under way (DESIGN section 6, rule 1). Rows are locked in the order asked for."""

    async def lock_store(self) -> bool:
        """Take turns with whoever asks the same, for what may be made only once; whether no key was ever created here."""

    async def lock_key(self, key_id: str) -> Key | None:
        """The key with its secrets, locked against others; revoked and deleted ones too."""

    async def lock_keys(self, tenant: str, created_by: str) -> tuple[Key, ...]:
        """Every key not revoked at or below a tenant and, unless empty, created by one caller; locked in order of id."""

    async def insert_key(self, key: Key) -> None:
        """A new key with its secrets. Raises AlreadyExists when a digest is known."""

    async def insert_keys(self, keys: Sequence[Key]) -> None:
        """Many new keys, in one exchange with the store. Raises AlreadyExists when a digest is known."""

    async def owners(self, digests: Sequence[bytes]) -> Mapping[bytes, str]:
        """The key_id of each of these digests that the store has, dead secrets and deleted keys too."""

    async def update_key(self, key: Key) -> None:
        """Every column of the key but its id, tenant, type, creator and creation time; secrets are left alone."""

    async def insert_secret(self, key_id: str, secret: Secret) -> None:
        """One more secret."""

    async def rehash_secret(self, before: Secret, after: Secret) -> bool:
        """Store the same secret in another form; False when it is no longer stored as `before` says."""

    async def end_secret(self, secret_id: str, expire_time: int) -> None:
        """Let a secret die at a time."""

    async def insert_signing_key(self, signing_key: SigningKey) -> None:
        """A new signing key."""

    async def update_signing_key(self, signing_key: SigningKey) -> None:
        """State, times and sealed private part of a signing key."""

    async def signing_keys(self) -> tuple[SigningKey, ...]:
        """All of them, and nobody else makes or changes one meanwhile; oldest first."""

    async def revoke_token(self, token: RevokedToken) -> bool:
        """Remember a revoked token until it expires; False when it was there."""

    async def own_secrets(self) -> tuple[OwnSecret, ...]:
        """All of the service's secrets, locked: nothing is stored under any of them meanwhile."""

    async def put_own_secret(self, secret: OwnSecret) -> None:
        """A new one, or other times of one that is there."""

    async def count_dependents(self, kind: OwnKind, own_id: str, now: int) -> int:
        """How many living secrets, or sealed signing keys, need one of the service's secrets."""

    async def insert_policy(self, source: str, expected_version: int, applied_by: str = "", now: int | None = None) -> int | None:
        """Append a policy version if `expected_version` is the newest; its number, or None. Without `now`, the store's time."""

    async def lock_tenant(self, path: str) -> Tenant | None:
        """Settings of one tenant, locked."""

    async def put_tenant(self, tenant: Tenant) -> None:
        """Insert or replace the settings of one tenant."""

    def log(self, kind: Kind, ref: str) -> None:
        """Note a change; written with the revision as the last statement. Without one the transaction ends with nothing done."""

    def audit(self, entry: AuditEntry) -> None:
        """Note an audit row; written in this transaction."""


class Mutating(Protocol):
    """Writes."""

    async def mutate(
        self, work: Callable[[Transaction], Awaitable[T]], request: RequestStamp | None = None
    ) -> tuple[T, Committed]:
        """Run `work` in one transaction, take the next revision as its last statement, commit, notify.

        `work` may run again (40001, 40P01, a connection lost before COMMIT), so it only writes through its transaction. A COMMIT
        whose answer was lost is looked up by the change's random id, never run again. COMMIT is shielded from cancellation.

        Raises:
            AlreadyExists: The stamp's request was done within the last 10 minutes; `key_id` says with what.
            InvalidArgument: The stamp's request_id was used for another body or method.
        """


class Recognizing(Protocol):
    """Whether this store and a folder of secrets belong together, and what depends on each."""

    async def own_secrets(self) -> tuple[OwnSecret, ...]:
        """Every pepper, tag key and key-encryption key that this store was used with, retired ones too."""

    async def adopt_own_secrets(self, offered: Sequence[OwnSecret]) -> None:
        """Take in every secret of a kind that has no current one. Raises FailedPrecondition for another fingerprint of a name."""

    async def foreign_keys(self, now: int) -> tuple[str, ...]:
        """The marks of foreign keys (`Secret.foreign_key`) that living secrets need."""

    async def own_secret_uses(self, now: int) -> tuple[OwnSecretUse, ...]:
        """How much depends on each; those on which nothing does are left out."""

    async def dependents(self, kind: OwnKind, own_id: str, now: int, limit: int) -> tuple[Dependent, ...]:
        """Keys with a living secret under a pepper or tag key, those not used for longest first."""


class Moving(Protocol):
    """Secrets on their way to another pepper."""

    async def move_secrets(self, moves: Sequence[SecretMove]) -> int:
        """Store secrets under another pepper; how many. No decision changes by it, so it takes no revision."""


class Tidying(Protocol):
    """Housekeeping."""

    async def tidy(self, now: int) -> None:
        """Delete what has outlived its use; nothing of it can be seen in a decision. Any process may call it at any time."""


class Store(Joining, Following, Finding, Counting, Reading, Mutating, Recognizing, Moving, Tidying, Protocol):
    """All of it."""
