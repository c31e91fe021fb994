"""What is measured: one call each, with the answer that a real service gave and what its counters must say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from google.protobuf.message import Message

from authsvc.v1 import auth_service_pb2 as pb
from authsvc.v1 import decision_pb2, key_pb2, key_service_pb2, receipt_pb2
from tests.support.real_service import RealService, Stubs

BATCH: Final = 100
"""Questions in one BatchVerify, each about another key."""
CALLER_SCOPES: Final = ("authsvc:verify", "authsvc:mint")
_NEEDED: Final = decision_pb2.Requirement(scopes=["projects:read"])


@dataclass(frozen=True, slots=True)
class Scenario:
    """One call, sent again and again."""

    name: str
    rpc: str
    """`Verify`."""
    request: bytes
    response: bytes
    allows: int
    """Decisions of each call that are ALLOW; the caller's own is one of them."""
    denies: int = 0

    @property
    def path(self) -> str:
        """The method's path."""
        return f"/authsvc.v1.AuthService/{self.rpc}"


def prepare(service: RealService) -> tuple[str, list[Scenario]]:
    """Create the keys; the caller's, and the scenarios, each tried once."""
    with Stubs(service) as stubs:
        caller = _create(stubs, type="authsvc", tenant="/", scopes=CALLER_SCOPES)
        return caller, list(_scenarios(stubs, caller))


def _scenarios(stubs: Stubs, caller: str) -> Iterator[Scenario]:
    def make(name: str, rpc: str, request: Message, allows: int = 2, denies: int = 0) -> Scenario:
        send: Callable[..., bytes] = stubs.channel.unary_unary(f"/authsvc.v1.AuthService/{rpc}")
        payload = request.SerializeToString()
        answer = send(payload, metadata=(("authorization", f"Bearer {caller}"),), timeout=10)
        return Scenario(name, rpc, payload, answer, allows, denies)

    secrets = [_create(stubs) for _ in range(BATCH)]
    questions = [pb.VerifyRequest(credential=secret, requirement=_NEEDED) for secret in secrets]
    mint = pb.MintRequest(credential=secrets[0], scopes=["projects:read"])
    # The last one tries; a lifetime as long as the policy has it outlives the run.
    longest = pb.MintRequest(credential=secrets[0], ttl={"seconds": 900})  # type: ignore[arg-type]
    token = stubs.auth.Mint(longest, metadata=tuple(stubs.metadata)).access_token
    yield make("Verify, key", "Verify", questions[0])
    yield make("Verify, warm token", "Verify", pb.VerifyRequest(credential=token, requirement=_NEEDED))
    yield make("CheckScope", "CheckScope", pb.CheckScopeRequest(credential=secrets[0], requirement=_NEEDED))
    yield make(f"BatchVerify, {BATCH} keys", "BatchVerify", pb.BatchVerifyRequest(requests=questions), BATCH + 1)
    yield make("Mint", "Mint", mint)
    forged = pb.VerifyRequest(credential=_forged(secrets[0]), requirement=_NEEDED)
    yield make("Verify, forged key", "Verify", forged, allows=1, denies=1)


def _create(stubs: Stubs, **fields: object) -> str:
    key = key_pb2.Key(**{"display_name": "bench", "type": "sdk", "tenant": "acme", "scopes": ["projects:*"], **fields})  # type: ignore[arg-type]
    request = key_service_pb2.CreateKeyRequest(key=key, wait=receipt_pb2.WAIT_NONE)
    return stubs.keys.CreateKey(request, metadata=tuple(stubs.metadata)).secret


def _forged(secret: str) -> str:
    """A key of the right form whose check tag is wrong."""
    return secret[:-1] + ("1" if secret.endswith("0") else "0")
