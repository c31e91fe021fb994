"""UpdateKey, RotateKey, ActivateKey, DeactivateKey, RevokeKey, BulkRevokeKeys and DeleteKey."""

from __future__ import annotations

from typing import Any, Final

from authsvc.v1 import key_pb2, rate_limit_pb2
from authsvc.v1 import key_service_pb2 as pb
from tests.acceptance.inputs.row import (
    CONTROL,
    EARLIEST,
    LATEST,
    LEAK,
    NOBODY,
    REVERSED,
    UNKNOWN,
    Row,
    also,
    answered,
    failing,
    long,
    number,
    span,
    time,
    wrong,
)  # fmt: skip
from tests.acceptance.inputs.world import World

UPDATE, ROTATE, REVOKE, BULK = (f"KeyService/{name}" for name in ("UpdateKey", "RotateKey", "RevokeKey", "BulkRevokeKeys"))
BY_ID: Final = {
    "KeyService/ActivateKey": pb.ActivateKeyRequest,
    "KeyService/DeactivateKey": pb.DeactivateKeyRequest,
    ROTATE: pb.RotateKeyRequest,
    REVOKE: pb.RevokeKeyRequest,
    "KeyService/DeleteKey": pb.DeleteKeyRequest,
}
WAIT: Final = {"KeyService/ActivateKey": 4, "KeyService/DeactivateKey": 4, ROTATE: 5, REVOKE: 5, "KeyService/DeleteKey": 4}
"""Number of the field `wait`."""


def update(key_id: str, *paths: str, unrestricted: tuple[str, ...] = (), reason: str = "", **fields: Any) -> pb.UpdateKeyRequest:
    """An update of these paths."""
    request = pb.UpdateKeyRequest(key=key_pb2.Key(key_id=key_id, **fields), unrestricted=unrestricted, reason=reason)
    request.update_mask.paths.extend(paths)
    return request


def changing(name: str, paths: tuple[str, ...], fields: dict[str, Any], *found: str, **more: Any) -> Row:
    """An update of the key that there is."""
    return wrong(UPDATE, name, lambda w: update(w.key, *paths, **fields, **more), *found)


MASKS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("no mask", ()),
    ("an empty path", ("",)),
    ("everything at once", ("*",)),
    ("an output-only field", ("state",)),
    ("the id", ("key_id",)),
    ("the etag", ("etag",)),
    ("a path with the message's name", ("key.display_name",)),
    ("a path into a field", ("rate_limits.limit",)),
    ("a path in camel case", ("displayName",)),
    ("a path with NUL", ("display_name\x00",)),
    ("a known and an unknown path", ("display_name", "nope")),
    ("10,000 unknown paths", ("nope",) * 10_000),
    ("a secret as path", (LEAK,)),
)
UPDATES: Final = (
    *(changing(name, paths, {"display_name": "x"}, "update_mask") for name, paths in MASKS),
    wrong(UPDATE, "no key", pb.UpdateKeyRequest(), "key.key_id", "update_mask"),
    wrong(UPDATE, "no key_id", update("", "display_name", display_name="x"), "key.key_id"),
    wrong(UPDATE, "a secret as key_id", update(LEAK, "display_name", display_name="x"), "key.key_id"),
    changing("an etag with NUL", ("display_name",), {"display_name": "x", "etag": CONTROL}, "key.etag"),
    changing("an etag of 129 characters", ("display_name",), {"display_name": "x", "etag": "e" * 129}, "key.etag"),
    changing("another type", ("type",), {"type": "tight"}, "key.type"),
    changing("another tenant", ("tenant",), {"tenant": "other"}, "key.tenant"),
    changing("no name", ("display_name",), {}, "key.display_name"),
    changing("a name shown backwards", ("display_name",), {"display_name": REVERSED}, "key.display_name"),
    changing("the same path twice, wrong", ("display_name", "display_name"), {"display_name": CONTROL}, "key.display_name"),
    changing("an unknown scope", ("scopes",), {"scopes": ["no:such"]}, "key.scopes[0]"),
    changing("a scope of authsvc's own", ("scopes",), {"scopes": ["authsvc:*"]}, "key.scopes[0]"),
    changing("resources emptied without saying so", ("resources",), {}, "key.resources"),
    changing("networks emptied without saying so", ("allowed_cidrs",), {}, "key.allowed_cidrs"),
    changing("limits emptied without saying so", ("rate_limits",), {}, "key.rate_limits"),
    changing("the expiry emptied without saying so", ("expire_time",), {}, "key.expire_time"),
    changing("the environment emptied without saying so", ("environment",), {}, "key.environment"),
    changing(
        "something else emptied than said", ("resources",), {}, "key.resources", "unrestricted", unrestricted=("allowed_cidrs",)
    ),
    changing("not emptied, and said so", ("resources",), {"resources": ["p/1"]}, "unrestricted", unrestricted=("resources",)),
    changing("emptied outside the mask", ("display_name",), {"display_name": "x"}, "unrestricted", unrestricted=("resources",)),
    changing(
        "unrestricted in something unknown", ("display_name",), {"display_name": "x"}, "unrestricted", unrestricted=("scopes",)
    ),
    changing("a secret as unrestricted", ("display_name",), {"display_name": "x"}, "unrestricted", unrestricted=(LEAK,)),
    changing("bits behind the prefix", ("allowed_cidrs",), {"allowed_cidrs": ["10.0.0.1/8"]}, "key.allowed_cidrs[0]"),
    changing("nine windows", ("rate_limits",), {"rate_limits": [rate_limit_pb2.RateLimit()] * 9}, "key.rate_limits"),
    changing("an expiry in the past", ("expire_time",), {"expire_time": time(1)}, "key.expire_time"),
    changing("an expiry with nanoseconds below zero", ("expire_time",), {"expire_time": time(1, -1)}, "key.expire_time"),
    changing("metadata of 5 KB", ("metadata",), {"metadata": {"a": "x" * 5000}}, "key.metadata"),
    changing("a reason shown backwards", ("display_name",), {"display_name": "x"}, "reason", reason=REVERSED),
    wrong(UPDATE, "an unknown way to wait", lambda w: also(update(w.key, "subject", subject="x"), number(4, 77)), "wait"),
    wrong(UPDATE, "a restriction of a newer client", lambda w: also(update(w.key, "subject"), long(1, UNKNOWN)), "key"),
    failing(UPDATE, "a key that is not there", update(NOBODY, "subject", subject="x"), "NOT_FOUND"),
    failing(UPDATE, "a deleted key", lambda w: update(w.deleted, "subject", subject="x"), "NOT_FOUND"),
    failing(UPDATE, "a revoked key", lambda w: update(w.revoked, "subject", subject="x"), "FAILED_PRECONDITION"),
    failing(UPDATE, "a key of another tenant", lambda w: update(w.foreign, "subject", subject="x"), "NOT_FOUND", "confined"),
    failing(UPDATE, "an etag of before", lambda w: update(w.key, "subject", subject="x", etag="0"), "ABORTED"),
    failing(
        UPDATE, "a key of authsvc's own", lambda w: update(w.builtin, "subject", subject="x"), "PERMISSION_DENIED", "confined"
    ),
)


