"""Keys: messages into drafts and changes, records into messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from authsvc.domain.key import KeyRecord, Secret, State
from authsvc.domain.key_rules import FIXED, KeyDraft
from authsvc.domain.limits import MAX_WINDOWS, RateLimit
from authsvc.transport.codec.decisions import write_rate_limits
from authsvc.transport.codec.times import read_duration, read_time, write_time
from authsvc.transport.codec.violations import Violations
from authsvc.v1 import key_pb2

Value = object


def read_draft(message: key_pb2.Key, violations: Violations) -> KeyDraft:
    """A key to be created; `key_rules` checks what its fields may be."""
    _check_known(message, violations)
    return KeyDraft(
        display_name=message.display_name,
        type=message.type,
        tenant=message.tenant,
        subject=message.subject,
        environment=message.environment,
        scopes=tuple(message.scopes),
        resources=tuple(message.resources),
        allowed_cidrs=tuple(message.allowed_cidrs),
        rate_limits=_rate_limits(message, violations),
        metadata=dict(message.metadata),
        expire_time=_expire_time(message, violations),
    )


def read_changes(message: key_pb2.Key, paths: tuple[str, ...], violations: Violations) -> dict[str, Value]:
    """The fields that an update mask names, with their new values. Fixed ones are among them, for the rules to refuse."""
    _check_known(message, violations)
    unknown = [path for path in paths if path not in _READERS]
    if unknown or not paths:
        allowed = " ".join(name for name in _READERS if name not in FIXED)
        violations.add("update_mask", f"one or more of {allowed}; each is replaced as a whole")
    return {path: _READERS[path](message, violations) for path in paths if path in _READERS}


def write_key(record: KeyRecord, now: int) -> key_pb2.Key:
    """A key as operators see it at a time."""
    key = record.key
    secrets = sorted(key.secrets, key=lambda secret: (secret.create_time, secret.expire_time is None), reverse=True)
    message = key_pb2.Key(
        key_id=key.key_id,
        display_name=key.display_name,
        type=key.type,
        tenant=key.tenant,
        environment=key.environment,
        scopes=key.scopes,
        resources=key.resources,
        allowed_cidrs=key.allowed_cidrs,
        rate_limits=write_rate_limits(key.rate_limits),
        metadata=key.metadata,
        subject=key.subject,
        state=key.shown_state(now).value,  # type: ignore[arg-type]  # the numbers are those of the proto, which a test compares
        prefix=secrets[0].prefix if secrets else "",
        # What the service made by itself has no caller.
        created_by="" if key.created_by.startswith("local:") else key.created_by,
        use_count=record.usage.use_count,
        revoke_reason=key.revoke_reason,
        etag=key.etag,
        revision=key.revision,
        secrets=[_write_secret(secret) for secret in secrets if key.state is not State.REVOKED and secret.lives(now)],
    )
    _write_times(message, record)
    return message


def _write_times(message: key_pb2.Key, record: KeyRecord) -> None:
    key = record.key
    write_time(message.create_time, key.create_time)
    write_time(message.update_time, key.update_time)
    if key.expire_time is not None:
        write_time(message.expire_time, key.expire_time)
    if key.revoke_time is not None:
        write_time(message.revoke_time, key.revoke_time)
    if record.usage.last_used_time is not None:
        write_time(message.last_used_time, record.usage.last_used_time)


def _write_secret(secret: Secret) -> key_pb2.KeySecret:
    message = key_pb2.KeySecret(secret_id=secret.secret_id, prefix=secret.prefix)
    write_time(message.create_time, secret.create_time)
    if secret.expire_time is not None:
        write_time(message.expire_time, secret.expire_time)
    return message


def _check_known(message: key_pb2.Key, violations: Violations) -> None:
    """A restriction of a newer contract that was dropped would make the key wider than its creator said."""
    violations.known("key", message)
    for index, limit in enumerate(message.rate_limits[:MAX_WINDOWS]):
        violations.known(f"key.rate_limits[{index}]", limit)


def _rate_limits(message: key_pb2.Key, violations: Violations) -> tuple[RateLimit, ...]:
    if len(message.rate_limits) > MAX_WINDOWS:
        violations.add("key.rate_limits", f"at most {MAX_WINDOWS} entries")
        return ()
    return tuple(
        RateLimit(
            limit.limit,
            violations.read(f"key.rate_limits[{index}].period", read_duration, limit.period, 0),
            limit.burst,
        )
        for index, limit in enumerate(message.rate_limits)
    )


def _expire_time(message: key_pb2.Key, violations: Violations) -> int | None:
    if not message.HasField("expire_time"):
        return None
    return violations.read("key.expire_time", read_time, message.expire_time, None)


_READERS: Final[Mapping[str, Callable[[key_pb2.Key, Violations], Value]]] = {
    "display_name": lambda message, _: message.display_name,
    "environment": lambda message, _: message.environment,
    "scopes": lambda message, _: tuple(message.scopes),
    "resources": lambda message, _: tuple(message.resources),
    "allowed_cidrs": lambda message, _: tuple(message.allowed_cidrs),
    "rate_limits": _rate_limits,
    "metadata": lambda message, _: dict(message.metadata),
    "subject": lambda message, _: message.subject,
    "expire_time": _expire_time,
    "tenant": lambda message, _: message.tenant,
    "type": lambda message, _: message.type,
}
