"""Everything of the service's own is replaced and retired under constant load: not one wrong answer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from authsvc.v1 import auth_service_pb2, decision_pb2, key_pb2, key_service_pb2
from tests.support.constant_load import ConstantLoad
from tests.support.real_service import RealService, Stubs
from tests.support.waiting import wait_until

PATIENCE = 30.0
ALLOW, INVALID, REVOKED = "ALLOW", "CREDENTIAL_INVALID", "KEY_REVOKED"


class Calls:
    """Short ways to one service."""

    def __init__(self, stubs: Stubs) -> None:
        self._stubs = stubs
        self.metadata: Any = stubs.metadata

    def create(self, count: int) -> dict[str, str]:
        """So many keys; their ids by secret."""
        made = {}
        for _ in range(count):
            key = key_pb2.Key(display_name="under load", type="sdk", tenant="acme", scopes=["projects:read"])
            answer = self._do(self._stubs.keys.CreateKey, key_service_pb2.CreateKeyRequest(key=key))
            made[answer.secret] = answer.key.key_id
        return made

    def rotate(self, key_id: str) -> str:
        return str(self._do(self._stubs.keys.RotateKey, key_service_pb2.RotateKeyRequest(key_id=key_id)).secret)

    def revoke(self, key_id: str) -> None:
        self._do(self._stubs.keys.RevokeKey, key_service_pb2.RevokeKeyRequest(key_id=key_id))

    def mint(self, secrets: Any) -> list[str]:
        return [self._do(self._stubs.auth.Mint, auth_service_pb2.MintRequest(credential=each)).access_token for each in secrets]

    def verify(self, credential: str) -> str:
        request = auth_service_pb2.VerifyRequest(credential=credential)
        request.requirement.scopes.append("projects:read")
        answer = self._do(self._stubs.auth.Verify, request)
        if answer.decision == decision_pb2.DECISION_ALLOW:
            return ALLOW
        return decision_pb2.Reason.Name(answer.reason).removeprefix("REASON_")

    def _do(self, method: Any, request: Any) -> Any:
        return method(request, metadata=self.metadata, timeout=PATIENCE)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RealService]:
    with RealService(tmp_path / "state", {"workers": "2"}) as service:
        yield service


def forged(secret: str) -> str:
    """One character of the random part is another."""
    return secret[:12] + ("a" if secret[12] != "a" else "b") + secret[13:]


def together(service: RealService, *commands: tuple[str, ...]) -> None:
    """Run commands at the same time."""
    with ThreadPoolExecutor(len(commands)) as pool:
        list(pool.map(lambda words: service.cli(*words), commands))


def needed_by(service: RealService, name: str) -> int:
    found = json.loads(service.cli("secrets", "status", name.partition("/")[0], "--json").stdout)["secrets"]
    return int(next(each["dependents"] for each in found if each["name"] == name))


def signing_key(service: RealService, state: str) -> str:
    found = json.loads(service.cli("signing-keys", "list", "--json").stdout)["signing_keys"]
    return str(next(each["signing_key_id"] for each in found if each["state"] == state))


def test_every_secret_of_the_service_is_replaced_without_one_wrong_answer(service: RealService) -> None:
    began = time.monotonic()
    with Stubs(service) as stubs:
        calls = Calls(stubs)
        with ConstantLoad(calls.verify) as load:
            old, gone = calls.create(12), calls.create(2)
            load.expect([*old], ALLOW)
            load.expect([forged(secret) for secret in old], INVALID)
            for key_id in gone.values():
                calls.revoke(key_id)
            # Whoever has asked remembers what it was; once its pepper is gone nobody else can find out.
            load.expect([*gone], REVOKED, INVALID)
            old_tokens = calls.mint(old)
            load.expect(old_tokens, ALLOW)

            together(service, *(("secrets", "rotate", kind) for kind in ("peppers", "tag-keys", "keks")))
            new = calls.create(6)
            assert {secret[-7] for secret in new} == {"2"}
            load.expect([*new], ALLOW)
            former = signing_key(service, "ACTIVE")
            service.cli("signing-keys", "rotate", "--now", "--algorithm", "EdDSA")
            load.expect(calls.mint(new), ALLOW)

            # Of a lost root key nothing is left but the machine.
            old_root = service.root_key()
            service.cli("root-key", "rotate", "--offline", "--keep-old")
            calls.metadata = service.metadata()
            load.forget([])
            old_root_id = json.loads(service.cli("keys", "identify", "-", "--json", stdin=old_root).stdout)["keys"][0]["key_id"]
            calls.revoke(old_root_id)

            # A secret moves to the newest pepper when it is used, to the newest tag key when its key is rotated.
            load.forget(old_tokens)
            for secret, key_id in old.items():
                load.forget([secret, forged(secret)])
                load.expect([calls.rotate(key_id)], ALLOW)
            wait_until(lambda: needed_by(service, "peppers/p1") == 0, "every secret in use has moved", PATIENCE)
            together(
                service,
                ("secrets", "retire", "peppers", "p1"),
                ("secrets", "retire", "tag-keys", "1"),
                ("secrets", "retire", "keks", "k1"),
            )
            service.cli("signing-keys", "retire", former)
            load.expect([*old, *old_tokens], INVALID)
            load.expect([*calls.create(1)], ALLOW)
            answers = load.answers
            wait_until(lambda: load.answers > answers + 500, "everybody was asked about once more", PATIENCE)

    took = time.monotonic() - began
    print(
        f"\nanswers: {load.answers}, wrong answers: {sum(load.wrong.values())}, calls without one: {sum(load.failures.values())}"
    )
    print(f"three secrets, a signing key and the root key replaced and retired in {took:.1f} s")
    assert not load.wrong
    assert not load.failures
    assert load.answers > 1000
    folder = service.state / "secrets"
    assert sorted(str(each.relative_to(folder)) for each in folder.glob("*/*") if each.name != "current") == [
        "keks/k2",
        "peppers/p2",
        "tag-keys/2",
    ]


def test_a_start_needs_nothing_that_was_retired_and_a_lost_root_key_is_replaced_while_nothing_runs(service: RealService) -> None:
    with Stubs(service) as stubs:
        (secret,) = Calls(stubs).create(1)
    old = service.root_key()
    service.cli("secrets", "rotate", "keks")
    service.cli("secrets", "retire", "keks", "k1")
    assert not (service.state / "secrets" / "keks" / "k1").exists()
    assert service.stop() == 0
    refused = service.cli("root-key", "rotate", "--yes", check=False)
    assert refused.returncode == 2
    assert "--offline" in refused.stderr
    (service.state / "root.key").unlink()
    assert "is the root key" in service.cli("root-key", "rotate", "--offline", "--yes").stdout
    assert (service.state / "root.key").stat().st_mode & 0o777 == 0o600
    service.start()
    with Stubs(service) as stubs:
        calls = Calls(stubs)
        assert calls.verify(*calls.mint([secret])) == ALLOW
        assert calls.verify(old) == REVOKED
