"""Requests as bytes: everything between the wire and the engine, for every method of the contract."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final

from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from authsvc.domain.errors import InvalidArgument
from authsvc.domain.import_draft import ImportDraft, check_import
from authsvc.domain.key import Key
from authsvc.domain.key_rules import check_draft, check_update
from authsvc.domain.tenant_rules import check_allowlist
from authsvc.engine.callers import local
from authsvc.transport.codec.imports import read_imports
from authsvc.transport.codec.keys import read_changes, read_draft
from authsvc.transport.codec.listings import read_audit_filter, read_key_filter
from authsvc.transport.codec.mutations import read_call
from authsvc.transport.codec.requirements import Requirements
from authsvc.transport.codec.tenants import read_tenant_filter
from authsvc.transport.codec.texts import read_etag, read_key_id
from authsvc.transport.codec.times import read_duration
from authsvc.transport.codec.tokens import read_expiry, read_mint
from authsvc.transport.codec.violations import Violations
from authsvc.transport.errors import BUDGET, status_of
from authsvc.transport.methods import SERVICES
from tests.fuzz.names import RING
from tests.fuzz.policies import POLICY
from tests.fuzz.samples import KEY_ID, NOW, sample
from tests.fuzz.target import Target

CALLER: Final = local("fuzz")
REQUIREMENTS: Final = Requirements()
STORED: Final = Key(
    key_id=KEY_ID,
    display_name="n",
    type="sdk",
    tenant="acme",
    subject="s",
    created_by="c",
    create_time=1,
    update_time=1,
    etag="e",
)


def question(request: Any) -> None:
    query = REQUIREMENTS.query(request, getattr(request, "cost", 1), POLICY)
    assert query.cost >= 1


def batch(request: Any) -> None:
    for each in request.requests:
        with suppress(InvalidArgument):
            question(each)


def create(request: Any) -> None:
    violations = Violations()
    mutation(request, violations)
    draft = read_draft(request.key, violations)
    violations.check()
    checked = check_draft(draft, POLICY, NOW)
    assert check_draft(checked, POLICY, NOW) == checked


def imports(request: Any) -> None:
    for each in read_imports(getattr(request, "requests", [request])):
        with suppress(InvalidArgument):
            if isinstance(each, ImportDraft):
                checked = check_import(each, POLICY, RING, NOW)
                assert len(checked.prefix) <= 16


def update(request: Any) -> None:
    violations = Violations()
    mutation(request, violations)
    changes = read_changes(request.key, tuple(request.update_mask.paths), violations)
    violations.read("key.key_id", read_key_id, request.key.key_id, "")
    violations.check()
    after = check_update(STORED, changes, frozenset(request.unrestricted), POLICY, NOW)
    assert (after.key_id, after.tenant, after.type) == (STORED.key_id, "acme", "sdk")


def mutation(request: Any, violations: Violations | None = None) -> None:
    """What requests of changes have in common, as far as this one has it."""
    found = violations or Violations()
    names = request.DESCRIPTOR.fields_by_name
    if "wait" in names:
        assert read_call(CALLER, NOW, request, found).deadline == NOW
    for name, read in (("key_id", read_key_id), ("etag", read_etag)):
        if name in names:
            found.read(name, read, getattr(request, name), "")
    for name in ("grace_period", "publish_period"):
        if name in names:
            found.read(name, read_duration, getattr(request, name), 0)
    if violations is None:
        found.check()


def revoke_token(request: Any) -> None:
    violations = Violations()
    mutation(request, violations)
    read_expiry(request, violations)
    violations.check()


def tenant(request: Any) -> None:
    mutation(request)
    names = frozenset(request.unrestricted)
    networks = check_allowlist(request.tenant.allowed_cidrs, frozenset(request.update_mask.paths), names)
    assert bool(networks) != ("allowed_cidrs" in names)


READERS: Final[Mapping[str, Callable[[Any], None]]] = {
    "Verify": question,
    "CheckScope": question,
    "BatchVerify": batch,
    "Mint": lambda request: (read_mint(request, POLICY), None)[1],
    "RevokeToken": revoke_token,
    "CreateKey": create,
    "ImportKey": imports,
    "BatchImportKeys": imports,
    "UpdateKey": update,
    "ListKeys": lambda request: (read_key_filter(request, NOW), None)[1],
    "ListTenants": lambda request: (read_tenant_filter(request), None)[1],
    "UpdateTenant": tenant,
    "ListAuditEntries": lambda request: (read_audit_filter(request), None)[1],
}


def receive(kind: type[Message], read: Callable[[Any], None], data: bytes) -> None:
    """Decode and read; what is wrong becomes a status that fits into a header."""
    try:
        request = kind.FromString(data)
    except DecodeError:
        return
    assert kind.FromString(request.SerializeToString()) == request or "nan" in str(request)
    refusal = refusal_of(read, request)
    assert refusal is None or status_of(refusal, "fuzz").ByteSize() < BUDGET + 2048


def refusal_of(read: Callable[[Any], None], request: Message) -> InvalidArgument | None:
    """Why a request is refused; errors of single values may not leave the codec."""
    try:
        read(request)
    except InvalidArgument as error:
        return error
    return None


def _target(name: str, kind: type[Message]) -> Target:
    read = READERS.get(name, mutation)
    words, weight = ("\x08\x01", "\x12\x00", "\x7f" * 9 + "\x01"), 3 if name in READERS else 1
    return Target(f"message_{name}", partial(receive, kind, read), sample(name), words, weight)


TARGETS: tuple[Target, ...] = tuple(
    _target(method.name, GetMessageClass(method.input_type)) for service in SERVICES for method in service.methods
)
