"""What every field of a key may be: CONTRACT sections 2 and 3, and the rules of its type.

A check returns the value as it is stored and notes what is wrong, so that a caller learns of everything at once. Descriptions
never repeat what was sent: people paste secrets into the wrong field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from authsvc.domain.errors import InvalidValue, Violation
from authsvc.domain.limits import MAX_WINDOWS, SECOND, RateLimit, check_rate_limit
from authsvc.domain.network import parse_cidr
from authsvc.domain.policy import BUILTIN_TYPE, DAY, KeyType, Policy, parse_name
from authsvc.domain.resources import parse_pattern
from authsvc.domain.scopes import OWN_PREFIX, Catalogue, parse_grant
from authsvc.domain.tenants import parse_tenant

MAX_DISPLAY_NAME: Final = 128
MAX_SUBJECT: Final = 256
MAX_SCOPES: Final = 64
MAX_RESOURCES: Final = 32
MAX_CIDRS: Final = 32
MAX_METADATA: Final = 4096
"""Bytes of UTF-8, names and values together."""
MAX_TIME: Final = 253_402_300_799 * SECOND
"""The end of the year 9999, the last second that a Timestamp can say."""

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, line separators, reversals of the writing direction, halves of characters."""
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_OWN_SCOPES: Final = Catalogue({})
"""Authsvc's own are known exactly, also where the policy takes any scope."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class KeyFields:
    """Checks the fields of one key of one type under one policy, at one time; `violations` is what was wrong."""

    def __init__(self, policy: Policy, key_type: KeyType, now: int, prefix: str) -> None:
        """Set the rules.

        Args:
            policy: The policy in force.
            key_type: The type of the key.
            now: Microseconds since the epoch.
            prefix: What the names of fields begin with, such as `key.`.
        """
        self._policy = policy
        self._type = key_type
        self._now = now
        self._prefix = prefix
        self.violations: list[Violation] = []

    def wrong(self, field: str, description: str) -> None:
        """Note that a field is wrong."""
        self.violations.append(Violation(self._prefix + field, description))

    def display_name(self, name: str) -> str:
        """1 to 128 characters, spaces around them not counted."""
        name = name.strip()
        if not 1 <= len(name) <= MAX_DISPLAY_NAME or _CONTROL.search(name):
            self.wrong("display_name", f"a name is 1 to {MAX_DISPLAY_NAME} characters, none of them a control character")
        return name

    def tenant(self, tenant: str) -> str:
        """Check a tenant path; required."""
        return self._parsed("tenant", parse_tenant, tenant)

    def subject(self, subject: str) -> str:
        """At most 256 characters; empty: the key stands for itself."""
        if len(subject) > MAX_SUBJECT or _CONTROL.search(subject):
            self.wrong("subject", f"a subject is at most {MAX_SUBJECT} characters, none of them a control character")
        return subject

    def environment(self, environment: str) -> str:
        """Check that the policy knows it; empty: every environment, unless the type requires one."""
        known = self._policy.environments
        if not environment:
            if self._type.environment_required:
                self.wrong("environment", f"keys of this type need an environment{_among(known)}")
        elif not known:
            self._parsed("environment", parse_name, environment)
        elif environment not in known:
            self.wrong("environment", f"an environment of the policy{_among(known)}")
        return environment

    def scopes(self, scopes: Iterable[str]) -> tuple[str, ...]:
        """Grants that the catalogue knows and the type allows, each once."""
        given = tuple(scopes)
        if self._few_enough("scopes", given, MAX_SCOPES):
            for index, scope in enumerate(given):
                self._scope(f"scopes[{index}]", scope)
            self._distinct("scopes", given)
        if len(set(given)) < self._type.min_scopes:
            self.wrong("scopes", f"a key of this type has at least {self._type.min_scopes} scopes")
        return given

    def _scope(self, field: str, scope: str) -> None:
        if self._parsed(field, parse_grant, scope, otherwise="") == "":
            return
        is_builtin, allowed = self._type.name == BUILTIN_TYPE, self._type.allowed_scopes
        catalogue = _OWN_SCOPES if is_builtin else self._policy.catalogue
        if is_builtin != scope.startswith(OWN_PREFIX):
            self.wrong(field, "scopes that begin 'authsvc:' go with keys of the type authsvc, and only those")
        elif not catalogue.knows(scope):
            self.wrong(field, "this scope is not in the catalogue")
        elif allowed and not catalogue.grants(allowed).covers_grant(scope):
            self.wrong(field, f"a key of this type may have {', '.join(allowed)}")

    def resources(self, resources: Iterable[str]) -> tuple[str, ...]:
        """Resource patterns, each once."""
        return self._each("resources", tuple(resources), MAX_RESOURCES, parse_pattern)

    def allowed_cidrs(self, cidrs: Iterable[str]) -> tuple[str, ...]:
        """Networks in their canonical form, each once."""
        return self._each("allowed_cidrs", tuple(cidrs), MAX_CIDRS, parse_cidr)

    def rate_limits(self, limits: Iterable[RateLimit]) -> tuple[RateLimit, ...]:
        """Windows with their bursts filled in, none faster than the type allows."""
        given = tuple(limits)
        most = self._type.max_rate
        if most is not None and not given:
            self.wrong("rate_limits", f"a key of this type has a limit, {_rate(most)} at most")
        if not self._few_enough("rate_limits", given, MAX_WINDOWS):
            return given
        return tuple(self._window(f"rate_limits[{index}]", window) for index, window in enumerate(given))

    def _window(self, field: str, window: RateLimit) -> RateLimit:
        try:
            window = check_rate_limit(window.limit, window.period, window.burst)
        except InvalidValue as error:
            self.wrong(field, str(error))
            return window
        most = self._type.max_rate
        if most is not None and (window.limit * most.period > most.limit * window.period or window.burst > most.burst):
            self.wrong(field, f"a key of this type may have {_rate(most)} at most, with a burst of at most {most.burst}")
        return window

    def metadata(self, metadata: Mapping[str, str]) -> dict[str, str]:
        """At most 4 KB of names and values."""
        if any(not name or _CONTROL.search(name) or _UNSTORABLE.search(value) for name, value in metadata.items()):
            self.wrong("metadata", "a name has at least one character and no control character; a value has no NUL character")
        elif sum(len(text.encode()) for pair in metadata.items() for text in pair) > MAX_METADATA:
            self.wrong("metadata", f"names and values have at most {MAX_METADATA} bytes together")
        return dict(metadata)

    def expire_time(self, expire_time: int | None) -> int | None:
        """Check a time in the future and within the type's bounds; None: never, which a type with a longest lifetime refuses."""
        earliest, latest = self._bounds()
        if expire_time is None:
            if self._type.max_lifetime:
                self.wrong("expire_time", f"a key of this type expires, {_utc(latest)} at the latest")
        elif expire_time < earliest:
            self.wrong("expire_time", f"{_utc(earliest)} at the earliest")
        elif expire_time > latest:
            self.wrong("expire_time", f"{_utc(latest)} at the latest")
        return expire_time

    def _bounds(self) -> tuple[int, int]:
        """The earliest and the latest expiry. A key that expires now would never work, so it is one microsecond at least."""
        earliest = self._now + max(self._type.min_lifetime, 1)
        if self._type.after_today:
            earliest = max(earliest, (self._now // DAY + 1) * DAY + 1)
        latest = self._now + self._type.max_lifetime if self._type.max_lifetime else MAX_TIME
        return earliest, latest

    def _parsed(self, field: str, parse: Callable[[str], str], text: str, *, otherwise: str | None = None) -> str:
        try:
            return parse(text)
        except InvalidValue as error:
            self.wrong(field, str(error))
            return text if otherwise is None else otherwise

    def _each(self, field: str, given: tuple[str, ...], most: int, parse: Callable[[str], str]) -> tuple[str, ...]:
        if not self._few_enough(field, given, most):
            return given
        parsed = tuple(self._parsed(f"{field}[{index}]", parse, text) for index, text in enumerate(given))
        self._distinct(field, parsed)
        return parsed

    def _few_enough(self, field: str, given: tuple[object, ...], most: int) -> bool:
        if len(given) > most:
            self.wrong(field, f"at most {most} entries")
        return len(given) <= most

    def _distinct(self, field: str, given: tuple[str, ...]) -> None:
        for index, value in enumerate(given):
            first = given.index(value)
            if first < index:
                self.wrong(f"{field}[{index}]", f"the same as {field}[{first}]")


def _among(names: tuple[str, ...]) -> str:
    return f": {', '.join(names)}" if names else ""


def _rate(rate: RateLimit) -> str:
    return f"{rate.limit} per {rate.period / SECOND:g} s"


def _utc(time: int) -> str:
    """A time as people write it, RFC 3339; with fractions only when it has some."""
    return (_EPOCH + timedelta(microseconds=time)).isoformat().replace("+00:00", "Z")
