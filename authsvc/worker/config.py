"""What the supervisor tells a worker, sent through a pipe: the worker reads no settings of its own."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """One worker's part. Durations are microseconds, paths absolute, addresses as `authsvc.address` reads them."""

    slot: int
    """Which worker this is, from 0."""
    workers: int = 1
    """How many share this machine's cores."""
    replica_id: str
    """Names the supervisor and the slot: whoever starts with it knows that its predecessor has ended and may be fenced."""
    dsn: str = field(repr=False)
    """May hold a password."""
    secrets_dir: str
    root_key_file: str
    policy_file: str = ""
    """Seeds an empty store; empty: the built-in policy."""
    grpc: tuple[str, ...]
    """Ports are real, also where the settings said 0; a unix socket is this worker's own."""
    http: str
    admin: str
    transport: str
    """`native` or `grpcio`."""
    tls_cert: str = ""
    """Empty: TCP listeners speak plaintext."""
    tls_key: str = ""
    tls_client_ca: str = ""
    trust_socket: bool
    reflection: bool
    lease: int
    stale_allowance: int
    """How long to go on from old state while the store is away; 0: refuse."""
    usage_flush: int
    start_timeout: int
    drain_timeout: int
    log: str
    log_level: str

    def to_json(self) -> str:
        """One line."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The opposite of `to_json`."""
        fields: dict[str, Any] = json.loads(text)
        return cls(**{**fields, "grpc": tuple(fields["grpc"])})
