"""A hit asks nobody: with PostgreSQL frozen, what is in memory is answered until the lease ends, and nothing else is."""

from __future__ import annotations

import contextlib
import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from authsvc.v1 import auth_service_pb2, decision_pb2, key_pb2, key_service_pb2
from tests.support.real_service import RealService, Stubs, descendants
from tests.support.service import refusal
from tests.support.waiting import wait_until

AT_ONCE = 1.0
"""Seconds within which a hit is answered on a busy machine: less than any statement may take before it is given up."""
PATIENCE = 25.0


class Calls:
    """Short ways to one service."""

    def __init__(self, stubs: Stubs) -> None:
        self._stubs = stubs
        self._metadata: Any = stubs.metadata

    def create(self, scope: str = "projects:read") -> tuple[str, str]:
        key = key_pb2.Key(display_name="warm", type="sdk", tenant="acme", scopes=[scope])
        answer = self._stubs.keys.CreateKey(key_service_pb2.CreateKeyRequest(key=key), metadata=self._metadata, timeout=PATIENCE)
        return answer.secret, answer.key.key_id

    def mint(self, secret: str) -> str:
        request = auth_service_pb2.MintRequest(credential=secret)
        return self._stubs.auth.Mint(request, metadata=self._metadata, timeout=PATIENCE).access_token

    def verify(self, credential: str, timeout: float = AT_ONCE) -> str:
        request = auth_service_pb2.VerifyRequest(credential=credential)
        request.requirement.scopes.append("projects:read")
        return _outcome(self._stubs.auth.Verify(request, metadata=self._metadata, timeout=timeout))

    def check_scope(self, credential: str) -> str:
        request = auth_service_pb2.CheckScopeRequest(credential=credential)
        request.requirement.scopes.append("projects:write")
        return _outcome(self._stubs.auth.CheckScope(request, metadata=self._metadata, timeout=AT_ONCE))

    def use_count(self, key_id: str) -> int:
        request = key_service_pb2.GetKeyRequest(key_id=key_id)
        return self._stubs.keys.GetKey(request, metadata=self._metadata, timeout=PATIENCE).key.use_count


def _outcome(answer: Any) -> str:
    if answer.decision == decision_pb2.DECISION_ALLOW:
        return "ALLOW"
    return decision_pb2.Reason.Name(answer.reason).removeprefix("REASON_")


@contextlib.contextmanager
def frozen(service: RealService) -> Iterator[None]:
    """The postmaster and every backend, stopped."""
    postmaster = service.postgres_pid()
    # First of all the postmaster: it can start no backend any more.
    stopped = [postmaster]
    os.kill(postmaster, signal.SIGSTOP)
    stopped += descendants(postmaster)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(stopped):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def metric(service: RealService, name: str) -> float:
    with urllib.request.urlopen(f"http://{service.admin}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


@pytest.mark.parametrize(
    ("transport", "patience", "code"),
    [
        ("native", PATIENCE, grpc.StatusCode.UNAVAILABLE),
        ("grpcio", 1.0, grpc.StatusCode.DEADLINE_EXCEEDED),
    ],
)
def test_with_postgresql_frozen_what_is_warm_is_answered_within_the_lease(
    tmp_path: Path, transport: str, patience: float, code: grpc.StatusCode
) -> None:
    with RealService(tmp_path / "state", {"lease": "30s", "transport": transport}) as service, Stubs(service) as stubs:
        calls = Calls(stubs)
        secret, key_id = calls.create()
        denied, _ = calls.create("billing:read")
        cold, _ = calls.create()
        token = calls.mint(secret)
        for credential in (secret, token, denied):
            calls.verify(credential, PATIENCE)
        lookups, hits = metric(service, "authsvc_lookups_total"), metric(service, "authsvc_cache_hits_total")
        with frozen(service):
            for _ in range(50):
                assert calls.verify(secret) == "ALLOW"
                assert calls.verify(token) == "ALLOW"
                assert calls.verify(denied) == "INSUFFICIENT_SCOPE"
                assert calls.check_scope(secret) == "INSUFFICIENT_SCOPE"
                assert calls.verify(secret[:-1] + ("a" if secret[-1] != "a" else "b")) == "CREDENTIAL_INVALID"
            assert metric(service, "authsvc_lookups_total") == lookups
            assert metric(service, "authsvc_cache_hits_total") >= hits + 150
            # What only the store knows is no decision, and surely no deny.
            with pytest.raises(grpc.RpcError) as caught:
                calls.verify(cold, patience)
            assert caught.value.code() is code
            assert calls.verify(secret) == "ALLOW"
        assert calls.verify(cold, PATIENCE) == "ALLOW"
        calls.create()
        wait_until(lambda: calls.use_count(key_id) >= 104, "every use was counted, those of the outage too")
        assert service.stop() == 0
    # Nor was any counted twice: the last flush, at the end, had nothing left to write.
    with RealService(tmp_path / "state", {"transport": transport}) as service, Stubs(service) as stubs:
        assert Calls(stubs).use_count(key_id) == 104


def test_with_postgresql_frozen_nothing_is_answered_after_the_lease(tmp_path: Path) -> None:
    with RealService(tmp_path / "state", {"lease": "1s"}) as service, Stubs(service) as stubs:
        calls = Calls(stubs)
        secret, _ = calls.create()
        assert calls.verify(secret, PATIENCE) == "ALLOW"
        with frozen(service):
            wait_until(lambda: metric(service, "authsvc_lease_held") == 0, "the lease ended")
            for _ in range(2):
                with pytest.raises(grpc.RpcError) as caught:
                    calls.verify(secret, PATIENCE)
                assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
                assert refusal(caught.value).reason == "LEASE_LOST"
        wait_until(lambda: metric(service, "authsvc_lease_held") == 1, "the lease is held again")
        assert calls.verify(secret, PATIENCE) == "ALLOW"
