"""From text to `Policy`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from authsvc.domain.argon2 import Argon2Cost
from authsvc.domain.errors import InvalidValue
from authsvc.domain.key import Hash
from authsvc.domain.limits import RateLimit, check_rate_limit
from authsvc.domain.policy import BUILTIN, BUILTIN_TYPE, KeyType, Policy, TokenRules
from authsvc.domain.policy_file.document import KeyTypeSection, PolicyDocument, PublicId, Rate, Tokens, Window
from authsvc.domain.policy_file.http_rules import compile_http
from authsvc.domain.policy_file.mistakes import Finding, Mistake, PolicyErrors
from authsvc.domain.policy_file.rules import check_rules
from authsvc.domain.policy_file.shape import shape
from authsvc.domain.policy_file.testing import compile_tests
from authsvc.domain.policy_file.tree import Tree, Unreadable, read_tree
from authsvc.domain.policy_tests import PolicyTest
from authsvc.domain.public_id import PublicIdRule
from authsvc.domain.scopes import Catalogue, parse_scope

DEFAULT_TYPE: Final = KeyType(name="default", prefix="ak_", description="Any caller")
_DEFAULT_TTL: Final = TokenRules().ttl
_COMPARED: Final = {"tokens.ttl": "tokens.max_ttl"}
"""Fields held against another one's default, which means nothing when that other one was written and wrong."""
_MOST_WARNINGS: Final = 20


def load_policy(text: str, *, version: int = 0) -> Policy:
    """Read, check and compile a policy file.

    Args:
        text: The YAML document; it becomes the policy's `source`.
        version: The version the policy has in the store.

    Raises:
        PolicyErrors: The file has mistakes; all of them are listed.
    """
    return load_with_tests(text, version=version)[0]


def load_with_tests(text: str, *, version: int = 0) -> tuple[Policy, tuple[PolicyTest, ...]]:
    """Do what `load_policy` does; return the tests of the file, too."""
    try:
        tree = read_tree(text)
    except Unreadable as unreadable:
        raise PolicyErrors([unreadable.mistake]) from None
    document, mistakes = _check(tree)
    if mistakes:
        raise PolicyErrors(mistakes)
    policy = _compile(document, text, version, tuple(_warnings(document, tree)))
    tests, findings = compile_tests(document.tests or [], policy)
    if findings:
        raise PolicyErrors([tree.locate(each) for each in findings])
    return policy, tests


def default_policy() -> Policy:
    """Return what serves without any file: one type `default` with prefix `ak_`, any well-formed scope, any environment."""
    return _compile(PolicyDocument(version=1), "", 0, ())


def _check(tree: Tree) -> tuple[PolicyDocument, list[Mistake]]:
    """The document and its mistakes; where a value was wrong by itself, what the rules say about its absence is left out."""
    document, findings = shape(tree.root)
    shaped = [found for found in map(tree.locate, findings) if found.field not in tree.silenced]
    wrong = tree.silenced.union(found.field for found in shaped)
    ruled = map(tree.locate, check_rules(document, _scope_names(tree.root)))
    kept = (found for found in ruled if wrong.isdisjoint((found.field, _COMPARED.get(found.field, found.field))))
    return document, [*tree.mistakes, *shaped, *kept]


def _scope_names(root: object) -> Iterator[str]:
    """Every well-formed scope the file names, whether or not the rest of its definition is right."""
    scopes = root.get("scopes") if isinstance(root, Mapping) else None
    for name in scopes if isinstance(scopes, Mapping) else ():
        try:
            yield parse_scope(name)
        except InvalidValue:
            continue


def _warnings(document: PolicyDocument, tree: Tree) -> Iterator[str]:
    """What is allowed and probably not meant to stay."""
    watching = [index for index, route in enumerate(document.routes or ()) if route.mode == "shadow"]
    for index in watching[:_MOST_WARNINGS]:
        line = tree.locate(Finding(("routes", index, "mode"), "")).line
        yield f"line {line}: routes[{index}].mode: shadow lets every request through, whatever is decided"
    if len(watching) > _MOST_WARNINGS:
        yield f"{len(watching) - _MOST_WARNINGS} more routes have mode: shadow"
    if document.routes and not document.tests:
        yield "tests: there are none, so nothing says what the routes are meant to do"


def _compile(document: PolicyDocument, text: str, version: int, warnings: tuple[str, ...]) -> Policy:
    scopes = document.scopes
    catalogue = Catalogue.open() if scopes is None else Catalogue({name: tuple(each.implies) for name, each in scopes.items()})
    key_types = {name: _key_type(name, section) for name, section in (document.key_types or {}).items()}
    return Policy(
        version=version,
        source=text,
        key_types={**(key_types or {DEFAULT_TYPE.name: DEFAULT_TYPE}), BUILTIN_TYPE: BUILTIN},
        catalogue=catalogue,
        descriptions={name: each.description for name, each in (scopes or {}).items() if each.description},
        environments=tuple(document.environments or ()),
        tokens=_tokens(document.issuer, document.tokens),
        argon2=Argon2Cost(document.argon2.memory, document.argon2.passes, document.argon2.lanes),
        http=compile_http(document, catalogue).rules,
        warnings=warnings,
    )


def _tokens(issuer: str, tokens: Tokens) -> TokenRules:
    return TokenRules(
        issuer=issuer,
        algorithm=tokens.algorithm,
        ttl=min(_DEFAULT_TTL, tokens.max_ttl) if tokens.ttl is None else tokens.ttl,
        max_ttl=tokens.max_ttl,
        audience=frozenset(tokens.audience),
        publish_lead=tokens.publish_lead,
        rotate_every=tokens.rotate_every or 0,
    )


def _key_type(name: str, section: KeyTypeSection) -> KeyType:
    most = _rate(section.max_rate_limit) if section.max_rate_limit else None
    return KeyType(
        name=name,
        prefix=section.prefix,
        description=section.description,
        random_length=section.random_length,
        default_scopes=tuple(section.default_scopes),
        allowed_scopes=tuple(section.allowed_scopes or ()),
        min_scopes=section.min_scopes,
        rate_limits=tuple(map(_rate, section.rate_limits)) or ((most,) if most else ()),
        max_rate=most,
        min_lifetime=section.min_lifetime or 0,
        max_lifetime=section.max_lifetime or 0,
        default_lifetime=section.default_lifetime or 0,
        after_today=section.after_today,
        environment_required=section.environment_required,
        hash=Hash(section.hash),
        accepts_imported=section.accepts_imported,
        public_id=_public_id(section.public_id) if section.public_id else None,
        mint_with_allowlist=section.mint_with_allowlist,
    )


def _public_id(rule: PublicId) -> PublicIdRule:
    return PublicIdRule(rule.length or 0, rule.separator or "")


def _rate(rate: Rate) -> RateLimit:
    return check_rate_limit(rate.limit, rate.per, (rate.burst or 0) if isinstance(rate, Window) else 0)