def _by_id(rpc: str, kind: Any) -> tuple[Row, ...]:
    def of(world: World, key_id: str = "", **fields: Any) -> Any:
        return kind(key_id=key_id or world.key, **fields)

    final = (
        ()
        if rpc in (REVOKE, "KeyService/DeleteKey")
        else (failing(rpc, "a revoked key", lambda w: of(w, w.revoked), "FAILED_PRECONDITION"),)
    )
    return (
        *final,
        wrong(rpc, "an empty key_id", kind(key_id=""), "key_id"),
        wrong(rpc, "a key_id that is too short", kind(key_id="key_1"), "key_id"),
        wrong(rpc, "a key_id with a line break behind it", kind(key_id=NOBODY + "\n"), "key_id"),
        wrong(rpc, "a key_id with NUL", kind(key_id="key_" + "A" * 21 + "\x00"), "key_id"),
        wrong(rpc, "a key_id in full-width letters", kind(key_id="key_" + "\uff21" * 22), "key_id"),
        wrong(rpc, "a secret as key_id", kind(key_id=LEAK), "key_id"),
        wrong(rpc, "200 KB as key_id", kind(key_id="key_" + "A" * 200_000), "key_id"),
        wrong(rpc, "an etag with a line break", lambda w: of(w, etag="a\nb"), "etag"),
        wrong(rpc, "an etag of 129 characters", lambda w: of(w, etag="e" * 129), "etag"),
        wrong(rpc, "a reason of 257 characters", lambda w: of(w, reason="é" * 257), "reason"),
        wrong(rpc, "a reason with an escape sequence", lambda w: of(w, reason="\x1b[31m"), "reason"),
        wrong(rpc, "an unknown way to wait", lambda w: also(of(w), number(WAIT[rpc], 9)), "wait"),
        wrong(
            rpc,
            "four mistakes",
            also(kind(key_id="x", etag=CONTROL, reason=CONTROL), number(WAIT[rpc], 9)),
            "key_id",
            "etag",
            "reason",
            "wait",
        ),
        failing(rpc, "a key that is not there", kind(key_id=NOBODY), "NOT_FOUND"),
        failing(rpc, "a deleted key", lambda w: of(w, w.deleted), "NOT_FOUND"),
        failing(rpc, "a key of another tenant", lambda w: of(w, w.foreign), "NOT_FOUND", "confined"),
        failing(rpc, "a key of authsvc's own", lambda w: of(w, w.builtin), "PERMISSION_DENIED", "confined"),
        failing(rpc, "an etag of before", lambda w: of(w, etag="0"), "ABORTED"),
    )


def rotate(world: World, **fields: Any) -> pb.RotateKeyRequest:
    """A rotation of the key that there is."""
    return pb.RotateKeyRequest(key_id=world.key, **fields)


