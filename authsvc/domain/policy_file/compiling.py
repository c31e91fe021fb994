"""From text to `Policy`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from authsvc.domain.argon2 import Argon2Cost
from authsvc.domain.errors import InvalidValue
from authsvc.domain.key import Hash
from authsvc.domain.limits import RateLimit, check_rate_limit
from authsvc.domain.policy import BUILTIN, BUILTIN_TYPE, KeyType, Policy, TokenRules
from authsvc.domain.policy_file.document import LATER, KeyTypeSection, PolicyDocument, PublicId, Rate, Tokens, Window
from authsvc.domain.policy_file.http_rules import compile_http
from authsvc.domain.policy_file.mistakes import Finding, Mistake, PolicyErrors
from authsvc.domain.policy_file.rules import check_rules
from authsvc.domain.policy_file.shape import shape
from authsvc.domain.policy_file.tree import Tree, Unreadable, read_tree
from authsvc.domain.public_id import PublicIdRule
from authsvc.domain.scopes import Catalogue, parse_scope

DEFAULT_TYPE: Final = KeyType(name="default", prefix="ak_", description="Any caller")
_DEFAULT_TTL: Final = TokenRules().ttl
_COMPARED: Final = {"tokens.ttl": "tokens.max_ttl"}
"""Fields held against another one's default, which means nothing when that other one was written and wrong."""


def load_policy(text: str, *, version: int = 0) -> Policy:
    """Read, check and compile a policy file.

    Args:
        text: The YAML document; it becomes the policy's `source`.
        version: The version the policy has in the store.

    Raises:
        PolicyErrors: The file has mistakes; all of them are listed.
    """
    try:
        tree = read_tree(text)
    except Unreadable as unreadable:
        raise PolicyErrors([unreadable.mistake]) from None
    document, mistakes = _check(tree)
    if mistakes:
        raise PolicyErrors(mistakes)
    return _compile(document, text, version, tuple(_warnings(document, tree)))


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
    """A section that decides nothing yet has to say so: nobody may believe that it protects."""
    for name in LATER:
        if name in document.model_fields_set:
            line = tree.locate(Finding((name,), "")).line
            yield f"line {line}: {name}: checked for form only; enforced by a later release"


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
