"""What goes between the engine and a store: rows, changes, filters, pages. Times are microseconds since the epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import NamedTuple

from authsvc.domain.key import Key, KeyRecord, State, Tenant
from authsvc.domain.own_secret import OwnSecret
from authsvc.domain.token import SigningKey


@unique
class Kind(StrEnum):
    """What a change is about; `Change.ref` says which one."""

    KEY = "key"
    """ref: key_id. The key or one of its secrets changed."""
    SECRET = "secret"  # noqa: S105 - a kind, not a secret
    """ref: key_id. A secret was added, so "unknown" may no longer be true."""
    POLICY = "policy"
    """ref: version."""
    SIGNING_KEY = "signing_key"
    """ref: signing_key_id."""
    TENANT = "tenant"
    """ref: path."""
    TOKEN = "token"  # noqa: S105
    """ref: token_id of a revoked token."""
    OWN_SECRET = "own_secret"  # noqa: S105
    """ref: `peppers/p1`. What the service itself needs has changed."""


class Change(NamedTuple):
    """One row of the change log."""

    revision: int
    kind: str
    ref: str


class RevokedToken(NamedTuple):
    """A token that was revoked before it expired."""

    token_id: str
    expire_time: int


class PolicyVersion(NamedTuple):
    """An applied policy: its version (from 1) and the file's text."""

    version: int
    source: str
    applied_by: str = ""
    """key_id; empty: the first start. This and what follows is for operators, and not read for decisions."""
    apply_time: int = 0
    revision: int = 0
    """0: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything a process holds in full, read at one revision."""

    revision: int
    change_id: str
    """The random id of the change that made `revision`; empty at revision 0."""
    policy: PolicyVersion | None
    signing_keys: tuple[SigningKey, ...]
    tenants: tuple[Tenant, ...]
    revoked_tokens: tuple[RevokedToken, ...]
    own_secrets: tuple[OwnSecret, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What happened after some revision, read at one revision. Members are None or empty unless a change names their kind."""

    revision: int
    change_id: str
    changes: tuple[Change, ...]
    """In order of revision; one revision may have several rows. A gap means that the log was cut: read a snapshot."""
    policy: PolicyVersion | None = None
    signing_keys: tuple[SigningKey, ...] | None = None
    """All of them, when any changed."""
    tenants: tuple[Tenant, ...] = ()
    """Those that changed; a path in `changes` but not here was removed."""
    revoked_tokens: tuple[RevokedToken, ...] = ()
    own_secrets: tuple[OwnSecret, ...] | None = None
    """All of them, when any changed."""


class Renewal(NamedTuple):
    """The answer to a renewal."""

    revision: int
    change_id: str
    """The id of the revision that the process said it applied; empty when the log no longer has it."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Keys with all their secrets, and the revision that they were read at (same statement)."""

    revision: int
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """One row of the fleet: who may still answer, and from what."""

    process_id: str
    replica_id: str
    acknowledged: int
    beat: int
    dead: bool
    lease: int
    """Microseconds."""
    allowance: int
    """Microseconds that it may serve beyond its lease while the store is away."""
    join_time: int
    own_secrets: Sequence[str] = ()
    """The marks of the service's secrets that it has (`OwnSecret.mark`)."""


class UsageDelta(NamedTuple):
    """Uses of one key since the last flush."""

    key_id: str
    uses: int
    last_used_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFilter:
    """Which keys to list. Empty members match everything; `states` are shown states, judged at `now`."""

    tenant: str = "/"
    """The tenant and everything below it."""
    within: str = "/"
    """The caller's own tenant prefix; both must hold."""
    states: tuple[State, ...] = ()
    """Empty: all but REVOKED."""
    type: str = ""
    created_by: str = ""
    expire_before: int | None = None
    """Keys that expire from `now` on and before this."""
    unused_since: int | None = None
    """Never used, or last used before this."""
    name_contains: str = ""
    """Without case."""
    now: int


@dataclass(frozen=True, slots=True)
class KeyPage:
    """One page; `next_after` is the key_id to go on after, empty at the end."""

    records: tuple[KeyRecord, ...]
    next_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what, when, from where and why. `details` is small, JSON-able, and never holds a secret."""

    audit_id: str
    time: int
    actor: str
    """key_id of the caller, or `local:<reason>` for what the service did itself."""
    actor_tenant: str
    peer: str
    action: str
    """The RPC's name, `CreateKey`."""
    target_kind: str
    target: str
    tenant: str
    """The tenant of the target: who may read this row."""
    reason: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    request_id: str = ""
    revision: int = 0
    """Set by the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which audit rows to list; empty members match everything."""

    within: str = "/"
    actor: str = ""
    target: str = ""
    action: str = ""
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page, newest first; `next_after` is the audit_id to go on after, empty at the end."""

    entries: tuple[AuditEntry, ...]
    next_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantFilter:
    """Which tenants to list; only those for which something was set are there."""

    tenant: str = "/"
    """The tenant and everything below it."""
    within: str = "/"
    """The caller's own tenant prefix; both must hold."""
    suspended: bool | None = None
    """None: suspended ones and others."""


@dataclass(frozen=True, slots=True)
class TenantPage:
    """One page, by path; `next_after` is the path to go on after, empty at the end."""

    tenants: tuple[Tenant, ...]
    next_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStamp:
    """What makes a mutation repeatable: one caller's request_id and a digest of the request's body."""

    caller: str
    request_id: str
    method: str
    body_digest: bytes
    key_id: str
    """What this attempt would create or change; a repeat learns it."""
    now: int


class Committed(NamedTuple):
    """A mutation after its COMMIT. `changed` is False when there was nothing to do; the revision is then the current one."""

    revision: int
    changed: bool


class OwnSecretUse(NamedTuple):
    """How much depends on one of the service's secrets."""

    kind: str
    id: str
    """For tag keys also empty (secrets without a tag of ours), or `?` (not known before their next use)."""
    dependents: int
    """Living secrets, or signing keys."""
    oldest_use: int | None
    """When the one that was not used for longest was last used, or made; None for signing keys."""


class Dependent(NamedTuple):
    """A key that still needs one of the service's secrets."""

    key_id: str
    tenant: str
    display_name: str
    last_used_time: int | None


class SecretMove(NamedTuple):
    """A secret of a key that is to be stored under another pepper, in the form that it has: as it is, and as it is to be."""

    secret_id: str
    old_pepper_id: str
    old_digest: bytes
    pepper_id: str
    digest: bytes
    generation: str
