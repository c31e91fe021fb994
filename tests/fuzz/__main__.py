"""`make fuzz`: every parser, guided by coverage, for FUZZ_SECONDS in all. Ends with 1 when something was found.

What was learned is kept in `.fuzz/<parser>/`, so the next run begins where this one ended; an input that broke a rule is kept in
`.fuzz/found/`. FUZZ_ONLY names the parsers to fuzz, FUZZ_JOBS how many at a time (default: one for each processor).
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from tests.fuzz.registry import TARGETS
from tests.fuzz.target import Target

HOME = Path(".fuzz")
FOUND = HOME / "found"
SLOW = 10
"""Seconds after which one input is a finding."""
MEMORY = 2048
"""MiB."""
SLACK = 120
"""Seconds a process may take on top of its time, to start and to write its corpus."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one parser's time brought."""

    name: str
    runs: str
    finding: str


def fuzz(target: Target, seconds: int) -> Outcome:
    """One parser for so long."""
    corpus = HOME / target.name
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds:
        (corpus / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)
    words = HOME / f"{target.name}.words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words))
    options = [
        f"-max_total_time={seconds}", f"-timeout={SLOW}", f"-rss_limit_mb={MEMORY}", f"-dict={words}", "-print_final_stats=1",
        f"-artifact_prefix={FOUND}/{target.name}-", f"-max_len={max(4096, *map(len, target.seeds))}",
    ]  # fmt: skip
    command = [sys.executable, "-m", "tests.fuzz.one", target.name, *options, str(corpus)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=seconds + SLACK)
    except subprocess.TimeoutExpired:
        return Outcome(target.name, "?", f"it did not end within {SLACK} s after its time")
    runs = next((line.split()[-1] for line in done.stderr.splitlines() if line.startswith("stat::number_of_executed")), "?")
    finding = "" if done.returncode == 0 else f"exit code {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return Outcome(target.name, runs, finding)


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


def chosen(environment: Mapping[str, str]) -> list[Target]:
    """The parsers to fuzz."""
    names = environment.get("FUZZ_ONLY", "").split() or list(TARGETS)
    return [TARGETS[name] for name in names]


def main(environment: Mapping[str, str]) -> int:
    """Fuzz them all."""
    if find_spec("atheris") is None:
        print(
            f"SKIPPED: all {len(TARGETS)} parsers: there is no atheris for this Python; `make test` has a short round of its own"
        )
        return 0
    seconds, jobs = int(environment.get("FUZZ_SECONDS", "600")), int(environment.get("FUZZ_JOBS") or os.cpu_count() or 1)
    targets = chosen(environment)
    FOUND.mkdir(parents=True, exist_ok=True)
    share = seconds * jobs / sum(target.weight for target in targets)
    failed = 0
    with ThreadPoolExecutor(jobs) as pool:
        runs = [pool.submit(partial(fuzz, target, max(1, round(share * target.weight)))) for target in targets]
        for run in runs:
            outcome = run.result()
            failed += bool(outcome.finding)
            print(f"{outcome.name}: {outcome.runs} inputs, {outcome.finding or 'nothing found'}", flush=True)
    print(f"findings: {failed} in {len(targets)} parsers, {seconds} s; inputs that broke a rule are in {FOUND}/")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
