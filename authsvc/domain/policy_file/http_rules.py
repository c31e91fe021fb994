"""What a policy file says about HTTP requests, compiled; and every mistake in it that no single field shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple, TypeVar

from authsvc.domain.decision import Requirement
from authsvc.domain.errors import InvalidValue
from authsvc.domain.expression import Expression, parse_expression
from authsvc.domain.http.circumstances import Circumstances
from authsvc.domain.http.client_address import ClientAddress
from authsvc.domain.http.credentials import DEFAULT_PLACES, CredentialSources, Place
from authsvc.domain.http.headers import parse_owned_header
from authsvc.domain.http.identity import IdentityHeaders
from authsvc.domain.http.responses import Response, Responses
from authsvc.domain.http.routes import Route, RouteClash, Routes, Rule
from authsvc.domain.http.rules import HttpRules, UpstreamToken
from authsvc.domain.http.template import Composition, PathTemplate, parse_composition, parse_template
from authsvc.domain.policy_file import routing
from authsvc.domain.policy_file.document import PolicyDocument
from authsvc.domain.policy_file.mistakes import Finding, Path, did_you_mean, quote
from authsvc.domain.reason import Reason
from authsvc.domain.scopes import Catalogue

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
        rules = HttpRules(
            self._routes(document.routes or []),
            sources=sources,
            address=_address(document.client_address),
            circumstances=Circumstances(environments=frozenset(document.environments or ())),
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

    def _routes(self, routes: list[routing.Route]) -> Routes:
        made = [route for index, each in enumerate(routes) if (route := self._route(index, each)) is not None]
        clashes: list[RouteClash] = []
        compiled = Routes(made, clashes=clashes)
        for clash in clashes:
            self._findings.append(Finding(("routes", clash.route.number - 1), str(clash)))
        return compiled

    def _route(self, index: int, route: routing.Route) -> Route | None:
        path = ("routes", index)
        template = self._made((*path, "path"), partial(parse_template, route.path))
        if template is None:
            return None
        rule = self._rule(path, route, template)
        methods = frozenset(route.methods or ())
        return self._made(path, partial(Route, number=index + 1, template=template, rule=rule, methods=methods))

    def _rule(self, path: Path, route: routing.Route, template: PathTemplate) -> Rule:
        require = route.require
        if require is None:
            return Rule(anonymous=route.allow == "anonymous", shadow=route.mode == "shadow")
        expression = None if require.scope_expression is None else parse_expression(require.scope_expression)
        if expression is not None:
            self._check_scopes((*path, "require", "scope_expression"), expression)
        return Rule(
            requirement=Requirement(
                scopes=tuple(dict.fromkeys(require.scopes)),
                expression=expression,
                resource_deferred=require.resource_deferred,
            ),
            resource=self._resource((*path, "require", "resource"), require.resource, template),
            shadow=route.mode == "shadow",
        )

    def _check_scopes(self, path: Path, expression: Expression) -> None:
        for scope in expression.scopes:
            if not self._catalogue.knows(scope):
                hint = did_you_mean(scope, self._catalogue.scopes)
                self._findings.append(Finding(path, f"there is no scope {quote(scope)}{hint}"))

    def _resource(self, path: Path, text: str | None, template: PathTemplate) -> Composition | None:
        return None if text is None else self._made(path, partial(parse_composition, text, template))


def _address(declared: routing.ClientAddress | None) -> ClientAddress:
    if declared is None:
        return ClientAddress.peer()
    where = declared.from_
    if isinstance(where, dict):
        return ClientAddress.forwarded_for(where["forwarded_for"]["trusted_hops"])
    return _ADDRESSES[str(where)]
