"""What can go wrong, grouped by whose fault it is.

An error class carries a stable `reason` (sent as `google.rpc.ErrorInfo.reason`) and says nothing about gRPC or HTTP: one table in
each transport maps classes to status codes. The docstring is the default message. No message ever holds a secret.

"Denied" is not here: a deny is an answer (`domain.decision`), an error means that no answer was reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class InvalidValue(ValueError):
    """A single value breaks a rule; the message says what is allowed and does not repeat the value."""


class AuthsvcError(Exception):
    """Something went wrong."""

    reason: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").partition("\n")[0])
        self.message: str = self.args[0]


@dataclass(frozen=True, slots=True)
class Violation:
    """One field that is wrong: `field` is the proto path (`key.rate_limits[0].limit`), `description` says what is allowed."""

    field: str
    description: str


class InvalidArgument(AuthsvcError):
    """The request is not valid."""

    reason = "INVALID_ARGUMENT"

    def __init__(self, *violations: Violation) -> None:
        super().__init__("; ".join(f"{v.field}: {v.description}" for v in violations))
        self.violations = violations


class NotFound(AuthsvcError):
    """There is no such thing, or it is outside the caller's tenant."""

    reason = "NOT_FOUND"


class AlreadyExists(AuthsvcError):
    """This was done before."""

    reason = "ALREADY_EXISTS"

    def __init__(self, message: str = "", *, key_id: str = "") -> None:
        super().__init__(message)
        self.key_id = key_id


class FailedPrecondition(AuthsvcError):
    """The state does not allow this."""

    reason = "FAILED_PRECONDITION"


class Conflict(AuthsvcError):
    """The etag does not match: someone changed this in between; read it again."""

    reason = "ETAG_MISMATCH"


class Unauthenticated(AuthsvcError):
    """The call carries no valid caller credential."""

    reason = "CALLER_UNAUTHENTICATED"


class PermissionDenied(AuthsvcError):
    """The caller may not do this."""

    reason = "CALLER_PERMISSION_DENIED"


class Exhausted(AuthsvcError):
    """A bound of this process is reached; try again later."""

    reason = "RESOURCE_EXHAUSTED"


class Unavailable(AuthsvcError):
    """No decision can be made right now."""

    reason = "UNAVAILABLE"


class StoreUnavailable(Unavailable):
    """The store does not answer."""

    reason = "STORE_UNAVAILABLE"


class LeaseLost(Unavailable):
    """This process has no lease, so it may not answer from memory."""

    reason = "LEASE_LOST"


class DeadlineExceeded(AuthsvcError):
    """The deadline of the call ended first."""

    reason = "DEADLINE_EXCEEDED"


class NotImplementedYet(AuthsvcError):
    """This method belongs to a later release."""

    reason = "UNIMPLEMENTED"
