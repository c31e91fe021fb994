"""The API key and its secrets, as the store keeps them. A key never holds the shown-once string."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum, unique
from types import MappingProxyType

from authsvc.domain.limits import RateLimit

NO_METADATA: Mapping[str, str] = MappingProxyType({})
UNKNOWN_GENERATION = "?"
"""Of secrets that are older than the column."""


@unique
class State(IntEnum):
    """Stored: ACTIVE, INACTIVE, REVOKED. EXPIRED is only computed (`Key.shown_state`). Numbers are those of the proto enum."""

    ACTIVE = 1
    INACTIVE = 2
    EXPIRED = 3
    REVOKED = 4


@unique
class Hash(StrEnum):
    """What is stored of a secret (ADR 1, ADR 6). All but the last two are recognized by their digest alone."""

    HMAC = "hmac"
    """HMAC-SHA256 of the credential under the pepper."""
    SHA256 = "sha256"
    """HMAC-SHA256 under the pepper of a SHA-256 that was imported."""
    HMAC_SHA256 = "hmac-sha256"
    """The same of an HMAC-SHA256 that was imported, under the foreign key `Secret.foreign_key`."""
    ARGON2ID = "argon2id"
    """Argon2id of HMAC-SHA256 of the credential under the pepper; the digest only finds it, by the public id."""
    FOREIGN_ARGON2ID = "foreign-argon2id"
    """Argon2id of the credential itself, as it was imported."""

    @property
    def is_slow(self) -> bool:
        """Whether a check takes milliseconds, so that none is made on the event loop."""
        return self in (Hash.ARGON2ID, Hash.FOREIGN_ARGON2ID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret of a key: what is stored of it, which is not enough to use it."""

    secret_id: str
    prefix: str
    """What may be shown: the type prefix and the first four random characters."""
    pepper_id: str
    digest: bytes = field(repr=False)
    """What it is found by, 32 bytes: HMAC-SHA256 under the pepper `pepper_id` of what `hash` says, or of the public id."""
    create_time: int
    expire_time: int | None = None
    """When it dies (end of a grace period); None: with its key."""
    hash: Hash = Hash.HMAC
    phc: str = field(default="", repr=False)
    """The PHC string of a slow hash; empty: it is not one."""
    foreign_key: str = ""
    """Which foreign HMAC key the digest was made with, and its fingerprint: `old=0123456789abcdef`; empty: none."""
    generation: str = ""
    """The tag key of its check tag; empty: it has none; UNKNOWN_GENERATION: not known before its next use."""

    def lives(self, now: int) -> bool:
        """Whether this secret still proves its key at `now`."""
        return self.expire_time is None or now < self.expire_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key. Empty `environment`, `resources` and `allowed_cidrs` mean unrestricted; empty `scopes` means none."""

    key_id: str
    display_name: str
    type: str
    tenant: str
    subject: str
    environment: str = ""
    scopes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    allowed_cidrs: tuple[str, ...] = ()
    rate_limits: tuple[RateLimit, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=lambda: NO_METADATA)
    state: State = State.ACTIVE
    created_by: str
    create_time: int
    update_time: int
    expire_time: int | None = None
    revoke_time: int | None = None
    revoke_reason: str = ""
    delete_time: int | None = None
    """Set: revoked and hidden; the row is purged 30 days later."""
    etag: str
    """Random, new with every change."""
    revision: int = 0
    """The revision of the last change; set by the store."""
    secrets: tuple[Secret, ...] = ()

    def shown_state(self, now: int) -> State:
        """The state people see: REVOKED over INACTIVE over EXPIRED over ACTIVE."""
        if self.state is State.ACTIVE and self.expire_time is not None and now >= self.expire_time:
            return State.EXPIRED
        return self.state

    def secret(self, secret_id: str) -> Secret | None:
        """The secret with this id, dead or alive."""
        return next((s for s in self.secrets if s.secret_id == secret_id), None)


@dataclass(frozen=True, slots=True)
class Usage:
    """What is counted beside a key; never part of a decision."""

    use_count: int = 0
    last_used_time: int | None = None


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as operators read it: with its usage."""

    key: Key
    usage: Usage


@dataclass(frozen=True, slots=True)
class Tenant:
    """Settings of one tenant path; children inherit both."""

    path: str
    allowed_cidrs: tuple[str, ...] = ()
    suspended: bool = False
    suspend_reason: str = ""
    update_time: int = 0
    etag: str = ""
