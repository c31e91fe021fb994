"""ImportKey and BatchImportKeys: secrets that others issued."""

from __future__ import annotations

from typing import Any, Final

from authsvc.v1 import key_service_pb2 as pb
from tests.acceptance.inputs.creating import key
from tests.acceptance.inputs.row import (
    REVERSED,
    UNKNOWN,
    Row,
    also,
    failing,
    long,
    number,
    wrong,
)  # fmt: skip

IMPORT, BATCH = "KeyService/ImportKey", "KeyService/BatchImportKeys"


def imported(secret: dict[str, Any], **fields: Any) -> pb.ImportKeyRequest:
    """A key to be taken over, of the type that allows it."""
    how = {name: fields.pop(name) for name in ("prefix", "request_id", "reason") if name in fields}
    return pb.ImportKeyRequest(key=key(**{"type": "old", **fields}), **secret, **how)


def argon2(**fields: str) -> dict[str, Any]:
    """An Argon2id hash to be taken over."""
    return {"argon2id_digest": pb.Argon2idDigest(**{"public_id": "Zz9Yy8Xx7Ww6Vv5Uu4Tt3S", "phc": PHC, **fields})}


PHC: Final = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
SHA: Final = {"sha256_digest": b"\x01" * 32}
BAD: Final = (
    imported({}),
    imported(SHA, display_name=""),
    imported(SHA, type="sdk"),
    imported(SHA, request_id="each-its-own"),
    imported({"secret": "x"}),
    pb.ImportKeyRequest(),
)


def batch(*requests: pb.ImportKeyRequest, **how: Any) -> pb.BatchImportKeysRequest:
    """Several keys to be taken over."""
    return pb.BatchImportKeysRequest(requests=requests, **how)


ROWS: Final[tuple[Row, ...]] = (
    wrong(IMPORT, "no secret in any form", imported({}), "secret"),
    wrong(IMPORT, "an empty secret", imported({"secret": ""}), "secret"),
    wrong(IMPORT, "a secret with a space", imported({"secret": "old_ S3cret S3cret S3cret S3cret"}), "secret"),
    wrong(IMPORT, "a secret of 513 characters", imported({"secret": "old_" + "a" * 509}), "secret"),
    wrong(IMPORT, "a digest of 31 bytes", imported({"sha256_digest": b"\x01" * 31}), "sha256_digest"),
    wrong(IMPORT, "a digest in hexadecimal", imported({"sha256_digest": b"ab" * 32}), "sha256_digest"),
    wrong(IMPORT, "an empty digest", imported({"sha256_digest": b""}), "sha256_digest"),
    wrong(IMPORT, "a hash of another kind", imported(argon2(phc=PHC.replace("id$", "i$"))), "argon2id_digest.phc"),
    wrong(IMPORT, "a hash that costs too much", imported(argon2(phc=PHC.replace("19456", "9999999"))), "argon2id_digest.phc"),
    wrong(IMPORT, "a hash with NUL", imported(argon2(phc=PHC + "\x00")), "argon2id_digest.phc"),
    wrong(IMPORT, "a public id that is counted up", imported(argon2(public_id="7")), "argon2id_digest.public_id"),
    wrong(IMPORT, "a prefix of 17 characters", imported(SHA, prefix="a" * 17), "prefix"),
    wrong(IMPORT, "a type that takes no imports", imported(SHA, type="sdk"), "key.type"),
    wrong(IMPORT, "a tenant that is none", imported(SHA, tenant="//"), "key.tenant"),
    wrong(IMPORT, "no name", imported(SHA, display_name=""), "key.display_name"),
    wrong(IMPORT, "a request_id with a space", imported(SHA, request_id="a b"), "request_id"),
    wrong(IMPORT, "a reason shown backwards", imported(SHA, reason=REVERSED), "reason"),
    wrong(IMPORT, "a restriction of a newer client", also(imported(SHA), long(1, UNKNOWN)), "key"),
    failing(IMPORT, "a caller who may only write keys", imported(SHA), "PERMISSION_DENIED", "ungranting"),
    wrong(BATCH, "no keys", pb.BatchImportKeysRequest(), "requests"),
    wrong(BATCH, "1001 keys", batch(*[pb.ImportKeyRequest()] * 1001), "requests"),
    wrong(BATCH, "a million keys", long(1, b"") * 1_000_000, "requests"),
    wrong(BATCH, "a reason shown backwards", batch(imported(SHA), reason=REVERSED), "reason"),
    wrong(BATCH, "an unknown way to wait", also(batch(imported(SHA)), number(3, 9)), "wait"),
    wrong(BATCH, "a restriction of a newer client", also(batch(imported(SHA)), UNKNOWN), "request"),
    failing(BATCH, "a caller who may only write keys", batch(imported(SHA)), "PERMISSION_DENIED", "ungranting"),
    Row(rpc=BATCH, name="nothing but bad keys", request=batch(*BAD), status="OK", results=(3,) * len(BAD)),
    Row(rpc=BATCH, name="the same bad key 1000 times", request=batch(*[BAD[0]] * 1000), status="OK", results=(3,) * 1000),
    Row(rpc=BATCH, name="good keys in a dry run", request=batch(imported(SHA), dry_run=True), status="OK", results=(0,)),
)
