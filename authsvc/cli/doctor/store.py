"""The database, its schema, the secrets that it needs, its clock, the policy in force, and keys to look at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack

from authsvc import secrets_folder
from authsvc.cli.db import open_database
from authsvc.cli.doctor.finding import Finding, advice, fault, ok
from authsvc.domain.errors import AuthsvcError, FailedPrecondition
from authsvc.domain.own_secret import check_complete
from authsvc.domain.policy_file import load_policy
from authsvc.engine.clock import SystemClock
from authsvc.redaction import redact
from authsvc.settings import Settings
from authsvc.storage.migrations import SchemaMismatch, status
from authsvc.storage.store import PostgresStore

SECOND = 1_000_000
DAY = 86_400 * SECOND
UNUSED = 90 * DAY
SKEW = SECOND
OLDEST = 150_000


async def examine(found: Settings) -> list[Finding]:
    """Everything in the store, as far as it can be reached. The embedded PostgreSQL is run for it if it is not running."""
    with ExitStack() as opened:
        try:
            database = opened.enter_context(open_database())
            return [finding async for finding in _database(found, database.dsn)]
        except FailedPrecondition as error:
            return [fault("database", redact(error.message), "do what the finding says")]
        except AuthsvcError as error:
            return [fault("database", redact(error.message), _mend_connection(found))]


def _mend_connection(found: Settings) -> str:
    if found.database_url is None:
        return f"read {found.state.postgres / 'postgres.log'}"
    return "start the database, or correct AUTHSVC_DATABASE_URL; try it with: authsvc db psql"


async def _database(found: Settings, dsn: str) -> AsyncIterator[Finding]:
    migrations = await status(dsn)
    if migrations.newer or migrations.problem:
        what = migrations.problem or f"the schema is newer than this version: {', '.join(migrations.newer)}"
        yield fault("schema", what, "run the version of authsvc that made it, or a newer one")
        return
    if migrations.pending:
        yield fault("schema", f"not applied yet: {', '.join(migrations.pending)}", "authsvc db migrate")
        return
    yield ok("schema", f"{len(migrations.applied)} migrations applied")
    store = PostgresStore(dsn, application_name="authsvc doctor")
    try:
        await store.open()
    except SchemaMismatch as error:
        yield fault("schema", error.message, "authsvc db migrate")
        return
    except FailedPrecondition as error:
        yield fault("database", error.message, "ALTER SYSTEM SET synchronous_commit = on; SELECT pg_reload_conf()")
        return
    try:
        async for finding in _store(found, store):
            yield finding
    finally:
        await store.close()


async def _store(found: Settings, store: PostgresStore) -> AsyncIterator[Finding]:
    now = SystemClock().now()
    server = await store.server()
    if server.version < OLDEST:
        yield fault("database", f"PostgreSQL {server.version // 10_000} is too old", "run PostgreSQL 15 or newer")
    elif server.standby:
        yield fault("database", "this is a standby: it takes no change", "name the primary in AUTHSVC_DATABASE_URL")
    elif server.fsync != "on":
        yield fault("database", "fsync is off: a crash loses revocations", "set fsync = on and restart PostgreSQL")
    else:
        yield ok("database", f"PostgreSQL {server.version // 10_000}.{server.version % 10_000}")
    skew = abs(server.clock - now)
    if skew > SKEW:
        yield fault("clock", f"{skew / SECOND:.1f} s apart from the database's", "let both machines keep time: timedatectl")
    else:
        yield ok("clock", "agrees with the database's")
    yield await _own_secrets(found, store)
    async for finding in _dependence(store, now):
        yield finding
    yield await _policy(found, store)
    async for finding in _keys(store, now):
        yield finding


async def _own_secrets(found: Settings, store: PostgresStore) -> Finding:
    rows = await store.own_secrets()
    try:
        check_complete(secrets_folder.load(found.secrets_folder).fingerprints(), rows)
    except FailedPrecondition as error:
        return fault("secrets", error.message, f"put the secrets folder of this store back to {found.secrets_folder}")
    return ok("secrets", "the store's are all here")


async def _dependence(store: PostgresStore, now: int) -> AsyncIterator[Finding]:
    required = {row.name for row in await store.own_secrets() if row.required}
    for use in await store.own_secret_uses(now):
        if use.dependents and use.id not in {"", "?"} and f"{use.kind}/{use.id}" not in required:
            yield fault(
                "secrets",
                f"{use.dependents} living secrets depend on {use.kind}/{use.id}, which is retired",
                "rotate those keys: authsvc keys list, authsvc keys rotate",
            )


async def _policy(found: Settings, store: PostgresStore) -> Finding:
    stored = next(iter(await store.policy_versions(1)), None)
    try:
        in_force = load_policy(stored.source, version=stored.version) if stored is not None else None
    except AuthsvcError as error:
        return fault("policy", f"the applied policy cannot be compiled: {error.message}", "authsvc policy apply FILE")
    if found.policy is not None:
        try:
            source = found.policy.read_text(encoding="utf-8")
            load_policy(source)
        except OSError as error:
            return fault("policy", f"{found.policy} cannot be read ({error.strerror})", "correct AUTHSVC_POLICY")
        except AuthsvcError:
            return fault("policy", f"{found.policy} has mistakes", f"authsvc policy check {found.policy}")
        if stored is not None and source != stored.source:
            what = f"{found.policy} differs from version {stored.version}, which is in force"
            return advice("policy", what, f"authsvc policy apply {found.policy}")
    return ok("policy", f"version {in_force.version}" if in_force is not None else "the built-in one")


async def _keys(store: PostgresStore, now: int) -> AsyncIterator[Finding]:
    census = await store.census(now - UNUSED)
    yield ok("keys", f"{census.living} that are not revoked")
    if census.lasting:
        yield advice("keys", f"{census.lasting} never expire", "authsvc keys update KEY_ID --expires 90d")
    if census.unused:
        mend = "authsvc keys list --unused-since 90d, then authsvc keys revoke KEY_ID"
        yield advice("keys", f"{census.unused} were not used for 90 days", mend)
