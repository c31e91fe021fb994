"""Malformed and hostile requests for every RPC, on both transports: the documented status and the field at fault, nothing
changed, no traceback, nothing secret repeated.

One service for each transport; rows change nothing, so their order does not matter.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import grpc
import pytest
import pytest_asyncio
from grpc import aio
from structlog.testing import capture_logs

from authsvc.envoy.v3 import ext_authz_pb2
from authsvc.v1 import auth_service_pb2, decision_pb2, key_service_pb2
from tests.acceptance.inputs.checking import CHECK
from tests.acceptance.inputs.everywhere import LATER, RPCS
from tests.acceptance.inputs.row import REASONS, Row
from tests.acceptance.inputs.table import ROWS
from tests.acceptance.inputs.world import POLICY, World, settle
from tests.support.postgres import PostgresServer
from tests.support.service import refusal, running_service

DECIDING: dict[str, Any] = {
    "AuthService/Verify": auth_service_pb2.VerifyResponse,
    "AuthService/CheckScope": auth_service_pb2.CheckScopeResponse,
    "AuthService/Mint": auth_service_pb2.MintResponse,
}
BATCHES: dict[str, Callable[[bytes], Any]] = {
    "AuthService/BatchVerify": lambda answer: auth_service_pb2.BatchVerifyResponse.FromString(answer).responses,
    "KeyService/BatchImportKeys": lambda answer: key_service_pb2.BatchImportKeysResponse.FromString(answer).results,
}
FLOODED = {"native": grpc.StatusCode.UNKNOWN, "grpcio": grpc.StatusCode.RESOURCE_EXHAUSTED}
"""The one difference between the transports (ADR 2)."""
MARKS = ("S3cret", "s3cret")


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["native", "grpcio"])
async def world(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[World]:
    dsn = await postgres.create()
    async with running_service(dsn, transport=request.param, policy=POLICY) as service:
        connection = await asyncpg.connect(dsn)
        made = await settle(service, connection)
        made.transport = request.param
        yield made
        await connection.close()
    await postgres.drop(dsn)


async def sent(world: World, row: Row) -> bytes | aio.AioRpcError:
    """The answer to a row, or its error."""
    request = row.request(world) if callable(row.request) else row.request
    payload = request if isinstance(request, bytes) else request.SerializeToString()
    credential = world.callers[row.caller]
    metadata = (("authorization", f"Bearer {credential}"), *row.metadata) if credential else row.metadata
    package = "envoy.service.auth.v3" if row.rpc == CHECK else "authsvc.v1"
    call: Any = world.service.channel.unary_unary(f"/{package}.{row.rpc}")
    try:
        answer: bytes = await call(payload, timeout=20, metadata=metadata)
    except aio.AioRpcError as error:
        return error
    return answer


def check_answer(row: Row, answer: bytes) -> None:
    """An answer, and a decision where it is one."""
    assert row.status == "OK", "it was answered"
    if row.rpc == CHECK:
        checked = ext_authz_pb2.CheckResponse.FromString(answer)
        assert checked.WhichOneof("http_response") == "denied_response"
        assert checked.status.code in (7, 16)
        assert checked.dynamic_metadata["reason"] == row.deny
    if row.rpc in BATCHES:
        results = BATCHES[row.rpc](answer)
        assert [each.error.code if each.HasField("error") else 0 for each in results] == list(row.results)
    if row.rpc in DECIDING:
        decided = DECIDING[row.rpc].FromString(answer)
        assert decision_pb2.Reason.Name(decided.reason) == f"REASON_{row.deny}"
        assert decided.decision == decision_pb2.DECISION_DENY


def check_error(row: Row, error: aio.AioRpcError, transport: str) -> None:
    """Status, reason and fields."""
    if row.bare:
        expected = FLOODED[transport].name if row.status == "FLOODED" else row.status
        assert error.code().name == expected, error.details()
        return
    found = refusal(error)
    later = row.rpc in LATER and row.fields != ("",) and row.status not in ("PERMISSION_DENIED", "UNAUTHENTICATED")
    status = "UNIMPLEMENTED" if later else row.status
    assert (found.code.name, found.reason) == (status, REASONS[status]), found.message
    assert sorted(found.fields) == ([] if later else sorted(row.fields))
    assert all(description and "\x00" not in description for description in found.fields.values())


async def fault(world: World, row: Row, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> str:
    """What is not as it should be with the answer to a row; empty: nothing."""
    caplog.clear()
    with capture_logs() as logs, caplog.at_level(logging.INFO):
        answer = await sent(world, row)
    noted = "".join(capfd.readouterr())
    if isinstance(answer, bytes):
        shown = answer.decode(errors="replace")
    else:
        shown = f"{answer.details()} {answer.trailing_metadata()!r} {answer.initial_metadata()!r}"
    said = f"{shown} {logs} {caplog.text} {noted}"
    try:
        if isinstance(answer, bytes):
            check_answer(row, answer)
        else:
            check_error(row, answer, world.transport)
        assert not (changed := await world.changed()), f"changed: {changed}"
        assert not [entry for entry in logs if entry["log_level"] in ("error", "critical") or "exc_info" in entry], logs
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR or record.exc_info], caplog.text
        assert "Traceback" not in noted
        assert "panicked" not in noted
        assert not [mark for mark in (*MARKS, *world.secrets) if mark in said], f"a secret was repeated: {said}"
    except AssertionError as error:
        return str(error) or repr(error)
    return ""


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("rpc", RPCS)
async def test_bad_requests_are_answered_as_documented_and_change_nothing(
    world: World, rpc: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    faults = [(row.name, await fault(world, row, caplog, capfd)) for row in ROWS if row.rpc == rpc]
    found = [f"{name}: {what}" for name, what in faults if what]
    assert not found, "\n".join(found)


def test_every_method_of_the_contract_has_rows() -> None:
    assert {row.rpc for row in ROWS} == set(RPCS)
    assert len({(row.rpc, row.name) for row in ROWS}) == len(ROWS), "two rows have the same name"
