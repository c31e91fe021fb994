"""What a policy file says about hosts, and about where tenant, organization and environment of a request are known from."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator
from pydantic.json_schema import SkipJsonSchema

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.host import canonical_host
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.http.routes import EVERY_HOST
from authsvc.domain.policy_file.values import HeaderName, Name, Section


def _parse_host(text: str) -> str:
    try:
        host = canonical_host(text)
    except Malformed as error:
        raise InvalidValue(str(error)) from None
    if host != text:
        raise InvalidValue(f"hosts are compared in one form; write {host}")
    return text


def _parse_any_host(text: str) -> str:
    return text if text == EVERY_HOST else _parse_host(text)


HostName = Annotated[str, AfterValidator(_parse_host), WithJsonSchema({"type": "string", "maxLength": 260})]
AnyHostName = Annotated[str, AfterValidator(_parse_any_host), WithJsonSchema({"type": "string", "maxLength": 260})]


class ContextInput(Section):
    """From where one thing about a request is known: exactly one of `value`, `header` and `extension`."""

    value: Annotated[str, Field(min_length=1, max_length=256)] | SkipJsonSchema[None] = Field(
        default=None, description="The same for every request."
    )
    header: HeaderName | SkipJsonSchema[None] = Field(
        default=None,
        description="A request header, which clients can write: good for what is compared, not for what is believed.",
    )
    extension: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")] | SkipJsonSchema[None] = Field(
        default=None, description="An entry of the `context_extensions` that Envoy is configured with for the host or route."
    )
    optional: bool = Field(default=False, description="Requests may leave it out. Left out: those that do are malformed.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(each is not None for each in (self.value, self.header, self.extension)) != 1:
            raise InvalidValue("write one of value, header and extension")
        if self.value is not None and self.optional:
            raise InvalidValue("a value is always there; optional goes with header or extension")
        return self


class Context(Section):
    """What is known of a request besides its path. What is left out is not known: keys bound to it are denied."""

    tenant: ContextInput | SkipJsonSchema[None] = Field(
        default=None, description="The tenant acted on: it has to be the key's tenant or one below it."
    )
    organization: ContextInput | SkipJsonSchema[None] = Field(
        default=None, description="The tenant the caller belongs to: the key's tenant has to be this one or one below it."
    )
    environment: ContextInput | SkipJsonSchema[None] = Field(
        default=None, description="The environment: keys that are bound to one have to be bound to this one."
    )
    min_revision: ContextInput | SkipJsonSchema[None] = Field(
        default=None, description="The revision of a receipt that the decision must know: at least this one."
    )


class Host(Section):
    """What is special about one host."""

    environment: Name | SkipJsonSchema[None] = Field(
        default=None, description="The environment that this host is, whatever `context` says."
    )
    paths: Literal["folded", "exact"] = Field(
        default="folded",
        description="exact: all servers behind it tell `/a`, `/A`, `/a/` and `/a.json` apart, so no request is refused because a "
        "careless one would not.",
    )
