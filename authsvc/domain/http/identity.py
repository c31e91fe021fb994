"""What the upstream learns of the caller, and what it must not get from anybody else.

1. Every header of ours is either set or removed on every request that goes through; nothing a client sends under one of their
   names arrives. A proxy removes last, so no name is ever in both lists.
2. A header whose value would be empty is removed: a proxy may leave out an empty one and keep the client's.
3. Credentials are removed, but for a route in shadow mode: there the upstream still checks them itself, so headers that carry
   credentials are left as the client wrote them, even one that elsewhere carries the upstream token.
4. Headers that ask a server for another method or path than the one decided on are removed.
5. Values that people choose are percent-encoded (`headers.header_text`): a subject with a comma or a line break stays one value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from authsvc.domain.access import Principal
from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.credentials import CredentialSources
from authsvc.domain.http.headers import header_text, parse_owned_header
from authsvc.domain.http.method import OVERRIDES
from authsvc.domain.http.substitution import Text

VARIABLES: Final = frozenset(
    ("subject", "key_id", "tenant", "scopes", "environment", "resources", "credential_kind", "token_id", "actor")
)
MAX_TEMPLATE: Final = 1024
UNRESTRICTED: Final = "**"
"""`$resources` of a caller who is restricted to none: nothing at all could be read as "none", or as "any" by the next reader."""

_REDIRECTING: Final = (*sorted(OVERRIDES), "x-original-url", "x-rewrite-url")


@dataclass(slots=True)
class Mutation:
    """Changes to the headers of a request. No name is in both; each is in one of them once."""

    set: tuple[tuple[str, str], ...]
    """Names with values; these replace what is there."""
    remove: tuple[str, ...]


class IdentityHeaders:
    """The headers of one policy."""

    __slots__ = ("_owned_in_shadow", "_sources", "_texts", "owned", "token_header")

    def __init__(self, templates: Mapping[str, str], sources: CredentialSources, token_header: str = "") -> None:
        """Compile.

        Args:
            templates: values with `$name` by header.
            sources: where credentials stand, which are removed.
            token_header: the header of the upstream token; empty: there is none.

        Raises:
            InvalidValue: a header cannot be ours, is named for two things, or its template is wrong.
        """
        self._texts = {parse_owned_header(name): _template(name, text) for name, text in templates.items()}
        self._sources = sources
        self.token_header = parse_owned_header(token_header) if token_header else ""
        if self.token_header in self._texts:
            raise InvalidValue(f"the header {self.token_header} has an identity or the upstream token, not both")
        clash = sorted(self._texts.keys() & set(sources.headers))
        if clash:
            raise InvalidValue(f"the header {clash[0]} carries the credential of clients; choose another for the upstream")
        self.owned = tuple(filter(None, (*self._texts, self.token_header)))
        """Headers that are ours: no client's value of them goes through."""
        self._owned_in_shadow = tuple(name for name in self.owned if name not in sources.headers)

    def carries_token(self, *, shadow: bool) -> bool:
        """Whether the upstream token goes along on a route, in shadow mode or not."""
        return self.token_header in (self._owned_in_shadow if shadow else self.owned)

    def known(self, principal: Principal, headers: Mapping[str, str], *, token: str = "", shadow: bool = False) -> Mutation:
        """Changes for a request of this principal.

        Args:
            principal: who was proven.
            headers: of the request.
            token: the upstream token, where the policy has one; empty: none was minted.
            shadow: whether the route is one in shadow mode.
        """
        values = _values(principal)
        filled = [(name, text.fill(values, str).strip()) for name, text in self._texts.items()]
        if token and self.carries_token(shadow=shadow):
            filled.append((self.token_header, _upstream_value(self.token_header, token)))
        return self._mutation(tuple([(name, value) for name, value in filled if value]), headers, shadow=shadow)

    def unknown(self, headers: Mapping[str, str], *, shadow: bool = False) -> Mutation:
        """Changes for a request that goes through although nobody is proven: an anonymous route, or a deny in shadow mode."""
        return self._mutation((), headers, shadow=shadow)

    def _mutation(self, settings: tuple[tuple[str, str], ...], headers: Mapping[str, str], *, shadow: bool) -> Mutation:
        names = {name for name, _ in settings}
        ours = self._owned_in_shadow if shadow else (*self.owned, *self._sources.carried(headers))
        gone = dict.fromkeys((*ours, *_REDIRECTING))
        return Mutation(settings, tuple([name for name in gone if name not in names]))


def _upstream_value(header: str, token: str) -> str:
    return f"Bearer {token}" if header == "authorization" else token  # RFC 6750 section 2.1


def _template(name: str, text: str) -> Text:
    if len(text) > MAX_TEMPLATE or not (text.isascii() and text.isprintable()) or text != text.strip():
        raise InvalidValue(f"the value of {name} is at most {MAX_TEMPLATE} printable ASCII characters without spaces around them")
    return Text(text, VARIABLES)


def _values(principal: Principal) -> dict[str, str]:
    """Lists are joined by spaces, which are in none of their members."""
    return {
        "subject": header_text(principal.subject),
        "key_id": principal.key_id,
        "tenant": principal.tenant,
        "scopes": " ".join(principal.scopes),
        "environment": principal.environment,
        "resources": " ".join(principal.resources) or UNRESTRICTED,
        "credential_kind": "access_token" if principal.token_id else "api_key",
        "token_id": header_text(principal.token_id),
        "actor": header_text(principal.actor),
    }
