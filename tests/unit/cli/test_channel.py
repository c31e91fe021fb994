"""A caller key goes with every call: to another machine only where nobody in between can read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest

from authsvc.cli.channel import Security, is_local
from authsvc.cli.failure import Failure
from authsvc.v1.key_pb2 import Key
from authsvc.v1.key_service_pb2 import GetKeyResponse
from tests.support.certificates import Authority
from tests.support.programmable_server import ProgrammableServer
from tests.unit.cli.conftest import Cli

GET = ("keys", "get", "key_1")
LOCAL = (
    "127.0.0.1:50051", "127.8.0.1:1", "[::1]:50051", "localhost:50051", "LOCALHOST:1", "unix:/run/s.sock", "unix-abstract:s",
    "ipv4:127.0.0.1:1", "ipv6:[::1]:1", "dns:///localhost:1", "ipv4:127.0.0.1:1,127.0.0.2:1",
)  # fmt: skip
ELSEWHERE = (
    "10.0.0.1:50051", "0.0.0.0:1", "auth.example:443", "localhost.example:1", "[2001:db8::1]:1", "dns:///auth.example:1",
    "dns://127.0.0.1/auth.example:1", "ipv4:127.0.0.1:1,10.0.0.1:1", "xds:///127.0.0.1:1", "127.0.0.1.example:1",
)  # fmt: skip


@dataclass
class Mutual:
    """A server that asks for certificates, and the files of its clients."""

    server: ProgrammableServer
    ca: Path
    certificate: Path
    key: Path


@pytest.fixture
def mutual(tmp_path: Path) -> Iterator[Mutual]:
    authority = Authority()
    pair = authority.issue("server")
    ca = tmp_path / "ca.pem"
    ca.write_bytes(authority.certificate)
    certificate, key = authority.issue("client").write(tmp_path, "client")
    pairs = [(pair.private_key, pair.certificate)]
    credentials = grpc.ssl_server_credentials(pairs, root_certificates=authority.certificate, require_client_auth=True)
    server = ProgrammableServer(credentials=credentials)
    server.answer("GetKey", GetKeyResponse(key=Key(key_id="key_1")))
    yield Mutual(server, ca, certificate, key)
    server.stop()


@pytest.mark.parametrize("target", LOCAL)
def test_this_machine_is_spoken_to_in_plaintext_unless_certificates_are_named(target: str) -> None:
    assert is_local(target)
    assert not Security().encrypts(target)
    if not target.startswith("unix"):
        assert Security(ca=Path("ca.pem")).encrypts(target)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_another_machine_is_spoken_to_encrypted_unless_said_otherwise(target: str) -> None:
    assert not is_local(target)
    assert Security().encrypts(target)
    assert not Security(insecure=True).encrypts(target)


def test_what_contradicts_itself_is_refused() -> None:
    file = Path("file.pem")
    for security, target in (
        (Security(client_cert=file), "auth.example:1"),
        (Security(client_key=file), "auth.example:1"),
        (Security(ca=file, insecure=True), "auth.example:1"),
        (Security(ca=file), "unix:/run/s.sock"),
    ):
        with pytest.raises(Failure):
            security.encrypts(target)


def test_a_server_that_asks_for_a_certificate_gets_it(cli: Cli, mutual: Mutual, caller_key: str) -> None:
    client = ("--client-cert", str(mutual.certificate), "--client-key", str(mutual.key))
    run = cli(*GET, "--target", mutual.server.target, "--ca", str(mutual.ca), *client)
    assert run.code == 0, run.err
    assert mutual.server.metadata[0]["authorization"] == f"Bearer {caller_key}"
    without = cli(*GET, "--target", mutual.server.target, "--ca", str(mutual.ca), "--timeout", "2s")
    assert (without.code, len(mutual.server.requests)) == (3, 1)


def test_settings_name_the_files_too(cli: Cli, mutual: Mutual, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, path in (("CA", mutual.ca), ("CLIENT_CERT", mutual.certificate), ("CLIENT_KEY", mutual.key)):
        monkeypatch.setenv(f"AUTHSVC_{name}", str(path))
    assert cli(*GET, "--target", mutual.server.target).code == 0


def test_a_server_that_somebody_else_signed_for_never_sees_the_key(cli: Cli, mutual: Mutual, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(Authority("other").certificate)
    run = cli(*GET, "--target", mutual.server.target, "--ca", str(other), "--timeout", "2s")
    assert (run.code, mutual.server.requests) == (3, [])
    assert "--ca" in run.err


def test_plaintext_to_another_machine_is_only_spoken_on_demand(cli: Cli, server: ProgrammableServer) -> None:
    server.answer("GetKey", GetKeyResponse(key=Key(key_id="key_1")))
    elsewhere = server.target.replace("127.0.0.1", "0.0.0.0")  # the same socket under an address that is no loopback one
    run = cli(*GET, "--target", elsewhere, "--timeout", "2s")
    assert (run.code, server.requests) == (3, [])
    assert "--insecure" in run.err
    assert cli(*GET, "--target", elsewhere, "--insecure").code == 0


def test_a_file_that_is_not_there_is_named(cli: Cli, tmp_path: Path) -> None:
    run = cli(*GET, "--ca", str(tmp_path / "none.pem"))
    assert (run.code, "none.pem cannot be read" in run.err) == (2, True)
