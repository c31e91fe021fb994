"""`authsvc db`: the store's schema, a prompt, a backup; with the embedded PostgreSQL whether or not `serve` runs."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import typer

from authsvc import settings
from authsvc.domain.errors import FailedPrecondition
from authsvc.embedded import EmbeddedPostgres, binaries

app = typer.Typer(no_args_is_help=True, help="The store: schema, SQL prompt, backup.")


@dataclass(frozen=True, slots=True)
class Database:
    """A PostgreSQL that can be asked now, and where its client programs are."""

    dsn: str

    def program(self, name: str) -> str:
        """The path of `psql` or `pg_dump`.

        Raises:
            FailedPrecondition: It is on this machine nowhere we look.
        """
        try:
            return str(binaries.find().program(name))
        except FailedPrecondition:
            if (found := shutil.which(name)) is not None:
                return found
            raise

    def call(self, name: str, arguments: list[str]) -> int:
        """Run a client program to its end; its exit code. The password goes through the environment: argv is public."""
        command = [self.program(name), *arguments, "--dbname", _without_password(self.dsn)]
        password = _password(self.dsn)
        environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - a program found above, no shell


@app.callback()
def _db() -> None:
    pass


@app.command()
def migrate() -> None:
    """Bring the schema up to date. `serve` does this by itself."""
    from authsvc.storage.migrations import migrate as run  # noqa: PLC0415 - the driver is wanted here only

    with open_database() as database:
        applied = asyncio.run(run(database.dsn))
    for name in applied:
        print(f"applied {name}")
    print("the schema is up to date")


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False) -> None:
    """Show which migrations are applied and which are not."""
    from authsvc.storage.migrations import status as read  # noqa: PLC0415

    with open_database() as database:
        found = asyncio.run(read(database.dsn))
    if as_json:
        print(json.dumps({"applied": found.applied, "pending": found.pending, "newer": found.newer, "problem": found.problem}))
        return
    for word, names in (("applied", found.applied), ("pending", found.pending), ("newer", found.newer)):
        for name in names:
            print(f"{word:8} {name}")
    if found.problem:
        print(f"problem: {found.problem}")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(context: typer.Context) -> None:
    """Open psql on the store; further arguments are psql's (`-c 'SELECT 1'`)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C cancels a query; psql has a handler of its own
    with open_database() as database:
        code = database.call("psql", ["--no-psqlrc", *context.args])
    _end("psql", code)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def dump(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option(help="a new file (0600); standard output without it")] = None,
) -> None:
    """Write a backup with pg_dump, whose further arguments may follow. Keep the secrets folder too: keys need it."""
    arguments = ["--no-owner", "--no-privileges", *context.args]
    if output is not None:
        # pg_dump would leave the mode to the umask, and write over what is there.
        os.close(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        arguments += ["--file", str(output)]
    with open_database() as database:
        code = database.call("pg_dump", arguments)
    _end("pg_dump", code)


@contextmanager
def open_database() -> Iterator[Database]:
    """The store of the settings. The embedded one is joined if it runs, and else run for as long as this takes."""
    found = settings.load()
    if found.database_url is not None:
        yield Database(found.database_url.get_secret_value())
        return
    if not (found.state.postgres / "data").exists():
        raise FailedPrecondition(
            f"there is no store in {found.state_dir} yet: `authsvc serve` makes one. Or name another in AUTHSVC_STATE_DIR"
        )
    with EmbeddedPostgres(found.state.postgres) as postgres:
        yield Database(postgres.dsn)


def _end(program: str, code: int) -> None:
    if code != 0:
        raise FailedPrecondition(f"{program} ended with status {code}")


def _password(dsn: str) -> str:
    parts = urlsplit(dsn)
    return unquote(parts.password or "") or dict(parse_qsl(parts.query)).get("password", "")


def _without_password(dsn: str) -> str:
    parts = urlsplit(dsn)
    user, at, place = parts.netloc.rpartition("@")
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "password"], safe="/", quote_via=quote)
    return parts._replace(netloc=f"{user.partition(':')[0]}{at}{place}", query=query).geturl()
