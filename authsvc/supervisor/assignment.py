"""From the operator's settings to what each worker is told."""

from __future__ import annotations

from collections.abc import Sequence

from authsvc.address import Address, TcpAddress, UnixAddress
from authsvc.settings import Settings
from authsvc.worker.config import WorkerConfig


def assign(
    settings: Settings, slot: int, *, replica_id: str, dsn: str, grpc: Sequence[Address], http: TcpAddress, admin: TcpAddress
) -> WorkerConfig:
    """What one worker is told; ports are real by now."""
    own = [address.of_worker(slot) if isinstance(address, UnixAddress) else address for address in grpc]
    return WorkerConfig(
        slot=slot,
        workers=settings.workers,
        replica_id=f"{replica_id}-{slot}",
        dsn=dsn,
        secrets_dir=str(settings.secrets_folder),
        root_key_file=str(settings.state.root_key),
        policy_file=str(settings.policy or ""),
        grpc=tuple(map(str, own)),
        http=str(http),
        admin=str(admin),
        transport=settings.transport,
        tls_cert=str(settings.tls_cert or ""),
        tls_key=str(settings.tls_key or ""),
        tls_client_ca=str(settings.tls_client_ca or ""),
        trust_socket=settings.trust_socket,
        reflection=settings.reflection,
        lease=settings.lease,
        stale_allowance=settings.on_store_outage,
        usage_flush=settings.usage_flush,
        start_timeout=settings.start_timeout,
        drain_timeout=settings.drain_timeout,
        log=settings.log,
        log_level=settings.log_level,
    )
