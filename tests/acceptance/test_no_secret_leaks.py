"""At the most verbose level, whatever is called and whatever breaks, a secret is only in the answer that hands it over."""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import string
import subprocess
import sys
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration

from authsvc import secrets_folder
from authsvc.v1 import audit_service_pb2, audit_service_pb2_grpc, auth_service_pb2, key_pb2, key_service_pb2
from tests.support.careless import PACKAGE, Careless, careless_calls
from tests.support.leaks import Hidden
from tests.support.real_service import RealService, Stubs, descendants
from tests.support.waiting import wait_until

HANDS_OVER = ("CreateKey", "RotateKey", "Mint")


class Session:
    """A service, what it must not show, and everything that it showed."""

    def __init__(self, service: RealService, stubs: Stubs) -> None:
        self.service = service
        self.stubs = stubs
        self.metadata = tuple(stubs.metadata)
        self.hidden = Hidden()
        self.shown: defaultdict[str, bytearray] = defaultdict(bytearray)
        """Where -> what could be read there."""
        self.codes: set[grpc.StatusCode] = set()

    def show(self, where: str, what: bytes | str) -> None:
        self.shown[where] += what.encode("utf-8", "surrogateescape") if isinstance(what, str) else what

    def create(self, name: str, type_: str = "sdk", **fields: object) -> tuple[str, str]:
        key = key_pb2.Key(**{"display_name": name, "type": type_, "tenant": "acme", **fields})  # type: ignore[arg-type]
        answer = self.stubs.keys.CreateKey(key_service_pb2.CreateKeyRequest(key=key), metadata=self.metadata, timeout=20)
        self.show("keys", answer.key.SerializeToString())
        prefix = "authsvc_" if type_ == "authsvc" else f"chy_{type_}_"
        return self.hidden.add_secret(name, answer.secret, prefix), answer.key.key_id

    def mint(self, name: str, secret: str) -> str:
        request = auth_service_pb2.MintRequest(credential=secret)
        answer = self.stubs.auth.Mint(request, metadata=self.metadata, timeout=20)
        return self.hidden.add_token(name, answer.access_token)

    def call(self, call: Careless, timeout: float = 10) -> None:
        """Call, and keep whatever comes back, unless its purpose is to hand over a secret."""
        metadata = self.metadata if call.metadata is None else call.metadata
        invoke: Any = self.stubs.channel.unary_unary(PACKAGE + call.rpc)
        try:
            answer: bytes = invoke(call.payload, metadata=metadata, timeout=timeout)
        except grpc.RpcError as error:
            trailers: Any = error.trailing_metadata() or ()
            self.codes.add(error.code())
            self.show("errors", f"{error.details()}\n")
            for key, value in trailers:
                self.show("error trailers", key)
                self.show("error trailers", value)
        else:
            self.codes.add(grpc.StatusCode.OK)
            if not call.rpc.endswith(HANDS_OVER):
                self.show(f"answer of {call.rpc}", answer)

    def get(self, where: str, path: str, **headers: str) -> None:
        address = getattr(self.service, where)
        request = urllib.request.Request(f"http://{address}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                self.show(f"http {where}", answer.read() + str(answer.headers).encode())
        except urllib.error.HTTPError as error:
            self.show(f"http {where}", error.read() + str(error.headers).encode())

    def cli(self, *words: str, stdin: str = "", hands_over: bool = False) -> str:
        """Run a command; only what is not meant to be a secret is looked through."""
        done = self.service.cli(*words, stdin=stdin, check=False)
        self.show(f"output of {words[0]} {words[1]}", done.stderr if hands_over else done.stdout + done.stderr)
        return done.stdout

    def look_at_processes(self) -> None:
        for pid in self.service.pids():
            for name in ("cmdline", "environ"):
                with_pid = Path(f"/proc/{pid}/{name}")
                try:
                    self.show(f"process {name}", with_pid.read_bytes())
                except OSError:
                    continue

    def leaks(self) -> list[str]:
        return [f"{name} in {where}" for where, what in self.shown.items() for name in self.hidden.found_in(what)]


@pytest.fixture(params=["native", "grpcio"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def session(tmp_path: Path, transport: str) -> Iterator[Session]:
    with RealService(tmp_path / "state", {"transport": transport, "log-level": "debug"}) as service, Stubs(service) as stubs:
        session = Session(service, stubs)
        session.hidden.add_folder(service.state / "secrets")
        session.hidden.add_secret("root key", service.root_key(), "authsvc_")
        yield session


def test_no_secret_is_anywhere_but_in_the_answer_that_hands_it_over(session: Session, transport: str) -> None:
    secret, token = ordinary_life(session)
    for call in careless_calls(secret, token):
        session.call(call)
    errors = {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNIMPLEMENTED,
    }
    assert errors <= session.codes
    if transport == "native":  # commands do not know what serves
        careless_commands(session, secret, token)
    careless_requests(session, secret, token)
    things_break(session, secret, token)
    assert grpc.StatusCode.UNAVAILABLE in session.codes
    everything_that_is_kept(session)
    assert "\n".join(session.leaks()) == ""
    # That nothing was found must not be because nothing was looked at.
    for where in (
        "log",
        "postgres.log",
        "http admin",
        "errors",
        "error trailers",
        "audit",
        "dump",
        "data folder",
    ):
        assert len(session.shown[where]) > 200, where
    for searched in (b"denied", b"allowed", b'"exc_type"', b"lease_not_renewed"):
        assert searched in session.shown["log"], searched
    assert b"CreateKey" in session.shown["audit"]
    assert b"COPY public.secrets" in session.shown["dump"]


def ordinary_life(session: Session) -> tuple[str, str]:
    """Everything that keys and tokens are for; a living secret and a living token."""
    auth, keys, metadata = session.stubs.auth, session.stubs.keys, session.metadata
    secret, key_id = session.create("a key", scopes=["projects:read"])
    other, other_id = session.create("another key")
    narrow, _ = session.create("a caller", "authsvc", tenant="/", scopes=["authsvc:verify"])
    session.call(_verify(secret)._replace(metadata=(("authorization", f"Bearer {narrow}"),)))
    session.call(_identify(secret)._replace(metadata=(("authorization", f"Bearer {narrow}"),)))
    token = session.mint("a token", secret)
    for credential in (secret, other, token):
        session.call(_verify(credential))
        session.call(_verify(credential, "projects:write"))
    for number, grace in enumerate((3600, 0)):
        rotated = key_service_pb2.RotateKeyRequest(key_id=key_id, grace_period=Duration(seconds=grace), reason="rotation")
        answer = keys.RotateKey(rotated, metadata=metadata, timeout=20)
        secret = session.hidden.add_secret(f"rotated secret {number}", answer.secret, "chy_sdk_")
        session.call(_verify(secret))
    dead, token = token, session.mint("another token", secret)
    for credential in (secret, other, dead, token):
        session.call(_identify(credential))
    session.call(Careless("AuthService/RevokeToken", auth_service_pb2.RevokeTokenRequest(token=token).SerializeToString()))
    session.call(Careless("KeyService/RevokeKey", key_service_pb2.RevokeKeyRequest(credential=other).SerializeToString()))
    session.call(_verify(other))
    session.call(_verify(token))
    assert auth.Verify(auth_service_pb2.VerifyRequest(credential=secret), metadata=metadata, timeout=20).decision == 1
    assert keys.GetKey(key_service_pb2.GetKeyRequest(key_id=other_id), metadata=metadata, timeout=20).key.revoke_time.seconds
    return secret, session.mint("a living token", secret)


def careless_commands(session: Session, secret: str, token: str) -> None:
    """The command line, right and wrong."""
    created = json.loads(session.cli("keys", "create", "by cli", "--type", "ci", "--tenant", "acme", "--json", hands_over=True))
    session.hidden.add_secret("a secret made by the command line", created["secret"], "chy_ci_")
    minted = json.loads(session.cli("mint", "-", "--json", stdin=secret, hands_over=True))
    session.hidden.add_token("a token made by the command line", minted["access_token"])
    rotated = session.cli("keys", "rotate", created["key"]["key_id"], hands_over=True).strip()
    session.hidden.add_secret("a secret rotated by the command line", rotated, "chy_ci_")
    for credential in (token, f"{secret}x", f"Bearer {secret}"):
        session.cli("verify", "-", "--json", "--scope", "billing:write", stdin=credential)
        session.cli("keys", "identify", "-", "--json", stdin=credential)
    session.cli("mint", "-", "--scope", "billing:write", stdin=secret)
    session.cli("mint", "-", stdin=token)
    session.cli("keys", "list", "--json")
    session.cli("audit", "list", "--json")
    session.cli("verify", secret)
    session.cli("keys", "get", secret, "--json")
    session.cli("keys", "revoke", secret)
    session.cli("keys", "revoke", "--credential", "-", "--reason", "leaked", "--json", stdin=created["secret"])


def careless_requests(session: Session, secret: str, token: str) -> None:
    """HTTP, with credentials in every place."""
    for where in ("admin", "http"):
        for path in ("/metrics", "/readyz", "/healthz", f"/{secret}", f"/metrics?key={token}"):
            session.get(where, path, Authorization=f"Bearer {secret}", Cookie=f"session={token}")


def things_break(session: Session, secret: str, token: str) -> None:
    """PostgreSQL and then the worker are killed while calls are under way."""
    service = session.service
    postmaster = service.postgres_pid()
    supervisor = service.pids()[0]
    os.kill(supervisor, signal.SIGSTOP)  # or it would start PostgreSQL again before anybody noticed
    try:
        for pid in (postmaster, *descendants(postmaster)):
            os.kill(pid, signal.SIGKILL)
        calls_without_store(session, secret, token)
        wait_until(lambda: b"lease_not_renewed" in service.log.read_bytes(), "the loss was noticed")
        calls_without_store(session, secret, token)
    finally:
        os.kill(supervisor, signal.SIGCONT)
    wait_until(lambda: _allowed(session, secret), "it recovered from the loss of PostgreSQL")
    session.look_at_processes()
    worker = next(pid for pid in service.pids() if b"authsvc.app" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: _allowed(session, secret), "it recovered from the loss of its worker")
    session.look_at_processes()


def calls_without_store(session: Session, secret: str, token: str) -> None:
    """What needs the store, and what does not."""
    create = key_service_pb2.CreateKeyRequest(key=key_pb2.Key(display_name="while away", type="sdk", tenant="acme"))
    for credential in (secret, token, f"{secret}x"):
        session.call(_verify(credential), timeout=1)
    session.call(Careless("KeyService/CreateKey", create.SerializeToString()), timeout=1)
    session.call(_identify(secret), timeout=1)


def everything_that_is_kept(session: Session) -> None:
    """Logs, metrics, audit log, a dump, and the data folder itself, write-ahead log and all."""
    service = session.service
    session.get("admin", "/metrics")
    audit = audit_service_pb2_grpc.AuditServiceStub(session.stubs.channel)
    request = audit_service_pb2.ListAuditEntriesRequest(page_size=1000)
    entries = audit.ListAuditEntries(request, metadata=session.metadata, timeout=20)
    session.show("audit", entries.SerializeToString() + str(entries).encode())
    dump = [sys.executable, "-P", "-m", "authsvc", "db", "dump"]
    environment = {**os.environ, "AUTHSVC_STATE_DIR": str(service.state)}
    session.show("dump", subprocess.run(dump, capture_output=True, env=environment, check=True, timeout=60).stdout)
    assert service.stop() == 0
    session.show("log", service.log.read_bytes())
    session.show("postgres.log", (service.state / "pg/postgres.log").read_bytes())
    for file in sorted((service.state / "pg/data").rglob("*")):
        # The template databases and unused pages of the log are none of ours; zeros are left out to look through less.
        if file.is_file() and not {"1", "4"} & set(file.parts):
            session.show("data folder", file.read_bytes().replace(bytes(512), b""))


def _verify(credential: str, *scopes: str) -> Careless:
    request = auth_service_pb2.VerifyRequest(credential=credential)
    request.requirement.scopes.extend(scopes)
    return Careless("AuthService/Verify", request.SerializeToString())


def _identify(credential: str) -> Careless:
    request = key_service_pb2.IdentifyCredentialRequest(credential=credential)
    return Careless("KeyService/IdentifyCredential", request.SerializeToString())


def _allowed(session: Session, secret: str) -> bool:
    request = auth_service_pb2.VerifyRequest(credential=secret)
    try:
        answer = session.stubs.auth.Verify(request, metadata=session.metadata, timeout=2)
    except grpc.RpcError:
        return False
    return bool(answer.decision == 1)


@pytest.mark.parametrize(
    "place",
    [
        "log: {secret} was refused",
        "only the random part {random} of it",
        "cut to its end: ...{tail}",
        "Authorization: Basic {basic}",
        "bytea \\x{hex}",
        "pepper {pepper_hex}",
        "pepper {pepper_base64}",
    ],
)
def test_the_search_finds_a_planted_leak(tmp_path: Path, place: str) -> None:
    folder = secrets_folder.create(tmp_path / "secrets")
    pepper = next(iter(folder.peppers.keys.values()))
    random = "".join(secrets.choice(string.ascii_letters) for _ in range(32))
    secret = f"chy_sdk_{random}1AbCdEf"
    hidden = Hidden()
    hidden.add_folder(folder.path)
    hidden.add_secret("planted", secret, "chy_sdk_")
    text = place.format(
        secret=secret,
        random=random,
        tail=secret[-20:],
        basic=base64.b64encode(f"client:{secret}".encode()).decode(),
        hex=secret.encode().hex(),
        pepper_hex=pepper.hex(),
        pepper_base64=base64.b64encode(b"x" + pepper).decode(),
    )
    assert hidden.found_in(text)
    assert hidden.found_in(text.encode() + bytes(10))
    assert hidden.found_in("log: chy_sdk_abcd was refused") == []
