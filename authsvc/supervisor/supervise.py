"""`authsvc serve`: everything that has to outlive a worker.

The rules:
1. This process imports neither grpc nor the driver nor the engine: it forks, and they have threads. A test holds it to that.
2. Whatever it started ends with it, however it ends (kernel death signals, the channel's end, the flock that workers inherit).
3. Before the first SERVING a failure ends the start, with a message; afterwards whatever dies is started again, ever more slowly.
4. No event loop and no thread: one `select`, and steps that return at once. PostgreSQL must be started by the main thread.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import structlog

from authsvc import secrets_folder
from authsvc.address import Address, TcpAddress, UnixAddress
from authsvc.domain.errors import AuthsvcError, FailedPrecondition, StoreUnavailable
from authsvc.settings import Settings
from authsvc.supervisor import announcement
from authsvc.supervisor.assignment import assign
from authsvc.supervisor.child import COMMAND
from authsvc.supervisor.lock import StateLock
from authsvc.supervisor.replica import replica_id
from authsvc.supervisor.reservation import Reservation
from authsvc.supervisor.signals import Signals
from authsvc.supervisor.slot import Slot
from authsvc.worker.config import WorkerConfig

if TYPE_CHECKING:
    from authsvc.embedded import EmbeddedPostgres

SECOND = 1_000_000
TICK = 0.25
"""Seconds between looks at what does not wake us by itself."""
STARTING_TICK = 0.01
LAST_WORDS = 10.0
"""Seconds on top of the drain timeout in which a worker may still write to the store."""
HURRY = 2.0

log = structlog.get_logger(__name__)


class Supervisor:
    """One run of `serve`.

    Args:
        settings: The operator's.
        command: What a worker runs.
    """

    def __init__(self, settings: Settings, command: Sequence[str] = COMMAND) -> None:
        self._settings = settings
        self._command = command
        self._signals = Signals()
        self._postgres = _embedded_postgres(settings) if settings.embedded else None
        self._replica = ""
        self._grpc: tuple[Address, ...] = settings.grpc
        self._http, self._admin = settings.http, settings.admin
        self._dsn = settings.database_url.get_secret_value() if settings.database_url else ""
        self._new = settings.embedded and not (settings.state.postgres / "data").exists()
        self._slots: list[Slot] = []
        self._announced = False
        self._reloaded = 0
        self._looked = time.monotonic()

    def run(self) -> None:
        """Serve until a signal asks to end.

        Raises:
            AuthsvcError: It cannot start, or cannot go on; everything it started has ended.
        """
        state = self._settings.state
        state.make()
        with ExitStack() as held:
            held.enter_context(self._signals)
            lock = StateLock(state.lock)
            lock.acquire()
            held.callback(lock.release)
            self._prepare_secrets()
            reservation = Reservation()
            held.callback(reservation.release)
            self._make_slots(lock, reservation, replica_id(state.replica_id))
            if self._postgres is not None:
                held.callback(self._postgres.stop)
            held.callback(self._kill)
            self._supervise()
            self._drain()

    def _prepare_secrets(self) -> None:
        """New secrets only for a new embedded store: for any other they would make every key invalid."""
        path = self._settings.secrets_folder
        if self._new and not path.exists():
            secrets_folder.create(path)
            log.info("secrets_created", path=str(path))
        else:
            secrets_folder.load(path)

    def _make_slots(self, lock: StateLock, reservation: Reservation, replica: str) -> None:
        settings = self._settings
        self._replica = replica
        self._grpc = tuple(self._reserve(reservation, address) for address in settings.grpc)
        self._http, self._admin = reservation.tcp(settings.http), reservation.tcp(settings.admin)
        for number in range(settings.workers):
            sockets = [each.of_worker(number).path for each in self._grpc if isinstance(each, UnixAddress)]
            self._slots.append(
                Slot(
                    number,
                    self._command,
                    lock.descriptor,
                    environment=_environment(embedded=settings.embedded),
                    silence=2 * settings.lease / SECOND,
                    sockets=sockets,
                )
            )

    def _reserve(self, reservation: Reservation, address: Address) -> Address:
        if isinstance(address, TcpAddress):
            return reservation.tcp(address)
        reservation.unix(address, self._settings.workers)
        return address

    def _supervise(self) -> None:
        """Keep everything up until it is asked to end."""
        deadline = time.monotonic() + self._settings.start_timeout / SECOND + LAST_WORDS
        while not self._signals.requests:
            self._fill()
            self._step()
            self._reload()
            if not self._announced:
                self._refuse_failed_start(deadline)
                self._announce_when_ready()
            self._wait(TICK if self._announced and all(slot.ready for slot in self._slots) else STARTING_TICK)

    def _reload(self) -> None:
        """After SIGHUP: secrets and TLS certificates, the only files that a process looks at again."""
        if self._signals.reloads > self._reloaded:
            self._reloaded = self._signals.reloads
            log.info("reloading")
            for slot in self._slots:
                slot.reload()

    def _fill(self) -> None:
        """Workers first: they import while PostgreSQL starts."""
        now = time.monotonic()
        for slot in self._slots:
            slot.fill(now)

    def _step(self) -> None:
        if self._poll_postgres():
            for number, slot in enumerate(self._slots):
                slot.tell(self._config(number).to_json(), time.monotonic())
        self._watch()

    def _config(self, number: int) -> WorkerConfig:
        return assign(
            self._settings,
            number,
            replica_id=self._replica,
            dsn=self._dsn,
            grpc=self._grpc,
            http=self._http,
            admin=self._admin,
        )

    def _watch(self) -> None:
        now = time.monotonic()
        idle, self._looked = max(0.0, now - self._looked - 2 * TICK), now
        for slot in self._slots:
            slot.watch(now, idle)

    def _poll_postgres(self) -> bool:
        """Whether the database can be asked: one that is not ours can, for all we know."""
        if self._postgres is None:
            return True
        ready = self._postgres.poll().ready
        if ready:
            self._dsn = self._postgres.dsn
        return ready

    def _refuse_failed_start(self, deadline: float) -> None:
        for slot in self._slots:
            if slot.child is None and slot.failure:
                raise FailedPrecondition(slot.failure)
        if time.monotonic() > deadline:
            raise StoreUnavailable("the workers were not ready in time")

    def _announce_when_ready(self) -> None:
        ready = [slot.ready for slot in self._slots if slot.ready is not None]
        if len(ready) < len(self._slots):
            return
        self._announced = True
        state = self._settings.state
        steps = announcement.next_steps(ready, state, announcement.seconds_since_start(), new=self._new)
        log.info("all_serving", workers=len(ready))
        announcement.say(f"{announcement.serving_line(ready, state.root_key)}\n{steps}")

    def _wait(self, seconds: float) -> None:
        """Until a signal, a word from a worker, or the end of a time."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._signals, selectors.EVENT_READ)
            for slot in self._slots:
                if slot.child is not None and slot.child.fileno() >= 0:
                    selector.register(slot.child, selectors.EVENT_READ)
            selector.select(seconds)
        self._signals.forget()

    def _drain(self) -> None:
        """Let workers finish; a second signal gives them little time, a third none."""
        log.info("draining", timeout=self._settings.drain_timeout / SECOND)
        seen = self._signals.requests
        deadline = time.monotonic() + self._settings.drain_timeout / SECOND + LAST_WORDS
        for slot in self._slots:
            slot.drain()
        while any(slot.child for slot in self._slots) and time.monotonic() < deadline:
            if self._signals.requests > seen:
                deadline = time.monotonic() + (HURRY if seen == 1 else 0)
                seen = self._signals.requests
                for slot in self._slots:
                    slot.hurry()
            # Usage is still to be written, so the database has to stay.
            with contextlib.suppress(AuthsvcError):
                self._poll_postgres()
            self._watch()
            self._wait(TICK)

    def _kill(self) -> None:
        """Whatever still lives."""
        for slot in self._slots:
            if slot.child is not None:
                log.warning("worker_killed", worker=slot.child.pid)
                slot.kill()
                slot.child.close()
        log.info("ended")
        sys.stderr.flush()


def _embedded_postgres(settings: Settings) -> EmbeddedPostgres:
    from authsvc.embedded import EmbeddedPostgres  # noqa: PLC0415 - with a database of the operator's this code is not even read

    return EmbeddedPostgres(settings.state.postgres)


def _environment(*, embedded: bool) -> dict[str, str]:
    """What a worker inherits. Its settings come through the channel, a password of the database among them.

    Variables for PostgreSQL's clients belong to the operator's database; ours is named in full.
    """
    foreign = ("AUTHSVC_", "PG") if embedded else ("AUTHSVC_",)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    # Or grpc writes lines of its own between ours, one for whatever a stranger's TLS handshake does wrong.
    return {"GRPC_VERBOSITY": "NONE", **kept}
