"""From a request to what has to be decided, under all that one policy says about HTTP.

Rules:
1. The order is that of CONTRACT section 4: what is malformed, then what no route knows, then the credential.
2. There are three outcomes and no default: refused with a reason, anonymous because the route says so, or a question.
3. Method, path and host are those of the request itself, never of a header that claims others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from authsvc.domain.decision import Query, Requirement
from authsvc.domain.http.circumstances import Circumstances
from authsvc.domain.http.client_address import ClientAddress
from authsvc.domain.http.credentials import CredentialSources
from authsvc.domain.http.host import canonical_host
from authsvc.domain.http.identity import IdentityHeaders
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.http.method import OVERRIDES, is_preflight, parse_method
from authsvc.domain.http.path import canonical_path
from authsvc.domain.http.responses import Responses
from authsvc.domain.http.routes import Match, Routes
from authsvc.domain.reason import Reason

_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(slots=True)
class HttpRequest:
    """A request as a proxy describes it. Only the headers are a view (`headers`); nothing else is read from them."""

    method: str
    path: str
    """Request target, with query."""
    host: str
    """With port, if one was given."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    peer: str = ""
    """Address of the other end of the connection; empty: it has none."""
    extensions: Mapping[str, str] = field(default_factory=dict)
    """What the proxy's own configuration says about the route."""


@dataclass(slots=True)
class Refused:
    """Denied before any credential was looked at. `cause` is our clause on what was malformed; no route: none was found."""

    reason: Reason
    cause: str = ""
    match: Match | None = None


@dataclass(slots=True)
class Anonymous:
    """Let through by a route that asks for nobody."""

    match: Match


@dataclass(slots=True)
class Question:
    """To be decided."""

    match: Match
    credential: str = field(repr=False)
    query: Query


@dataclass(frozen=True, slots=True)
class UpstreamToken:
    """A token that the upstream gets instead of the credential. `ttl` in microseconds."""

    header: str
    audience: str
    ttl: int


class HttpRules:
    """Compiled; immutable."""

    def __init__(
        self,
        routes: Routes,
        *,
        sources: CredentialSources,
        address: ClientAddress,
        circumstances: Circumstances,
        identity: IdentityHeaders,
        responses: Responses,
        upstream_token: UpstreamToken | None = None,
    ) -> None:
        self.routes = routes
        self.sources = sources
        self.identity = identity
        self.responses = responses
        self.upstream_token = upstream_token
        self.address = address
        self._circumstances = circumstances
        self._watched = OVERRIDES.union(sources.headers, identity.owned, circumstances.headers, filter(None, [address.header]))

    def min_revision(self, request: HttpRequest) -> int:
        """The revision that a request asks for; 0: none, or it is said badly, which `read` refuses."""
        try:
            return self._circumstances.read_min_revision(request.headers, request.extensions)
        except Malformed:
            return 0

    def read(self, request: HttpRequest) -> Refused | Anonymous | Question:
        """Say what has to be decided about a request."""
        try:
            method = parse_method(request.method)
            path = canonical_path(request.path)
            host = canonical_host(request.host)
            self._check_headers(request)
            self._circumstances.read_min_revision(request.headers, request.extensions)
            preflight = is_preflight(method, request.headers)
            match = self.routes.find(method, host, path, preflight=preflight)
        except Malformed as cause:
            return Refused(Reason.REQUEST_MALFORMED, str(cause))
        if match is None:
            return Refused(Reason.ROUTE_UNKNOWN)
        try:
            if match.route.rule.anonymous:
                return _anonymous(match, is_plain_options=method == "OPTIONS" and not preflight)
            return self._ask(match, host, request)
        except Malformed as cause:
            return Refused(Reason.REQUEST_MALFORMED, str(cause), match)

    def _check_headers(self, request: HttpRequest) -> None:
        """Refuse headers that contradict the request, ask for another method, or are the twin of one that matters.

        Servers that hand headers on as variables cannot tell `x_auth_subject` from `x-auth-subject`.
        """
        headers = request.headers
        if not OVERRIDES.isdisjoint(headers):
            raise Malformed("a header asks for another method")
        for name in headers:
            if "_" in name and name.replace("_", "-") in self._watched:
                raise Malformed("a header is written with '_' where '-' is meant")
        for name, value in ((":method", request.method), (":path", request.path), (":authority", request.host)):
            if headers.get(name, value) != value:
                raise Malformed(f"the request has one {name[1:]}")
        if headers.get("host", request.host) != request.host:
            raise Malformed("the request has one host")

    def _ask(self, match: Match, host: str, request: HttpRequest) -> Refused | Question:
        headers, extensions = request.headers, request.extensions
        match.check_variables()
        rule = match.route.rule
        requirement = rule.requirement
        if rule.resource is not None:
            requirement = _on(requirement, rule.resource.of(match.segments))
        named = "" if rule.tenant is None else rule.tenant.of(match.segments)
        query = Query(
            requirement=requirement,
            source=self.address.read(request.peer, headers),
            tenant=self._circumstances.read_tenant(named, headers, extensions),
            environment=self._circumstances.read_environment(host, headers, extensions),
            organization=self._circumstances.read_organization(headers, extensions),
        )
        credential = self.sources.find(headers)
        if isinstance(credential, Reason):
            return Refused(credential, match=match)
        return Question(match, credential, query)


def _anonymous(match: Match, *, is_plain_options: bool) -> Anonymous:
    if is_plain_options:
        raise Malformed("OPTIONS is a CORS preflight here, with Origin and Access-Control-Request-Method")
    match.check_variables()
    return Anonymous(match)


def _on(requirement: Requirement, resource: str) -> Requirement:
    """The requirement on one resource."""
    return Requirement(
        scopes=requirement.scopes,
        expression=requirement.expression,
        resource=resource,
        audience=requirement.audience,
    )
