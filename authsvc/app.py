"""The composition root of a worker process: the only place that knows every part."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import structlog
from starlette.routing import BaseRoute

from authsvc.address import parse_address
from authsvc.domain.errors import FailedPrecondition, InvalidArgument, InvalidValue, LeaseLost, Unavailable
from authsvc.domain.own_secret import check_complete
from authsvc.domain.policy import Policy
from authsvc.engine.clock import SystemClock
from authsvc.engine.counters import Counters
from authsvc.engine.hashing.pool import cores
from authsvc.engine.jwks import PublishedKeys
from authsvc.engine.membership import LeaseTerms
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.engine.parts import build_engine, compile_policy
from authsvc.engine.records import PolicyVersion
from authsvc.engine.vitals import Vitals
from authsvc.folder_watch import FolderWatch, read_offer
from authsvc.http import jwks
from authsvc.redaction import learn_prefixes
from authsvc.state_folder import write_new
from authsvc.storage.migrations import migrate
from authsvc.storage.store import PostgresStore
from authsvc.transport.health import Health
from authsvc.transport.server import SERVICE_NAMES, ListenTerms, build_listeners
from authsvc.transport.tls import Certificates, Tls
from authsvc.worker.config import WorkerConfig
from authsvc.worker.process import main
from authsvc.worker.service import Listener

TIDY_EVERY = 3600.0
"""Seconds."""

log = structlog.get_logger(__name__)


class App:
    """One process's service, as `worker.service.Service` describes it."""

    def __init__(self, config: WorkerConfig) -> None:
        self._config = config
        secrets_dir = Path(config.secrets_dir)
        self._offer = read_offer(secrets_dir)
        own = OwnSecrets(self._offer)
        self._store = PostgresStore(config.dsn, application_name=f"authsvc {config.slot}")
        terms = LeaseTerms(config.lease, config.stale_allowance)
        self._engine = build_engine(
            self._store,
            own,
            SystemClock(),
            replica_id=config.replica_id,
            terms=terms,
            threads=max(1, cores() // config.workers),
            usage_flush=config.usage_flush / 1e6,
            compiler=_compile_and_learn,
        )
        self._watch = FolderWatch(secrets_dir, own, self._engine.membership.kick)
        self._health = Health(SERVICE_NAMES)
        self.counters: Counters = self._engine.counters
        self.admin_routes: Sequence[BaseRoute] = ()
        self.public_routes: Sequence[BaseRoute] = jwks.routes(PublishedKeys(self._engine.state))
        self._certificates = Certificates(_read_tls(config)) if config.tls_cert else None
        terms_of_listeners = _listen_terms(config, self._certificates)
        addresses = [parse_address(address) for address in config.grpc]
        self.listeners: Sequence[Listener] = [
            _Named(listener) for listener in build_listeners(self._engine, addresses, self._health, terms_of_listeners)
        ]

    def vitals(self) -> Vitals:
        """How this process is doing."""
        return self._engine.vitals()

    async def open(self) -> None:
        """Migrate and open the store; give an empty one what it begins with."""
        for name in await migrate(self._config.dsn):
            log.info("migrated", migration=name)
        await self._store.open()
        try:
            await self._begin()
        except BaseException:
            await self._store.close()
            raise

    async def _begin(self) -> None:
        check_complete(self._offer.fingerprints, await self._store.own_secrets())
        await self._store.adopt_own_secrets(self._offer.rows(self._engine.clock.now()))
        fenced = await self._store.fence_replica(self._config.replica_id)
        if fenced:
            log.info("fenced_predecessor", processes=fenced)
        policy = await self._policy()
        beginnings = self._engine.beginnings
        await beginnings.ensure_signing_key(policy)
        root = await beginnings.ensure_root_key(policy, self._keep_root_key)
        if root is not None:
            log.info("created_root_key", key_id=root.key_id, file=self._config.root_key_file)

    async def _policy(self) -> Policy:
        """The policy in force: the store's, or the file's where the store never had one."""
        file = self._config.policy_file
        source = await asyncio.to_thread(_read_policy, file) if file else ""
        stored = next(iter(await self._store.policy_versions(1)), None)
        if stored is None and source and await self._engine.beginnings.seed_policy(source):
            log.info("seeded_policy", file=file)
            return compile_policy(PolicyVersion(1, source))
        if stored is not None and source and stored.source != source:
            log.warning("policy_differs", file=file, version=stored.version, mend="authsvc policy apply")
        return compile_policy(stored)

    def _keep_root_key(self, text: str) -> None:
        path = Path(self._config.root_key_file)
        # What is there belongs to a start that was cut off before its key was committed, or to another store.
        path.unlink(missing_ok=True)
        write_new(path, f"{text}\n".encode())

    def tasks(self) -> Sequence[Coroutine[Any, Any, None]]:
        """The lease, the flush of usage, housekeeping, the folder of secrets."""
        engine = self._engine
        own = (engine.mover.run(), engine.signing_keys.run(), self._watch.run())
        return (engine.membership.run(), engine.usage.run(), self._tidy(), self._follow_lease(), *own)

    async def join(self) -> None:
        """Wait until the lease is held."""
        if not await self._engine.membership.regain(1.0):
            raise LeaseLost("the lease is not held yet")
        # Only now: an import that this does not see has seen that we lack the foreign key.
        self._offer.check_foreign(await self._store.foreign_keys(self._engine.clock.now()))

    def set_serving(self, serving: bool) -> None:  # noqa: FBT001 - one of two
        """What the gRPC health service says; NOT_SERVING is for good."""
        if serving:
            self._health.serve(serving=True)
        else:
            self._health.drain()

    def reload(self) -> None:
        """Read the secrets folder and the TLS certificates again."""
        self._watch.reload()
        if self._certificates is None:
            return
        try:
            self._certificates.replace(_read_tls(self._config))
        except FailedPrecondition as error:
            log.warning("certificates_not_reloaded", error=error.message)
        else:
            log.info("certificates_reloaded")

    async def flush(self) -> None:
        """Write what was counted."""
        await self._engine.usage.flush()

    async def leave(self) -> None:
        """Give up the lease."""
        await self._engine.membership.leave()

    async def close(self) -> None:
        """Close the store."""
        await self._store.close()

    async def _tidy(self) -> None:
        while True:
            now = self._engine.clock.now()
            self._engine.state.forget_expired(now)
            with contextlib.suppress(Unavailable):
                await self._store.tidy(now)
            await asyncio.sleep(TIDY_EVERY)

    async def _follow_lease(self) -> None:
        """Health says what is true: without a lease nothing is answered, so others should be asked."""
        seen = True
        while True:
            await asyncio.sleep(self._config.lease / 3e6)
            holds = self._engine.membership.holds
            if holds != seen:
                seen = holds
                self._health.serve(serving=holds)


class _Named:
    """A gRPC listener that says where it listens as text."""

    def __init__(self, listener: Any) -> None:
        self._listener = listener

    async def start(self) -> str:
        return str(await self._listener.start())

    async def stop(self, grace: float) -> None:
        await self._listener.stop(grace)


def _listen_terms(config: WorkerConfig, certificates: Certificates | None) -> ListenTerms:
    return ListenTerms(
        transport="native" if config.transport == "native" else "grpcio",
        tls=certificates,
        trust_sockets=config.trust_socket,
        reflection=config.reflection,
        reuse_port=True,
        verbose=config.log_level == "debug",
    )


def _read_tls(config: WorkerConfig) -> Tls:
    return Tls(_pem(config.tls_cert), _pem(config.tls_key), _pem(config.tls_client_ca) if config.tls_client_ca else None)


def _pem(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FailedPrecondition(f"{path} cannot be read ({error.strerror})") from None


def _compile_and_learn(applied: PolicyVersion | None) -> Policy:
    """Compile a policy, and let the log know what its keys look like: what looks like one is never written."""
    policy = compile_policy(applied)
    learn_prefixes(key_type.prefix for key_type in policy.key_types.values())
    return policy


def _read_policy(file: str) -> str:
    """The text of a policy file that is right.

    Raises:
        FailedPrecondition: It cannot be read, or has mistakes; names each of them.
    """
    try:
        source = Path(file).read_text(encoding="utf-8")
        compile_policy(PolicyVersion(1, source))
    except OSError as error:
        raise FailedPrecondition(f"the policy file {file} cannot be read ({error.strerror})") from None
    except (InvalidArgument, InvalidValue, ValueError) as error:
        raise FailedPrecondition(f"the policy file {file} has mistakes: {error}") from None
    return source


if __name__ == "__main__":
    main(App)
