"""Every setting of `authsvc serve` (CONTRACT section 1): a flag, else `AUTHSVC_<NAME>`, else its default. Read once, then frozen.

No message of this module repeats a value: a database URL holds a password, and nobody can tell which other one does by mistake.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from authsvc.address import Address, TcpAddress, UnixAddress, parse_address, parse_tcp
from authsvc.domain.errors import InvalidArgument, InvalidValue, Violation
from authsvc.durations import parse_duration, show_duration
from authsvc.state_folder import StateFolder, state_folder

PREFIX = "AUTHSVC_"
ELSEWHERE = frozenset(
    {
        *("AUTHSVC_TARGET", "AUTHSVC_KEY_FILE", "AUTHSVC_CA", "AUTHSVC_CLIENT_CERT", "AUTHSVC_CLIENT_KEY", "AUTHSVC_INSECURE"),
        *("AUTHSVC_PG_BINDIR", "AUTHSVC_PG_USER"),
    }
)
"""Settings that other parts read: the CLI's and the embedded PostgreSQL's."""
# What Kubernetes puts into every container of a namespace that has a service named authsvc.
_INJECTED = re.compile(r"AUTHSVC_(SERVICE_(HOST|PORT\w*)|PORT(_\w+)?)")
SECOND = 1_000_000
DAY = 86_400 * SECOND


def _listeners(value: object) -> object:
    if not isinstance(value, str):
        return value
    addresses = tuple(parse_address(part) for part in value.split(",") if part.strip())
    if not addresses:
        raise InvalidValue("at least one address is needed")
    fixed = [address for address in addresses if not isinstance(address, TcpAddress) or address.port]
    if len(set(fixed)) != len(fixed):
        raise InvalidValue("every address is named once")
    return addresses


def _tcp(value: object) -> object:
    return parse_tcp(value) if isinstance(value, str) else value


def _between(least: int, most: int) -> BeforeValidator:
    def read(value: object) -> object:
        duration = parse_duration(str(value))
        if not least <= duration <= most:
            raise InvalidValue(f"allowed is {show_duration(least)} to {show_duration(most)}")
        return duration

    return BeforeValidator(read)


def _outage(value: object) -> object:
    if value == "refuse":
        return 0
    kind, _, length = str(value).partition(":")
    try:
        duration = parse_duration(length) if kind == "serve_stale_for" else 0
    except InvalidValue:
        duration = 0
    if not 0 < duration <= DAY:
        raise InvalidValue("allowed is refuse, or serve_stale_for: and a duration of at most 1d, such as serve_stale_for:30s")
    return duration


def _database(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    try:
        known = text.startswith(("postgresql://", "postgres://")) and urlsplit(text).port != 0
    except ValueError:
        known = False
    if not known:
        raise InvalidValue(
            "allowed is postgresql://user:password@host:port/database?sslmode=verify-full; without it a PostgreSQL is run here"
        )
    return text


def _file(value: object) -> object:
    path = Path(str(value)).absolute()
    if not path.is_file() or not os.access(path, os.R_OK):
        raise InvalidValue("this file is not there, or may not be read")
    return path


def _folder(value: object) -> object:
    return Path(str(value)).absolute()


Duration = int
File = Annotated[Path, BeforeValidator(_file)]
Folder = Annotated[Path, BeforeValidator(_folder)]


class Settings(BaseSettings):
    """What the operator decided. Durations are microseconds."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True, hide_input_in_errors=True, validate_default=False
    )

    grpc: Annotated[tuple[Address, ...], NoDecode, BeforeValidator(_listeners)] = (TcpAddress("127.0.0.1", 50051),)
    """gRPC listeners, comma separated; `unix:/path/s.sock` makes one socket per worker."""
    http: Annotated[TcpAddress, NoDecode, BeforeValidator(_tcp)] = TcpAddress("127.0.0.1", 8080)
    """Public HTTP: OAuth, JWKS, metadata."""
    admin: Annotated[TcpAddress, NoDecode, BeforeValidator(_tcp)] = TcpAddress("127.0.0.1", 8081)
    """Keys over REST, console, metrics, health, readiness; never meant to be public."""
    database_url: Annotated[SecretStr, BeforeValidator(_database)] | None = None
    """A PostgreSQL of the operator's; unset, one is run below the state folder."""
    state_dir: Folder = Field(default_factory=lambda: state_folder().path)
    """Embedded database, secrets, root key."""
    secrets_dir: Folder | None = None
    """Peppers, tag keys, key-encryption keys; unset, `secrets` in the state folder."""
    policy: File | None = None
    """A policy file for an empty store."""
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Serving processes."""
    transport: Literal["native", "grpcio"] = "native"
    """What serves gRPC without TLS."""
    tls_cert: File | None = None
    """Certificate chain (PEM) of the gRPC TCP listeners."""
    tls_key: File | None = None
    """Its private key (PEM)."""
    tls_client_ca: File | None = None
    """Client certificates must be signed by one of these (PEM)."""
    insecure_listen: bool = False
    """Allow addresses that other machines reach without TLS."""
    trust_socket: bool = False
    """Callers on a unix socket need no credential; the socket is for our user alone (0600)."""
    reflection: bool = True
    """Answer gRPC server reflection, without a credential."""
    on_store_outage: Annotated[Duration, BeforeValidator(_outage)] = 0
    """How long to go on from old state when the store is away; `refuse` is 0."""
    lease: Annotated[Duration, _between(SECOND // 5, 60 * SECOND)] = 3 * SECOND
    """How long a process may answer from memory without hearing from the store."""
    usage_flush: Annotated[Duration, _between(SECOND // 20, 60 * SECOND)] = SECOND
    """How often usage counters are written."""
    start_timeout: Annotated[Duration, _between(SECOND, 600 * SECOND)] = 30 * SECOND
    """How long a start may take, an absent database included."""
    drain_timeout: Annotated[Duration, _between(0, 600 * SECOND)] = 10 * SECOND
    """How long calls under way may take after SIGTERM."""
    log: Literal["auto", "console", "json"] = "auto"
    """Format of the log; auto: for people on a terminal, else JSON."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least level that is logged."""

    @classmethod
    @override
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        """Flags, then the environment. No .env file: what serves should not depend on the folder it was started in."""
        return init_settings, env_settings

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise InvalidValue("AUTHSVC_TLS_CERT and AUTHSVC_TLS_KEY are set together")
        if self.tls_client_ca is not None and self.tls_cert is None:
            raise InvalidValue("AUTHSVC_TLS_CLIENT_CA needs AUTHSVC_TLS_CERT and AUTHSVC_TLS_KEY")
        if self.trust_socket and not any(isinstance(address, UnixAddress) for address in self.grpc):
            raise InvalidValue("AUTHSVC_TRUST_SOCKET needs a unix: address in AUTHSVC_GRPC")
        exposed = [name for name, address in self._plaintext() if not address.loopback]
        if exposed and not self.insecure_listen:
            names = ", ".join(dict.fromkeys(exposed))
            raise InvalidValue(
                f"{names}: other machines reach this address, and nothing on it is encrypted. Set AUTHSVC_TLS_CERT and "
                "AUTHSVC_TLS_KEY (gRPC), listen on a loopback address behind a proxy, or say --insecure-listen"
            )
        return self

    def _plaintext(self) -> list[tuple[str, Address]]:
        grpc = [] if self.tls_cert else [("AUTHSVC_GRPC", address) for address in self.grpc]
        return [*grpc, ("AUTHSVC_HTTP", self.http), ("AUTHSVC_ADMIN", self.admin)]

    @property
    def state(self) -> StateFolder:
        """The state folder."""
        return StateFolder(self.state_dir)

    @property
    def secrets_folder(self) -> Path:
        """Where the secrets folder is."""
        return self.secrets_dir or self.state.secrets

    @property
    def embedded(self) -> bool:
        """Whether a PostgreSQL is run here."""
        return self.database_url is None


