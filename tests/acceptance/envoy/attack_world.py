"""One service with a policy that has something to protect, behind two Envoys: the hardened one, and one with Envoy's defaults."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Self
from urllib.parse import unquote

from demo.operations import Operator
from demo.product import address
from demo.proxy import Config, Proxy, http_manager, move
from demo.transcript import Key
from demo.upstream import Seen, Upstream
from tests.support.edge import bare, hardened
from tests.support.real_service import RealService

POLICY: Final = """
version: 1
scopes: {read: {}, admin: {}}
environments: [production, staging]
key_types: {sdk: {prefix: sdk_, default_scopes: [read]}}
credentials:
  - {header: authorization, scheme: Bearer}
  - {header: x-api-key}
context: {environment: {extension: environment}}
identity_headers:
  x-auth-subject: $subject
  x-auth-tenant: $tenant
  x-auth-scopes: $scopes
  x-auth-environment: $environment
routes:
  - {path: /public/**, allow: anonymous}
  - {path: /orders/**, require: {scopes: [read]}}
  - {path: /admin/**, require: {scopes: [admin]}}
  - {methods: [POST], path: "/workflows/{workflow_id}/run", require: {resource: "workflows/{workflow_id}"}}
  - {path: /office, allow: authenticated}
"""
KEYS: Final = {
    "reader": Key(type="sdk", tenant="acme", environment="production", scopes=["read"]),
    "admin": Key(type="sdk", tenant="acme", environment="production", scopes=["admin"]),
    "office": Key(type="sdk", tenant="acme", environment="production", cidrs=["127.0.0.2/32"]),
    "staging": Key(type="sdk", tenant="acme", environment="staging", scopes=["read"]),
    "runner": Key(type="sdk", tenant="acme", environment="production", resources=["workflows/wf_1"]),
    "odd": Key(type="sdk", tenant="acme", environment="production", subject='a,b "c"\\ é x-auth-tenant: globex'),
}
IDENTITY: Final = ("x-auth-subject", "x-auth-tenant", "x-auth-scopes", "x-auth-environment")
PROTECTED: Final = ("orders", "admin", "workflows", "office")


def _environment(name: str) -> Config:
    return {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute",
        "check_settings": {"context_extensions": {"environment": name}},
    }


class World:
    """Everything ends when the block is left."""

    def __init__(self, folder: Path, **flags: str) -> None:
        self._folder = folder
        self._flags = flags
        self._running = ExitStack()

    def start(self) -> Self:
        """Start all of it."""
        policy = self._folder / "policy.yaml"
        policy.write_text(POLICY, encoding="utf-8")
        with ExitStack() as starting:
            self.service = starting.enter_context(RealService(self._folder / "state", {"policy": str(policy), **self._flags}))
            self.operator = Operator(self.service)
            starting.callback(self.operator.close)
            self.upstream = starting.enter_context(Upstream())
            caller = self.operator.caller()
            self.proxies = {name: starting.enter_context(self._proxy(name, caller)) for name in ("hardened", "bare")}
            for name, key in KEYS.items():
                self.operator.create(name, key)
            self._running = starting.pop_all()
        return self

    def _proxy(self, name: str, caller: str) -> Proxy:
        config = {"hardened": hardened, "bare": bare}[name]()
        [host] = http_manager(config)["route_config"]["virtual_hosts"]
        host["typed_per_filter_config"] = {"envoy.filters.http.ext_authz": _environment("production")}
        move(config, {"api": self.upstream.address, "authsvc": address(self.service.grpc)})
        return Proxy(self._folder / name, config, caller)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self._running.close()


def readings(target: str) -> set[str]:
    """First segments that a path has for servers careless in any of the known ways, alone and together."""
    path = target.partition("?")[0]
    path = re.sub("^[a-z]+://[^/]*", "", path, flags=re.IGNORECASE)
    forms = {path}
    ways = (
        unquote,
        lambda text: re.sub(";[^/]*", "", text),
        lambda text: text.replace("\\", "/"),
        lambda text: re.sub("/+", "/", text),
        lambda text: text.replace("\0", ""),
        lambda text: text.partition("#")[0],
        str.lower,
        _resolved,
    )
    for _ in range(4):
        forms |= {way(form) for way in ways for form in forms}
    return {form.strip("/").partition("/")[0].partition(".")[0] for form in forms}


def _resolved(path: str) -> str:
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    return "/".join(kept)


def forged(seen: Seen, secrets: dict[str, str]) -> list[str]:
    """What arrived that nobody but authsvc may say, or that the upstream must not see."""
    wrong = [f"{name} twice" for name in IDENTITY if sum(each == name for each, _ in seen.headers) > 1]
    wrong += [
        f"{name}: {value}" for name, value in seen.headers if "evil" in value and name.replace("_", "-").startswith("x-auth-")
    ]
    wrong += [f"{name} is a twin" for name, _ in seen.headers if name.replace("_", "-") in IDENTITY and name not in IDENTITY]
    wrong += [f"{name} carries a key" for name, value in seen.headers if any(secret in value for secret in secrets.values())]
    return wrong
