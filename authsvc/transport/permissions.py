"""What a caller needs for each RPC (CONTRACT section 5). The protos say the same in their comments, and a test compares the two.

A method that is not here is not served. Not ours, and open to everybody: gRPC health and reflection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from authsvc.engine.callers import Caller


@dataclass(frozen=True, slots=True)
class Permission:
    """A scope; `root`: only for callers of the root tenant, because it concerns every tenant."""

    scope: str
    root: bool = False

    def require(self, caller: Caller) -> None:
        """Go on only with it.

        Raises:
            PermissionDenied: the caller does not have it.
        """
        if self.root:
            caller.require_root(self.scope)
        else:
            caller.require(self.scope)


_READ: Final = Permission("authsvc:keys:read")
_WRITE: Final = Permission("authsvc:keys:write")
_IMPORT: Final = Permission("authsvc:keys:import", root=True)
_SIGNING: Final = Permission("authsvc:signing:write", root=True)
_TENANTS: Final = Permission("authsvc:tenants:write")

PERMISSIONS: Final = {
    "AuthService/Verify": Permission("authsvc:verify"),
    "AuthService/BatchVerify": Permission("authsvc:verify"),
    "AuthService/CheckScope": Permission("authsvc:verify"),
    "AuthService/Mint": Permission("authsvc:mint"),
    "AuthService/RevokeToken": Permission("authsvc:tokens:revoke"),
    "KeyService/CreateKey": _WRITE,
    "KeyService/GetKey": _READ,
    "KeyService/ListKeys": _READ,
    "KeyService/UpdateKey": _WRITE,
    "KeyService/ActivateKey": _WRITE,
    "KeyService/DeactivateKey": _WRITE,
    "KeyService/RotateKey": _WRITE,
    "KeyService/RevokeKey": _WRITE,
    "KeyService/BulkRevokeKeys": _WRITE,
    "KeyService/DeleteKey": _WRITE,
    "KeyService/ImportKey": _IMPORT,
    "KeyService/BatchImportKeys": _IMPORT,
    "KeyService/IdentifyCredential": _READ,
    "SigningKeyService/ListSigningKeys": _SIGNING,
    "SigningKeyService/RotateSigningKey": _SIGNING,
    "SigningKeyService/RetireSigningKey": _SIGNING,
    "PolicyService/GetPolicy": Permission("authsvc:policy:read"),
    "PolicyService/ApplyPolicy": Permission("authsvc:policy:write", root=True),
    "PolicyService/TestPolicy": Permission("authsvc:policy:read"),
    "PolicyService/ExplainPolicy": Permission("authsvc:policy:read"),
    "TenantService/GetTenant": _READ,
    "TenantService/ListTenants": _READ,
    "TenantService/UpdateTenant": _TENANTS,
    "TenantService/SuspendTenant": _TENANTS,
    "TenantService/ResumeTenant": _TENANTS,
    "AuditService/ListAuditEntries": Permission("authsvc:audit:read"),
    "FleetService/GetFleetStatus": Permission("authsvc:fleet:read"),
    "FleetService/WaitForRevision": Permission("authsvc:fleet:read"),
    "Authorization/Check": Permission("authsvc:check"),  # Envoy's; it hands out tokens for the upstream
}
