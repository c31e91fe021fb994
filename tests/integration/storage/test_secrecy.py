"""What the store is given never comes out where it does not belong."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import hmac
import secrets
import subprocess
import traceback

import pytest

from authsvc.domain.errors import AuthsvcError
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind
from authsvc.storage.store import PostgresStore
from tests.support.postgres import PostgresServer
from tests.support.stored import a_key, a_secret, a_signing_key, log, put


def dump_of(postgres: PostgresServer, database_url: str) -> bytes:
    return subprocess.run([postgres.embedded.binaries.program("pg_dump"), database_url], check=True, capture_output=True).stdout


async def test_a_dump_holds_digests_and_no_secret(postgres: PostgresServer, database_url: str, store: PostgresStore) -> None:
    pepper, private_key = secrets.token_bytes(32), secrets.token_hex(32)
    credentials = [f"chy_sdk_{secrets.token_urlsafe(32)}" for _ in range(3)]
    digests = [hmac.digest(pepper, each.encode(), hashlib.sha256) for each in credentials]
    await put(
        store,
        *(a_key(secrets=(a_secret(digest=digest, prefix=each[:12]),)) for each, digest in zip(credentials, digests, strict=True)),
    )
    sealed = bytes(a ^ b for a, b in zip(private_key.encode(), secrets.token_bytes(64), strict=True))
    signing_key = a_signing_key(sealed_private_key=sealed)
    await log(store, Kind.SIGNING_KEY, signing_key.signing_key_id, lambda tx: tx.insert_signing_key(signing_key))
    dump = await asyncio.to_thread(dump_of, postgres, database_url)
    for digest in digests:
        assert digest.hex().encode() in dump
    for hidden in (*(each.encode() for each in credentials), *(each[12:].encode() for each in credentials), private_key.encode()):
        assert hidden not in dump
    assert pepper.hex().encode() not in dump


async def test_no_error_quotes_what_was_given(store: PostgresStore) -> None:
    marker = "MARKER7f3a"
    known = a_key(key_id=marker, secrets=(a_secret(digest=marker.encode(), secret_id=marker),))
    await put(store, known)

    async def statement(tx: Transaction) -> None:
        await tx.insert_key(dataclasses.replace(known, key_id=f"{marker}2"))

    attempts = (
        lambda: put(store, known),
        lambda: put(store, a_key(display_name=f"{marker}\0")),
        lambda: put(store, a_key(metadata={marker: "\0"})),
        lambda: put(store, a_key(create_time=marker)),
        lambda: log(store, Kind.SECRET, marker, lambda tx: tx.insert_secret(f"{marker}-unknown", a_secret())),
        lambda: log(store, Kind.KEY, marker, statement),
        lambda: store._pools.reads.value("SELECT $1::text::int", marker),
        lambda: store._pools.reads.value("SELECT $1::int", marker),
        lambda: store.lookup([marker], []),  # type: ignore[list-item]
    )
    for attempt in attempts:
        with pytest.raises(AuthsvcError) as caught:
            await attempt()
        error = caught.value
        assert marker not in f"{error!r} {error} {error.args}"
        assert (error.__cause__, error.__context__) == (None, None)
        lines = traceback.format_exception(error)
        assert not [line for line in lines if marker in line and "File" not in line]


async def test_options_do_not_show_a_password() -> None:
    store = PostgresStore("postgresql://user:hunter2@host/db")
    for shown in (repr(store), repr(store._options), repr(store._pools), str(store._options)):
        assert "hunter2" not in shown
