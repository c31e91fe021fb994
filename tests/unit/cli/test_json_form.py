from __future__ import annotations

import json

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from authsvc.cli.json_form import enum_name, json_form
from authsvc.v1 import decision_pb2, key_pb2
from authsvc.v1.audit_entry_pb2 import AuditEntry
from authsvc.v1.auth_service_pb2 import VerifyResponse
from authsvc.v1.decision_pb2 import DECISION_ALLOW, DECISION_DENY, REASON_RATE_LIMITED, Principal
from authsvc.v1.fleet_service_pb2 import DESCRIPTOR as FLEET
from authsvc.v1.key_pb2 import KEY_STATE_ACTIVE, Key
from authsvc.v1.key_service_pb2 import CreateKeyResponse
from authsvc.v1.rate_limit_pb2 import RateLimit
from authsvc.v1.receipt_pb2 import PROCESS_OUTCOME_LEASE_EXPIRED, ProcessReceipt, Receipt


def test_names_are_those_of_the_contract_and_every_field_is_there() -> None:
    form = json_form(Key(key_id="key_1", state=KEY_STATE_ACTIVE))
    assert list(form) == [field.name for field in Key.DESCRIPTOR.fields]
    assert (form["key_id"], form["state"], form["scopes"], form["metadata"], form["subject"]) == ("key_1", "ACTIVE", [], {}, "")


def test_an_unset_message_and_an_unspecified_enum_are_null() -> None:
    form = json_form(VerifyResponse(decision=DECISION_ALLOW))
    assert (form["decision"], form["reason"], form["principal"], form["expire_time"]) == ("ALLOW", None, None, None)
    assert json_form(Key())["last_used_time"] is None


def test_64_bit_integers_are_numbers() -> None:
    form = json_form(Key(use_count=2**53 - 1, revision=7))
    assert (form["use_count"], form["revision"]) == (2**53 - 1, 7)


def test_times_are_rfc_3339_and_durations_seconds() -> None:
    key = Key(
        create_time=Timestamp(seconds=1_700_000_000), rate_limits=[RateLimit(limit=60, period=Duration(seconds=60), burst=60)]
    )
    form = json_form(key)
    assert form["create_time"] == "2023-11-14T22:13:20Z"
    assert form["rate_limits"] == [{"limit": 60, "period": "60s", "burst": 60}]


def test_create_answers_secret_key_and_receipt() -> None:
    receipt = Receipt(revision=3, processes=[ProcessReceipt(process_id="p", outcome=PROCESS_OUTCOME_LEASE_EXPIRED)])
    form = json_form(CreateKeyResponse(secret="s", key=Key(key_id="key_1"), receipt=receipt))
    assert list(form) == ["secret", "key", "receipt"]
    assert form["receipt"]["processes"] == [{"process_id": "p", "outcome": "LEASE_EXPIRED"}]
    assert form["receipt"]["effective"] is False


def test_nested_messages_maps_and_structs_are_plain_json() -> None:
    principal = Principal(key_id="key_1", metadata={"a": "b"})
    form = json_form(VerifyResponse(decision=DECISION_DENY, reason=REASON_RATE_LIMITED, principal=principal))
    assert (form["reason"], form["principal"]["metadata"]) == ("RATE_LIMITED", {"a": "b"})
    entry = AuditEntry()
    entry.details.update({"fields": ["scopes"], "count": 2})
    assert json_form(entry)["details"] == {"fields": ["scopes"], "count": 2}
    json.dumps(form)


@pytest.mark.parametrize(
    "enum",
    [
        *decision_pb2.DESCRIPTOR.enum_types_by_name.values(),
        *key_pb2.DESCRIPTOR.enum_types_by_name.values(),
        *FLEET.enum_types_by_name.values(),
    ],
)
def test_no_enum_value_keeps_its_prefix(enum: object) -> None:
    values = enum.values  # type: ignore[attr-defined]
    names = [enum_name(enum, value.number) for value in values]  # type: ignore[arg-type]
    assert names[0] == ""
    assert all(value.name.endswith(f"_{name}") and name for value, name in zip(values[1:], names[1:], strict=True))
    assert not any(name.startswith(("STATE", "REASON", "DECISION", "KIND", "KEY_STATE", "PROCESS")) for name in names)


def test_an_enum_value_of_a_newer_server_is_its_number() -> None:
    assert enum_name(decision_pb2.DESCRIPTOR.enum_types_by_name["Reason"], 99) == "99"
