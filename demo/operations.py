"""What an operator does: creating keys, and everything that a transcript's steps do to them."""

from __future__ import annotations

import time

from authsvc.v1 import auth_service_pb2, key_pb2, key_service_pb2, rate_limit_pb2, tenant_pb2, tenant_service_pb2
from authsvc.v1.tenant_service_pb2_grpc import TenantServiceStub
from demo.transcript import Key, Step
from tests.support.real_service import RealService, Stubs
from tests.support.waiting import wait_until


class Operator:
    """Acts with the root key of one service. Nothing returns before it is effective everywhere."""

    def __init__(self, service: RealService) -> None:
        self._stubs = Stubs(service)
        self._tenants = TenantServiceStub(self._stubs.channel)
        self._metadata = tuple(self._stubs.metadata)
        self._ids: dict[str, str] = {}
        self.secrets: dict[str, str] = {}
        """Of keys and tokens, by the transcript's names."""

    def close(self) -> None:
        """Hang up."""
        self._stubs.channel.close()

    def caller(self) -> str:
        """A key for the proxy: it may ask about requests and nothing else."""
        return self._create("envoy", key_pb2.Key(type="authsvc", tenant="/", scopes=["authsvc:check"]))

    def create(self, name: str, key: Key) -> None:
        """Create a key of the transcript."""
        limits = [] if key.rate is None else [rate_limit_pb2.RateLimit(limit=key.rate[0], period={"seconds": key.rate[1]})]  # type: ignore[arg-type]
        made = key_pb2.Key(
            type=key.type,
            tenant=key.tenant,
            subject=key.subject,
            scopes=key.scopes,
            environment=key.environment,
            resources=key.resources,
            allowed_cidrs=key.cidrs,
            rate_limits=limits,
        )
        if key.lives:
            made.expire_time.FromSeconds(int(time.time()) + key.lives)
        self._create(name, made)

    def _create(self, name: str, key: key_pb2.Key) -> str:
        key.display_name = name
        made = self._stubs.keys.CreateKey(key_service_pb2.CreateKeyRequest(key=key), metadata=self._metadata)
        self._ids[name], self.secrets[name] = made.key.key_id, made.secret
        return made.secret

    def do(self, step: Step) -> None:
        """Do one step."""
        getattr(self, f"_{step.do}")(step)

    def _rotate(self, step: Step) -> None:
        request = key_service_pb2.RotateKeyRequest(key_id=self._ids[step.key])
        self.secrets[step.as_] = self._stubs.keys.RotateKey(request, metadata=self._metadata).secret

    def _deactivate(self, step: Step) -> None:
        self._stubs.keys.DeactivateKey(key_service_pb2.DeactivateKeyRequest(key_id=self._ids[step.key]), metadata=self._metadata)

    def _activate(self, step: Step) -> None:
        self._stubs.keys.ActivateKey(key_service_pb2.ActivateKeyRequest(key_id=self._ids[step.key]), metadata=self._metadata)

    def _revoke(self, step: Step) -> None:
        self._stubs.keys.RevokeKey(key_service_pb2.RevokeKeyRequest(key_id=self._ids[step.key]), metadata=self._metadata)

    def _delete(self, step: Step) -> None:
        self._stubs.keys.DeleteKey(key_service_pb2.DeleteKeyRequest(key_id=self._ids[step.key]), metadata=self._metadata)

    def _expire(self, step: Step) -> None:
        ends = self._key(step).expire_time.seconds
        wait_until(lambda: time.time() >= ends, "the key has expired")

    def _mint(self, step: Step) -> None:
        request = auth_service_pb2.MintRequest(credential=self.secrets[step.key], scopes=step.scopes)
        self.secrets[step.as_] = self._stubs.auth.Mint(request, metadata=self._metadata).access_token

    def _networks(self, step: Step) -> None:
        request = tenant_service_pb2.UpdateTenantRequest(
            tenant=tenant_pb2.Tenant(path=step.tenant, allowed_cidrs=step.cidrs),
            update_mask={"paths": ["allowed_cidrs"]},  # type: ignore[arg-type]
            unrestricted=[] if step.cidrs else ["allowed_cidrs"],
        )
        self._tenants.UpdateTenant(request, metadata=self._metadata)

    def _suspend(self, step: Step) -> None:
        self._tenants.SuspendTenant(tenant_service_pb2.SuspendTenantRequest(path=step.tenant), metadata=self._metadata)

    def _resume(self, step: Step) -> None:
        self._tenants.ResumeTenant(tenant_service_pb2.ResumeTenantRequest(path=step.tenant), metadata=self._metadata)

    def _usage(self, step: Step) -> None:
        """Usage is written every moment, not with every call."""
        wait_until(lambda: self._key(step).use_count == step.uses, f"{step.key} was used {step.uses} times")
        assert self._key(step).HasField("last_used_time")

    def _key(self, step: Step) -> key_pb2.Key:
        return self._stubs.keys.GetKey(key_service_pb2.GetKeyRequest(key_id=self._ids[step.key]), metadata=self._metadata).key
