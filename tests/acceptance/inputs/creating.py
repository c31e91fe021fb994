"""CreateKey: what a key may be."""

from __future__ import annotations

from typing import Any, Final

from authsvc.v1 import key_pb2, rate_limit_pb2
from authsvc.v1 import key_service_pb2 as pb
from tests.acceptance.inputs.row import (
    CONTROL,
    EARLIEST,
    LATEST,
    LEAK,
    REVERSED,
    UNKNOWN,
    Row,
    also,
    failing,
    long,
    number,
    span,
    time,
    wrong,
)  # fmt: skip

CREATE = "KeyService/CreateKey"
RateLimit = rate_limit_pb2.RateLimit
MINUTE: Final = span(60)


def key(**fields: Any) -> key_pb2.Key:
    """A right key but for these fields."""
    return key_pb2.Key(**{"display_name": "n", "type": "sdk", "tenant": "acme", **fields})


def create(how: dict[str, Any] | None = None, **fields: Any) -> pb.CreateKeyRequest:
    """A right request but for these fields of the key, and of the request."""
    return pb.CreateKeyRequest(key=key(**fields), **(how or {}))


def window(**fields: Any) -> dict[str, Any]:
    """A key with one rate window."""
    return {"rate_limits": [RateLimit(**{"limit": 1, "period": MINUTE, **fields})]}


