"""What a policy file says about HTTP requests. `http_rules` compiles it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema, model_validator
from pydantic.json_schema import SkipJsonSchema

from authsvc.domain.errors import InvalidValue
from authsvc.domain.expression import parse_expression
from authsvc.domain.http.substitution import names_in
from authsvc.domain.policy_file.mistakes import did_you_mean
from authsvc.domain.policy_file.surroundings import HostName
from authsvc.domain.policy_file.values import Audience, Duration, Grant, HeaderName, ScopeName, Section
from authsvc.domain.reason import Reason

REASONS = tuple(reason.name for reason in Reason if reason is not Reason.NONE)
VARIABLES = ("subject", "key_id", "tenant", "scopes", "environment", "resources", "credential_kind", "token_id", "actor")
MAX_BODY = 65_536

_PATH = re.compile(
    r"/(?:(?:[A-Za-z0-9._~!$&'()+,;=:@-]+|\{[a-z_][a-z0-9_]*\})/)*(?:[A-Za-z0-9._~!$&'()+,;=:@-]+|\{[a-z_][a-z0-9_]*\}|\*\*)?"
)


def _parse_template(text: str) -> str:
    if not (text.isascii() and text.isprintable() and len(text) <= 1024):
        raise InvalidValue("a header value is at most 1024 printable ASCII characters")
    for name in names_in(text):
        if name not in VARIABLES:
            raise InvalidValue(f"there is no ${name[:40]}{did_you_mean(name, VARIABLES)}")
    return text


def _parse_path(text: str) -> str:
    if len(text) > 1024 or not _PATH.fullmatch(text):
        raise InvalidValue("a path begins with '/'; its segments are literal or {variable}, and the last one may be **")
    return text


def _parse_expression(text: str) -> str:
    parse_expression(text)
    return text


def _parse_reason(text: str) -> str:
    if text not in REASONS:
        raise InvalidValue(f"this is no reason of a decision{did_you_mean(text, REASONS)}")
    return text


def _parse_from(value: object) -> object:
    if value in ("peer", "external-address"):
        return value
    hops = value.get("forwarded_for") if isinstance(value, dict) and set(value) == {"forwarded_for"} else None
    if (
        isinstance(hops, dict)
        and set(hops) == {"trusted_hops"}
        and type(hops["trusted_hops"]) is int
        and 1 <= hops["trusted_hops"] <= 16
    ):
        return value
    raise InvalidValue("write peer, external-address or {forwarded_for: {trusted_hops: 1}} with 1 to 16 hops")


_FROM_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"enum": ["peer", "external-address"]},
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["forwarded_for"],
            "properties": {
                "forwarded_for": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["trusted_hops"],
                    "properties": {"trusted_hops": {"type": "integer", "minimum": 1, "maximum": 16}},
                }
            },
        },
    ]
}

HeaderTemplate = Annotated[str, AfterValidator(_parse_template), WithJsonSchema({"type": "string", "maxLength": 1024})]
PathTemplate = Annotated[str, AfterValidator(_parse_path), WithJsonSchema({"type": "string", "pattern": "^/"})]
ReasonName = Annotated[
    str,
    AfterValidator(_parse_reason),
    WithJsonSchema({"type": "string", "$comment": "reason", "pattern": f"^({'|'.join(REASONS)})$"}),
]
ScopeExpression = Annotated[
    str, AfterValidator(_parse_expression), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 1024})
]
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
Status = Annotated[int, Field(ge=400, le=599)]
ShortText = Annotated[str, Field(min_length=1, max_length=1024)]


class CredentialPlace(Section):
    """One place where a request may carry its credential."""

    header: HeaderName = Field(description="Header, in lower case.")
    scheme: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,31}$")] | SkipJsonSchema[None] = Field(
        default=None, description="Scheme before the credential, such as Bearer. Left out: the header is the credential."
    )


class ClientAddress(Section):
    """How the address of the client is found."""

    from_: Annotated[object, PlainValidator(_parse_from), WithJsonSchema(_FROM_SCHEMA)] = Field(
        alias="from",
        description="peer: the connection's; external-address: as the proxy says; forwarded_for: behind trusted proxies.",
    )


class UpstreamToken(Section):
    """A short token the upstream gets instead of the credential."""

    header: HeaderName = Field(description="Header that carries it.")
    audience: Audience = Field(description="Its audience.")
    ttl: Duration = Field(default=60_000_000, description="Its lifetime. Left out: 60s.")


class Require(Section):
    """What a request needs. Empty: a valid credential."""

    scopes: Annotated[list[ScopeName], Field(max_length=64)] = Field(default=[], description="Scopes, all of them.")
    scope_expression: ScopeExpression | SkipJsonSchema[None] = Field(
        default=None, description="Scopes joined by AND, OR and parentheses."
    )
    resource: ShortText | SkipJsonSchema[None] = Field(default=None, description="The resource acted on, with path variables.")
    resource_deferred: bool = Field(default=False, description="The upstream checks the resource.")


class Route(Section):
    """What one kind of request needs."""

    path: PathTemplate = Field(description="Path template.")
    methods: Annotated[list[Method], Field(min_length=1)] | SkipJsonSchema[None] = Field(
        default=None, description="Left out: every method."
    )
    hosts: Annotated[list[HostName], Field(min_length=1, max_length=100)] | SkipJsonSchema[None] = Field(
        default=None, description="Hosts, in lower case and without port. Left out: every host."
    )
    allow: Literal["anonymous", "authenticated"] | SkipJsonSchema[None] = Field(default=None, description="Instead of `require`.")
    require: Require | SkipJsonSchema[None] = Field(default=None, description="What the credential must have.")
    tenant: ShortText | SkipJsonSchema[None] = Field(
        default=None, description="The tenant acted on, with path variables; it has to be the key's or one below it."
    )
    parameters: bool = Field(
        default=False, description="The upstream drops matrix parameters (`;v=1`), so paths may have them. Left out: refused."
    )
    mode: Literal["enforce", "shadow"] = Field(default="enforce", description="shadow: decide, log and count, but let through.")

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        if (self.allow is None) == (self.require is None):
            raise InvalidValue("a route has either allow or require")
        if self.allow == "anonymous" and self.tenant is not None:
            raise InvalidValue("a tenant is for routes that ask for a credential")
        if self.allow == "anonymous" and self.mode == "shadow":
            raise InvalidValue("mode: shadow cannot go with allow: anonymous, which lets everything through anyway")
        return self


class Response(Section):
    """What a client gets."""

    status: Status = Field(description="HTTP status.")
    content_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+(; ?[a-z-]+=[A-Za-z0-9-]+)?$")] = Field(
        default="application/json", description="Content type of the body."
    )
    body: Annotated[str, Field(max_length=MAX_BODY)] = Field(default="", description="Body; `$name` is replaced and escaped.")


class TestKey(Section):
    """The key of a test request, which need not exist."""

    __test__ = False

    type: Annotated[str, Field(min_length=1)] = Field(description="Key type of this file.")
    scopes: list[Grant] = Field(default=[], description="Its scopes. Left out: the default scopes of its type.")
    tenant: ShortText = Field(default="test", description="Its tenant.")
    environment: str = Field(default="", description="Its environment.")
    resources: list[str] = Field(default=[], description="Resources it is restricted to.")
    allowed_cidrs: list[str] = Field(default=[], description="Networks it may be used from.")


class TestRequest(Section):
    """A request to decide on."""

    __test__ = False

    method: str = Field(default="GET", description="Method.")
    path: ShortText = Field(description="Path, as on the wire.")
    host: ShortText = Field(default="test.example", description="Host.")
    headers: dict[HeaderName, str] = Field(default={}, description="Headers.")
    extensions: dict[str, str] = Field(default={}, description="Envoy's `context_extensions` for the route.")
    source_ip: str = Field(default="", description="Address it comes from.")
    key: TestKey | SkipJsonSchema[None] = Field(default=None, description="Left out: no credential.")


class Expectation(Section):
    """What must come out."""

    decision: Literal["ALLOW", "DENY"] = Field(description="The decision.")
    reason: ReasonName | SkipJsonSchema[None] = Field(default=None, description="The reason of a DENY.")
    status: Status | SkipJsonSchema[None] = Field(default=None, description="The HTTP status of a DENY.")


class TestCase(Section):
    """One request and the decision it must get."""

    __test__ = False

    name: ShortText = Field(description="What it shows.")
    request: TestRequest = Field(description="The request.")
    expect: Expectation = Field(description="What must come out.")
