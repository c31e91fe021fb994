"""`authsvc serve`: every setting as a flag. Imports neither grpc nor the driver: the supervisor runs in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import structlog
import typer

from authsvc import logs, settings
from authsvc.supervisor.supervise import Supervisor

app = typer.Typer()
log = structlog.get_logger(__name__)

Text = str | None
Switch = bool | None


def _option(help_text: str, metavar: str = "") -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(help=help_text, metavar=metavar or None, show_default=False)
    return option


@app.command()
def serve(
    grpc: Annotated[
        Text, _option("gRPC listeners, comma separated; unix:/path/s.sock for sockets (127.0.0.1:50051)", "ADDRESSES")
    ] = None,
    http: Annotated[Text, _option("public HTTP: OAuth, JWKS, metadata (127.0.0.1:8080)", "ADDRESS")] = None,
    admin: Annotated[Text, _option("REST, console, metrics, health; never public (127.0.0.1:8081)", "ADDRESS")] = None,
    database_url: Annotated[Text, _option("a PostgreSQL of yours, without a password (one is run here)", "URL")] = None,
    state_dir: Annotated[Path | None, _option("embedded database, secrets, root key (XDG data folder)")] = None,
    secrets_dir: Annotated[Path | None, _option("peppers, tag keys, key-encryption keys (STATE_DIR/secrets)")] = None,
    policy: Annotated[Path | None, _option("a policy file for an empty store")] = None,
    workers: Annotated[Text, _option("serving processes (1)", "N")] = None,
    transport: Annotated[Text, _option("what serves gRPC without TLS (native)", "native|grpcio")] = None,
    tls_cert: Annotated[Path | None, _option("certificate chain (PEM) of the gRPC TCP listeners")] = None,
    tls_key: Annotated[Path | None, _option("its private key (PEM)")] = None,
    tls_client_ca: Annotated[Path | None, _option("who signs client certificates (PEM)")] = None,
    insecure_listen: Annotated[Switch, _option("allow plaintext on addresses that other machines reach")] = None,
    trust_socket: Annotated[Switch, _option("callers on a unix socket (0600) need no credential")] = None,
    reflection: Annotated[Switch, _option("answer gRPC server reflection (yes)")] = None,
    on_store_outage: Annotated[Text, _option("refuse, or serve_stale_for:30s (refuse)", "WHAT")] = None,
    lease: Annotated[Text, _option("how long to answer without hearing from the store (3s)", "DURATION")] = None,
    usage_flush: Annotated[Text, _option("how often usage is written (1s)", "DURATION")] = None,
    start_timeout: Annotated[Text, _option("how long a start may take (30s)", "DURATION")] = None,
    drain_timeout: Annotated[Text, _option("how long calls under way may take after SIGTERM (10s)", "DURATION")] = None,
    log_format: Annotated[Text, typer.Option("--log", help="format of the log (auto)", metavar="auto|console|json")] = None,
    log_level: Annotated[Text, _option("the least level that is logged (info)", "debug|info|warning|error")] = None,
) -> None:
    """Serve until SIGTERM or Ctrl-C. Every flag is also a variable: --log-level is AUTHSVC_LOG_LEVEL."""
    found = settings.load(
        grpc=grpc, http=http, admin=admin, database_url=database_url, state_dir=state_dir, secrets_dir=secrets_dir, policy=policy,
        workers=workers, transport=transport, tls_cert=tls_cert, tls_key=tls_key, tls_client_ca=tls_client_ca,
        insecure_listen=insecure_listen, trust_socket=trust_socket, reflection=reflection, on_store_outage=on_store_outage,
        lease=lease, usage_flush=usage_flush, start_timeout=start_timeout, drain_timeout=drain_timeout, log=log_format,
        log_level=log_level,
    )  # fmt: skip
    logs.configure(found.log, found.log_level)
    for name, meant in settings.unknown():
        log.warning("unknown_setting", name=name, perhaps_meant=meant)
    if found.workers > 1:
        log.warning("rate_limits_are_per_worker", workers=found.workers, meaning="each worker lets a key have its whole limit")
    Supervisor(found).run()