KEYS: Final[tuple[tuple[str, dict[str, Any], tuple[str, ...]], ...]] = (
    ("no name", {"display_name": ""}, ("display_name",)),
    ("a name of blanks", {"display_name": " \t\u3000 "}, ("display_name",)),
    ("a name of 129 characters", {"display_name": "é" * 129}, ("display_name",)),
    ("a name with NUL", {"display_name": CONTROL}, ("display_name",)),
    ("a name with a line break", {"display_name": "a\nb"}, ("display_name",)),
    ("a name with an escape sequence", {"display_name": "a\x1b[2J"}, ("display_name",)),
    ("a name shown backwards", {"display_name": REVERSED}, ("display_name",)),
    ("a name with an isolated direction", {"display_name": "a\u2066b"}, ("display_name",)),
    ("a name with a line separator", {"display_name": "a\u2028b"}, ("display_name",)),
    ("a name with a C1 control character", {"display_name": "a\x85b"}, ("display_name",)),
    ("no type where there are several", {"type": ""}, ("type",)),
    ("an unknown type", {"type": "SDK"}, ("type",)),
    ("a secret as type", {"type": LEAK}, ("type",)),
    ("no tenant", {"tenant": ""}, ("tenant",)),
    ("a tenant that begins with a slash", {"tenant": "/acme"}, ("tenant",)),
    ("a tenant that climbs", {"tenant": "acme/../other"}, ("tenant",)),
    ("a tenant of nine segments", {"tenant": "/".join("a" * 9)}, ("tenant",)),
    ("a tenant with a segment of 65 characters", {"tenant": "a" * 65}, ("tenant",)),
    ("a tenant of another alphabet", {"tenant": "\u0430cme"}, ("tenant",)),
    ("a tenant with NUL", {"tenant": CONTROL}, ("tenant",)),
    ("a subject of 257 characters", {"subject": "s" * 257}, ("subject",)),
    ("a subject with a line break", {"subject": "a\r\nb"}, ("subject",)),
    ("a subject shown backwards", {"subject": REVERSED}, ("subject",)),
    ("an unknown environment", {"environment": "development"}, ("environment",)),
    ("an empty scope", {"scopes": [""]}, ("scopes[0]",)),
    ("an unknown scope", {"scopes": ["no:such"]}, ("scopes[0]",)),
    ("a scope of authsvc's own", {"scopes": ["authsvc:verify"]}, ("scopes[0]",)),
    ("a wildcard over authsvc's own", {"scopes": ["authsvc:*"]}, ("scopes[0]",)),
    ("a wildcard in the middle", {"scopes": ["a:*:b"]}, ("scopes[0]",)),
    ("a scope twice", {"scopes": ["projects:read", "projects:read"]}, ("scopes[1]",)),
    ("65 scopes", {"scopes": ["projects:read"] * 65}, ("scopes",)),
    ("a secret as scope", {"scopes": [LEAK]}, ("scopes[0]",)),
    ("a key of authsvc's own type without a scope", {"type": "authsvc", "tenant": "/"}, ("scopes",)),
    ("a foreign scope on authsvc's own type", {"type": "authsvc", "scopes": ["projects:read"]}, ("scopes[0]",)),
    ("an empty resource", {"resources": [""]}, ("resources[0]",)),
    ("a resource that climbs", {"resources": ["p/1", "../p"]}, ("resources[1]",)),
    ("two stars in the middle", {"resources": ["a/**/b"]}, ("resources[0]",)),
    ("a star within a segment", {"resources": ["p/wf_*"]}, ("resources[0]",)),
    ("a resource twice", {"resources": ["p/1", "p/2", "p/1"]}, ("resources[2]",)),
    ("33 resources", {"resources": [f"p/{n}" for n in range(33)]}, ("resources",)),
    ("20,000 resources", {"resources": ["a"] * 20_000}, ("resources",)),
    *(
        (f"the network {text[:24]!r}", {"allowed_cidrs": [text]}, ("allowed_cidrs[0]",))
        for text in (
            "",
            "x",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/08",
            "10.0.0.0/255.0.0.0",
            "10.0.0.0/",
            "/8",
            "010.0.0.0/8",
            "fe80::1%eth0/64",
            "2001:db8::/129",
            "2001:db8::1/32",
            "::ffff:10.0.0.1/104",
            "10.0.0.0/8/8",
            "10.0.0.0/٨",
            CONTROL,
            LEAK,
        )
    ),
    ("a network twice, written differently", {"allowed_cidrs": ["10.0.0.1", "10.0.0.1/32"]}, ("allowed_cidrs[1]",)),
    ("a network twice, once in IPv6 clothes", {"allowed_cidrs": ["10.0.0.1", "::ffff:10.0.0.1"]}, ("allowed_cidrs[1]",)),
    ("33 networks", {"allowed_cidrs": [f"10.0.0.{n}" for n in range(33)]}, ("allowed_cidrs",)),
    ("a rate of nothing", window(limit=0), ("rate_limits[0]",)),
    ("a rate above a million", window(limit=1_000_001), ("rate_limits[0]",)),
    ("a rate without a period", {"rate_limits": [RateLimit(limit=1)]}, ("rate_limits[0]",)),
    ("a period below zero", window(period=span(-60)), ("rate_limits[0].period",)),
    ("a period of less than a second", window(period=span(0, 999_999_000)), ("rate_limits[0]",)),
    ("a period with nanoseconds left over", window(period=span(1, 1)), ("rate_limits[0].period",)),
    ("a period with too many nanoseconds", window(period=span(1, 2**31 - 1)), ("rate_limits[0].period",)),
    ("a period of 367 days", window(period=span(367 * 86_400)), ("rate_limits[0]",)),
    ("the highest period", window(period=span(LATEST)), ("rate_limits[0].period",)),
    ("a burst above a million", window(burst=2**32 - 1), ("rate_limits[0]",)),
    ("nine windows", {"rate_limits": [RateLimit(limit=n + 1, period=MINUTE) for n in range(9)]}, ("rate_limits",)),
    ("50,000 windows", {"rate_limits": [RateLimit()] * 50_000}, ("rate_limits",)),
    ("metadata without a name", {"metadata": {"": "x"}}, ("metadata",)),
    ("metadata with a line break in a name", {"metadata": {"a\nb": "x"}}, ("metadata",)),
    ("metadata with NUL in a value", {"metadata": {"a": CONTROL}}, ("metadata",)),
    ("metadata of 4097 bytes", {"metadata": {"a": "é" * 2048}}, ("metadata",)),
    ("metadata of 10,000 names", {"metadata": {str(n): "" for n in range(10_000)}}, ("metadata",)),
    ("an expiry in the past", {"expire_time": time(1)}, ("expire_time",)),
    ("an expiry at the epoch", {"expire_time": time()}, ("expire_time",)),
    ("an expiry before 1970", {"expire_time": time(-1)}, ("expire_time",)),
    ("the lowest expiry", {"expire_time": time(EARLIEST)}, ("expire_time",)),
    ("an expiry after 9999", {"expire_time": time(253_402_300_800)}, ("expire_time",)),
    ("an expiry with too many nanoseconds", {"expire_time": time(4_000_000_000, 1_000_000_000)}, ("expire_time",)),
    ("an expiry with nanoseconds below zero", {"expire_time": time(4_000_000_000, -1)}, ("expire_time",)),
    (
        "mistakes everywhere",
        {
            "display_name": "",
            "tenant": "//",
            "subject": CONTROL,
            "environment": "x",
            "scopes": ["A"],
            "resources": ["/"],
            "allowed_cidrs": ["x"],
            "metadata": {"": ""},
            "rate_limits": [RateLimit()],
            "expire_time": time(1),
        },
        (
            "display_name",
            "tenant",
            "subject",
            "environment",
            "scopes[0]",
            "resources[0]",
            "allowed_cidrs[0]",
            "metadata",
            "rate_limits[0]",
            "expire_time",
        ),
    ),
)

