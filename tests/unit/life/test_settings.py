from __future__ import annotations

import os
from pathlib import Path

import pytest

from authsvc import settings
from authsvc.address import TcpAddress, UnixAddress
from authsvc.domain.errors import InvalidArgument
from authsvc.state_folder import state_folder

PASSWORD = "hunter2-of-the-database"
URL = f"postgresql://owner:{PASSWORD}@db.internal/authsvc"


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)


def refused(**flags: str | bool) -> str:
    with pytest.raises(InvalidArgument) as caught:
        settings.load(**flags)
    return str(caught.value)


def test_without_anything_set_the_defaults_are_those_of_the_contract() -> None:
    found = settings.load()
    assert [str(address) for address in found.grpc] == ["127.0.0.1:50051"]
    assert (str(found.http), str(found.admin)) == ("127.0.0.1:8080", "127.0.0.1:8081")
    assert (found.workers, found.transport, found.lease, found.on_store_outage) == (1, "native", 3_000_000, 0)
    assert found.embedded
    assert found.reflection
    assert not found.insecure_listen
    assert not found.trust_socket
    assert found.secrets_folder == found.state_dir / "secrets"


def test_the_state_folder_of_root_is_in_var_lib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert settings.load().state_dir == Path("/var/lib/authsvc")


def test_the_state_folder_of_a_user_is_in_the_xdg_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert settings.load().state_dir == tmp_path / ".local" / "share" / "authsvc"
    monkeypatch.setenv("XDG_DATA_HOME", "/srv/data")
    assert settings.load().state_dir == Path("/srv/data/authsvc")
    monkeypatch.setenv("XDG_DATA_HOME", "relative/is/ignored")
    assert state_folder().path == tmp_path / ".local" / "share" / "authsvc"


@pytest.mark.parametrize("name", sorted(settings.Settings.model_fields))
def test_every_setting_is_a_variable_and_its_error_names_variable_and_flag(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    anything_is_allowed = {"state_dir", "secrets_dir"}
    monkeypatch.setenv(f"AUTHSVC_{name.upper()}", "/nowhere/at/all")
    if name in anything_is_allowed:
        assert getattr(settings.load(), name) == Path("/nowhere/at/all")
    else:
        assert f"AUTHSVC_{name.upper()} (--{name.replace('_', '-')}): " in refused()


def test_a_flag_wins_over_the_environment_and_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHSVC_LEASE", "5s")
    monkeypatch.setenv("AUTHSVC_HTTP", "")
    assert settings.load(lease="200ms").lease == 200_000
    assert settings.load(lease=None).lease == 5_000_000
    assert str(settings.load().http) == "127.0.0.1:8080"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        settings.load().workers = 3


@pytest.mark.parametrize("lease", ["0.19", "60.1", "61s", "-1", "x", "1e9", "nan"])
def test_a_lease_out_of_bounds_is_refused(lease: str) -> None:
    assert "AUTHSVC_LEASE (--lease)" in refused(lease=lease)


@pytest.mark.parametrize(
    ("lease", "microseconds"), [("0.2", 200_000), ("60", 60_000_000), ("1.5s", 1_500_000), ("1m", 60_000_000)]
)
def test_a_lease_is_seconds_or_has_a_unit(lease: str, microseconds: int) -> None:
    assert settings.load(lease=lease).lease == microseconds


def test_listeners_are_separated_by_commas() -> None:
    found = settings.load(grpc="localhost:0, [::1]:50052,unix:/run/authsvc/s.sock")
    assert found.grpc == (TcpAddress("127.0.0.1", 0), TcpAddress("::1", 50052), UnixAddress(Path("/run/authsvc/s.sock")))
    assert [str(address) for address in found.grpc] == ["127.0.0.1:0", "[::1]:50052", "unix:/run/authsvc/s.sock"]


@pytest.mark.parametrize(
    "grpc",
    ["", ",", "50051", ":50051", "example.org:1", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:-1", "::1:50051", "[::1%lo]:1",
     "unix:relative.sock", "unix:/", "unix:" + "/x" * 60, "127.0.0.1:1,127.0.0.1:1"],
)  # fmt: skip
def test_what_is_no_listen_address_is_refused(grpc: str) -> None:
    assert "AUTHSVC_GRPC (--grpc)" in refused(grpc=grpc)


def test_each_worker_has_a_socket_of_its_own() -> None:
    address = UnixAddress(Path("/run/authsvc/s.sock"))
    assert [str(address.of_worker(slot)) for slot in (0, 1)] == ["unix:/run/authsvc/s.0.sock", "unix:/run/authsvc/s.1.sock"]


@pytest.mark.parametrize("name", ["grpc", "http", "admin"])
@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.0.2.1"])
def test_plaintext_beyond_this_machine_has_to_be_said(name: str, host: str) -> None:
    message = refused(**{name: f"{host}:7"})
    assert f"AUTHSVC_{name.upper()}: other machines reach this address" in message
    assert "--insecure-listen" in message
    assert settings.load(**{name: f"{host}:7"}, insecure_listen=True).insecure_listen


def test_tls_makes_a_grpc_address_beyond_this_machine_acceptable(tmp_path: Path) -> None:
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).write_text("PEM")
    files = {"tls_cert": str(tmp_path / "cert.pem"), "tls_key": str(tmp_path / "key.pem")}
    assert settings.load(grpc="0.0.0.0:50051", **files).tls_cert == tmp_path / "cert.pem"
    assert "are set together" in refused(tls_cert=files["tls_cert"])
    assert "AUTHSVC_TLS_CLIENT_CA needs" in refused(tls_client_ca=files["tls_cert"])


