"""A policy as the engine uses it: what a file says, checked and compiled. `policy_file` reads the YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from authsvc.domain.argon2 import Argon2Cost
from authsvc.domain.errors import InvalidValue
from authsvc.domain.key import Hash
from authsvc.domain.limits import RateLimit
from authsvc.domain.public_id import PUBLIC_ID_LENGTH, PublicIdRule
from authsvc.domain.scopes import OWN_SCOPES, Catalogue

if TYPE_CHECKING:
    from authsvc.domain.http.rules import HttpRules  # which imports this module

SECOND = 1_000_000
DAY = 86_400 * SECOND

BUILTIN_TYPE = "authsvc"
BUILTIN_PREFIX = "authsvc_"
BUILTIN_SCOPES = OWN_SCOPES

NAME_RULE = "1 to 64 of A-Z, a-z, 0-9, '_', '.' and '-', beginning with a letter or digit"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def parse_name(text: str) -> str:
    """Return `text` when it can name a key type or an environment.

    Raises:
        InvalidValue: it cannot.
    """
    if not _NAME.fullmatch(text):
        raise InvalidValue(f"a name is {NAME_RULE}")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyType:
    """What keys of one type look like and may be. Zero means "no bound" for the lifetimes, in microseconds."""

    name: str
    prefix: str
    description: str = ""
    random_length: int = 32
    """Secret base62 characters of a credential, before the generation character and the check tag; at least 32."""
    default_scopes: tuple[str, ...] = ()
    allowed_scopes: tuple[str, ...] = ()
    """Grants that keys of this type may carry; empty: any scope of the catalogue."""
    min_scopes: int = 0
    rate_limits: tuple[RateLimit, ...] = ()
    """What a key gets when its creator names no limit."""
    max_rate: RateLimit | None = None
    """No window of a key is faster, no burst larger (`1-600 per minute` is 600/60s), and every key has one; None: no bound."""
    min_lifetime: int = 0
    max_lifetime: int = 0
    default_lifetime: int = 0
    after_today: bool = False
    """An expiry must lie after the end of the current day, UTC."""
    environment_required: bool = False
    hash: Hash = Hash.HMAC
    """How new secrets are stored, HMAC or ARGON2ID; those there are stay what they are."""
    accepts_imported: bool = False
    public_id: PublicIdRule | None = None
    """Where imported credentials carry their public id; None: they have none, and no imported Argon2id hash can be found."""
    mint_with_allowlist: bool = False
    """Whether keys with a network allowlist may mint tokens, which carry no allowlist of their own."""

    @property
    def issued_random(self) -> int:
        """Random characters in a credential of this type: the public id, where there is one, and the secret part."""
        return self.random_length + (PUBLIC_ID_LENGTH if self.hash is Hash.ARGON2ID else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRules:
    """How tokens are minted and which are accepted. Durations in microseconds."""

    issuer: str = "authsvc"
    algorithm: str = "ES256"
    ttl: int = 300 * SECOND
    max_ttl: int = 3600 * SECOND
    audience: frozenset[str] = frozenset({"api"})
    """Given to tokens that name none, and required of tokens where the requirement names none."""
    publish_lead: int = 1800 * SECOND
    """How long a new signing key is only published before it signs, so that whoever keeps a JWKS has it by then."""
    rotate_every: int = 0
    """After how long a signing key is replaced by itself; 0: only on demand."""


BUILTIN = KeyType(
    name=BUILTIN_TYPE,
    prefix=BUILTIN_PREFIX,
    description="Callers of authsvc itself",
    min_scopes=1,
    allowed_scopes=("authsvc:*",),
    mint_with_allowlist=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One whole policy. `version` counts applied policies from 1; 0 is the built-in one that serves without any file."""

    version: int = 0
    source: str = field(default="", repr=False)
    key_types: Mapping[str, KeyType] = field(default_factory=dict)
    """By name, the built-in type included."""
    catalogue: Catalogue
    """The scopes of the policy and authsvc's own."""
    descriptions: Mapping[str, str] = field(default_factory=dict)
    """What a scope means, by scope."""
    environments: tuple[str, ...] = ()
    """Names a key or a call may use; empty: any."""
    tokens: TokenRules = field(default_factory=TokenRules)
    argon2: Argon2Cost = field(default_factory=Argon2Cost)
    """What new Argon2id hashes cost; older ones are made again when they are next used."""
    http: HttpRules
    """What it says about HTTP requests; without routes nothing is let through."""
    warnings: tuple[str, ...] = ()
    """What is allowed and probably not meant, one sentence each."""

    @property
    def longest_token(self) -> int:
        """No token that is made under this policy lives longer than this, in microseconds."""
        upstream = self.http.upstream_token
        return max(self.tokens.max_ttl, 0 if upstream is None else upstream.ttl)

    def type_of(self, credential: str) -> KeyType | None:
        """The type whose prefix this credential carries; prefixes are prefix-free, an empty one is asked last."""
        empty = None
        for key_type in self.key_types.values():
            if not key_type.prefix:
                empty = key_type
            elif credential.startswith(key_type.prefix):
                return key_type
        return empty
