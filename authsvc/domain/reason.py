"""Why a decision was a deny: CONTRACT section 4, in order of evaluation.

The numbers are those of `authsvc.v1.Reason`, so that the codec never looks one up; a test compares the two.
"""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Reason(IntEnum):
    """The first rule that failed, or NONE for an allow."""

    NONE = 0
    REQUEST_MALFORMED = 1
    ROUTE_UNKNOWN = 2
    CREDENTIAL_MISSING = 3
    CREDENTIAL_AMBIGUOUS = 4
    CREDENTIAL_INVALID = 5
    TOKEN_EXPIRED = 6
    TOKEN_REVOKED = 7
    AUDIENCE_MISMATCH = 8
    KEY_REVOKED = 9
    KEY_INACTIVE = 10
    KEY_EXPIRED = 11
    TENANT_SUSPENDED = 12
    SOURCE_IP_UNKNOWN = 13
    SOURCE_IP_DENIED = 14
    ENVIRONMENT_MISMATCH = 15
    TENANT_MISMATCH = 16
    RESOURCE_DENIED = 17
    INSUFFICIENT_SCOPE = 18
    RATE_LIMITED = 19