def _graced(seconds: int, nanos: int) -> Row:
    name = f"a grace period of {seconds} s and {nanos} ns"
    return wrong(ROTATE, name, lambda w: rotate(w, grace_period=span(seconds, nanos)), "grace_period")


GRACES: Final = (
    *((-1, 0), (0, -1), (0, 1), (0, 1_000_000_000), (1, -1), (-1, 1)),
    *((90 * 86_400, 1000), (91 * 86_400, 0), (LATEST, 0), (EARLIEST, 0)),
)
ROTATIONS: Final = (
    *(_graced(seconds, nanos) for seconds, nanos in GRACES),
    wrong(ROTATE, "a request_id with a space", lambda w: rotate(w, request_id="a b"), "request_id"),
    wrong(ROTATE, "a request_id of 65 characters", lambda w: rotate(w, request_id="a" * 65), "request_id"),
    wrong(ROTATE, "a request_id that created a key", lambda w: rotate(w, request_id=w.request_id), "request_id"),
    failing(ROTATE, "an expired key", lambda w: pb.RotateKeyRequest(key_id=w.expired), "FAILED_PRECONDITION"),
)
REVOCATIONS: Final = (
    wrong(REVOKE, "neither key_id nor credential", pb.RevokeKeyRequest(reason="x"), "key_id"),
    wrong(REVOKE, "an empty credential", pb.RevokeKeyRequest(credential=""), "credential"),
    wrong(REVOKE, "a token as credential", lambda w: pb.RevokeKeyRequest(credential=w.token), "credential"),
    wrong(REVOKE, "a prefix that keys have", lambda w: pb.RevokeKeyRequest(credential=w.secret[:12]), "credential"),
    wrong(
        REVOKE,
        "key_id and credential, of which the last one counts",
        lambda w: also(pb.RevokeKeyRequest(key_id=w.key), long(2, b"")),
        "credential",
    ),
    failing(REVOKE, "a made-up secret", pb.RevokeKeyRequest(credential=LEAK), "NOT_FOUND"),
    failing(REVOKE, "a secret with NUL", pb.RevokeKeyRequest(credential=LEAK + "\x00"), "NOT_FOUND"),
    failing(REVOKE, "a percent sign", pb.RevokeKeyRequest(credential="%"), "NOT_FOUND"),
    failing(REVOKE, "200 KB as credential", pb.RevokeKeyRequest(credential="a" * 200_000), "NOT_FOUND"),
    wrong(REVOKE, "a credential and a bad etag", lambda w: pb.RevokeKeyRequest(credential=w.secret, etag=CONTROL), "etag"),
    failing(
        REVOKE, "a credential and an etag of before", lambda w: pb.RevokeKeyRequest(credential=w.secret, etag="0"), "ABORTED"
    ),
)
BULKS: Final = (
    wrong(BULK, "no filter", pb.BulkRevokeKeysRequest(), "tenant"),
    wrong(BULK, "no filter in a dry run", pb.BulkRevokeKeysRequest(dry_run=True), "tenant"),
    wrong(BULK, "a tenant that begins with a slash", pb.BulkRevokeKeysRequest(tenant="/acme"), "tenant"),
    wrong(BULK, "a wildcard as tenant", pb.BulkRevokeKeysRequest(tenant="*"), "tenant"),
    wrong(BULK, "a tenant with NUL", pb.BulkRevokeKeysRequest(tenant=CONTROL), "tenant"),
    wrong(BULK, "a creator with NUL", pb.BulkRevokeKeysRequest(created_by=CONTROL), "created_by"),
    wrong(BULK, "a creator of 129 characters", pb.BulkRevokeKeysRequest(created_by="x" * 129), "created_by"),
    wrong(BULK, "a reason shown backwards", pb.BulkRevokeKeysRequest(tenant="acme", reason=REVERSED), "reason"),
    wrong(BULK, "an unknown way to wait", also(pb.BulkRevokeKeysRequest(tenant="acme"), number(5, 9)), "wait"),
    failing(BULK, "a tenant outside the caller's", pb.BulkRevokeKeysRequest(tenant="other"), "NOT_FOUND", "confined"),
    failing(BULK, "the root tenant, from below", pb.BulkRevokeKeysRequest(tenant="/"), "NOT_FOUND", "confined"),
    failing(BULK, "a secret as tenant, from below", pb.BulkRevokeKeysRequest(tenant=LEAK), "NOT_FOUND", "confined"),
    failing(BULK, "a key of authsvc's own among them", pb.BulkRevokeKeysRequest(tenant="acme"), "PERMISSION_DENIED", "confined"),
    answered(BULK, "nobody's tenant", pb.BulkRevokeKeysRequest(tenant="nobody/here")),
    answered(BULK, "a dry run for everything", pb.BulkRevokeKeysRequest(tenant="/", dry_run=True)),
)
ROWS: Final[tuple[Row, ...]] = (
    *UPDATES,
    *(row for rpc, kind in BY_ID.items() for row in _by_id(rpc, kind)),
    *ROTATIONS,
    *REVOCATIONS,
    *BULKS,
)
