"""Calls of people who put a secret where it does not belong. None stores it: texts that are kept as given are left out."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any, NamedTuple

from google.protobuf.field_mask_pb2 import FieldMask

from authsvc.v1 import audit_service_pb2, auth_service_pb2, decision_pb2, key_pb2, key_service_pb2, receipt_pb2

PACKAGE = "/authsvc.v1."
Metadata = tuple[tuple[str, str | bytes], ...]


class Careless(NamedTuple):
    """One call. `metadata` None: that of a caller who may do everything."""

    rpc: str
    payload: bytes
    metadata: Metadata | None = None


def careless_calls(secret: str, token: str) -> Iterator[Careless]:
    """Every method that takes text, with a secret or token in the wrong field, damaged in the right one, or as the caller."""
    for text in (secret, token):
        yield from _questions(text)
        yield from _keys(text)
        yield from _others(text)
        yield from _callers(text)


def _questions(text: str) -> Iterator[Careless]:
    for wrong in (
        f"{text} ",
        f" {text}",
        f"Bearer {text}",
        text[:-1],
        f"{text}x",
        f"{text}\n",
        f"{text}\x00",
        f"ü{text}",
        text * 400,
    ):
        for rpc in ("Verify", "CheckScope", "Mint"):
            yield _auth(rpc, credential=wrong)
    requirements = (
        {"scopes": [text]},
        {"expression": text},
        {"expression": f"({text}"},
        {"resource": text},
        {"audience": text * 9},
    )
    for requirement in requirements:
        for rpc in ("Verify", "CheckScope"):
            yield _auth(rpc, credential=text, requirement=decision_pb2.Requirement(**requirement))
    for name in ("source_ip", "tenant", "environment"):
        for rpc in ("Verify", "CheckScope", "Mint"):
            yield _auth(rpc, credential=text, context=decision_pb2.Context(**{name: text}))
    yield _auth("Verify", credential=text, cost=1_000_000)
    yield _auth("Verify", credential=text, min_revision=1 << 40)
    yield _auth("Mint", credential=text, scopes=[text])
    yield _auth("Mint", credential=text, scopes=["billing:write"])
    yield _auth("Mint", credential=text, on_behalf_of=text * 9)
    both = [auth_service_pb2.VerifyRequest(credential=f"{text}x"), auth_service_pb2.VerifyRequest(credential=text, cost=5000)]
    yield _auth("BatchVerify", requests=both)
    yield _auth("RevokeToken", token=f"{text}x")
    yield _auth("RevokeToken", token=secret_as_token(text))
    yield _auth("RevokeToken", token_id=text)


def secret_as_token(text: str) -> str:
    """What looks like a token and holds the text."""
    return f"eyJhbGciOiJFUzI1NiJ9.{base64.urlsafe_b64encode(text.encode()).decode().rstrip('=')}.{text}"


def _keys(text: str) -> Iterator[Careless]:
    for rpc in ("GetKey", "ActivateKey", "DeactivateKey", "RotateKey", "RevokeKey", "DeleteKey"):
        yield _key(rpc, key_id=text)
    for name in ("type", "environment", "key_id", "etag", "prefix", "created_by"):
        yield _key("CreateKey", key=_a_key(**{name: text}))
    yield _key("CreateKey", key=_a_key(tenant=f"{text}//"))
    for name in ("scopes", "resources", "allowed_cidrs"):
        yield _key("CreateKey", key=_a_key(**{name: [f"{text}/ "]}))
    yield _key("CreateKey", key=_a_key(metadata={text: text * 90}))
    yield _key("CreateKey", key=_a_key(), reason=text * 9)
    yield _key("CreateKey", key=_a_key(), request_id=f"{text} ")
    for name in ("tenant", "type", "created_by", "page_token"):
        yield _key("ListKeys", **{name: text})
    yield _key("UpdateKey", key=key_pb2.Key(key_id=text), update_mask=FieldMask(paths=["scopes"]))
    yield _key(
        "UpdateKey",
        key=key_pb2.Key(key_id=f"key_{'0' * 22}", etag=text),
        update_mask=FieldMask(paths=[text]),
        unrestricted=[text],
    )
    yield _key("RevokeKey", credential=f"{text}x")
    yield _key("BulkRevokeKeys", tenant=text, created_by=text, dry_run=True)
    yield _key("IdentifyCredential", credential=f"{text} x")
    yield _key("IdentifyCredential", credential=f"{text}x")
    yield _key("ImportKey", key=_a_key(type="nothing"), secret=text)
    yield _key("ImportKey", key=_a_key(type="sdk"), secret=text)


def _others(text: str) -> Iterator[Careless]:
    for name in ("tenant", "actor", "target", "action", "page_token"):
        request = audit_service_pb2.ListAuditEntriesRequest()
        setattr(request, name, text)
        yield Careless("AuditService/ListAuditEntries", request.SerializeToString())
    # Bytes that are no message, and text that is not UTF-8 beside it.
    for payload in (text.encode(), b"\x0a\xff" + text.encode(), b"\x0a\x02\xff\xfe" + text.encode()):
        yield Careless("AuthService/Verify", payload)
        yield Careless("KeyService/CreateKey", payload)
    # A field of a newer contract that holds it.
    unknown = (
        auth_service_pb2.VerifyRequest(credential=text).SerializeToString() + b"\x12" + _field(_field(text.encode(), 15), None)
    )
    yield Careless("AuthService/Verify", unknown)
    yield Careless(f"AuthService/{text[-40:].replace('/', '')}", b"")
    for rpc in ("SigningKeyService/RetireSigningKey", "PolicyService/ApplyPolicy"):
        yield Careless(rpc, _field(text.encode(), 1))
    yield Careless("TenantService/SuspendTenant", _field(f"{text}//".encode(), 1))


def _callers(text: str) -> Iterator[Careless]:
    request = auth_service_pb2.VerifyRequest(credential=text).SerializeToString()
    basic = base64.b64encode(f"client:{text}".encode()).decode()
    values = (text, f"Bearer {text}", f"Bearer  {text}", f"Bearer {text} {text}", f"Basic {basic}", f"bearer {text}x")
    for value in values:
        yield Careless("AuthService/Verify", request, (("authorization", value),))
    yield Careless("AuthService/Verify", request, (("authorization", f"Bearer {text}"), ("authorization", text)))
    yield Careless("AuthService/Verify", request, (("authorization-bin", text.encode()), ("x-api-key", text)))


def _field(content: bytes, number: int | None) -> bytes:
    """A length-delimited field; without a number, the length and content alone. At most 16 KB."""
    length = len(content)
    size = bytes([length]) if length < 128 else bytes([length & 127 | 128, length >> 7])
    return (b"" if number is None else bytes([number << 3 | 2])) + size + content


def _a_key(**fields: Any) -> key_pb2.Key:
    return key_pb2.Key(**{"display_name": "careless", "type": "sdk", "tenant": "acme", **fields})


def _auth(rpc: str, **fields: Any) -> Careless:
    return Careless(f"AuthService/{rpc}", getattr(auth_service_pb2, f"{rpc}Request")(**fields).SerializeToString())


def _key(rpc: str, **fields: Any) -> Careless:
    kind = getattr(key_service_pb2, f"{rpc}Request")
    if "wait" in kind.DESCRIPTOR.fields_by_name:
        fields["wait"] = receipt_pb2.WAIT_NONE
    return Careless(f"KeyService/{rpc}", kind(**fields).SerializeToString())