def test_a_trusted_socket_needs_a_socket() -> None:
    assert "unix:" in refused(trust_socket=True)
    assert settings.load(trust_socket=True, grpc="unix:/run/s.sock").trust_socket


@pytest.mark.parametrize(
    ("text", "allowance"), [("refuse", 0), ("serve_stale_for:30s", 30_000_000), ("serve_stale_for: 1h", 3_600_000_000)]
)
def test_an_outage_is_refused_or_bridged_for_a_time(text: str, allowance: int) -> None:
    assert settings.load(on_store_outage=text).on_store_outage == allowance


@pytest.mark.parametrize("text", ["serve_stale", "serve_stale_for:", "serve_stale_for:0s", "serve_stale_for:2d", "REFUSE"])
def test_another_word_about_outages_is_refused(text: str) -> None:
    assert "serve_stale_for" in refused(on_store_outage=text)


def test_a_database_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHSVC_DATABASE_URL", URL)
    found = settings.load()
    assert not found.embedded
    assert found.database_url is not None
    assert found.database_url.get_secret_value() == URL
    assert PASSWORD not in repr(found) + str(found) + found.model_dump_json()


@pytest.mark.parametrize("url", [f"mysql://owner:{PASSWORD}@db", PASSWORD, f"postgresql:[{PASSWORD}", f"//[{PASSWORD}"])
def test_a_wrong_database_url_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("AUTHSVC_DATABASE_URL", url)
    with pytest.raises(InvalidArgument) as caught:
        settings.load(workers="0")
    assert "AUTHSVC_DATABASE_URL" in str(caught.value)
    error: BaseException | None = caught.value
    while error is not None:
        assert PASSWORD not in repr(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


@pytest.mark.parametrize("url", [URL, f"postgresql://owner@db/authsvc?password={PASSWORD}"])
def test_a_password_on_the_command_line_is_refused(url: str) -> None:
    message = refused(database_url=url)
    assert "AUTHSVC_DATABASE_URL" in message
    assert PASSWORD not in message
    assert not settings.load(database_url="postgresql://owner@db/authsvc").embedded


def test_a_misspelt_variable_is_noticed_and_what_kubernetes_injects_is_not() -> None:
    environ = {
        "AUTHSVC_DATABSE_URL": URL, "AUTHSVC_KEY_FILE": "x", "AUTHSVC_PG_BINDIR": "x", "AUTHSVC_GRPC": "x", "OTHER": "x",
        "AUTHSVC_SERVICE_HOST": "x", "AUTHSVC_SERVICE_PORT_GRPC": "x", "AUTHSVC_PORT": "x", "AUTHSVC_PORT_50051_TCP_ADDR": "x",
        "AUTHSVC_QQQQQQQQQ": "x",
    }  # fmt: skip
    assert settings.unknown(environ) == [("AUTHSVC_DATABSE_URL", "AUTHSVC_DATABASE_URL"), ("AUTHSVC_QQQQQQQQQ", "")]
