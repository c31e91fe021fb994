"""Scopes: their grammar, what implies what, and what a set of grants covers.

A scope is concrete (`projects:read`). A grant is a scope or a wildcard (`projects:*`, `*`). The rules:

1. `projects:*` covers every scope with one or more further segments (`projects:read`, `projects:read:own`), not
   `projects` itself.
2. A bare `*` covers everything except the scopes that begin `authsvc:`. Those are granted by name only.
3. Under a catalogue only known scopes are ever covered, so a scope that leaves the policy is granted to nobody any more.
4. No other scope may imply one of authsvc's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, Self

from authsvc.domain.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_LENGTH: Final = 64
OWN_PREFIX: Final = "authsvc:"
OWN_SCOPES: Final = (
    "authsvc:verify",
    "authsvc:check",
    "authsvc:mint",
    "authsvc:mint:act",
    "authsvc:keys:read",
    "authsvc:keys:write",
    "authsvc:keys:grant",
    "authsvc:keys:import",
    "authsvc:tokens:revoke",
    "authsvc:signing:write",
    "authsvc:policy:read",
    "authsvc:policy:write",
    "authsvc:tenants:write",
    "authsvc:audit:read",
    "authsvc:fleet:read",
)

_CHARACTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789_.-:"
_SCOPE_RULE: Final = "a scope is 1 to 64 characters: segments of a-z, 0-9, '_', '.' and '-' joined by ':'"
_GRANT_RULE: Final = _SCOPE_RULE + "; only the last segment may be '*'"


def _is_scope(text: str) -> bool:
    if not 0 < len(text) <= MAX_LENGTH or text.strip(_CHARACTERS):  # strip leaves something exactly when a character is foreign
        return False
    return text[0] != ":" and text[-1] != ":" and "::" not in text


def _is_grant(text: str) -> bool:
    return text == "*" or (len(text) <= MAX_LENGTH and _is_scope(text.removesuffix(":*")))


def parse_scope(text: str) -> str:
    """Return `text` when it is a concrete scope.

    Raises:
        InvalidValue: it is not.
    """
    if not _is_scope(text):
        raise InvalidValue(_SCOPE_RULE)
    return text


def parse_grant(text: str) -> str:
    """Return `text` when it is a scope or a wildcard (`*` alone or as the last segment).

    Raises:
        InvalidValue: it is neither.
    """
    if not _is_grant(text):
        raise InvalidValue(_GRANT_RULE)
    return text


def _wildcard_covers(wildcard: str, scope: str) -> bool:
    """Whether `wildcard` covers `scope`, which may itself be a wildcard: then whether everything under it is covered."""
    if wildcard == "*":
        return not scope.startswith(OWN_PREFIX)
    return scope.startswith(wildcard[:-1])


class Cover(Protocol):
    """What rights must answer to narrow others. Arguments are parsed already."""

    def covers(self, scope: str) -> bool:
        """Whether the concrete `scope` is held."""

    def covers_grant(self, grant: str) -> bool:
        """Whether `grant`, possibly a wildcard, is no wider than these rights."""


class Grants:
    """The compiled rights of one key or token; `Catalogue.grants` makes it.

    Attributes:
        grants: the original grants, as given, each once.
    """

    __slots__ = ("_everything", "_origins", "_stems", "_wildcards", "grants")

    def __init__(
        self, grants: tuple[str, ...], origins: Mapping[str, str], wildcards: Mapping[str, str], *, is_open: bool
    ) -> None:
        """Compile.

        Args:
            grants: the original grants.
            origins: each concrete scope that is covered, with the original grant it comes from.
            wildcards: each wildcard that is held, with the original grant it comes from.
            is_open: whether wildcards reach scopes that are not in `origins`: there is no catalogue to list them.
        """
        self.grants = grants
        self._origins = origins
        self._wildcards = wildcards
        self._stems = tuple(wildcard[:-1] for wildcard in wildcards if wildcard != "*") if is_open else ()
        self._everything = is_open and "*" in wildcards

    def covers(self, scope: str) -> bool:
        """Whether the concrete `scope` is held."""
        return (
            scope in self._origins
            or scope.startswith(self._stems)  # an empty tuple of stems is never a start
            or (self._everything and not scope.startswith(OWN_PREFIX))
        )

    def covers_grant(self, grant: str) -> bool:
        """Whether `grant`, possibly a wildcard, is no wider than these rights.

        A wildcard needs a wildcard: holding every scope that `projects:*` covers today is less than holding `projects:*`.
        """
        if grant[-1] != "*":
            return self.covers(grant)
        return any(_wildcard_covers(wildcard, grant) for wildcard in self._wildcards)

    def covering(self, scope: str) -> str | None:
        """Name the original grant that covers `scope`, or None."""
        if not self.covers(scope):
            return None
        origin = self._origins.get(scope)
        return origin or next(self._wildcards[wildcard] for wildcard in self._wildcards if _wildcard_covers(wildcard, scope))

    def missing(self, scopes: Iterable[str]) -> tuple[str, ...]:
        """Name the `scopes` not covered, in their order."""
        origins = self._origins
        return tuple([scope for scope in scopes if scope not in origins and not self.covers(scope)])

    def narrowed_by(self, other: Cover) -> Intersection:
        """What both these rights and `other` cover: a token never has more than its key has now."""
        return Intersection(self, other)


class Intersection:
    """What two sets of rights have in common."""

    __slots__ = ("_left", "_right")

    def __init__(self, left: Grants | Intersection, right: Cover) -> None:
        """Hold both; nothing is copied."""
        self._left = left
        self._right = right

    def covers(self, scope: str) -> bool:
        """Whether both sides cover the concrete `scope`."""
        return self._left.covers(scope) and self._right.covers(scope)

    def covers_grant(self, grant: str) -> bool:
        """Whether `grant` is no wider than either side."""
        return self._left.covers_grant(grant) and self._right.covers_grant(grant)

    def covering(self, scope: str) -> str | None:
        """Name the grant of the first side that covers `scope`, or None when one side does not."""
        return self._left.covering(scope) if self._right.covers(scope) else None

    def missing(self, scopes: Iterable[str]) -> tuple[str, ...]:
        """Name the `scopes` that a side does not cover, in their order."""
        return tuple([scope for scope in scopes if not self.covers(scope)])

    def narrowed_by(self, other: Cover) -> Intersection:
        """What these rights and `other` cover."""
        return Intersection(self, other)


class Catalogue:
    """The scopes that exist and what each implies. authsvc's own scopes are always in it.

    Cycles are fine: scopes that imply each other are granted together.
    """

    __slots__ = ("_implied",)

    def __init__(self, implies: Mapping[str, tuple[str, ...]] | None) -> None:
        """Check and close the implications.

        Args:
            implies: each scope of the policy with the grants it implies directly (wildcards allowed); None as in `open`.

        Raises:
            InvalidValue: a name breaks the grammar, an implied grant is unknown, or the policy touches an own scope of authsvc.
        """
        self._implied: Mapping[str, frozenset[str]] | None = None
        if implies is None:
            return
        direct = {**dict.fromkeys(OWN_SCOPES, ()), **implies}
        _check_definitions(direct)
        self._implied = {scope: _closure(scope, direct) for scope in direct}

    @classmethod
    def open(cls) -> Self:
        """Build the catalogue of a service without one: every scope of the right form is known, none implies another."""
        return cls(None)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The known scopes, sorted; empty when the catalogue is open."""
        return tuple(sorted(self._implied or ()))

    def knows(self, grant: str) -> bool:
        """Whether `grant` is a known scope, or a wildcard that covers at least one."""
        if self._implied is None:
            return _is_grant(grant)
        return grant in self._implied or (grant[-1:] == "*" and any(_wildcard_covers(grant, scope) for scope in self._implied))

    def grants(self, scopes: Iterable[str]) -> Grants:
        """Compile grants (parsed already) with everything they imply. Unknown ones cover nothing."""
        given = tuple(dict.fromkeys(scopes))
        if self._implied is None:
            exact = {grant: grant for grant in given if grant[-1] != "*"}
            return Grants(given, exact, {grant: grant for grant in given if grant[-1] == "*"}, is_open=True)
        return self._closed_grants(given, self._implied)

    @staticmethod
    def _closed_grants(given: tuple[str, ...], implied: Mapping[str, frozenset[str]]) -> Grants:
        origins = {grant: grant for grant in given if grant in implied}
        wildcards = {grant: grant for grant in given if grant[-1] == "*"}
        for grant in given:
            roots = [grant] if grant in implied else [scope for scope in implied if _is_under(scope, grant)]
            for reached in (reached for root in roots for reached in (root, *implied[root])):
                (wildcards if reached[-1] == "*" else origins).setdefault(reached, grant)
        return Grants(given, origins, wildcards, is_open=False)


