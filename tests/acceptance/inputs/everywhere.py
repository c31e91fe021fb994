"""What every RPC of the contract is sent: bad callers, floods of metadata, bytes that are no message, nothing at all."""

from __future__ import annotations

from typing import Final

from authsvc.transport import permissions
from authsvc.transport.methods import LARGE, SERVICES
from authsvc.transport.rpc import MAX_LARGE_REQUEST, MAX_REQUEST
from tests.acceptance.inputs.row import LEAK, UNKNOWN, Row, answered, long, wrong

LATER: Final[frozenset[str]] = getattr(permissions, "LATER", frozenset())
"""Methods that a later release serves, as long as there are any."""
OWN: Final = tuple(f"{service.name}/{method.name}" for service in SERVICES for method in service.methods)
RPCS: Final = (*OWN, "Authorization/Check")
"""The methods of the contract, and the one that Envoy asks."""
SPOILT: Final = (
    ("bytes of no message", b"\xff\xff\xff"),
    ("a field cut short", b"\x0a\x05ab"),
    ("a length of 4 GiB", b"\x0a\xff\xff\xff\xff\x0f"),
    ("a field with the number zero", b"\x02\x00"),
    ("an end of a group that never began", b"\x0c"),
    ("a group that never ends", b"\xa3\x06"),
    ("groups nested too deeply", b"\xa3\x06" * 200 + b"\xa4\x06" * 200),
    ("a varint of eleven bytes", b"\xa0\x06" + b"\xff" * 10 + b"\x01"),
)
FIELDLESS: Final = (("FleetService/GetFleetStatus", "a field with the number zero"),)
"""Protobuf looks for no fields in a message that has none."""
EMPTY: Final[dict[str, tuple[str, ...] | str]] = {
    "AuthService/Verify": "CREDENTIAL_MISSING",
    "AuthService/BatchVerify": "",
    "AuthService/CheckScope": "CREDENTIAL_MISSING",
    "AuthService/Mint": "CREDENTIAL_MISSING",
    "AuthService/RevokeToken": ("token",),
    "KeyService/CreateKey": ("key.type", "key.display_name", "key.tenant"),
    "KeyService/GetKey": ("key_id",),
    "KeyService/ListKeys": "",
    "KeyService/UpdateKey": ("key.key_id", "update_mask"),
    "KeyService/ActivateKey": ("key_id",),
    "KeyService/DeactivateKey": ("key_id",),
    "KeyService/RotateKey": ("key_id",),
    "KeyService/RevokeKey": ("key_id",),
    "KeyService/BulkRevokeKeys": ("tenant",),
    "KeyService/DeleteKey": ("key_id",),
    "KeyService/IdentifyCredential": ("credential",),
    "KeyService/ImportKey": ("secret",),
    "KeyService/BatchImportKeys": ("requests",),
    "SigningKeyService/ListSigningKeys": "",
    "PolicyService/GetPolicy": "",
    "TenantService/GetTenant": ("path",),
    "TenantService/ListTenants": "",
    "TenantService/UpdateTenant": ("tenant.path",),
    "TenantService/SuspendTenant": ("path",),
    "TenantService/ResumeTenant": ("path",),
    "AuditService/ListAuditEntries": "",
    "Authorization/Check": "REQUEST_MALFORMED",
    "FleetService/GetFleetStatus": "",
    "FleetService/WaitForRevision": "",
}
"""What an empty message is answered with: fields that are missing, or the reason of a DENY."""
STRANGERS: Final = ("nobody", "ordinary", "revoked", "mistyped", "forged token", "token without power", "very long")
HEADERS: Final[tuple[tuple[str, str], ...]] = (
    ("two credentials", f"Bearer {LEAK}"),
    ("a second credential of another scheme", "Basic YTpi"),
    ("a second credential that is empty", ""),
)
MALFORMED: Final = (f"Basic {LEAK}", LEAK, f"Bearer  {LEAK}", "Bearer", "Bearer ", f"Bearer {LEAK} {LEAK}", f"Bearer,{LEAK}")
FLOODS: Final[tuple[tuple[str, tuple[tuple[str, str | bytes], ...]], ...]] = (
    ("many entries", tuple((f"x-{n}", "a") for n in range(600))),
    ("one large entry", (("x-large", "a" * 20_000),)),
    ("one large binary entry", (("x-large-bin", b"\x00" * 20_000),)),
    ("a credential of 20 KB", (("authorization", "Bearer " + "a" * 20_000),)),
)


def _for_one(rpc: str) -> tuple[Row, ...]:
    bare = rpc in LARGE or rpc not in OWN  # the library has the same limit
    too_large = long(999, b"a" * ((MAX_LARGE_REQUEST if bare else MAX_REQUEST) + 1))
    return (
        *(Row(rpc=rpc, name=f"the caller is {who}", request=b"", status="UNAUTHENTICATED", caller=who) for who in STRANGERS),
        Row(rpc=rpc, name="the caller lacks the scope", request=b"", status="PERMISSION_DENIED", caller="powerless"),
        Row(rpc=rpc, name="bytes of no message from a stranger", request=b"\xff", status="UNAUTHENTICATED", caller="nobody"),
        *(wrong(rpc, name, payload, "") for name, payload in SPOILT if (rpc, name) not in FIELDLESS),
        Row(
            rpc=rpc,
            name="bytes of no message, late",
            request=long(999, b"a" * 100_000) + b"\xff",
            status="INVALID_ARGUMENT",
            fields=("",),
        ),
        Row(
            rpc=rpc,
            name="one byte too many",
            request=too_large,
            fields=() if bare else ("",),
            bare=bare,
            status="RESOURCE_EXHAUSTED" if bare else "INVALID_ARGUMENT",
        ),
    )


def _empty(rpc: str) -> Row:
    expected = EMPTY.get(rpc, ())
    name = "nothing at all"
    return answered(rpc, name, b"", expected) if isinstance(expected, str) else wrong(rpc, name, b"", *expected)


def _metadata(rpc: str) -> tuple[Row, ...]:
    return (
        *(
            Row(rpc=rpc, name=name, request=b"", status="UNAUTHENTICATED", metadata=(("authorization", value),))
            for name, value in HEADERS
        ),
        *(
            Row(
                rpc=rpc,
                name=f"the header {value[:9]!r}",
                request=b"",
                status="UNAUTHENTICATED",
                caller="nobody",
                metadata=(("authorization", value),),
            )
            for value in MALFORMED
        ),
        Row(
            rpc=rpc,
            name="a binary credential",
            request=b"",
            status="UNAUTHENTICATED",
            caller="nobody",
            metadata=(("authorization-bin", b"Bearer"),),
        ),
        *(
            Row(rpc=rpc, name=f"metadata: {name}", request=b"", status="FLOODED", bare=True, metadata=flood)
            for name, flood in FLOODS
        ),
    )


ROWS: Final[tuple[Row, ...]] = (
    *(row for rpc in RPCS for row in _for_one(rpc)),
    *(_empty(rpc) for rpc in RPCS if rpc in EMPTY or rpc in LATER),
    *(row for rpc in ("AuthService/Verify", "KeyService/CreateKey", "KeyService/ListKeys") for row in _metadata(rpc)),
    answered("AuthService/Verify", "a hundred fields of a newer client", UNKNOWN * 100, "CREDENTIAL_MISSING"),
    Row(
        rpc="AuthService/Verify",
        name="many entries that fit",
        request=b"",
        status="OK",
        deny="CREDENTIAL_MISSING",
        metadata=tuple((f"x-{n}", "a") for n in range(200)),
    ),
)
