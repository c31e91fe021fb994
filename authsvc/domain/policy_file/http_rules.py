"""What a policy file says about HTTP requests, compiled; and every mistake in it that no single field shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, NamedTuple, TypeVar

from authsvc.domain.decision import Requirement
from authsvc.domain.errors import InvalidValue
from authsvc.domain.expression import Expression, parse_expression
from authsvc.domain.http.circumstances import Circumstances, From, Input
from authsvc.domain.http.client_address import ClientAddress
from authsvc.domain.http.credentials import DEFAULT_PLACES, CredentialSources, Place
from authsvc.domain.http.headers import parse_owned_header
from authsvc.domain.http.identity import IdentityHeaders
from authsvc.domain.http.responses import Response, Responses
from authsvc.domain.http.routes import EVERY_HOST, Route, RouteClash, Routes, Rule
from authsvc.domain.http.rules import HttpRules, UpstreamToken
from authsvc.domain.http.template import Composition, PathTemplate, parse_composition, parse_template
from authsvc.domain.policy import parse_name
from authsvc.domain.policy_file import routing
from authsvc.domain.policy_file.document import PolicyDocument
from authsvc.domain.policy_file.mistakes import Finding, Path, did_you_mean, quote
from authsvc.domain.policy_file.surroundings import Context, ContextInput, Host
from authsvc.domain.reason import Reason
from authsvc.domain.scopes import Catalogue
from authsvc.domain.tenants import parse_tenant

Made = TypeVar("Made")

_ADDRESSES: Final = {"peer": ClientAddress.peer(), "external-address": ClientAddress.external()}


class HttpCompiled(NamedTuple):
    """The rules, and what is wrong. With findings, the rules lack what they are about and are not to be used."""

    rules: HttpRules
    findings: list[Finding]


def compile_http(document: PolicyDocument, catalogue: Catalogue) -> HttpCompiled:
    """Compile the sections about HTTP.

    Args:
        document: a file whose single fields are right.
        catalogue: its scopes.
    """
    return _Compiler(catalogue).compile(document)


class _Compiler:
    """Compiles what it can and notes the rest."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._findings: list[Finding] = []

    def compile(self, document: PolicyDocument) -> HttpCompiled:
        places = self._places(document)
        sources = CredentialSources(places)
        token = self._upstream_token(document.upstream_token)
        hosts = document.hosts or {}
        rules = HttpRules(
            self._routes(document.routes or [], [name for name, host in hosts.items() if host.paths == "exact"]),
            sources=sources,
            address=_address(document.client_address),
            circumstances=self._circumstances(document.context or Context(), hosts, tuple(document.environments or ())),
            identity=self._identity(document.identity_headers or {}, sources, "" if token is None else token.header),
            responses=self._responses(document.responses or {}, places),
            upstream_token=token,
        )
        return HttpCompiled(rules, self._findings)

    def _made(self, path: Path, make: Callable[[], Made]) -> Made | None:
        """What `make` makes; None and a finding at `path` when it cannot."""
        try:
            return make()
        except InvalidValue as error:
            self._findings.append(Finding(path, str(error)))
            return None

    def _places(self, document: PolicyDocument) -> tuple[Place, ...]:
        if document.credentials is None:
            return DEFAULT_PLACES
        places: tuple[Place, ...] = ()
        for index, each in enumerate(document.credentials):
            more = (*places, Place(each.header, each.scheme or ""))
            if self._made(("credentials", index), partial(CredentialSources, more)) is not None:
                places = more
        return places

    def _upstream_token(self, token: routing.UpstreamToken | None) -> UpstreamToken | None:
        if token is None or self._made(("upstream_token", "header"), partial(parse_owned_header, token.header)) is None:
            return None
        return UpstreamToken(token.header, token.audience, token.ttl)

    def _identity(self, templates: dict[str, str], sources: CredentialSources, token_header: str) -> IdentityHeaders:
        sound: dict[str, str] = {}
        for name, text in templates.items():
            path = ("identity_headers", name)
            if self._made(path, partial(IdentityHeaders, {name: text}, sources, token_header)) is not None:
                sound[name] = text
        return IdentityHeaders(sound, sources, token_header)

    def _responses(self, responses: dict[str, routing.Response], places: tuple[Place, ...]) -> Responses:
        made: dict[Reason, Response] = {}
        for name, each in responses.items():
            response = self._made(("responses", name), partial(Response, each.status, each.content_type, each.body))
            if response is not None:
                made[Reason[name]] = response
        return Responses(made, places)

    def _circumstances(self, context: Context, hosts: Mapping[str, Host], environments: tuple[str, ...]) -> Circumstances:
        parse_environment = partial(_parse_environment, environments=environments)
        of_hosts = {name: host.environment for name, host in hosts.items() if host.environment is not None}
        for name, environment in of_hosts.items():
            path = ("hosts", name, "environment")
            self._made(path, partial(parse_environment, environment))
            if name == EVERY_HOST:
                self._findings.append(Finding(path, "one environment for all of them is `context: {environment: {value: ...}}`"))
        return Circumstances(
            tenant=self._input("tenant", context.tenant, parse_tenant),
            organization=self._input("organization", context.organization, parse_tenant),
            environment=self._input("environment", context.environment, parse_environment),
            min_revision=self._input("min_revision", context.min_revision, _parse_revision),
            host_environments=of_hosts,
            environments=frozenset(environments),
        )

    def _input(self, name: str, declared: ContextInput | None, parse: Callable[[str], str]) -> Input | None:
        if declared is None:
            return None
        if declared.value is not None:
            self._made(("context", name, "value"), partial(parse, declared.value))
            return Input(From.POLICY, declared.value)
        if declared.extension is not None:
            return Input(From.PROXY, declared.extension, declared.optional)
        header = declared.header or ""
        self._made(("context", name, "header"), partial(parse_owned_header, header))
        return Input(From.HEADER, header, declared.optional)

    def _routes(self, routes: list[routing.Route], exact_hosts: list[str]) -> Routes:
        made = [route for index, each in enumerate(routes) if (route := self._route(index, each)) is not None]
        clashes: list[RouteClash] = []
        compiled = Routes(made, exact_hosts, clashes)
        for clash in clashes:
            self._findings.append(Finding(("routes", clash.route.number - 1), str(clash)))
        return compiled

    def _route(self, index: int, route: routing.Route) -> Route | None:
        path = ("routes", index)
        template = self._made((*path, "path"), partial(parse_template, route.path))
        if template is None:
            return None
        rule = self._rule(path, route, template)
        make = partial(
            Route,
            number=index + 1,
            template=template,
            rule=rule,
            methods=frozenset(route.methods or ()),
            hosts=frozenset(route.hosts or ()),
        )
        return self._made(path, make)

    def _rule(self, path: Path, route: routing.Route, template: PathTemplate) -> Rule:
        require = route.require or routing.Require()
        expression = None if require.scope_expression is None else parse_expression(require.scope_expression)
        if expression is not None:
            self._check_scopes((*path, "require", "scope_expression"), expression)
        return Rule(
            anonymous=route.allow == "anonymous",
            requirement=Requirement(
                scopes=tuple(dict.fromkeys(require.scopes)),
                expression=expression,
                resource_deferred=require.resource_deferred,
            ),
            resource=self._composition((*path, "require", "resource"), require.resource, template),
            tenant=self._composition((*path, "tenant"), route.tenant, template),
            shadow=route.mode == "shadow",
            parameters=route.parameters,
        )

    def _check_scopes(self, path: Path, expression: Expression) -> None:
        for scope in expression.scopes:
            if not self._catalogue.knows(scope):
                hint = did_you_mean(scope, self._catalogue.scopes)
                self._findings.append(Finding(path, f"there is no scope {quote(scope)}{hint}"))

    def _composition(self, path: Path, text: str | None, template: PathTemplate) -> Composition | None:
        return None if text is None else self._made(path, partial(parse_composition, text, template))


def _parse_environment(text: str, environments: tuple[str, ...]) -> str:
    if environments and text not in environments:
        raise InvalidValue(f"there is no environment {quote(text)}{did_you_mean(text, environments)}")
    return parse_name(text)


def _parse_revision(text: str) -> str:
    if not text.isdecimal():
        raise InvalidValue("a revision is a whole number")
    return text


def _address(declared: routing.ClientAddress | None) -> ClientAddress:
    if declared is None:
        return ClientAddress.peer()
    where = declared.from_
    if isinstance(where, dict):
        return ClientAddress.forwarded_for(where["forwarded_for"]["trusted_hops"])
    return _ADDRESSES[str(where)]
