"""What only reads: GetKey, ListKeys, IdentifyCredential, ListAuditEntries, and what is known of the fleet."""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from authsvc.v1 import audit_service_pb2, fleet_service_pb2
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

GET, LIST, IDENTIFY = "KeyService/GetKey", "KeyService/ListKeys", "KeyService/IdentifyCredential"
AUDIT, STATUS, WAIT = "AuditService/ListAuditEntries", "FleetService/GetFleetStatus", "FleetService/WaitForRevision"


def listed(**fields: Any) -> pb.ListKeysRequest:
    """A request for a page of keys."""
    return pb.ListKeysRequest(**fields)


def audited(**fields: Any) -> audit_service_pb2.ListAuditEntriesRequest:
    """A request for a page of audit entries."""
    return audit_service_pb2.ListAuditEntriesRequest(**fields)


def waiting(revision: int) -> fleet_service_pb2.WaitForRevisionRequest:
    """A request for a revision."""
    return fleet_service_pb2.WaitForRevisionRequest(revision=revision)


def packed(content: object) -> str:
    """A page token with any content."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def told(world: World, after: object) -> str:
    """The page token of the tenant `acme`, for another place in the list."""
    return packed([after, json.loads(base64.urlsafe_b64decode(world.page + "=="))[1]])


TOKENS: Final[tuple[tuple[str, Any], ...]] = (
    ("one character", "x"),
    ("no base64", "!"),
    ("base64 of nothing", "=="),
    ("letters beyond ASCII", "é"),
    ("NUL", "\x00"),
    ("JSON that is no list", packed({"a": 1})),
    ("a list of one", packed(["a"])),
    ("a list of three", packed(["a", "b", "c"])),
    ("numbers", packed([1, 2])),
    ("null", packed(None)),
    ("JSON nested deeply", base64.urlsafe_b64encode(b"[" * 380).decode().rstrip("=")),
    ("a number of 300 digits", base64.urlsafe_b64encode(b"9" * 300).decode().rstrip("=")),
    ("no JSON", base64.urlsafe_b64encode(b"\xff\xfe").decode()),
    ("513 characters", "a" * 513),
    ("200 KB", "a" * 200_000),
    ("a secret", LEAK),
    ("SQL", "' OR 1=1 --"),
    ("a token cut short", lambda w: w.page[:-3]),
)
PLACES: Final[tuple[tuple[str, object], ...]] = (
    ("a place that is empty", ""),
    ("a place with NUL", CONTROL),
    ("a place beyond ASCII", "é"),
    ("a place of 257 characters", "a" * 257),
    ("a place that is a list", []),
)


def _page(rpc: str, ask: Any, tenant: str) -> tuple[Row, ...]:
    def row(name: str, token: Any) -> Row:
        sent = (lambda w: ask(page_token=token(w), tenant=tenant)) if callable(token) else ask(page_token=token, tenant=tenant)
        return wrong(rpc, f"as page token {name}", sent, "page_token")

    return tuple(row(name, token) for name, token in TOKENS)


def _placed(name: str, place: object) -> Row:
    return wrong(LIST, name, lambda w: listed(tenant="acme", page_token=told(w, place)), "page_token")


KEYS: Final = (
    wrong(GET, "no key_id", pb.GetKeyRequest(), "key_id"),
    wrong(GET, "a key_id in upper case", pb.GetKeyRequest(key_id=NOBODY.upper()), "key_id"),
    wrong(GET, "a key_id with NUL", pb.GetKeyRequest(key_id=CONTROL), "key_id"),
    wrong(GET, "a secret as key_id", pb.GetKeyRequest(key_id=LEAK), "key_id"),
    wrong(GET, "SQL as key_id", pb.GetKeyRequest(key_id="key_' OR '1'='1' --aaaaaaa"), "key_id"),
    wrong(GET, "a key_id that is a number", number(1, 7), "key_id"),
    failing(GET, "a key that is not there", pb.GetKeyRequest(key_id=NOBODY), "NOT_FOUND"),
    failing(GET, "a deleted key", lambda w: pb.GetKeyRequest(key_id=w.deleted), "NOT_FOUND"),
    failing(GET, "a key of another tenant", lambda w: pb.GetKeyRequest(key_id=w.foreign), "NOT_FOUND", "confined"),
    *_page(LIST, listed, "acme"),
    *(_placed(name, place) for name, place in PLACES),
    answered(LIST, "a place that no key has", lambda w: listed(tenant="acme", page_token=told(w, "zzz'\"%_\\"))),
    wrong(LIST, "a page token of ListAuditEntries", lambda w: listed(page_token=w.audit_page), "page_token"),
    wrong(LIST, "the page token of another tenant", lambda w: listed(tenant="other", page_token=w.page), "page_token"),
    wrong(
        LIST,
        "the page token of another caller",
        lambda w: listed(tenant="acme", page_token=w.page),
        "page_token",
        caller="confined",
    ),
    *(
        wrong(LIST, f"the tenant {text!r}", listed(tenant=text), "tenant")
        for text in ("/acme", "acme/", "*", "a//b", "..", CONTROL, REVERSED)
    ),
    wrong(LIST, "a state that is not one", number(2, 0), "states[0]"),
    wrong(LIST, "an unknown state", also(listed(states=[1]), number(2, 5)), "states[1]"),
    wrong(LIST, "a state below zero", number(2, -1), "states[0]"),
    wrong(LIST, "17 states", number(2, 1) * 17, "states"),
    wrong(LIST, "200,000 states", long(2, b"\x09" * 200_000), "states"),
    wrong(LIST, "a type with NUL", listed(type=CONTROL), "type"),
    wrong(LIST, "a type of 129 characters", listed(type="t" * 129), "type"),
    wrong(LIST, "a creator beyond ASCII", listed(created_by="é"), "created_by"),
    wrong(LIST, "an expiry within less than nothing", listed(expire_within=span(-1)), "expire_within"),
    wrong(LIST, "an expiry within a nanosecond", listed(expire_within=span(0, 1)), "expire_within"),
    wrong(LIST, "an expiry within the highest duration", listed(expire_within=span(LATEST)), "expire_within"),
    wrong(LIST, "an expiry within the lowest duration", listed(expire_within=span(EARLIEST)), "expire_within"),
    wrong(LIST, "an expiry within more than 10,000 years", listed(expire_within=span(315_576_000_001)), "expire_within"),
    answered(LIST, "an expiry within 10,000 years", listed(expire_within=span(315_576_000_000))),
    wrong(LIST, "unused since before 1970", listed(unused_since=time(-1)), "unused_since"),
    wrong(LIST, "unused since after 9999", listed(unused_since=time(LATEST)), "unused_since"),
    answered(LIST, "unused since the end of 9999", listed(unused_since=time(253_402_300_799, 999_999_999))),
    wrong(LIST, "a part of a name with NUL", listed(name_contains=CONTROL), "name_contains"),
    wrong(LIST, "a part of a name shown backwards", listed(name_contains=REVERSED), "name_contains"),
    wrong(LIST, "a part of a name of 129 characters", listed(name_contains="é" * 129), "name_contains"),
    answered(LIST, "wildcards of SQL as part of a name", listed(name_contains="%_\\'")),
    answered(LIST, "the highest page size", listed(page_size=2**32 - 1)),
    answered(LIST, "a filter of a newer client", also(listed(), UNKNOWN)),
    wrong(LIST, "three mistakes", also(listed(tenant="//", type=CONTROL), number(2, 9)), "tenant", "type", "states[0]"),
    wrong(IDENTIFY, "no string", pb.IdentifyCredentialRequest(), "credential"),
    answered(IDENTIFY, "a made-up secret", pb.IdentifyCredentialRequest(credential=LEAK)),
    answered(IDENTIFY, "a percent sign", pb.IdentifyCredentialRequest(credential="%")),
    answered(IDENTIFY, "NUL", pb.IdentifyCredentialRequest(credential=CONTROL)),
    answered(IDENTIFY, "SQL", pb.IdentifyCredentialRequest(credential="' OR '1'='1")),
    answered(IDENTIFY, "a token that nobody signed", pb.IdentifyCredentialRequest(credential="eyJhIjoxfQ.eyJhIjoxfQ.AAAA")),
    answered(IDENTIFY, "200 KB", pb.IdentifyCredentialRequest(credential="a" * 200_000)),
    answered(IDENTIFY, "200 KB that begin like a token", pb.IdentifyCredentialRequest(credential="eyJ" + "a" * 200_000 + ".a.a")),
    answered(
        IDENTIFY, "a secret of another tenant", lambda w: pb.IdentifyCredentialRequest(credential=w.foreign_token), "", "confined"
    ),
)
OTHERS: Final = (
    *_page(AUDIT, audited, ""),
    wrong(AUDIT, "a page token of ListKeys", lambda w: audited(page_token=w.page), "page_token"),
    wrong(AUDIT, "a page token with another filter", lambda w: audited(page_token=w.audit_page, action="x"), "page_token"),
    wrong(AUDIT, "the page token of another caller", lambda w: audited(page_token=w.audit_page), "page_token", caller="confined"),
    *(wrong(AUDIT, f"the tenant {text!r}", audited(tenant=text), "tenant") for text in ("/acme", "a//b", "*", CONTROL)),
    wrong(AUDIT, "an actor with NUL", audited(actor=CONTROL), "actor"),
    wrong(AUDIT, "an actor of 129 characters", audited(actor="a" * 129), "actor"),
    wrong(AUDIT, "a target beyond ASCII", audited(target="é"), "target"),
    wrong(AUDIT, "a target of 257 characters", audited(target="t" * 257), "target"),
    wrong(AUDIT, "an action with a line break", audited(action="CreateKey\n"), "action"),
    wrong(AUDIT, "since before 1970", audited(since=time(-1)), "since"),
    wrong(AUDIT, "since too many nanoseconds", audited(since=time(1, 1_000_000_000)), "since"),
    wrong(AUDIT, "until after 9999", audited(until=time(253_402_300_800)), "until"),
    wrong(AUDIT, "until the lowest number", audited(until=time(EARLIEST)), "until"),
    answered(AUDIT, "a time that ends before it begins", audited(since=time(2), until=time(1))),
    answered(AUDIT, "a secret as target", audited(target=LEAK)),
    answered(AUDIT, "the highest page size", audited(page_size=2**32 - 1)),
    failing(AUDIT, "a tenant outside the caller's", audited(tenant="other"), "NOT_FOUND", "confined"),
    failing(AUDIT, "a secret as tenant, from below", audited(tenant=LEAK), "NOT_FOUND", "confined"),
    wrong(
        AUDIT,
        "five mistakes",
        audited(tenant="//", actor=CONTROL, target=CONTROL, since=time(-1), page_token="a" * 600),
        "tenant",
        "actor",
        "target",
        "since",
        "page_token",
    ),
    wrong(WAIT, "a revision below zero", waiting(-1), "revision"),
    wrong(WAIT, "the lowest revision", waiting(EARLIEST), "revision"),
    wrong(WAIT, "a revision that is not there yet", waiting(10**9), "revision"),
    wrong(WAIT, "the highest revision", waiting(LATEST), "revision"),
    answered(WAIT, "revision zero", waiting(0)),
    answered(STATUS, "fields of a newer client", UNKNOWN * 100),
    answered(STATUS, "a name where there is none", long(1, LEAK.encode())),
)
ROWS: Final[tuple[Row, ...]] = (*KEYS, *OTHERS)
