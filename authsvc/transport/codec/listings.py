"""Filters of lists, and the pages they give."""

from __future__ import annotations

from typing import Final

from authsvc.domain.errors import InvalidValue
from authsvc.domain.key import State
from authsvc.domain.tenants import ROOT, parse_tenant
from authsvc.engine.audit import AuditListed
from authsvc.engine.keys.read import Listed
from authsvc.engine.records import AuditEntry, AuditFilter, KeyFilter
from authsvc.transport.codec.keys import write_key
from authsvc.transport.codec.texts import MAX_NAME, MAX_PAGE_TOKEN, plain, visible
from authsvc.transport.codec.times import read_duration, read_time, write_time
from authsvc.transport.codec.violations import Violations
from authsvc.v1 import audit_entry_pb2, audit_service_pb2, key_pb2, key_service_pb2

MAX_TARGET: Final = 256
MAX_STATES: Final = 16
"""Entries, the same one several times among them; each that is wrong takes time and is named."""
_name = visible(MAX_NAME)
_target = visible(MAX_TARGET)
_part_of_name = plain(MAX_NAME)


def read_key_filter(request: key_service_pb2.ListKeysRequest, now: int) -> KeyFilter:
    """Which keys to list.

    Raises:
        InvalidArgument: every filter that is wrong.
    """
    violations = Violations()
    within = None
    if request.HasField("expire_within"):
        within = violations.read("expire_within", read_duration, request.expire_within, None)
    unused_since = None
    if request.HasField("unused_since"):
        unused_since = violations.read("unused_since", read_time, request.unused_since, None)
    which = KeyFilter(
        tenant=_tenant(request.tenant, violations),
        states=_states(tuple(request.states), violations),
        type=violations.read("type", _name, request.type, ""),
        created_by=violations.read("created_by", _name, request.created_by, ""),
        expire_before=None if within is None else now + within,
        unused_since=unused_since,
        name_contains=violations.read("name_contains", _part_of_name, request.name_contains, ""),
        now=now,
    )
    check_page_token(request.page_token, violations)
    violations.check()
    return which


def read_audit_filter(request: audit_service_pb2.ListAuditEntriesRequest) -> AuditFilter:
    """Which audit entries to list.

    Raises:
        InvalidArgument: every filter that is wrong.
    """
    violations = Violations()
    since = violations.read("since", read_time, request.since, None) if request.HasField("since") else None
    until = violations.read("until", read_time, request.until, None) if request.HasField("until") else None
    which = AuditFilter(
        within=_tenant(request.tenant, violations),
        actor=violations.read("actor", _name, request.actor, ""),
        target=violations.read("target", _target, request.target, ""),
        action=violations.read("action", _name, request.action, ""),
        since=since,
        until=until,
    )
    check_page_token(request.page_token, violations)
    violations.check()
    return which


def check_page_token(token: str, violations: Violations) -> None:
    """A page token is short; what it says is the engine's to judge."""
    if len(token) > MAX_PAGE_TOKEN:
        violations.add("page_token", "the next_page_token of a call with the same filters, or empty for the first page")


def write_keys(listed: Listed, now: int) -> key_service_pb2.ListKeysResponse:
    """One page of keys."""
    keys = [write_key(record, now) for record in listed.records]
    return key_service_pb2.ListKeysResponse(keys=keys, next_page_token=listed.next_page_token)


def write_audit(listed: AuditListed) -> audit_service_pb2.ListAuditEntriesResponse:
    """One page of audit entries."""
    entries = [_write_entry(entry) for entry in listed.entries]
    return audit_service_pb2.ListAuditEntriesResponse(entries=entries, next_page_token=listed.next_page_token)


def _write_entry(entry: AuditEntry) -> audit_entry_pb2.AuditEntry:
    message = audit_entry_pb2.AuditEntry(
        audit_id=entry.audit_id,
        revision=entry.revision,
        actor=entry.actor,
        actor_tenant=entry.actor_tenant,
        peer=entry.peer,
        action=entry.action,
        target_kind=entry.target_kind,
        target=entry.target,
        tenant=entry.tenant,
        reason=entry.reason,
        request_id=entry.request_id,
    )
    write_time(message.time, entry.time)
    if entry.details:
        message.details.update(dict(entry.details))  # type: ignore[arg-type]  # from JSON, so it fits
    return message


def _tenant(text: str, violations: Violations) -> str:
    return violations.read("tenant", parse_tenant, text, ROOT) if text else ROOT


def _states(numbers: tuple[int, ...], violations: Violations) -> tuple[State, ...]:
    if len(numbers) > MAX_STATES:
        violations.add("states", f"at most {MAX_STATES} entries")
        return ()
    states = [violations.read(f"states[{index}]", _state, number, None) for index, number in enumerate(numbers)]
    return tuple(dict.fromkeys(state for state in states if state is not None))


def _state(number: int) -> State:
    if number == key_pb2.KEY_STATE_UNSPECIFIED or number not in key_pb2.KeyState.values():
        raise InvalidValue("one of the values of KeyState but UNSPECIFIED")
    return State(number)
