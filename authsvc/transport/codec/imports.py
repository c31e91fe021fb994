"""Keys to be taken over: messages into drafts, outcomes into results."""

from __future__ import annotations

from collections.abc import Sequence

from authsvc.domain.errors import AuthsvcError, InvalidArgument
from authsvc.domain.import_draft import Argon2idDigest, HmacSha256Digest, ImportDraft, RawSecret, Sha256Digest, Source
from authsvc.engine.keys.importing import Outcome
from authsvc.transport.codec.keys import read_draft
from authsvc.transport.codec.violations import Violations
from authsvc.transport.errors import status_of
from authsvc.v1 import key_service_pb2 as pb

_SHARED = ("request_id", "wait", "reason")


def read_import(request: pb.ImportKeyRequest, violations: Violations) -> ImportDraft:
    """A key to be taken over; `import_draft` checks what its source may be.

    Raises:
        InvalidArgument: What could not even be read, or was noted before.
    """
    violations.known("request", request)
    draft = read_draft(request.key, violations)
    source = _source(request, violations)
    violations.check()
    return ImportDraft(draft, source, request.prefix)


def read_imports(requests: Sequence[pb.ImportKeyRequest]) -> list[ImportDraft | AuthsvcError]:
    """Keys of a batch; an error where one could not be read."""
    return [_read_one(request) for request in requests]


def write_results(outcomes: Sequence[Outcome]) -> list[pb.BatchImportKeysResult]:
    """What became of each."""
    return [
        pb.BatchImportKeysResult(key_id=outcome.key_id)
        if outcome.error is None
        else pb.BatchImportKeysResult(error=status_of(outcome.error, "BatchImportKeys"))
        for outcome in outcomes
    ]


def _read_one(request: pb.ImportKeyRequest) -> ImportDraft | AuthsvcError:
    violations = Violations()
    for name in _SHARED:
        if getattr(request, name):
            violations.add(name, "is said once, for the whole batch")
    try:
        return read_import(request, violations)
    except InvalidArgument as error:
        return error


def _source(request: pb.ImportKeyRequest, violations: Violations) -> Source:
    match request.WhichOneof("source"):
        case "secret":
            return RawSecret(request.secret)
        case "sha256_digest":
            return Sha256Digest(request.sha256_digest)
        case "argon2id_digest":
            violations.known("argon2id_digest", request.argon2id_digest)
            return Argon2idDigest(request.argon2id_digest.public_id, request.argon2id_digest.phc)
        case "hmac_sha256_digest":
            violations.known("hmac_sha256_digest", request.hmac_sha256_digest)
            return HmacSha256Digest(request.hmac_sha256_digest.digest, request.hmac_sha256_digest.foreign_key)
        case _:
            violations.add("secret", "bring the secret, or one of sha256_digest, hmac_sha256_digest, argon2id_digest")
            return RawSecret("")
