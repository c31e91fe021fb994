"""Where a request carries its credential."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from authsvc.domain.credential import parse_authorization
from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.headers import parse_owned_header, single
from authsvc.domain.reason import Reason


@dataclass(frozen=True, slots=True)
class Place:
    """A header, and the scheme before the credential in it; without a scheme the header is the credential."""

    header: str
    scheme: str = ""


DEFAULT_PLACES = (Place("authorization", "Bearer"), Place("x-api-key"))


class CredentialSources:
    """All places of one policy, by header."""

    __slots__ = ("_headers", "places")

    def __init__(self, places: Iterable[Place] = DEFAULT_PLACES) -> None:
        """Compile.

        Raises:
            InvalidValue: a place is named twice, or a header cannot carry a credential.
        """
        self.places = tuple(places)
        self._headers: dict[str, tuple[str, ...]] = {}
        for place in self.places:
            scheme, others = place.scheme.lower(), self._headers.get(parse_owned_header(place.header), ())
            if scheme in others:
                raise InvalidValue(f"the header {place.header} is named twice with the same scheme")
            self._headers[place.header] = (*others, scheme)

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers that may carry a credential."""
        return tuple(self._headers)

    def find(self, headers: Mapping[str, str]) -> str | Reason:
        """Find the one credential of a request.

        A header that carries something for somebody else, such as `Basic ...`, carries none. One that is empty, or names the
        scheme and nothing after it, carries none either.

        Returns:
            The credential; CREDENTIAL_MISSING; CREDENTIAL_AMBIGUOUS when two headers carry one, however bad; CREDENTIAL_INVALID
            when the only one cannot be a credential.

        Raises:
            Malformed: a header has several values.
        """
        found: list[str | Reason] = []
        for header, schemes in self._headers.items():
            value = single(headers, header)
            if value:
                scheme = _scheme_of(value, schemes)
                if scheme is not None and len(value) > len(scheme):
                    found.append(_read(value, scheme))
        if len(found) > 1:
            return Reason.CREDENTIAL_AMBIGUOUS
        return found[0] if found else Reason.CREDENTIAL_MISSING

    def carried(self, headers: Mapping[str, str]) -> list[str]:
        """Name the headers that carry, or could to somebody carry, a credential of ours: no upstream gets to see them.

        What is recognisably another scheme stays. Headers that are nothing but a credential are named whether they are there
        or not.
        """
        return [
            header
            for header, schemes in self._headers.items()
            if "" in schemes or ((value := headers.get(header)) is not None and _could_carry(value, schemes))
        ]


def _scheme_of(value: str, schemes: tuple[str, ...]) -> str | None:
    """The scheme that the value begins with; else none, where the header alone will do."""
    scheme = value.partition(" ")[0].lower()
    if scheme in schemes:
        return scheme
    return "" if "" in schemes else None


def _read(value: str, scheme: str) -> str | Reason:
    try:
        return parse_authorization(value, scheme) or Reason.CREDENTIAL_INVALID
    except InvalidValue:
        return Reason.CREDENTIAL_INVALID


def _could_carry(value: str, schemes: tuple[str, ...]) -> bool:
    return "," in value or value.lstrip().lower().startswith(schemes)