def _is_under(scope: str, grant: str) -> bool:
    return grant[-1] == "*" and _wildcard_covers(grant, scope)


def _check_definitions(direct: Mapping[str, tuple[str, ...]]) -> None:
    for scope, grants in direct.items():
        parse_scope(scope)
        if scope.startswith(OWN_PREFIX) and (scope not in OWN_SCOPES or grants):
            raise InvalidValue("scopes that begin 'authsvc:' are authsvc's own: a policy neither adds to them nor changes them")
        for grant in grants:
            parse_grant(grant)
            if grant.startswith(OWN_PREFIX):
                raise InvalidValue(f"{scope} may not imply one of authsvc's own scopes: they are granted by name only")
            if grant not in direct and not any(_is_under(known, grant) for known in direct):
                raise InvalidValue(f"{scope} implies {grant}, which is not in the catalogue")


def _closure(scope: str, direct: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Everything that `scope` implies over any number of steps: scopes, and the wildcards named on the way."""
    reached: set[str] = set()
    pending = [scope]
    while pending:
        for grant in direct.get(pending.pop(), ()):
            if grant not in reached:
                under = [known for known in direct if _is_under(known, grant)] if grant[-1] == "*" else []
                new = {grant, *under} - reached
                pending += new
                reached |= new
    return frozenset(reached)
