"""A file of keys imported into `authsvc serve`, killed on the way: the command by itself, then the command and the whole service.

Nothing is imported twice and nothing is lost: what every number says at the end is compared with the store.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from authsvc.embedded import EmbeddedPostgres
from authsvc.v1.auth_service_pb2 import VerifyRequest
from authsvc.v1.decision_pb2 import DECISION_ALLOW
from tests.support import imports
from tests.support.real_service import RealService, Stubs
from tests.support.waiting import wait_until

FOREIGN_KEY = b"the key of the old system"
WRONG = 5
"""Records that are refused, one of each kind."""
SAMPLE = 200
"""Credentials that are presented at the end."""
SLOW = 20
"""Records with a secret that is hashed with Argon2id here."""


@dataclass
class Figures:
    """What happened."""

    records: int
    seconds: list[float] = field(default_factory=list)
    """Of each run."""
    settled: list[int] = field(default_factory=list)
    """Up to which line each run came."""
    keys: int = 0
    """In the store, beside the operator's own."""
    secrets: int = 0
    """Different ones."""
    imported: int = 0
    existed: int = 0
    refused: int = 0
    again: dict[str, int] = field(default_factory=dict)
    """What a run over the whole file says afterwards."""
    denied: int = 0
    """Credentials of the sample that do not work."""


class Trial:
    """One import.

    Args:
        folder: An empty one.
        records: Keys to be imported.
        kills: After which lines; each kill comes after something new is settled in any case.
    """

    def __init__(self, folder: Path, records: int, kills: tuple[int, int]) -> None:
        self.figures = Figures(records)
        self._kills = kills
        self._file = folder / "keys.jsonl"
        self._notes = Path(f"{self._file}.import.json")
        self._sample: list[str] = []
        policy = folder / "policy.yaml"
        policy.write_text(imports.POLICY)
        self._service = RealService(folder / "state", {"policy": str(policy), "log-level": "info"})
        self._write_file()

    def run(self) -> Figures:
        """Import, be killed twice, go on, and count."""
        with self._service as service:
            self._add_foreign_key()
            service.keep_addresses()
            self._killed_after(self._kills[0])
            self._killed_after(self._kills[1], service_too=True)
            done = self._finish()
            self.figures.imported, self.figures.existed, self.figures.refused = (
                done["imported"], done["existed"], done["refused"]
            )  # fmt: skip
            self._verify_sample()
            again = self._finish()
            self.figures.again = {name: again[name] for name in ("imported", "existed", "refused")}
            asyncio.run(self._count())
        return self.figures

    def _write_file(self) -> None:
        """Good records of every form, and between them one that is wrong in each way that there is."""
        wrong = iter(self._wrong())
        every, credential = self.figures.records // WRONG, ""
        with self._file.open("w") as lines:
            for number in range(self.figures.records):
                credential, form = self._form(number)
                lines.write(json.dumps({"display_name": f"key {number}", "tenant": f"t{number % 100}", **form}) + "\n")
                if len(self._sample) < SAMPLE and number % max(1, self.figures.records // SAMPLE) == 0:
                    self._sample.append(credential)
                if number % every == every - 1:
                    lines.write(next(wrong) + "\n")
        self._sample.append(credential)

    def _form(self, number: int) -> tuple[str, dict[str, str]]:
        if number < SLOW:
            credential = imports.a_chosen()
            return credential, {"type": "chosen", "secret": credential}
        if number % 100 == 0:
            credential = imports.a_dotted()
            made = imports.argon2id(credential, memory=64)
            return credential, {"type": "dotted", "public_id": made.public_id, "phc": made.phc}
        credential = f"r-{secrets.token_hex(20)}"
        if number % 10 == 1:
            return credential, {"type": "random", "secret": credential}
        if number % 10 == 2:
            digest = hmac.digest(FOREIGN_KEY, credential.encode(), "sha256")
            return credential, {"type": "random", "hmac_sha256_digest": digest.hex(), "foreign_key": "old"}
        return credential, {"type": "random", "sha256_digest": hashlib.sha256(credential.encode()).hexdigest()}

    def _wrong(self) -> Iterator[str]:
        good = {"display_name": "wrong", "tenant": "t", "type": "random"}
        yield "{"
        yield json.dumps({**good, "secret": "r-short"})
        yield json.dumps({**good, "sha256_digest": "00"})
        yield json.dumps({**good, "secret": f"r-{secrets.token_hex(20)}", "type": "none"})
        yield json.dumps({**good, "secret": f"r-{secrets.token_hex(20)}", "scopes": ["not a scope"]})

    def _add_foreign_key(self) -> None:
        folder = self._service.state / "secrets/imports"
        folder.mkdir(mode=0o700)
        (folder / "old").touch(0o600)
        (folder / "old").write_bytes(base64.urlsafe_b64encode(FOREIGN_KEY))
        digest = {"display_name": "a", "tenant": "t", "type": "random", "hmac_sha256_digest": "00" * 32, "foreign_key": "old"}
        trial = self._file.with_name("trial.jsonl")
        trial.write_text(json.dumps(digest))
        # Every process looks at its folder once in a while.
        wait_until(lambda: self._imported(trial), "the foreign key is known")

    def _imported(self, file: Path) -> bool:
        with self._import(file, "--dry-run") as process:
            return process.wait(60) == 0

    def _import(self, file: Path, *options: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "authsvc", "keys", "import", "--file", str(file), "--json", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "AUTHSVC_STATE_DIR": str(self._service.state), "AUTHSVC_TARGET": self._service.grpc.split(",")[0]},
        )

    def _settled(self) -> int:
        """Up to which line an import under way has come, as it noted."""
        try:
            return int(json.loads(self._notes.read_text())["line"])
        except (FileNotFoundError, ValueError):
            return 0

    def _killed_after(self, line: int, *, service_too: bool = False) -> None:
        """Begin, or go on, and kill once a line is settled that was not before."""
        before, began = self._settled(), time.monotonic()
        # Small batches, or a short file is done before anybody can kill it.
        process = self._import(self._file, "--batch", str(min(500, max(1, self.figures.records // 40))))
        with process:
            wait_until(lambda: process.poll() is not None or self._settled() >= max(line, before + 1), "enough is settled", 600)
            assert process.poll() is None, "it was done before it could be killed"
            process.kill()
            if service_too:
                self._service.kill()
        self.figures.seconds.append(time.monotonic() - began)
        self.figures.settled.append(self._settled())
        if service_too:
            self._service.start()

    def _finish(self) -> dict[str, Any]:
        began = time.monotonic()
        with self._import(self._file) as process:
            out, _ = process.communicate(timeout=600)
        assert process.returncode == 2, "the wrong records are refused"
        self.figures.seconds.append(time.monotonic() - began)
        done: dict[str, Any] = json.loads(out)
        return done

    def _verify_sample(self) -> None:
        with Stubs(self._service) as stubs:
            for credential in self._sample:
                answer = stubs.auth.Verify(VerifyRequest(credential=credential), metadata=tuple(stubs.metadata), timeout=20)
                self.figures.denied += answer.decision != DECISION_ALLOW

    async def _count(self) -> None:
        with EmbeddedPostgres(self._service.state / "pg") as postgres:
            connection = await asyncpg.connect(postgres.dsn)
            self.figures.keys = await connection.fetchval("SELECT count(*) FROM keys WHERE type <> 'authsvc'")
            self.figures.secrets = await connection.fetchval(
                "SELECT count(DISTINCT s.digest) FROM secrets s JOIN keys k USING (key_id) WHERE k.type <> 'authsvc'"
            )
            await connection.close()
