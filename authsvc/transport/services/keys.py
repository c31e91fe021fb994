"""KeyService: decode, call, encode."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from authsvc.domain.errors import AuthsvcError, InvalidArgument, NotFound, Violation
from authsvc.domain.import_draft import ImportDraft
from authsvc.domain.tenants import parse_tenant
from authsvc.engine.callers import Call
from authsvc.engine.keys.change import Done
from authsvc.engine.keys.read import CredentialKind
from authsvc.engine.parts import Engine
from authsvc.transport.codec.identities import write_identity
from authsvc.transport.codec.imports import read_import, read_imports, write_results
from authsvc.transport.codec.keys import read_changes, read_draft, write_key
from authsvc.transport.codec.listings import read_key_filter, write_keys
from authsvc.transport.codec.mutations import read_call
from authsvc.transport.codec.receipts import write_receipt
from authsvc.transport.codec.texts import read_etag, read_key_id, visible
from authsvc.transport.codec.times import read_duration
from authsvc.transport.codec.violations import Violations
from authsvc.transport.incoming import Incoming
from authsvc.v1 import key_service_pb2 as pb

A = TypeVar("A")
NAMED = 10
"""Keys named in one error."""
MOST_IMPORTED = 1000
STRETCH = 50
"""Keys of a batch that are read before other calls get a turn."""
_creator = visible(128)


class KeyService:
    """The life of keys."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def create_key(self, incoming: Incoming, request: pb.CreateKeyRequest) -> pb.CreateKeyResponse:
        """Create a key; the only answer with its secret."""
        violations = Violations()
        call = read_call(incoming.caller, incoming.deadline, request, violations)
        draft = read_draft(request.key, violations)
        violations.check()
        done = await self._engine.create_key(call, draft)
        return self._answer(pb.CreateKeyResponse, done, secret=done.secret)

    async def get_key(self, incoming: Incoming, request: pb.GetKeyRequest) -> pb.GetKeyResponse:
        """One key."""
        violations = Violations()
        key_id = violations.read("key_id", read_key_id, request.key_id, "")
        violations.check()
        record = await self._engine.read_keys.get(incoming.caller, key_id)
        return pb.GetKeyResponse(key=write_key(record, self._engine.clock.now()))

    async def list_keys(self, incoming: Incoming, request: pb.ListKeysRequest) -> pb.ListKeysResponse:
        """One page of keys."""
        which = read_key_filter(request, self._engine.clock.now())
        listed = await self._engine.read_keys.list(incoming.caller, which, request.page_size, request.page_token)
        return write_keys(listed, which.now)

    async def update_key(self, incoming: Incoming, request: pb.UpdateKeyRequest) -> pb.UpdateKeyResponse:
        """Change fields of a key."""
        violations = Violations()
        call = read_call(incoming.caller, incoming.deadline, request, violations)
        key_id = violations.read("key.key_id", read_key_id, request.key.key_id, "")
        etag = violations.read("key.etag", read_etag, request.key.etag, "")
        changes = read_changes(request.key, tuple(request.update_mask.paths), violations)
        violations.check()
        done = await self._engine.update_key(call, key_id, etag, changes, frozenset(request.unrestricted))
        return self._answer(pb.UpdateKeyResponse, done)

    async def activate_key(self, incoming: Incoming, request: pb.ActivateKeyRequest) -> pb.ActivateKeyResponse:
        """Let a key work again."""
        done = await self._engine.change_state.activate(*_target(incoming, request))
        return self._answer(pb.ActivateKeyResponse, done)

    async def deactivate_key(self, incoming: Incoming, request: pb.DeactivateKeyRequest) -> pb.DeactivateKeyResponse:
        """Suspend a key."""
        done = await self._engine.change_state.deactivate(*_target(incoming, request))
        return self._answer(pb.DeactivateKeyResponse, done)

    async def rotate_key(self, incoming: Incoming, request: pb.RotateKeyRequest) -> pb.RotateKeyResponse:
        """Another secret; the only answer with it."""
        violations = Violations()
        call, key_id, etag = _target(incoming, request, violations)
        grace = violations.read("grace_period", read_duration, request.grace_period, 0)
        violations.check()
        done = await self._engine.rotate_key(call, key_id, etag, grace)
        return self._answer(pb.RotateKeyResponse, done, secret=done.secret)

    async def revoke_key(self, incoming: Incoming, request: pb.RevokeKeyRequest) -> pb.RevokeKeyResponse:
        """End a key for good."""
        match request.WhichOneof("target"):
            case "key_id":
                call, key_id, etag = _target(incoming, request)
            case "credential":
                violations = Violations()
                call = read_call(incoming.caller, incoming.deadline, request, violations)
                etag = violations.read("etag", read_etag, request.etag, "")
                violations.check()
                key_id = await self._owner(incoming, request.credential)
            case _:
                raise InvalidArgument(Violation("key_id", "name the key, or what leaked of it as `credential`"))
        return self._answer(pb.RevokeKeyResponse, await self._engine.change_state.revoke(call, key_id, etag))

    async def bulk_revoke_keys(self, incoming: Incoming, request: pb.BulkRevokeKeysRequest) -> pb.BulkRevokeKeysResponse:
        """End many keys for good."""
        violations = Violations()
        call = read_call(incoming.caller, incoming.deadline, request, violations)
        tenant = violations.read("tenant", parse_tenant, request.tenant, "") if request.tenant else ""
        created_by = violations.read("created_by", _creator, request.created_by, "")
        violations.check()
        done = await self._engine.bulk_revoke(call, tenant, created_by, dry_run=request.dry_run)
        answer = pb.BulkRevokeKeysResponse(matched=len(done.key_ids), key_ids=done.key_ids)
        if done.receipt is not None:
            answer.receipt.CopyFrom(write_receipt(done.receipt))
        return answer

    async def delete_key(self, incoming: Incoming, request: pb.DeleteKeyRequest) -> pb.DeleteKeyResponse:
        """End a key and hide it."""
        done = await self._engine.change_state.delete(*_target(incoming, request))
        return pb.DeleteKeyResponse(receipt=write_receipt(done.receipt))

    async def import_key(self, incoming: Incoming, request: pb.ImportKeyRequest) -> pb.ImportKeyResponse:
        """Take over a key."""
        violations = Violations()
        call = read_call(incoming.caller, incoming.deadline, request, violations)
        draft = read_import(request, violations)
        return self._answer(pb.ImportKeyResponse, await self._engine.import_keys(call, draft))

    async def batch_import_keys(self, incoming: Incoming, request: pb.BatchImportKeysRequest) -> pb.BatchImportKeysResponse:
        """Take over many keys."""
        violations = Violations()
        call = read_call(incoming.caller, incoming.deadline, request, violations)
        violations.known("request", request)
        if not 1 <= len(request.requests) <= MOST_IMPORTED:
            violations.add("requests", f"1 to {MOST_IMPORTED}")
        violations.check()
        drafts: list[ImportDraft | AuthsvcError] = []
        for start in range(0, len(request.requests), STRETCH):
            drafts += read_imports(request.requests[start : start + STRETCH])
            await asyncio.sleep(0)
        done = await self._engine.import_keys.batch(call, drafts, dry_run=request.dry_run)
        answer = pb.BatchImportKeysResponse(results=write_results(done.outcomes))
        if done.receipt is not None:
            answer.receipt.CopyFrom(write_receipt(done.receipt))
        return answer

    async def identify_credential(
        self, incoming: Incoming, request: pb.IdentifyCredentialRequest
    ) -> pb.IdentifyCredentialResponse:
        """Whose a string is."""
        found = await self._engine.read_keys.identify(incoming.caller, request.credential)
        return write_identity(found, self._engine.clock.now())

    async def _owner(self, incoming: Incoming, credential: str) -> str:
        """The key that a leaked secret belongs to. A prefix may be that of other keys too, and a token is less than its key."""
        found = await self._engine.read_keys.identify(incoming.caller, credential)
        key_ids = [record.key.key_id for record in found.records]
        if found.kind is CredentialKind.TOKEN:
            raise InvalidArgument(Violation("credential", "a token is revoked with RevokeToken, its key by key_id"))
        if not key_ids:
            raise NotFound("there is no key that this string belongs to")
        if found.kind is CredentialKind.PREFIX:
            named = ", ".join(key_ids[:NAMED])
            raise InvalidArgument(Violation("credential", f"a whole secret; {len(key_ids)} keys begin like this: {named}"))
        return key_ids[0]

    def _answer(self, kind: Callable[..., A], done: Done, **more: Any) -> A:
        key = write_key(done.record, self._engine.clock.now())
        return kind(key=key, receipt=write_receipt(done.receipt), **more)


def _target(incoming: Incoming, request: Any, violations: Violations | None = None) -> tuple[Call, str, str]:
    """Call, key_id and etag of a mutation of one key; checked at once, unless the caller has more to check."""
    found = violations or Violations()
    call = read_call(incoming.caller, incoming.deadline, request, found)
    key_id = found.read("key_id", read_key_id, request.key_id, "")
    etag = found.read("etag", read_etag, request.etag, "")
    if violations is None:
        found.check()
    return call, key_id, etag
