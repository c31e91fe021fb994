"""The services for operators besides keys: audit, fleet, policy, signing keys. Decode, call, encode."""

from __future__ import annotations

from authsvc.domain.errors import InvalidArgument, NotFound, Violation
from authsvc.domain.token import SigningKeyState
from authsvc.engine.parts import Engine
from authsvc.transport.codec.fleet import write_status
from authsvc.transport.codec.listings import read_audit_filter, write_audit
from authsvc.transport.codec.policies import write_policy, write_signing_key
from authsvc.transport.codec.receipts import write_receipt
from authsvc.transport.incoming import Incoming
from authsvc.v1 import audit_service_pb2, fleet_service_pb2, policy_service_pb2, signing_key_service_pb2


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


class PolicyService:
    """The policy in force."""

    def __init__(self, engine: Engine) -> None:
        self._state = engine.state

    async def get_policy(
        self, _incoming: Incoming, request: policy_service_pb2.GetPolicyRequest
    ) -> policy_service_pb2.GetPolicyResponse:
        """The policy that this process decides by. Nothing changes policies yet, so there is no other version."""
        policy = self._state.rules.policy
        if request.version < 0:
            raise InvalidArgument(Violation("version", "the number of a version; 0: the present one"))
        if request.version not in (0, policy.version):
            raise NotFound(f"there is no version {request.version} of the policy")
        return policy_service_pb2.GetPolicyResponse(policy=write_policy(policy))


class SigningKeyService:
    """The keys that sign tokens."""

    def __init__(self, engine: Engine) -> None:
        self._state = engine.state

    async def list_signing_keys(
        self, _incoming: Incoming, request: signing_key_service_pb2.ListSigningKeysRequest
    ) -> signing_key_service_pb2.ListSigningKeysResponse:
        """Signing keys, newest first."""
        keys = [key for key in self._state.signing.keys if request.show_retired or key.state is not SigningKeyState.RETIRED]
        keys.sort(key=lambda key: (key.create_time, key.signing_key_id), reverse=True)
        return signing_key_service_pb2.ListSigningKeysResponse(signing_keys=[write_signing_key(key) for key in keys])