def load(**flags: Any) -> Settings:
    """Settings from flags (None: not given) and the environment.

    Raises:
        InvalidArgument: Names each setting that is wrong and what is allowed.
    """
    url = flags.get("database_url")
    if url is not None and carries_password(url):
        raise InvalidArgument(
            Violation(
                "--database-url",
                "every user of a machine sees its command lines: put a URL with a password into AUTHSVC_DATABASE_URL",
            )
        )
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        violations = [Violation(_setting(detail["loc"]), _sentence(detail["msg"])) for detail in found]
    raise InvalidArgument(*violations)


def carries_password(url: str) -> bool:
    """Whether a database URL holds a password, in either place that libpq reads one from."""
    try:
        parts = urlsplit(url)
        return parts.password is not None or bool({"password", "sslpassword"} & parse_qs(parts.query).keys())
    except ValueError:
        return True


def unknown(environ: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """`AUTHSVC_` variables that mean nothing, each with the setting that it resembles or an empty text."""
    known = {PREFIX + name.upper() for name in Settings.model_fields} | ELSEWHERE
    strange = [
        name
        for name in (os.environ if environ is None else environ)
        if name.startswith(PREFIX) and name not in known and not _INJECTED.fullmatch(name)
    ]
    return [(name, next(iter(difflib.get_close_matches(name, known, 1)), "")) for name in sorted(strange)]


def _setting(location: tuple[int | str, ...]) -> str:
    if not location:
        return "settings"
    name = str(location[0])
    flag = f"--{name.replace('_', '-')}"
    return f"{PREFIX}{name.upper()} ({flag})" if name in Settings.model_fields else flag


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should", "this should")
