"""A PostgreSQL of the operator's: Debian's programs where there are some, TCP on the loopback address, a password by SCRAM."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self
from urllib.parse import quote

import asyncpg

from authsvc.embedded import binaries, bundle
from authsvc.embedded.identity import Identity, choose, ourselves
from tests.support.sql import fetchval_when_up

_DEBIAN = Path("/usr/lib/postgresql")


class ExternalPostgres:
    """One server with a database `app`, whose owner `app` is no superuser. Ended when the block is left."""

    def __init__(self) -> None:
        # Not below a folder of the test, which the user that the server runs as could not reach.
        self._folder = Path(tempfile.mkdtemp(prefix="authsvc-external-", dir="/tmp"))
        self._user = choose(self._folder)
        self._data = self._folder / "data"
        self._port = _free_port()
        self._superuser = secrets.token_hex(16)
        self.password = f"p@ss:/ {secrets.token_hex(16)}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What the operator puts into AUTHSVC_DATABASE_URL."""
        return f"postgresql://app:{quote(self.password, safe='')}@127.0.0.1:{self._port}/app"

    @property
    def superuser_url(self) -> str:
        """For looking at everything."""
        return f"postgresql://postgres:{self._superuser}@127.0.0.1:{self._port}/postgres"

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self) -> None:
        password_file = self._folder / "password"
        password_file.write_text(self._superuser)
        for path in (self._folder, password_file):
            os.chown(path, self._user.uid, self._user.gid)
        bindir = _bindir(self._user, self._folder)
        access: list[str | Path] = ["-U", "postgres", "-A", "scram-sha-256", f"--pwfile={password_file}"]
        self._spawn([bindir / "initdb", "-D", self._data, "-E", "UTF8", "-N", *access]).wait(timeout=60)
        settings = {"listen_addresses": "127.0.0.1", "port": self._port, "unix_socket_directories": "", "fsync": "off"}
        command: list[str | Path] = [
            bindir / "postgres",
            "-D",
            self._data,
            *(f"--{name}={value}" for name, value in settings.items()),
        ]
        self._process = self._spawn(command)
        asyncio.run(self._fill())

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=60)
        shutil.rmtree(self._folder)

    def _spawn(self, command: Sequence[str | Path]) -> subprocess.Popen[bytes]:
        other = self._user.uid != ourselves().uid
        with (self._folder / "log").open("a") as log:
            return subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                cwd="/",
                user=self._user.uid if other else None,
                group=self._user.gid if other else None,
                extra_groups=[] if other else None,
            )

    async def _fill(self) -> None:
        await fetchval_when_up(self.superuser_url, "SELECT 1")
        connection = await asyncpg.connect(self.superuser_url)
        try:
            await connection.execute(f"CREATE ROLE app LOGIN PASSWORD '{self.password}'")
            await connection.execute("CREATE DATABASE app OWNER app")
        finally:
            await connection.close()


def _bindir(user: Identity, folder: Path) -> Path:
    for bindir in sorted(_DEBIAN.glob("*/bin"), reverse=True):
        if int(bindir.parent.name) >= binaries.MINIMUM_MAJOR and os.access(bindir / "initdb", os.X_OK):
            return bindir
    return bundle.reachable_bindir(binaries.find().bindir, user, folder)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
