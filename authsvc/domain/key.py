"""The API key and its secrets, as the store keeps them. A key never holds the shown-once string."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, unique
from types import MappingProxyType

from authsvc.domain.limits import RateLimit

NO_METADATA: Mapping[str, str] = MappingProxyType({})


@unique
class State(IntEnum):
    """Stored: ACTIVE, INACTIVE, REVOKED. EXPIRED is only computed (`Key.shown_state`). Numbers are those of the proto enum."""

    ACTIVE = 1
    INACTIVE = 2
    EXPIRED = 3
    REVOKED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret of a key: what is stored of it, which is not enough to use it."""

    secret_id: str
    prefix: str
    """What may be shown: the type prefix and the first four random characters."""
    pepper_id: str
    digest: bytes = field(repr=False)
    """HMAC-SHA256 of the whole credential under the pepper `pepper_id`, 32 bytes."""
    create_time: int
    expire_time: int | None = None
    """When it dies (end of a grace period); None: with its key."""

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
