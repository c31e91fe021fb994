"""What no single field of a policy file can say: names that have to exist, bounds that have to fit each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from authsvc.domain.argon2 import MIB, Argon2Cost
from authsvc.domain.http.substitution import names_in
from authsvc.domain.limits import MAX_PERIOD
from authsvc.domain.policy import BUILTIN_PREFIX, BUILTIN_TYPE, DAY
from authsvc.domain.policy_file.document import KeyTypeSection, PolicyDocument, Rate, Window
from authsvc.domain.policy_file.http_rules import compile_http
from authsvc.domain.policy_file.mistakes import Finding, Path, did_you_mean, quote
from authsvc.domain.policy_file.values import show_duration
from authsvc.domain.scopes import OWN_PREFIX, Catalogue

MAX_TOKEN_TTL: Final = DAY
MAX_PUBLISH_LEAD: Final = 7 * DAY
HOUR: Final = DAY // 24


def check_rules(document: PolicyDocument, scope_names: Iterable[str]) -> Iterator[Finding]:
    """Find every mistake beyond single fields.

    Args:
        document: the part of the file that is right by itself.
        scope_names: every scope that the file names, also those whose definition is wrong: others may refer to them.
    """
    yield from _tokens(document)
    yield from _argon2(document)
    catalogue = Catalogue.open()
    if document.scopes is not None:
        implied = {name: tuple(scope.implies) for name, scope in document.scopes.items()}
        known = sorted({*implied, *scope_names})
        yield from _scopes(implied, known)
        catalogue = _catalogue(implied, known)
    yield from _repeated(document.environments or (), ("environments",))
    yield from _repeated(document.tokens.audience, ("tokens", "audience"))
    key_types = document.key_types or {}
    yield from _prefixes({name: key_type.prefix for name, key_type in key_types.items()})
    for name, key_type in key_types.items():
        yield from _key_type(key_type, catalogue, ("key_types", name))
    yield from _routes(document, catalogue)
    yield from compile_http(document, catalogue).findings


def _tokens(document: PolicyDocument) -> Iterator[Finding]:
    tokens = document.tokens
    if tokens.max_ttl > MAX_TOKEN_TTL:
        yield Finding(("tokens", "max_ttl"), "a token lives at most 1d; it is meant to be short")
    elif tokens.ttl is not None and tokens.ttl > tokens.max_ttl:
        yield Finding(("tokens", "ttl"), f"must be at most tokens.max_ttl, which is {show_duration(tokens.max_ttl)}")
    if document.upstream_token is not None and document.upstream_token.ttl > MAX_TOKEN_TTL:
        yield Finding(("upstream_token", "ttl"), "a token lives at most 1d; it is meant to be short")
    if tokens.publish_lead > MAX_PUBLISH_LEAD:
        yield Finding(("tokens", "publish_lead"), "must be at most 7d")
    elif tokens.rotate_every is not None and tokens.rotate_every < max(HOUR, 2 * tokens.publish_lead):
        least = show_duration(max(HOUR, 2 * tokens.publish_lead))
        yield Finding(("tokens", "rotate_every"), f"must be at least {least}: an hour, and twice tokens.publish_lead")


def _argon2(document: PolicyDocument) -> Iterator[Finding]:
    argon2 = document.argon2
    if argon2.memory < 8 * argon2.lanes:
        yield Finding(("argon2", "memory"), "must be at least 8KiB for each lane")
    elif not Argon2Cost(argon2.memory, argon2.passes, argon2.lanes).is_enough:
        least = f"{-(-35 * MIB // argon2.passes)}KiB"
        yield Finding(("argon2", "memory"), f"must be at least {least} with {argon2.passes} passes, or it protects too little")


def _scopes(implied: Mapping[str, tuple[str, ...]], known: list[str]) -> Iterator[Finding]:
    for name, grants in implied.items():
        if name.startswith(OWN_PREFIX):
            yield Finding(("scopes", name), "scopes that begin 'authsvc:' are authsvc's own and always there", at_name=True)
        for index, grant in enumerate(grants):
            path = ("scopes", name, "implies", index)
            if grant.startswith(OWN_PREFIX):
                yield Finding(path, "authsvc's own scopes are granted by name only, never implied")
            elif not _is_known(grant, known):
                yield Finding(path, f"there is no scope {quote(grant)}{did_you_mean(grant, known)}")


def _is_known(grant: str, known: Iterable[str]) -> bool:
    stem = grant[:-1]
    return grant in known or (grant[-1] == "*" and any(scope.startswith(stem) for scope in known))


def _catalogue(implied: Mapping[str, tuple[str, ...]], known: list[str]) -> Catalogue:
    """The catalogue of what is right, so that references to it can be checked."""
    ours = [name for name in known if not name.startswith(OWN_PREFIX)]
    return Catalogue(
        {
            name: tuple(grant for grant in implied.get(name, ()) if not grant.startswith(OWN_PREFIX) and _is_known(grant, ours))
            for name in ours
        }
    )


def _repeated(values: Iterable[str], path: Path) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield Finding((*path, index), f"{quote(value)} is named twice")
        seen.add(value)


def _prefixes(prefixes: Mapping[str, str]) -> Iterator[Finding]:
    """CONTRACT section 2: the prefix of a key says its type, so no prefix begins another; one may be empty."""
    before: dict[str, str] = {}
    for name, prefix in prefixes.items():
        path = ("key_types", name, "prefix")
        if prefix.startswith(BUILTIN_PREFIX):
            yield Finding(path, f"prefixes that begin {BUILTIN_PREFIX} are authsvc's own")
        elif prefix in before:
            yield Finding(path, f"the type {before[prefix]} has the same prefix, {quote(prefix)}")
        else:
            clash = next(
                (other for other in before if prefix and other and (prefix.startswith(other) or other.startswith(prefix))), None
            )
            if clash is not None:
                yield Finding(path, f"cannot be told apart from {quote(clash)} of the type {before[clash]}: one begins the other")
        before.setdefault(prefix, name)


def _key_type(key_type: KeyTypeSection, catalogue: Catalogue, path: Path) -> Iterator[Finding]:
    if path[-1] == BUILTIN_TYPE:
        yield Finding(path, "this type is authsvc's own and always there", at_name=True)
    if key_type.public_id is not None and not key_type.accepts_imported:
        yield Finding((*path, "public_id"), "is about imported keys; this type has no accepts_imported: true", at_name=True)
    for name in ("default_scopes", "allowed_scopes"):
        grants = getattr(key_type, name) or ()
        yield from _grants(grants, catalogue, (*path, name))
        yield from _repeated(grants, (*path, name))
    yield from _defaults(key_type, catalogue, path)
    yield from _rates(key_type, path)
    yield from _lifetimes(key_type, path)


def _grants(grants: Iterable[str], catalogue: Catalogue, path: Path) -> Iterator[Finding]:
    for index, grant in enumerate(grants):
        if grant.startswith(OWN_PREFIX):
            yield Finding((*path, index), "authsvc's own scopes are only for keys of its own type")
        elif not catalogue.knows(grant):
            ours = (scope for scope in catalogue.scopes if not scope.startswith(OWN_PREFIX))
            yield Finding((*path, index), f"there is no scope {quote(grant)}{did_you_mean(grant, ours)}")


def _defaults(key_type: KeyTypeSection, catalogue: Catalogue, path: Path) -> Iterator[Finding]:
    grants = key_type.default_scopes
    if grants and len(set(grants)) < key_type.min_scopes:
        yield Finding(
            (*path, "default_scopes"),
            f"must name at least {key_type.min_scopes} (min_scopes), or none, so that creators have to choose",
        )
    if key_type.allowed_scopes is None:
        return
    allowed = catalogue.grants(key_type.allowed_scopes)
    for index, grant in enumerate(grants):
        if catalogue.knows(grant) and not allowed.covers_grant(grant):
            yield Finding((*path, "default_scopes", index), f"{quote(grant)} is not within allowed_scopes")


def _rates(key_type: KeyTypeSection, path: Path) -> Iterator[Finding]:
    most = key_type.max_rate_limit
    if most is not None:
        yield from _period(most, (*path, "max_rate_limit"))
    for index, window in enumerate(key_type.rate_limits):
        at = (*path, "rate_limits", index)
        yield from _period(window, at)
        if most is not None:
            yield from _within(window, most, at)


def _period(rate: Rate, path: Path) -> Iterator[Finding]:
    if rate.per > MAX_PERIOD:
        yield Finding((*path, "per"), f"must be at most {show_duration(MAX_PERIOD)}")


def _within(window: Window, most: Rate, path: Path) -> Iterator[Finding]:
    if window.limit * most.per > most.limit * window.per:
        yield Finding((*path, "limit"), f"is faster than max_rate_limit, {most.limit} per {show_duration(most.per)}")
    elif (window.burst or window.limit) > most.limit:
        at = path if window.burst is None else (*path, "burst")
        yield Finding(at, f"the burst must be at most the limit of max_rate_limit, {most.limit}")


def _lifetimes(key_type: KeyTypeSection, path: Path) -> Iterator[Finding]:
    shortest, longest, default = key_type.min_lifetime or 0, key_type.max_lifetime, key_type.default_lifetime
    if longest is not None and shortest > longest:
        yield Finding((*path, "min_lifetime"), f"must be at most max_lifetime, {show_duration(longest)}")
    if default is not None and default < shortest:
        yield Finding((*path, "default_lifetime"), f"must be at least min_lifetime, {show_duration(shortest)}")
    if default is not None and longest is not None and default > longest:
        yield Finding((*path, "default_lifetime"), f"must be at most max_lifetime, {show_duration(longest)}")
    for name, lifetime in (("max_lifetime", longest), ("default_lifetime", default)):
        if key_type.after_today and lifetime is not None and lifetime <= DAY:
            yield Finding((*path, name), "must be more than 1d with after_today, or no expiry would be late enough")


def _routes(document: PolicyDocument, catalogue: Catalogue) -> Iterator[Finding]:
    for index, route in enumerate(document.routes or ()):
        if route.require is not None:
            path = ("routes", index, "require")
            for position, scope in enumerate(route.require.scopes):
                if not catalogue.knows(scope):
                    hint = did_you_mean(scope, catalogue.scopes)
                    yield Finding((*path, "scopes", position), f"there is no scope {quote(scope)}{hint}")
            if route.require.resource_deferred and not _hands_resources_on(document):
                yield Finding(
                    (*path, "resource_deferred"),
                    "the upstream can only check what it gets: an identity header with $resources, or an upstream_token",
                )


def _hands_resources_on(document: PolicyDocument) -> bool:
    headers = document.identity_headers or {}
    return document.upstream_token is not None or any("resources" in names_in(text) for text in headers.values())
