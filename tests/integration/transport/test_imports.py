"""ImportKey and BatchImportKeys over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo

from authsvc.v1 import audit_service_pb2, decision_pb2, key_pb2, receipt_pb2
from authsvc.v1 import key_service_pb2 as pb
from tests.support import imports
from tests.support.engine import Secrets
from tests.support.service import RunningService, refused, running_service

ALLOW = decision_pb2.DECISION_ALLOW
UNKNOWN_FIELD = b"\xa2\x06\x01x"


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[RunningService]:
    shared = Secrets(foreign_keys=dict(imports.FOREIGN))
    async with running_service(database_url, policy=imports.POLICY, shared=shared) as running:
        yield running


def request(type_: str = "random", **fields: Any) -> pb.ImportKeyRequest:
    key = key_pb2.Key(display_name="imported", type=type_, tenant="acme")
    return pb.ImportKeyRequest(key=key, **fields)


def argon2id(credential: str) -> pb.Argon2idDigest:
    made = imports.argon2id(credential)
    return pb.Argon2idDigest(public_id=made.public_id, phc=made.phc)


def hmac_sha256(credential: str) -> pb.HmacSha256Digest:
    return pb.HmacSha256Digest(digest=imports.hmac_sha256(credential).digest, foreign_key="old")


async def test_every_form_is_taken_over_and_works(service: RunningService) -> None:
    a, b, c, d, e = imports.a_random(), imports.a_random(), imports.a_random(), imports.a_dotted(), imports.a_chosen()
    requests = {
        a: request(secret=a),
        b: request(sha256_digest=imports.sha256(b).digest, prefix="r-ab"),
        c: request(hmac_sha256_digest=hmac_sha256(c)),
        d: request("dotted", argon2id_digest=argon2id(d)),
        e: request("chosen", secret=e),
    }
    for credential, each in requests.items():
        answer = await service.keys.ImportKey(each)
        assert answer.receipt.effective
        verified = await service.verify(credential)
        assert (verified.decision, verified.principal.key_id) == (ALLOW, answer.key.key_id)
        found = await refused(service.keys.ImportKey(each))
        assert (found.code, found.metadata) == (grpc.StatusCode.ALREADY_EXISTS, {"key_id": answer.key.key_id})


async def test_a_request_id_makes_a_retry_safe(service: RunningService) -> None:
    first = await service.keys.ImportKey(request(secret=(secret := imports.a_random()), request_id="r-1"))
    again = request(secret=secret, request_id="r-1", wait=receipt_pb2.WAIT_NONE)
    assert (await refused(service.keys.ImportKey(again))).metadata == {"key_id": first.key.key_id}
    other = request(secret=imports.a_random(), request_id="r-1")
    assert list((await refused(service.keys.ImportKey(other))).fields) == ["request_id"]


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (request(), "secret"),
        (request(secret=""), "secret"),
        (request(sha256_digest=b"short"), "sha256_digest"),
        (request(hmac_sha256_digest=pb.HmacSha256Digest(digest=b"x" * 32)), "hmac_sha256_digest"),
        (request("dotted", argon2id_digest=pb.Argon2idDigest(phc="x")), "argon2id_digest.phc"),
        (request(secret=imports.a_random(), reason="x" * 257), "reason"),
        (request(secret=imports.a_random(), request_id="a b"), "request_id"),
        (pb.ImportKeyRequest.FromString(UNKNOWN_FIELD), "request"),
        (request(argon2id_digest=pb.Argon2idDigest.FromString(UNKNOWN_FIELD)), "argon2id_digest"),
        (request(hmac_sha256_digest=pb.HmacSha256Digest.FromString(UNKNOWN_FIELD)), "hmac_sha256_digest"),
    ],
)
async def test_what_is_wrong_is_named(service: RunningService, request_: pb.ImportKeyRequest, field: str) -> None:
    found = await refused(service.keys.ImportKey(request_))
    assert found.code is grpc.StatusCode.INVALID_ARGUMENT
    assert field in found.fields


async def test_a_batch_says_what_became_of_each(service: RunningService) -> None:
    good, there, old = imports.a_random(), imports.a_random(), imports.a_dotted()
    known = await service.keys.ImportKey(request(secret=there))
    answer = await service.keys.BatchImportKeys(
        pb.BatchImportKeysRequest(
            requests=[
                request(secret=good),
                request(secret=there),
                request(),
                request(secret=imports.a_random(), request_id="r", wait=receipt_pb2.WAIT_NONE, reason="why"),
                request("dotted", argon2id_digest=argon2id(old)),
            ],
            reason="moving house",
        )
    )
    assert answer.receipt.effective
    assert [result.WhichOneof("result") for result in answer.results] == ["key_id", "error", "error", "error", "key_id"]
    assert [violations(result) for result in answer.results] == [[], [], ["secret"], ["request_id", "wait", "reason"], []]
    assert answer.results[1].error.code == grpc.StatusCode.ALREADY_EXISTS.value[0]
    assert info(answer.results[1]).metadata == {"key_id": known.key.key_id}
    for credential, result in ((good, answer.results[0]), (old, answer.results[4])):
        assert (await service.verify(credential)).principal.key_id == result.key_id
    entries = await service.audit.ListAuditEntries(audit_service_pb2.ListAuditEntriesRequest(target=answer.results[0].key_id))
    assert [(entry.action, entry.reason) for entry in entries.entries] == [("ImportKey", "moving house")]


def violations(result: pb.BatchImportKeysResult) -> list[str]:
    bad = BadRequest()
    for detail in result.error.details:
        detail.Unpack(bad)
    return [violation.field for violation in bad.field_violations]


def info(result: pb.BatchImportKeysResult) -> ErrorInfo:
    found = ErrorInfo()
    for detail in result.error.details:
        detail.Unpack(found)
    return found


async def test_a_dry_run_takes_nothing(service: RunningService) -> None:
    credential = imports.a_random()
    batch = pb.BatchImportKeysRequest(requests=[request(secret=credential), request()], dry_run=True)
    answer = await service.keys.BatchImportKeys(batch)
    assert not answer.HasField("receipt")
    assert [result.WhichOneof("result") for result in answer.results] == ["key_id", "error"]
    assert answer.results[0].key_id == ""
    assert (await service.verify(credential)).decision != ALLOW


@pytest.mark.parametrize("count", [0, 1001])
async def test_a_batch_has_1_to_1000_keys(service: RunningService, count: int) -> None:
    found = await refused(service.keys.BatchImportKeys(pb.BatchImportKeysRequest(requests=[request()] * count)))
    assert list(found.fields) == ["requests"]


async def test_1000_keys_are_taken_at_once_and_work(service: RunningService) -> None:
    credentials = [imports.a_random() for _ in range(1000)]
    batch = pb.BatchImportKeysRequest(requests=[request(sha256_digest=imports.sha256(each).digest) for each in credentials])
    answer = await service.keys.BatchImportKeys(batch)
    assert answer.receipt.effective
    assert len({result.key_id for result in answer.results}) == 1000
    for number in (0, 499, 999):
        assert (await service.verify(credentials[number])).principal.key_id == answer.results[number].key_id
