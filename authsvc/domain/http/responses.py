"""What a client gets when its request is denied.

1. Every answer has a status from 400 to 599: a deny never looks like a success.
2. A 401 carries a challenge (RFC 9110 section 15.5.2), and a 403 for want of scopes the one of RFC 6750 section 3.1.
3. A body is written by the policy. What is put into it is our own text, escaped for the content type.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from authsvc.domain.errors import InvalidValue
from authsvc.domain.http.credentials import DEFAULT_PLACES, Place
from authsvc.domain.http.refusals import REFUSALS, Problem, Refusal
from authsvc.domain.http.substitution import Text
from authsvc.domain.limits import SECOND, RateLimit, Standing
from authsvc.domain.reason import Reason

VARIABLES: Final = frozenset({"reason", "message", "status", "missing_scopes", "retry_after"})
MAX_BODY: Final = 65_536
JSON: Final = "application/json"
DEFAULT_BODY: Final = '{"error": {"code": "$reason", "message": "$message"}}'


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. Every name and value is safe to send as it is."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """What is known of a deny; `cause` is our own clause on what was malformed, `required` the scopes the route names."""

    reason: Reason
    cause: str = ""
    required: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    retry_after: int = 0
    """Microseconds."""
    limits: tuple[RateLimit, ...] = ()
    """Those of the key, and how each stands now."""
    standings: tuple[Standing, ...] = ()


class Response:
    """The answer of a policy for one reason."""

    __slots__ = ("_body", "_escape", "content_type", "status")

    def __init__(self, status: int, content_type: str = JSON, body: str = DEFAULT_BODY) -> None:
        """Compile.

        Raises:
            InvalidValue: the status is no refusal, a name is unknown, nothing can be put into this content type, or the body
                should be JSON and is none.
        """
        if not 400 <= status <= 599:
            raise InvalidValue("the status of a refusal is 400 to 599")
        if len(body) > MAX_BODY:
            raise InvalidValue(f"a body has at most {MAX_BODY} characters")
        self.status = status
        self.content_type = content_type
        self._body = Text(body, VARIABLES)
        self._escape = _escape_for(content_type)
        if self._escape is None and self._body.names:
            raise InvalidValue("names are put into JSON, HTML, XML and plain text only")
        if self._escape is _json and body:
            _check_json(self.body({**dict.fromkeys(VARIABLES, "x"), "status": "1", "retry_after": "1"}))

    def body(self, values: Mapping[str, str]) -> str:
        """The body with these values."""
        return self._body.fill(values, self._escape or str)


class Responses:
    """All answers of one policy."""

    __slots__ = ("_challenge", "_responses")

    def __init__(
        self, overrides: Mapping[Reason, Response] | None = None, places: Iterable[Place] = DEFAULT_PLACES, realm: str = "api"
    ) -> None:
        """Compile.

        Args:
            overrides: what the policy says, by reason.
            places: where credentials stand; they name the scheme of challenges.
            realm: visible ASCII without quotes and backslashes.
        """
        defaults = {reason: Response(refusal.status) for reason, refusal in REFUSALS.items()}
        self._responses = {**defaults, **(overrides or {})}
        self._challenge = _challenge(tuple(places), realm)

    def answer(self, denial: Denial) -> Answer:
        """Write the answer to one deny."""
        response, refusal = self._responses[denial.reason], REFUSALS[denial.reason]
        retry_after = _seconds(denial.retry_after)
        message = f"{refusal.message[:-1]}: {denial.cause}." if denial.cause else refusal.message
        body = response.body(
            {
                "reason": denial.reason.name,
                "message": message,
                "status": str(response.status),
                "missing_scopes": " ".join(denial.missing),
                "retry_after": str(retry_after),
            }
        )
        headers = [("content-type", response.content_type)] if body else []
        headers += self._challenges(response.status, refusal, denial)
        if denial.reason is Reason.RATE_LIMITED:
            headers += [("retry-after", str(max(1, retry_after))), *rate_limit_fields(denial.limits, denial.standings)]
        return Answer(response.status, tuple(headers), body)

    def _challenges(self, status: int, refusal: Refusal, denial: Denial) -> list[tuple[str, str]]:
        problem = refusal.problem
        asked = problem in (Problem.INVALID_REQUEST, Problem.INSUFFICIENT_SCOPE) and status in (400, 403)
        if status != 401 and not asked:
            return []
        parts = [self._challenge]
        if problem is not Problem.NONE:
            parts += [f'error="{problem.value}"', f'error_description="{refusal.message}"']
        scopes = tuple(dict.fromkeys((*denial.required, *denial.missing)))
        if problem is Problem.INSUFFICIENT_SCOPE and scopes:
            parts.append(f'scope="{" ".join(scopes)}"')
        return [("www-authenticate", ", ".join(parts))]


def _challenge(places: tuple[Place, ...], realm: str) -> str:
    """The challenge's scheme: Bearer where it is taken, else the first there is, else one that names the header."""
    if not (realm.isascii() and realm.isprintable()) or '"' in realm or "\\" in realm:
        raise InvalidValue("a realm is printable ASCII without quotes and backslashes")
    schemes = [place.scheme for place in places if place.scheme]
    bearer = [scheme for scheme in schemes if scheme.lower() == "bearer"]
    if schemes:
        return f'{(bearer or schemes)[0]} realm="{realm}"'
    header = places[0].header if places else "authorization"
    return f'ApiKey realm="{realm}", header="{header}"'


def rate_limit_fields(limits: tuple[RateLimit, ...], standings: tuple[Standing, ...]) -> list[tuple[str, str]]:
    """RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers, structured fields), one member for each window.

    `q` calls in `w` seconds; `r` of them could come at once; all of them in `t` seconds.
    """
    if not limits:
        return []
    names = [f'"{each.limit}-per-{_seconds(each.period)}s"' for each in limits]
    policies = [f"{name};q={each.limit};w={_seconds(each.period)}" for name, each in zip(names, limits, strict=True)]
    fields = [("ratelimit-policy", ", ".join(policies))]
    if standings:
        left = [f"{name};r={each.remaining};t={_seconds(each.reset_after)}" for name, each in zip(names, standings, strict=True)]
        fields.append(("ratelimit", ", ".join(left)))
    return fields


def _seconds(duration: int) -> int:
    """Microseconds as whole seconds, never too few."""
    return -(-duration // SECOND)


def _escape_for(content_type: str) -> Callable[[str], str] | None:
    """How text is put into a body of this type; None: it cannot be."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == JSON or kind.endswith("+json"):
        return _json
    if kind in ("text/html", "text/xml", "application/xml") or kind.endswith("+xml"):
        return html.escape
    return str if kind == "text/plain" else None


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _check_json(body: str) -> None:
    try:
        json.loads(body)
    except ValueError:
        raise InvalidValue("the body is no JSON once its names are filled in; names inside of strings are escaped") from None
