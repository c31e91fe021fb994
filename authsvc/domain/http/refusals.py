"""What a client is told by default when a request is denied: CONTRACT section 4, one row for each reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final

from authsvc.domain.reason import Reason


@unique
class Problem(Enum):
    """Error codes of a Bearer challenge (RFC 6750 section 3.1)."""

    NONE = ""
    """Nothing was presented, so nothing is said about it; and what is no matter of the credential."""
    INVALID_REQUEST = "invalid_request"
    INVALID_TOKEN = "invalid_token"  # noqa: S105 - a code, not a token
    INSUFFICIENT_SCOPE = "insufficient_scope"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Status, error code and message for one reason."""

    status: int
    problem: Problem
    message: str


_INVALID: Final = Problem.INVALID_TOKEN
REFUSALS: Final[Mapping[Reason, Refusal]] = {
    Reason.REQUEST_MALFORMED: Refusal(400, Problem.NONE, "The request is malformed or ambiguous."),
    Reason.ROUTE_UNKNOWN: Refusal(403, Problem.NONE, "Nothing is allowed here."),
    Reason.CREDENTIAL_MISSING: Refusal(401, Problem.NONE, "A credential is required."),
    Reason.CREDENTIAL_AMBIGUOUS: Refusal(400, Problem.INVALID_REQUEST, "The request carries more than one credential."),
    Reason.CREDENTIAL_INVALID: Refusal(401, _INVALID, "The credential is not valid."),
    Reason.TOKEN_EXPIRED: Refusal(401, _INVALID, "The token has expired."),
    Reason.TOKEN_REVOKED: Refusal(401, _INVALID, "The token was revoked."),
    Reason.AUDIENCE_MISMATCH: Refusal(401, _INVALID, "The token is meant for another audience."),
    Reason.KEY_REVOKED: Refusal(401, _INVALID, "The key was revoked."),
    Reason.KEY_INACTIVE: Refusal(403, _INVALID, "The key is inactive."),
    Reason.KEY_EXPIRED: Refusal(401, _INVALID, "The key has expired."),
    Reason.TENANT_SUSPENDED: Refusal(403, Problem.NONE, "The tenant is suspended."),
    Reason.SOURCE_IP_UNKNOWN: Refusal(
        403, Problem.NONE, "The key is restricted to networks, and the caller's address is unknown."
    ),
    Reason.SOURCE_IP_DENIED: Refusal(403, Problem.NONE, "The key may not be used from this address."),
    Reason.ENVIRONMENT_MISMATCH: Refusal(403, Problem.NONE, "The credential is for another environment."),
    Reason.TENANT_MISMATCH: Refusal(403, Problem.NONE, "The credential is for another tenant."),
    Reason.RESOURCE_DENIED: Refusal(403, Problem.NONE, "The credential may not be used on this resource."),
    Reason.INSUFFICIENT_SCOPE: Refusal(403, Problem.INSUFFICIENT_SCOPE, "The credential lacks a scope."),
    Reason.RATE_LIMITED: Refusal(429, Problem.NONE, "Too many requests."),
}
