"""The services for operators besides keys: audit, fleet, policy, signing keys. Decode, call, encode."""

from __future__ import annotations

from authsvc.engine.parts import Engine
from authsvc.transport.codec.fleet import write_status
from authsvc.transport.codec.listings import read_audit_filter, write_audit
from authsvc.transport.codec.mutations import read_call
from authsvc.transport.codec.policies import write_signing_key
from authsvc.transport.codec.receipts import write_receipt
from authsvc.transport.codec.texts import read_signing_key_id
from authsvc.transport.codec.times import read_duration
from authsvc.transport.codec.violations import Violations
from authsvc.transport.incoming import Incoming
from authsvc.v1 import audit_service_pb2, fleet_service_pb2, signing_key_service_pb2


class AuditService:
    """Who did what."""

    def __init__(self, engine: Engine) -> None:
        self._list = engine.list_audit

    async def list_audit_entries(
        self, incoming: Incoming, request: audit_service_pb2.ListAuditEntriesRequest
    ) -> audit_service_pb2.ListAuditEntriesResponse:
        """One page, newest first."""
        which = read_audit_filter(request)
        return write_audit(await self._list(incoming.caller, which, request.page_size, request.page_token))


class FleetService:
    """Which processes decide."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def get_fleet_status(
        self, _incoming: Incoming, _request: fleet_service_pb2.GetFleetStatusRequest
    ) -> fleet_service_pb2.GetFleetStatusResponse:
        """The fleet."""
        return write_status(await self._engine.fleet.status(), self._engine.membership.process_id)

    async def wait_for_revision(
        self, incoming: Incoming, request: fleet_service_pb2.WaitForRevisionRequest
    ) -> fleet_service_pb2.WaitForRevisionResponse:
        """Wait until nobody decides on an older state."""
        receipt = await self._engine.fleet.wait(request.revision, incoming.deadline)
        return fleet_service_pb2.WaitForRevisionResponse(receipt=write_receipt(receipt))


class SigningKeyService:
    """The keys that sign tokens."""

    def __init__(self, engine: Engine) -> None:
        self._keys = engine.signing_keys

    async def list_signing_keys(
        self, _incoming: Incoming, request: signing_key_service_pb2.ListSigningKeysRequest
    ) -> signing_key_service_pb2.ListSigningKeysResponse:
        """Signing keys, newest first."""
        keys = self._keys.list(show_retired=request.show_retired)
        return signing_key_service_pb2.ListSigningKeysResponse(signing_keys=[write_signing_key(key) for key in keys])

    async def rotate_signing_key(
        self, incoming: Incoming, request: signing_key_service_pb2.RotateSigningKeyRequest
    ) -> signing_key_service_pb2.RotateSigningKeyResponse:
        """Publish another key."""
        violations = Violations()
        call = read_call(incoming.caller, incoming.deadline, request, violations)
        period = None
        if request.HasField("publish_period"):
            period = violations.read("publish_period", read_duration, request.publish_period, 0)
        violations.check()
        done = await self._keys.rotate(call, request.algorithm, period)
        answer = signing_key_service_pb2.RotateSigningKeyResponse(
            signing_key=write_signing_key(done.key), receipt=write_receipt(done.receipt)
        )
        if done.previous is not None:
            answer.previous_signing_key.CopyFrom(write_signing_key(done.previous))
        return answer

    async def retire_signing_key(
        self, incoming: Incoming, request: signing_key_service_pb2.RetireSigningKeyRequest
    ) -> signing_key_service_pb2.RetireSigningKeyResponse:
        """Refuse the tokens of a key."""
        violations = Violations()
        call = read_call(incoming.caller, incoming.deadline, request, violations)
        signing_key_id = violations.read("signing_key_id", read_signing_key_id, request.signing_key_id, "")
        violations.check()
        done = await self._keys.retire(call, signing_key_id)
        return signing_key_service_pb2.RetireSigningKeyResponse(
            signing_key=write_signing_key(done.key), receipt=write_receipt(done.receipt)
        )
