"""The store: every part on one set of pools."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from authsvc.domain.errors import FailedPrecondition
from authsvc.storage.audit import Audit
from authsvc.storage.driver import Session
from authsvc.storage.examination import Examination
from authsvc.storage.following import Following
from authsvc.storage.keys import Keys
from authsvc.storage.listening import Listener, Notifier
from authsvc.storage.migrations import check, read_status
from authsvc.storage.mutations import Mutations
from authsvc.storage.own_secrets import OwnSecrets
from authsvc.storage.policies import Policies
from authsvc.storage.pool import Options, Pools
from authsvc.storage.processes import Processes
from authsvc.storage.tenants import Tenants
from authsvc.storage.tidying import Tidying
from authsvc.storage.usage import Usage


class PostgresStore(Processes, Following, Keys, Tenants, Policies, Usage, Audit, Mutations, Tidying, Examination, OwnSecrets):
    """`engine.ports.Store` on PostgreSQL.

    Args:
        dsn: A PostgreSQL URL.
        application_name: What `pg_stat_activity` shows, followed by the purpose of the connection.
        pooler: A transaction pooler such as PgBouncer is in between: no prepared statements, no LISTEN.
        connect_timeout: Seconds.
        statement_timeout: Seconds for one statement, and for the wait for a free connection.
    """

    def __init__(
        self,
        dsn: str,
        *,
        application_name: str = "authsvc",
        pooler: bool = False,
        connect_timeout: float = 5.0,
        statement_timeout: float = 5.0,
    ) -> None:
        self._options = Options(
            dsn=dsn,
            application_name=application_name,
            pooler=pooler,
            connect_timeout=connect_timeout,
            statement_timeout=statement_timeout,
        )
        pools = Pools.of(self._options)
        super().__init__(pools, Notifier(pools.state))

    async def open(self) -> None:
        """Connect.

        Raises:
            StoreUnavailable: The store does not answer.
            SchemaMismatch: Its schema is older or newer than this binary can use.
            FailedPrecondition: It forgets commits when it crashes.
        """
        await self._pools.open()
        try:
            check(await self._pools.state.use(read_status))
            await self._pools.state.use(_check_durability)
        except BaseException:
            await self._pools.close()
            raise
        self._notifier.start()

    async def close(self) -> None:
        """Disconnect; statements under way may take a few seconds more."""
        await self._notifier.stop()
        await self._pools.close()

    async def listen(self, hint: Callable[[], None]) -> Callable[[], Awaitable[None]]:
        """Call `hint` when something may have changed (NOTIFY; may be lost). Returns what stops it."""
        if self._options.pooler:
            return _nothing
        return await Listener(self._options, hint).start()

    async def epoch(self) -> int:
        """How often this store was restored, plus one."""
        return int(await self._pools.state.value("SELECT epoch FROM store"))


async def _check_durability(session: Session) -> None:
    if await session.value("SELECT current_setting('synchronous_commit')") == "off":
        raise FailedPrecondition("synchronous_commit is off: a crash would lose revocations that were already acknowledged")


async def _nothing() -> None:
    """Nothing was started, so there is nothing to stop."""
