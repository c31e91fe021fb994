"""PolicyService: decode, call, encode."""

from __future__ import annotations

from authsvc.domain.key_rules import KeyDraft
from authsvc.engine.parts import Engine
from authsvc.transport.codec.explanations import read_http_request, read_version, write_explained, write_results
from authsvc.transport.codec.keys import read_draft
from authsvc.transport.codec.mutations import read_call
from authsvc.transport.codec.policies import write_policy
from authsvc.transport.codec.receipts import write_receipt
from authsvc.transport.codec.texts import read_key_id
from authsvc.transport.codec.violations import Violations
from authsvc.transport.incoming import Incoming
from authsvc.v1 import policy_service_pb2 as pb


class PolicyService:
    """The policy."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def get_policy(self, _incoming: Incoming, request: pb.GetPolicyRequest) -> pb.GetPolicyResponse:
        """One version."""
        return pb.GetPolicyResponse(policy=write_policy(await self._engine.read_policy(request.version)))

    async def apply_policy(self, incoming: Incoming, request: pb.ApplyPolicyRequest) -> pb.ApplyPolicyResponse:
        """Another policy for everybody."""
        violations = Violations()
        call = read_call(incoming.caller, incoming.deadline, request, violations)
        expected = violations.read("expected_version", read_version, request.expected_version, 0)
        violations.check()
        applied = await self._engine.apply_policy(call, request.document, expected, dry_run=request.dry_run)
        answer = pb.ApplyPolicyResponse(
            policy=write_policy(applied.record),
            changes=[pb.PolicyChange(path=each.path, before=each.before, after=each.after) for each in applied.differences],
            test_results=write_results(applied.results),
            warnings=applied.warnings,
        )
        if applied.receipt is not None:
            answer.receipt.CopyFrom(write_receipt(applied.receipt))
        return answer

    async def test_policy(  # a method of the contract, no test of ours
        self,
        _incoming: Incoming,  # noqa: PT019 - as above
        request: pb.TestPolicyRequest,
    ) -> pb.TestPolicyResponse:
        """The tests of a document."""
        results = await self._engine.test_policy(request.document)
        return pb.TestPolicyResponse(passed=all(each.passed for each in results), results=write_results(results))

    async def explain_policy(self, incoming: Incoming, request: pb.ExplainPolicyRequest) -> pb.ExplainPolicyResponse:
        """How a request would be decided."""
        violations = Violations()
        http = read_http_request(request.request, violations)
        sender: str | KeyDraft | None = None
        match request.WhichOneof("sender"):
            case "key_id":
                sender = violations.read("key_id", read_key_id, request.key_id, "")
            case "key":
                sender = read_draft(request.key, violations)
            case _:
                pass
        violations.check()
        return write_explained(await self._engine.explain_policy(incoming.caller, request.document, http, sender))
