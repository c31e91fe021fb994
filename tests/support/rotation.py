"""The service's own secrets of engines in this process, replaced step by step."""

from __future__ import annotations

from authsvc.domain.own_secret import OwnKind, mark
from authsvc.engine.receipts import Receipt
from tests.support.engine import SECOND, RunningEngine


def fingerprint(running: RunningEngine, kind: OwnKind, own_id: str) -> str:
    return running.secrets.offer().fingerprints[f"{kind}/{own_id}"]


async def offer(*engines: RunningEngine) -> None:
    """Hand what the folder has now to these processes, as their watch would."""
    for running in engines:
        running.engine.own.offer(running.secrets.offer())
        running.engine.membership.kick()


async def require(running: RunningEngine, kind: OwnKind, own_id: str) -> Receipt:
    """Let no process answer without it."""
    return await running.engine.rotation.require(running.call(), kind, own_id, fingerprint(running, kind, own_id))


async def rotate(running: RunningEngine, *others: RunningEngine, kind: OwnKind, own_id: str) -> None:
    """All of it: from a new file to new things made under it."""
    running.secrets.add(kind, own_id)
    await offer(running, *others)
    wanted = mark(f"{kind}/{own_id}", fingerprint(running, kind, own_id))
    deadline = running.clock.own() + 5 * SECOND
    assert await running.engine.rotation.wait_until_known(wanted, deadline) == ()
    assert (await require(running, kind, own_id)).effective
    assert (await running.engine.rotation.use(running.call(), kind, own_id)).effective


async def retire(running: RunningEngine, kind: OwnKind, own_id: str) -> Receipt:
    """Let nobody need it any more."""
    return await running.engine.rotation.retire(running.call(), kind, own_id)
