"""A real engine on a real store, in this process."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import override

from authsvc.domain.decision import Decision, Query, Requirement
from authsvc.domain.key_rules import KeyDraft
from authsvc.domain.own_secret import OwnKind
from authsvc.engine.callers import Call, Caller, local
from authsvc.engine.clock import SystemClock
from authsvc.engine.keys.change import Done
from authsvc.engine.membership import LeaseTerms
from authsvc.engine.mint import MintDraft
from authsvc.engine.own_secrets import Offer, OwnSecrets
from authsvc.engine.parts import Engine, build_engine, compile_policy
from authsvc.engine.records import PolicyVersion
from authsvc.storage.store import PostgresStore

SECOND = 1_000_000
POLICY = """
version: 1
scopes:
  projects:read: {description: Read}
  projects:write: {description: Write, implies: [projects:read]}
  billing:write: {description: Pay}
key_types:
  sdk: {prefix: chy_sdk_, default_scopes: [projects:read]}
  ci: {prefix: chy_ci_, default_scopes: [projects:read]}
"""


class MovableClock(SystemClock):
    """The machine's clocks, and what a test adds to them."""

    __slots__ = ("ahead", "own_ahead")

    def __init__(self) -> None:
        self.ahead = 0
        self.own_ahead = 0

    @override
    def now(self) -> int:
        return super().now() + self.ahead

    @override
    def own(self) -> int:
        return super().own() + self.own_ahead


@dataclass
class Secrets:
    """What processes of one fleet share: their folder. A test adds to it and hands the next `offer` to whom it wants."""

    peppers: dict[str, bytes] = field(default_factory=lambda: {"p1": secrets.token_bytes(32)})
    tag_keys: dict[str, bytes] = field(default_factory=lambda: {"1": secrets.token_bytes(32)})
    keks: dict[str, bytes] = field(default_factory=lambda: {"k1": secrets.token_bytes(32)})
    foreign_keys: dict[str, bytes] = field(default_factory=dict)

    def add(self, kind: OwnKind, own_id: str) -> None:
        """One more secret."""
        self._of(kind)[own_id] = secrets.token_bytes(32)

    def offer(self) -> Offer:
        """What the folder has now. The fingerprints are the names' and the first bytes' digests, as good as any."""
        found = {kind: dict(self._of(kind)) for kind in OwnKind}
        return Offer(
            secrets=found,
            current={kind: next(iter(ids)) for kind, ids in found.items()},
            fingerprints={
                f"{kind}/{own_id}": hashlib.sha256(secret).hexdigest()[:16]
                for kind, ids in found.items()
                for own_id, secret in ids.items()
            }
            | {f"imports/{name}": hashlib.sha256(key).hexdigest()[:16] for name, key in self.foreign_keys.items()},
            foreign_keys=dict(self.foreign_keys),
        )

    def _of(self, kind: OwnKind) -> dict[str, bytes]:
        return {OwnKind.PEPPER: self.peppers, OwnKind.TAG_KEY: self.tag_keys, OwnKind.KEK: self.keks}[kind]


@dataclass
class RunningEngine:
    """An engine that holds its lease, with short ways to what tests do all the time."""

    engine: Engine
    store: Any
    clock: MovableClock
    secrets: Secrets
    root: Caller = field(default_factory=lambda: local("test"))

    def call(self, **how: Any) -> Call:
        return Call(caller=how.pop("caller", self.root), **how)

    async def create(self, **fields: Any) -> Done:
        draft = KeyDraft(**{"display_name": "test", "type": "sdk", "tenant": "acme", **fields})
        return await self.engine.create_key(self.call(), draft)

    async def verify(self, credential: str, *scopes: str, within: str = "/", **query: Any) -> Decision:
        asked = Query(requirement=query.pop("requirement", Requirement(scopes=scopes)), **query)
        return await self.engine.verifier.decide(credential, asked, within)

    def hit(self, credential: str, *scopes: str, **query: Any) -> Decision | None:
        return self.engine.verifier.hit(credential, Query(requirement=Requirement(scopes=scopes), **query))

    async def mint(self, credential: str, **draft: Any) -> str:
        minted = await self.engine.mint(self.root, credential, MintDraft(**draft), Query())
        assert minted.decision.allowed, minted.decision.reason
        return minted.text


@asynccontextmanager
async def running_engine(
    database_url: str,
    *,
    policy: str = POLICY,
    wrap: Callable[[Any], Any] = lambda store: store,
    terms: LeaseTerms | None = None,
    shared: Secrets | None = None,
    replica_id: str = "test",
    threads: int = 0,
) -> AsyncIterator[RunningEngine]:
    """Open a store, seed it, join the fleet; leave and close at the end."""
    store = PostgresStore(database_url)
    await store.open()
    shared = shared or Secrets()
    clock = MovableClock()
    wrapped = wrap(store)
    offer = shared.offer()
    await store.adopt_own_secrets(offer.rows(clock.now()))
    engine = build_engine(
        wrapped,
        OwnSecrets(offer),
        clock,
        replica_id=replica_id,
        terms=terms or LeaseTerms(lease=3 * SECOND),
        threads=threads,
    )
    await engine.beginnings.seed_policy(policy)
    await engine.beginnings.ensure_signing_key(compile_policy(PolicyVersion(1, policy)))
    tasks = [asyncio.create_task(engine.membership.run()), asyncio.create_task(engine.usage.run())]
    tasks += [asyncio.create_task(engine.mover.run()), asyncio.create_task(engine.signing_keys.run())]
    try:
        assert await engine.membership.regain(5)
        yield RunningEngine(engine, wrapped, clock, shared)
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        with suppress(Exception):
            await engine.membership.leave()
        await store.close()
