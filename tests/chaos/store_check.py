"""The store against the books, in one snapshot: nothing acknowledged is missing, and nothing is half there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg

from tests.chaos.books import Books
from tests.chaos.replay import Entry, ExpectedKey, check_calls, replay

Connection = asyncpg.Connection
STATES = {1: "ACTIVE", 2: "INACTIVE", 4: "REVOKED"}

_AUDIT = "SELECT reason, action, target, revision, request_id, target_kind FROM audit WHERE revision > 0"
_CHANGES = "SELECT revision, position, change_id, kind, ref FROM change_log ORDER BY revision, position"
_KEYS = "SELECT k.key_id, k.state, k.revision, k.display_name, u.key_id FROM keys k LEFT JOIN key_usage u USING (key_id)"
_SECRETS = """
SELECT key_id, secret_id, expire_time IS NOT NULL, coalesce(expire_time > now(), true) FROM secrets ORDER BY create_time
"""
_REQUESTS = "SELECT request_id, method, key_id FROM requests WHERE method <> 'usage' AND time > now() - interval '9 minutes'"
_REPEATABLE = """
SELECT request_id, action, target FROM audit WHERE request_id <> '' AND time > now() - interval '9 minutes'
"""


async def check_store(books: Books, connection: Connection[Any]) -> tuple[dict[str, ExpectedKey], int]:
    """Compare. The connection is in a transaction that sees one moment (REPEATABLE READ).

    Returns:
        The keys as they must be, and the revision of that moment.
    """
    audit = await connection.fetch(_AUDIT)
    ours = [Entry(row[0], row[1], row[2], row[3]) for row in audit if row[0].startswith(f"{books.name}-")]
    keys = replay(books, ours)
    check_calls(books, {entry.mark: entry for entry in ours}, keys)
    revision: int = await connection.fetchval("SELECT n FROM revision")
    _check_log(books, await connection.fetch(_CHANGES), audit, revision)
    first = {row[2] for row in audit if row[1] == "CreateRootKey"}
    _check_keys(books, await connection.fetch(_KEYS), keys, first)
    _check_secrets(books, await connection.fetch(_SECRETS), keys)
    # A request that is remembered was done, and a done one is remembered, with the same key.
    requests, repeatable = await connection.fetch(_REQUESTS), await connection.fetch(_REPEATABLE)
    books.expect_same("request and change", map(tuple, requests), map(tuple, repeatable))
    return keys, revision


def _check_log(books: Books, changes: Iterable[Any], audit: Iterable[Any], revision: int) -> None:
    positions: defaultdict[int, list[int]] = defaultdict(list)
    names: defaultdict[int, set[object]] = defaultdict(set)
    refs: defaultdict[int, set[str]] = defaultdict(set)
    for number, position, change_id, _, ref in changes:
        positions[number].append(position)
        names[number].add(change_id)
        refs[number].add(ref)
    books.expect_same("no gap between revisions", positions, range(1, revision + 1))
    for number, found in positions.items():
        books.expect("a revision is one change", found == [*range(1, len(found) + 1)], f"{number} has positions {found}")
        books.expect("a revision is one change", len(names[number]) == 1, f"{number} has {len(names[number])} change ids")
    books.expect_same("change and audit row", {row[3] for row in audit}, positions)
    rows = Counter(row[3] for row in audit)
    for _, action, target, number, *_ in audit:
        books.expect("one audit row for a change", rows[number] == 1, f"{number} has {rows[number]}")
        books.expect("audit row says what changed", refs[number] == {target}, f"{number} {action} {target}: {refs[number]}")


def _check_keys(books: Books, rows: Iterable[Any], keys: Mapping[str, ExpectedKey], first: set[str]) -> None:
    found = {row[0]: row for row in rows if row[0] not in first}
    books.expect_same("key and creation", found, keys)
    for key_id in found.keys() & keys.keys():
        _, state, revision, name, usage = found[key_id]
        key = keys[key_id]
        books.expect("state", STATES[state] == key.state, f"{key_id} is {STATES[state]}, should be {key.state}")
        books.expect("revision of key", revision == key.revision, f"{key_id} has {revision}, should have {key.revision}")
        books.expect("key is whole", usage == key_id, f"{key_id} has no usage row")
        books.expect("key is whole", name == key.secrets[0].mark, f"{key_id} is named {name}")


def _check_secrets(books: Books, rows: Iterable[Any], keys: Mapping[str, ExpectedKey]) -> None:
    found: defaultdict[str, list[tuple[str, bool, bool]]] = defaultdict(list)
    for key_id, *secret in rows:
        found[key_id].append((secret[0], secret[1], secret[2]))
    for key_id, key in keys.items():
        there = found[key_id]
        # In the order in which they were made: those of unanswered calls have no id that we know, but a place.
        states = [(ends, lives) for _, ends, lives in there]
        wanted = [(secret.ends, secret.lives) for secret in key.secrets]
        books.expect("secrets", states == wanted, f"{key_id} has (ends, lives) {states}, should have {wanted}")
        for secret, (secret_id, _, _) in zip(key.secrets, there, strict=False):
            known = books.calls[secret.mark].secret_id
            books.expect("secret of the call", known in ("", secret_id), f"{key_id} has {secret_id}, {secret.mark} made {known}")
