from __future__ import annotations

import re
from pathlib import Path

import pytest

from authsvc.domain.errors import PermissionDenied
from authsvc.domain.scopes import OWN_SCOPES, Catalogue
from authsvc.engine.callers import Caller
from authsvc.transport.methods import SERVICES
from authsvc.transport.permissions import PERMISSIONS, Permission

PROTOS = Path(__file__).parents[3] / "protos" / "authsvc" / "v1"
RPC = re.compile(r"((?:  //[^\n]*\n)+)  rpc (\w+)\(")
NAMES = [f"{service.name}/{method.name}" for service in SERVICES for method in service.methods]


def needs(name: str) -> str:
    """What the contract's comment on an RPC says that its caller needs."""
    service, _, method = name.partition("/")
    for path in PROTOS.glob("*_service.proto"):
        text = path.read_text()
        if f"service {service} {{" in text:
            comment = next(comment for comment, rpc in RPC.findall(text) if rpc == method)
            return re.sub(r"\s*// ", " ", comment).partition("Needs:")[2].partition("Errors:")[0]
    raise LookupError(name)


def caller(*scopes: str, tenant: str = "/") -> Caller:
    return Caller("key_1", tenant, Catalogue.open().grants(scopes))


def test_every_method_of_the_contract_has_a_permission() -> None:
    assert len(NAMES) == 33
    assert set(PERMISSIONS) == {*NAMES, "Authorization/Check"}


@pytest.mark.parametrize("name", NAMES)
def test_a_permission_is_what_the_contract_says(name: str) -> None:
    permission = PERMISSIONS[name]
    first = re.match(r" `(authsvc:[a-z:]+)`", needs(name))
    assert first is not None
    assert permission.scope == first[1]
    assert permission.root == ("and a caller of the root tenant" in needs(name))


def test_every_scope_exists() -> None:
    assert {permission.scope for permission in PERMISSIONS.values()} <= set(OWN_SCOPES)


def test_another_scope_is_not_enough() -> None:
    Permission("authsvc:keys:read").require(caller("authsvc:keys:read"))
    with pytest.raises(PermissionDenied, match="key_1 has no scope authsvc:keys:write"):
        Permission("authsvc:keys:write").require(caller("authsvc:keys:read"))


def test_what_concerns_every_tenant_is_for_the_root_tenant() -> None:
    Permission("authsvc:signing:write", root=True).require(caller("authsvc:*"))
    with pytest.raises(PermissionDenied, match="only for callers of the root tenant"):
        Permission("authsvc:signing:write", root=True).require(caller("authsvc:*", tenant="acme"))
