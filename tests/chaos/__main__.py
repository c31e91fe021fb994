"""`make chaos`: kill -9 of the service, its worker and its PostgreSQL under load. The last line counts what was violated.

python -m tests.chaos [--rounds 20] [--calls 1000] [--seed N]
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.books import Outcome
from tests.chaos.round import POLICY, Chaos
from tests.support.real_service import RealService

SHOWN = 50


async def run(chaos: Chaos, rounds: int, calls: int) -> None:
    """Every round, and one check of everything at the end."""
    for number in range(1, rounds + 1):
        began = time.monotonic()
        await chaos.round(calls)
        print(
            f"round {number}/{rounds}: {time.monotonic() - began:.1f} s, {chaos.killer.kills.total()} kills, "
            f"{chaos.books.facts.total()} facts, {len(chaos.books.violations)} violations",
            flush=True,
        )
        if chaos.books.violations:
            break
    await chaos.check_all()


def report(chaos: Chaos) -> None:
    """What was done and found. The last line is the verdict."""
    books = chaos.books
    for violation in books.violations[:SHOWN]:
        print(f"violation: {violation}")
    outcomes = ", ".join(f"{outcome.name.lower()} {books.count(outcome)}" for outcome in Outcome)
    print(f"calls: {len(books.calls)} ({outcomes})")
    print(f"acknowledged mutations: {books.count(Outcome.DONE, Outcome.REPEATED)}")
    print(f"kills: {chaos.killer.kills.total()} ({_listed(chaos.killer.kills)})")
    print(f"verified meanwhile: {_listed(chaos.answers)}")
    print(f"facts: {books.facts.total()} ({_listed(books.facts)})")
    print(f"violations: {len(books.violations)}", flush=True)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def main() -> int:
    """Returns the exit code: 1 if anything was violated."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--calls", type=int, default=1000, help="mutations in a round")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="what happens when; printed")
    asked = parser.parse_args()
    print(f"seed {asked.seed}: {asked.rounds} rounds of {asked.calls} calls", flush=True)
    with tempfile.TemporaryDirectory(prefix="authsvc-chaos-", ignore_cleanup_errors=True) as folder:
        policy = Path(folder) / "policy.yaml"
        policy.write_text(POLICY)
        with RealService(Path(folder) / "state", {"policy": str(policy), "log-level": "info"}) as service:
            chaos = Chaos(service, asked.seed)
            asyncio.run(run(chaos, asked.rounds, asked.calls))
            report(chaos)
    return 1 if chaos.books.violations else 0


if __name__ == "__main__":
    sys.exit(main())
