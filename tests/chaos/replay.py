"""What the store must hold, worked out from the audit log alone: a second, naive reading of what each call does to a key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.chaos.books import ACTIVATE, CREATE, DEACTIVATE, LEADS_TO, REVOKE, ROTATE, Books, Call, Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """An audit row of ours."""

    mark: str
    action: str
    key_id: str
    revision: int


@dataclass(slots=True)
class ExpectedSecret:
    """A secret of a key."""

    mark: str
    lives: bool = True
    ends: bool = False
    """It was given an hour when it was replaced."""


@dataclass(slots=True)
class ExpectedKey:
    """A key as it must be."""

    key_id: str
    states: list[tuple[int, str]] = field(default_factory=list)
    """What it became at each revision."""
    secrets: list[ExpectedSecret] = field(default_factory=list)
    revision: int = 0

    @property
    def state(self) -> str:
        """Now."""
        return self.states[-1][1]

    def state_at(self, revision: int) -> str:
        """What it was at a revision; empty before it was made."""
        return next((state for since, state in reversed(self.states) if since <= revision), "")

    def reason(self, mark: str) -> str:
        """How the secret that a call returned must be answered; empty: ALLOW."""
        if not any(secret.mark == mark and secret.lives for secret in self.secrets):
            return "CREDENTIAL_INVALID"
        return {"ACTIVE": "", "INACTIVE": "KEY_INACTIVE", "REVOKED": "KEY_REVOKED"}[self.state]


def replay(books: Books, entries: Iterable[Entry]) -> dict[str, ExpectedKey]:
    """The keys that these audit rows made; complains about every row that nobody asked for, that stands twice, or cannot be."""
    keys: dict[str, ExpectedKey] = {}
    seen: set[str] = set()
    for entry in sorted(entries, key=lambda each: each.revision):
        call = books.calls.get(entry.mark)
        books.expect("audit row has a call", call is not None and call.action == entry.action, f"{entry}")
        books.expect("done once", entry.mark not in seen, f"{entry} stands twice in the audit log")
        seen.add(entry.mark)
        if call is not None:
            _apply(books, keys, entry, call)
    return keys


def _apply(books: Books, keys: dict[str, ExpectedKey], entry: Entry, call: Call) -> None:
    if entry.action == CREATE:
        books.expect("created once", entry.key_id not in keys, f"{entry}: the key was there")
        keys[entry.key_id] = ExpectedKey(entry.key_id, [(entry.revision, "ACTIVE")], [ExpectedSecret(entry.mark)], entry.revision)
        return
    key = keys.get(entry.key_id)
    books.expect("key was created", key, f"{entry}: nobody created the key")
    if key is None:
        return
    books.expect("revoked for good", key.state != "REVOKED", f"{entry}: the key was REVOKED before")
    books.expect("a change changes", LEADS_TO.get(entry.action) != key.state, f"{entry}: the key was {key.state} before")
    key.revision = entry.revision
    if entry.action == ROTATE:
        for secret in key.secrets:
            secret.lives, secret.ends = secret.lives and call.graceful, True
        key.secrets.append(ExpectedSecret(entry.mark))
    else:
        key.states.append((entry.revision, LEADS_TO[entry.action]))


def check_calls(books: Books, entries: Mapping[str, Entry], keys: Mapping[str, ExpectedKey]) -> None:
    """Every acknowledged call is in the log as it was acknowledged, every refused one is not."""
    for call in books.calls.values():
        entry = entries.get(call.mark)
        match call.outcome:
            case Outcome.DONE if entry is None and call.action in (REVOKE, DEACTIVATE, ACTIVATE):
                key = keys.get(call.key_id)
                was = key.state_at(call.revision) if key is not None else "not there"
                books.expect("nothing to do", was == LEADS_TO[call.action], f"{call}: the key was {was}, and nothing was done")
            case Outcome.DONE:
                there = entry is not None and (entry.key_id, entry.revision) == (call.key_id, call.revision)
                books.expect("acknowledged is there", there, f"{call}: the store has {entry}")
            case Outcome.REPEATED:
                there = entry is not None and entry.key_id == call.key_id
                books.expect("done before is there", there, f"{call}: the store has {entry}")
            case Outcome.REFUSED:
                books.expect("refused is not there", entry is None, f"{call}: the store has {entry}")
            case Outcome.OPEN:
                right = entry is None or call.key_id in ("", entry.key_id)
                books.expect("unanswered is whole", right, f"{call}: the store has {entry}")
