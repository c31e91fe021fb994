"""signing-keys list, rotate, retire."""

from __future__ import annotations

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from authsvc.v1.receipt_pb2 import Receipt
from authsvc.v1.signing_key_pb2 import (
    SIGNING_KEY_STATE_ACTIVE,
    SIGNING_KEY_STATE_NEXT,
    SIGNING_KEY_STATE_RETIRED,
    SIGNING_KEY_STATE_RETIRING,
    SigningKey,
)
from authsvc.v1.signing_key_service_pb2 import ListSigningKeysResponse, RetireSigningKeyResponse, RotateSigningKeyResponse
from tests.support.programmable_server import ProgrammableServer
from tests.unit.cli.conftest import Cli

DONE = Receipt(revision=4, effective=True)
NEXT = SigningKey(
    signing_key_id="sig_bbbbbbbbbbbb",
    algorithm="EdDSA",
    state=SIGNING_KEY_STATE_NEXT,
    create_time=Timestamp(seconds=1_700_000_000),
    activate_time=Timestamp(seconds=4_000_000_000),
)
FORMER = SigningKey(
    signing_key_id="sig_aaaaaaaaaaaa",
    algorithm="ES256",
    state=SIGNING_KEY_STATE_RETIRING,
    create_time=Timestamp(seconds=1_600_000_000),
    retire_time=Timestamp(seconds=4_000_000_000),
)


def test_signing_keys_are_listed_with_what_is_planned(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("ListSigningKeys", ListSigningKeysResponse(signing_keys=[NEXT, FORMER]))
    run = cli("signing-keys", "list", "--all")
    assert run.code == 0
    _, first, second = run.out.splitlines()
    assert first.split()[:3] == ["sig_bbbbbbbbbbbb", "EdDSA", "NEXT"]
    assert second.split()[:3] == ["sig_aaaaaaaaaaaa", "ES256", "RETIRING"]
    assert "in " in first
    assert server.requests[0].show_retired
    assert cli("signing-keys", "list", "--json").json["signing_keys"][0]["state"] == "NEXT"


def test_a_rotation_prints_the_id_and_says_when_it_signs(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("RotateSigningKey", RotateSigningKeyResponse(signing_key=NEXT, receipt=DONE))
    run = cli("signing-keys", "rotate", "--algorithm", "EdDSA", "--reason", "yearly")
    assert (run.code, run.out) == (0, "sig_bbbbbbbbbbbb\n")
    assert "it signs in " in run.err
    (request,) = server.requests
    assert (request.algorithm, request.reason, request.HasField("publish_period")) == ("EdDSA", "yearly", False)
    assert request.request_id, "so that a retry makes no second key"


@pytest.mark.parametrize(("flags", "period"), [(["--now"], 0), (["--publish-for", "10m"], 600)])
def test_how_long_a_key_is_only_published_can_be_said(
    cli: Cli, server: ProgrammableServer, flags: list[str], period: int
) -> None:
    active = SigningKey(signing_key_id="sig_bbbbbbbbbbbb", algorithm="ES256", state=SIGNING_KEY_STATE_ACTIVE)
    server.answer("RotateSigningKey", RotateSigningKeyResponse(signing_key=active, receipt=DONE))
    assert cli("signing-keys", "rotate", *flags).code == 0
    (request,) = server.requests
    assert request.HasField("publish_period")
    assert request.publish_period.ToSeconds() == period


def test_at_once_and_later_are_one_too_many(cli: Cli, server: ProgrammableServer) -> None:
    assert cli("signing-keys", "rotate", "--now", "--publish-for", "10m").code == 2
    assert server.requests == []


def test_a_retired_key_is_said_with_how_far_it_has_reached(cli: Cli, server: ProgrammableServer) -> None:
    gone = SigningKey(signing_key_id="sig_aaaaaaaaaaaa", algorithm="ES256", state=SIGNING_KEY_STATE_RETIRED)
    server.answer("RetireSigningKey", RetireSigningKeyResponse(signing_key=gone, receipt=Receipt(revision=4)))
    run = cli("signing-keys", "retire", "sig_aaaaaaaaaaaa", "--reason", "leaked")
    assert (run.code, run.out) == (4, "sig_aaaaaaaaaaaa RETIRED\n")
    assert "authsvc fleet wait 4" in run.err
