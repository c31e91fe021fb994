"""The codec never looks a number up: those of the domain are those of the contract."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import pytest

from authsvc.domain.decision import Outcome
from authsvc.domain.key import State
from authsvc.domain.reason import Reason
from authsvc.domain.token import SigningKeyState
from authsvc.engine.keys.read import CredentialKind
from authsvc.engine.receipts import ProcessOutcome
from authsvc.v1 import decision_pb2, key_pb2, receipt_pb2, signing_key_pb2

PAIRS: list[tuple[type[IntEnum], Any, str]] = [
    (Outcome, decision_pb2.Decision, "DECISION"),
    (Reason, decision_pb2.Reason, "REASON"),
    (State, key_pb2.KeyState, "KEY_STATE"),
    (SigningKeyState, signing_key_pb2.SigningKeyState, "SIGNING_KEY_STATE"),
    (CredentialKind, decision_pb2.CredentialKind, "CREDENTIAL_KIND"),
    (ProcessOutcome, receipt_pb2.ProcessOutcome, "PROCESS_OUTCOME"),
]


@pytest.mark.parametrize(("ours", "proto", "prefix"), PAIRS)
def test_numbers_are_those_of_the_contract(ours: type[IntEnum], proto: Any, prefix: str) -> None:
    theirs = {name.removeprefix(f"{prefix}_"): number for name, number in proto.items() if number}
    assert {member.name: member.value for member in ours if member.value} == theirs