TIGHT: Final[tuple[tuple[str, dict[str, Any], str], ...]] = (
    ("a scope beyond its type's", {"scopes": ["billing:write"]}, "scopes[0]"),
    ("a bare wildcard beyond its type's", {"scopes": ["*"]}, "scopes[0]"),
    ("no environment where its type needs one", {"environment": ""}, "environment"),
    ("a rate above its type's", window(limit=601), "rate_limits[0]"),
    ("a burst above its type's", window(limit=1, burst=601), "rate_limits[0]"),
    ("a rate above its type's in other words", window(limit=11, period=span(1)), "rate_limits[0]"),
    ("an expiry beyond its type's", {"expire_time": time(4_000_000_000)}, "expire_time"),
)
HOW: Final[tuple[tuple[str, dict[str, Any], str], ...]] = (
    ("a request_id of 65 characters", {"request_id": "a" * 65}, "request_id"),
    ("a request_id with a space", {"request_id": "a b"}, "request_id"),
    ("a request_id beyond ASCII", {"request_id": "é"}, "request_id"),
    ("a reason of 257 characters", {"reason": "x" * 257}, "reason"),
    ("a reason shown backwards", {"reason": REVERSED}, "reason"),
    ("a reason with an escape sequence", {"reason": "\x1b]0;x\x07"}, "reason"),
)
FOREIGN_KEYS: Final = (
    failing(CREATE, "a tenant outside the caller's", create(tenant="other"), "NOT_FOUND", "confined"),
    failing(CREATE, "a tenant that begins like the caller's", create(tenant="acmex"), "NOT_FOUND", "confined"),
    failing(CREATE, "the root tenant, from below", create(tenant="/"), "NOT_FOUND", "confined"),
    failing(CREATE, "a secret as tenant, from below", create(tenant=LEAK), "NOT_FOUND", "confined"),
    failing(
        CREATE,
        "a key of authsvc's own type",
        create(type="authsvc", scopes=["authsvc:keys:read"]),
        "PERMISSION_DENIED",
        "ungranting",
    ),
    failing(
        CREATE, "a request_id used before", lambda w: create({"request_id": w.request_id}, display_name="first"), "ALREADY_EXISTS"
    ),
    wrong(CREATE, "a request_id used for something else", lambda w: create({"request_id": w.request_id}), "request_id"),
    wrong(CREATE, "an unknown way to wait", also(create(), number(3, 3)), "wait"),
    wrong(CREATE, "a restriction of a newer client", long(1, key().SerializeToString() + UNKNOWN), "key"),
    wrong(CREATE, "a rate of a newer client", long(1, also(key(), long(9, UNKNOWN))), "key.rate_limits[0]"),
    wrong(CREATE, "networks that are numbers", long(1, also(key(), number(8, 7))), "key"),
)


ROWS: Final[tuple[Row, ...]] = (
    *(wrong(CREATE, name, create(None, **fields), *(f"key.{field}" for field in found)) for name, fields, found in KEYS),
    *(
        wrong(CREATE, name, create(None, **{"type": "tight", "environment": "staging", **fields}), f"key.{field}")
        for name, fields, field in TIGHT
    ),
    *(wrong(CREATE, name, create(how), field) for name, how, field in HOW),
    *FOREIGN_KEYS,
)
