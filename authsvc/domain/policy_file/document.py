"""What a policy file may say: issuer, tokens, scopes, environments and key types. `routing` has what is said about HTTP.

A field that is left out is never wider than its description says; one that is written but empty is refused where emptiness could
be read as "anything".
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from authsvc.domain import public_id
from authsvc.domain.argon2 import MAX_LANES, MAX_PASSES, MIB
from authsvc.domain.errors import InvalidValue
from authsvc.domain.keyring import MIN_RANDOM_LENGTH
from authsvc.domain.limits import MAX_LIMIT, MAX_WINDOWS
from authsvc.domain.policy_file.routing import (
    ClientAddress,
    CredentialPlace,
    HeaderTemplate,
    ReasonName,
    Response,
    Route,
    TestCase,
    UpstreamToken,
)
from authsvc.domain.policy_file.surroundings import AnyHostName, Context, Host
from authsvc.domain.policy_file.values import (
    Audience,
    Description,
    Duration,
    Grant,
    HeaderName,
    Issuer,
    Memory,
    Name,
    Prefix,
    ScopeName,
    Section,
    Separator,
)

MAX_RANDOM_LENGTH = 128


class Tokens(Section):
    """Access tokens minted from keys."""

    algorithm: Literal["ES256", "EdDSA", "RS256"] = Field(default="ES256", description="How tokens are signed.")
    ttl: Duration | SkipJsonSchema[None] = Field(
        default=None,
        description="Lifetime of a token whose request names none. Left out: 300s, or `max_ttl` when that is shorter.",
    )
    max_ttl: Duration = Field(default=3_600_000_000, description="Longest lifetime of a token, at most 1d. Left out: 1h.")
    publish_lead: Duration = Field(
        default=1_800_000_000,
        description="How long a new signing key is only published before it signs: longer than anybody keeps a JWKS, at most 7d. "
        "Left out: 30m.",
    )
    rotate_every: Duration | SkipJsonSchema[None] = Field(
        default=None, description="After how long a signing key is replaced by itself, at least 1h. Left out: only on demand."
    )
    audience: Annotated[list[Audience], Field(min_length=1, max_length=16)] = Field(
        default=["api"],
        description="Given to tokens whose request names none, and required of tokens where a call names none. Left out: `api`.",
    )


class Argon2(Section):
    """What a new Argon2id hash costs; an older one is made again when it is next used."""

    memory: Memory = Field(default=19 * MIB, description="Memory of one hash, at most 64MiB. Left out: 19MiB.")
    passes: int = Field(default=2, ge=1, le=MAX_PASSES, description="Passes over that memory.")
    lanes: int = Field(default=1, ge=1, le=MAX_LANES, description="Threads that compute one hash.")


class PublicId(Section):
    """Where an imported key carries the part that finds it; that part is random, of at least 96 bits."""

    length: Annotated[int, Field(ge=public_id.MIN_LENGTH, le=public_id.MAX_LENGTH)] | SkipJsonSchema[None] = Field(
        default=None, description="So many characters behind the prefix."
    )
    separator: Separator | SkipJsonSchema[None] = Field(
        default=None, description="Everything behind the prefix, up to the first of these; 1 to 4 characters, no letter or digit."
    )

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if (self.length is None) == (self.separator is None):
            raise InvalidValue("a public id has either a length or a separator")
        return self


class Scope(Section):
    """One scope of the catalogue."""

    description: Description = Field(default="", description="What it allows, for people.")
    implies: Annotated[list[Grant], Field(max_length=64)] = Field(
        default=[],
        description="Scopes or wildcards that are granted with it. Left out: none, so `write` does not imply `read`.",
    )


class Rate(Section):
    """A rate: so many calls in so much time."""

    limit: int = Field(ge=1, le=MAX_LIMIT, description="Calls per period.")
    per: Duration = Field(description="The period, 1s to 366d.")


class Window(Rate):
    """A rate and how much of it may come at once."""

    burst: Annotated[int, Field(ge=1, le=MAX_LIMIT)] | SkipJsonSchema[None] = Field(
        default=None, description="Calls that may come at once after a pause; 1 is strict spacing. Left out: the limit."
    )


class KeyTypeSection(Section):
    """What keys of one type look like and may be."""

    prefix: Prefix = Field(
        description="What its keys begin with. No prefix may begin another; one type of the file may have the empty prefix."
    )
    description: Description = Field(default="", description="What it is for, for people.")
    default_scopes: Annotated[list[Grant], Field(max_length=64)] = Field(
        default=[],
        description="Scopes of a key whose creator names none. Left out: none, which allows only calls that ask for no scope.",
    )
    allowed_scopes: Annotated[list[Grant], Field(min_length=1, max_length=64)] | SkipJsonSchema[None] = Field(
        default=None, description="Scopes and wildcards its keys may carry. Left out: any of the catalogue."
    )
    min_scopes: int = Field(default=0, ge=0, le=64, description="Fewest scopes of a key.")
    rate_limits: Annotated[list[Window], Field(max_length=MAX_WINDOWS)] = Field(
        default=[], description="Limits of a key whose creator names none. Left out: `max_rate_limit`, and without that no limit."
    )
    max_rate_limit: Rate | SkipJsonSchema[None] = Field(
        default=None,
        description="No limit of a key may be faster, and no burst larger than this limit; every key has a limit.",
    )
    min_lifetime: Duration | SkipJsonSchema[None] = Field(
        default=None, description="Shortest time from now to an expiry. Left out: any time in the future."
    )
    max_lifetime: Duration | SkipJsonSchema[None] = Field(
        default=None, description="Longest time from now to an expiry; every key then expires. Left out: no bound."
    )
    default_lifetime: Duration | SkipJsonSchema[None] = Field(
        default=None,
        description="Lifetime of a key whose creator names no expiry. Left out: `max_lifetime`, and without that never.",
    )
    after_today: bool = Field(default=False, description="An expiry has to lie after the end of the current day, UTC.")
    environment_required: bool = Field(default=False, description="Every key has to be bound to an environment.")
    random_length: int = Field(
        default=MIN_RANDOM_LENGTH,
        ge=MIN_RANDOM_LENGTH,
        le=MAX_RANDOM_LENGTH,
        description="Secret random characters in a key; one for the key generation and six of check tag follow them.",
    )
    hash: Literal["hmac", "argon2id"] = Field(
        default="hmac",
        description="How new secrets are stored. `hmac` suits random ones; `argon2id` those that people chose: their keys carry "
        "22 more characters, a public id, and the first check in each process takes tens of milliseconds.",
    )
    accepts_imported: bool = Field(
        default=False, description="Keys issued elsewhere may be imported; secrets without a valid check tag are then looked up."
    )
    public_id: PublicId | SkipJsonSchema[None] = Field(
        default=None,
        description="Where imported keys carry their public id. Left out: they have none, so no Argon2id hash can be imported.",
    )
    mint_with_allowlist: bool = Field(
        default=False, description="Keys with a network allowlist may mint tokens, although a token carries no allowlist."
    )


class PolicyDocument(Section):
    """A policy file."""

    version: Literal[1] = Field(description="Version of this format.")
    issuer: Issuer = Field(
        default="authsvc",
        description="The `iss` of tokens: a name, or the https URL that clients find the metadata under. Left out: `authsvc`.",
    )
    tokens: Tokens = Field(default=Tokens(), description="Access tokens minted from keys.")
    argon2: Argon2 = Field(
        default=Argon2(), description="What a new Argon2id hash costs; an older one is made again when it is next used."
    )
    scopes: Annotated[dict[ScopeName, Scope], Field(max_length=1000)] | SkipJsonSchema[None] = Field(
        default=None, description="The catalogue: every scope there is. Left out: any well-formed scope. Empty: none."
    )
    environments: Annotated[list[Name], Field(min_length=1, max_length=100)] | SkipJsonSchema[None] = Field(
        default=None, description="Environments a key or call may name. Left out: any."
    )
    key_types: Annotated[dict[Name, KeyTypeSection], Field(min_length=1, max_length=100)] | SkipJsonSchema[None] = Field(
        default=None, description="Kinds of keys, by name. Left out: one type `default` with the prefix `ak_`."
    )
    credentials: Annotated[list[CredentialPlace], Field(min_length=1, max_length=16)] | SkipJsonSchema[None] = Field(
        default=None, description="Where a request may carry its credential."
    )
    client_address: ClientAddress | SkipJsonSchema[None] = Field(
        default=None, description="How the address of the client is found."
    )
    context: Context | SkipJsonSchema[None] = Field(
        default=None, description="Where tenant, organization and environment of a request are known from."
    )
    hosts: Annotated[dict[AnyHostName, Host], Field(min_length=1, max_length=1000)] | SkipJsonSchema[None] = Field(
        default=None, description="What is special about hosts, by name; `*` is every host."
    )
    identity_headers: Annotated[dict[HeaderName, HeaderTemplate], Field(max_length=64)] | SkipJsonSchema[None] = Field(
        default=None, description="Headers the upstream gets, with `$name` for what is known of the caller."
    )
    upstream_token: UpstreamToken | SkipJsonSchema[None] = Field(
        default=None, description="A short token the upstream gets instead of the credential."
    )
    routes: Annotated[list[Route], Field(max_length=10_000)] | SkipJsonSchema[None] = Field(
        default=None, description="What each request needs: literal over `{variable}` over `**`. What no route matches is denied."
    )
    responses: dict[ReasonName, Response] | SkipJsonSchema[None] = Field(
        default=None, description="What clients get when denied, by reason."
    )
    tests: Annotated[list[TestCase], Field(max_length=10_000)] | SkipJsonSchema[None] = Field(
        default=None, description="Requests and the decision each must get."
    )
