"""What a new key may be, and how a key may change, under a policy.

Rules:
1. Unset is never wider. A restriction left out at creation means unrestricted where the type allows that; an update that empties
   one says so in `unrestricted`.
2. Nothing is granted by absence: a creator who names no scope gets the type's `default_scopes`.
3. Only what changes is checked: a key that was right under an earlier policy can still be renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from authsvc.domain.errors import InvalidArgument, Violation
from authsvc.domain.key import NO_METADATA, Key
from authsvc.domain.key_fields import KeyFields
from authsvc.domain.limits import RateLimit
from authsvc.domain.policy import BUILTIN_TYPE, KeyType, Policy

RESTRICTIONS: Final = ("environment", "resources", "allowed_cidrs", "rate_limits", "expire_time")
"""Fields whose emptiness is wider than any value."""
FIXED: Final = ("tenant", "type")

_NO_TYPE: Final = KeyType(name="", prefix="")
"""Stands in for a type that there is not, so that the other fields are checked too."""
_CHANGEABLE: Final[Mapping[str, Callable[[KeyFields, Any], object]]] = {
    "display_name": KeyFields.display_name,
    "environment": KeyFields.environment,
    "scopes": KeyFields.scopes,
    "resources": KeyFields.resources,
    "allowed_cidrs": KeyFields.allowed_cidrs,
    "rate_limits": KeyFields.rate_limits,
    "metadata": KeyFields.metadata,
    "subject": KeyFields.subject,
    "expire_time": KeyFields.expire_time,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDraft:
    """A key as its creator describes it. Empty: see each field; times in microseconds since the epoch."""

    display_name: str = ""
    """Required."""
    type: str = ""
    """Empty: the policy's only type."""
    tenant: str = ""
    """Required."""
    subject: str = ""
    """Empty: the key stands for itself."""
    environment: str = ""
    """Empty: every environment."""
    scopes: tuple[str, ...] = ()
    """Empty: the type's default scopes."""
    resources: tuple[str, ...] = ()
    """Empty: every resource."""
    allowed_cidrs: tuple[str, ...] = ()
    """Empty: every address."""
    rate_limits: tuple[RateLimit, ...] = ()
    """Empty: the type's limits. A burst of 0 means the limit."""
    metadata: Mapping[str, str] = field(default_factory=lambda: NO_METADATA)
    expire_time: int | None = None
    """None: after the type's default lifetime, else its longest, else never."""


def check_draft(draft: KeyDraft, policy: Policy, now: int, *, prefix: str = "key.") -> KeyDraft:
    """Check a new key and fill in what its type gives.

    Args:
        draft: The key as sent.
        policy: The policy in force.
        now: Microseconds since the epoch.
        prefix: What the names of fields begin with in violations.

    Raises:
        InvalidArgument: Every field that is wrong, with what is allowed.
    """
    key_type = _type_of(draft, policy) or _NO_TYPE
    fields = KeyFields(policy, key_type, now, prefix)
    if key_type is _NO_TYPE:
        fields.wrong("type", f"a key type of the policy: {', '.join(policy.key_types)}")
    checked = KeyDraft(
        display_name=fields.display_name(draft.display_name),
        type=key_type.name,
        tenant=fields.tenant(draft.tenant),
        subject=fields.subject(draft.subject),
        environment=fields.environment(draft.environment),
        scopes=fields.scopes(draft.scopes or key_type.default_scopes),
        resources=fields.resources(draft.resources),
        allowed_cidrs=fields.allowed_cidrs(draft.allowed_cidrs),
        rate_limits=fields.rate_limits(draft.rate_limits or key_type.rate_limits),
        metadata=fields.metadata(draft.metadata),
        expire_time=fields.expire_time(_expiry(draft, key_type, now)),
    )
    if fields.violations:
        raise InvalidArgument(*fields.violations)
    return checked


def _type_of(draft: KeyDraft, policy: Policy) -> KeyType | None:
    """The draft's type, or the only one there is beside authsvc's own."""
    if draft.type:
        return policy.key_types.get(draft.type)
    ordinary = [key_type for name, key_type in policy.key_types.items() if name != BUILTIN_TYPE]
    return ordinary[0] if len(ordinary) == 1 else None


def _expiry(draft: KeyDraft, key_type: KeyType, now: int) -> int | None:
    lifetime = key_type.default_lifetime or key_type.max_lifetime
    if draft.expire_time is not None or not lifetime:
        return draft.expire_time
    return now + lifetime


def check_update(key: Key, changes: Mapping[str, object], unrestricted: frozenset[str], policy: Policy, now: int) -> Key:
    """Check changes of a key and make them.

    Args:
        key: The key as it is.
        changes: New values by field name, of the types that `KeyDraft` has; each replaces the old one as a whole.
        unrestricted: Restrictions that `changes` empties on purpose.
        policy: The policy in force.
        now: Microseconds since the epoch; lifetimes count from here.

    Raises:
        InvalidArgument: Every field that is wrong, with what is allowed.
    """
    key_type = policy.key_types.get(key.type)
    if key_type is None:
        raise InvalidArgument(
            Violation("key.type", "the policy no longer has the type of this key, so nothing is allowed for it")
        )
    violations = [*_check_names(changes), *_check_emptied(changes, unrestricted)]
    fields = KeyFields(policy, key_type, now, "key.")
    checked: dict[str, Any] = {name: _CHANGEABLE[name](fields, value) for name, value in changes.items() if name in _CHANGEABLE}
    if violations or fields.violations:
        raise InvalidArgument(*violations, *fields.violations)
    if checked.get("subject") == "":
        checked["subject"] = key.key_id
    return replace(key, **checked)


def _check_names(changes: Mapping[str, object]) -> list[Violation]:
    wrong = [Violation(f"key.{name}", "is fixed when the key is created") for name in FIXED if name in changes]
    if not changes or not changes.keys() <= {*_CHANGEABLE, *FIXED}:
        wrong.append(Violation("update_mask", f"one or more of {', '.join(_CHANGEABLE)}"))
    return wrong


def _check_emptied(changes: Mapping[str, object], unrestricted: frozenset[str]) -> list[Violation]:
    """CONTRACT section 2: what widens a key is said, and what is said is done."""
    emptied = {name for name in RESTRICTIONS if name in changes and _is_empty(changes[name])}
    wrong = [
        Violation(f"key.{name}", "empty is unrestricted; an update to that names the field in `unrestricted`")
        for name in RESTRICTIONS
        if name in emptied - unrestricted
    ]
    if unrestricted - emptied:
        allowed = ", ".join(RESTRICTIONS)
        wrong.append(Violation("unrestricted", f"only fields that this update empties, among {allowed}"))
    return wrong


def _is_empty(value: object) -> bool:
    return value is None or value in ("", (), [])
