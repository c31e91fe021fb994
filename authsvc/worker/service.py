"""What a worker needs of the service that it runs: `authsvc.app` puts one together, the worker starts and ends it in order."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from starlette.routing import BaseRoute

from authsvc.engine.counters import Counters
from authsvc.engine.vitals import Vitals


class Listener(Protocol):
    """Something that listens on one address."""

    async def start(self) -> str:
        """Listen; the address as bound, with its real port.

        Raises:
            FailedPrecondition: The address cannot be listened on.
        """

    async def stop(self, grace: float) -> None:
        """Accept no more calls, and let those under way take `grace` seconds."""


class Service(Protocol):
    """One process's service. Members are called in the order in which they stand here."""

    @property
    def counters(self) -> Counters:
        """What it counts, for metrics."""

    def vitals(self) -> Vitals:
        """How it is doing, for readiness and metrics; at any time."""

    @property
    def admin_routes(self) -> Sequence[BaseRoute]:
        """For operators, beside health and metrics."""

    @property
    def public_routes(self) -> Sequence[BaseRoute]:
        """For everybody."""

    async def open(self) -> None:
        """Migrate and open the store, compare fingerprints, write what an empty store begins with.

        Raises:
            StoreUnavailable: It does not answer; this is called again.
            FailedPrecondition: This service cannot run on this store.
        """

    def tasks(self) -> Sequence[Coroutine[Any, Any, None]]:
        """What has to run from now until the end: the lease, the flush of usage. One that ends by itself ends the process."""

    async def join(self) -> None:
        """Wait until the lease is held.

        Raises:
            Unavailable: It could not be had in time; this is called again.
        """

    def reload(self) -> None:
        """Read again what it reads from files, at any time after `tasks` run."""

    @property
    def listeners(self) -> Sequence[Listener]:
        """The gRPC servers, in the order of the addresses they were configured with."""

    def set_serving(self, serving: bool) -> None:  # noqa: FBT001 - one of two
        """What the gRPC health service says."""

    async def flush(self) -> None:
        """Write the usage that was counted so far. Called after the last call and after the tasks have ended."""

    async def leave(self) -> None:
        """Give up the lease: nobody has to wait for this process any more."""

    async def close(self) -> None:
        """Close the store, however far it was opened."""
