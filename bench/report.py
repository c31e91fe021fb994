"""The table, for people and for bench/report.md. Ratios only: absolute figures say more about a machine than about a service."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bench.comparison import Comparison, Ratio
from bench.load import CALLS_EACH, CONNECTIONS

REPORT: Final = Path(__file__).with_name("report.md")
_HEAD: Final = """# Bench

{day}, `make bench`. {machine}.

h2load on the same machine, {connections} connections, {each} calls under way on each. Every figure is the median of {pairs}
pairs of runs, turn about, with its interval: the service over a handler that takes the same request, does nothing and returns an
answer of the same size, on the same transport with the same options, in a process of its own. CPU time is that of the serving
process, all threads. The service's counters say that every call got the answer it should."""
_PACKAGES: Final = ("grpcio", "pygrpc-native", "protobuf", "uvloop")


def table(results: Iterable[Comparison], bounds: Mapping[str, float]) -> str:
    """Markdown that can be read as it is."""
    rows = [("", "CPU-seconds per call", "95 %", "bound", "calls per second", "95 %")]
    rows += [
        (
            each.name,
            f"{each.cost.median:.2f}",
            _span(each.cost),
            _bound(each, bounds),
            f"{each.rate.median:.2f}",
            _span(each.rate),
        )
        for each in results
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def others() -> str:
    """What else runs on this machine, before the bench does; empty: next to nothing."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load < cores / 4:
        return ""
    return f"Other work was running here (load average {load:.1f} on {cores} cores), which makes every ratio too high."


def write(sections: Mapping[str, str], pairs: int, disturbed: str) -> None:
    """Write bench/report.md."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    head = _HEAD.format(day=day, machine=machine(), connections=CONNECTIONS, each=CALLS_EACH, pairs=pairs)
    text = [head, *([disturbed] if disturbed else []), *(f"## {title}\n{body}" for title, body in sections.items())]
    REPORT.write_text("\n\n".join(text) + "\n", encoding="utf-8")


def machine() -> str:
    """The shape of this machine and what runs on it."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} x {_processor()}, {memory:.0f} GiB, {platform.system()} {platform.release().split('-')[0]}; "
        f"Python {platform.python_version()}, {packages}"
    )


def decisions(single: Comparison, batch: Comparison, size: int) -> str:
    """How much further a CPU-second goes in batches."""
    return f"Decisions per CPU-second, BatchVerify over Verify: {single.own_cost / (batch.own_cost / size):.1f}."


def _processor() -> str:
    lines: Sequence[str] = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _span(ratio: Ratio) -> str:
    return f"{ratio.low:.2f}-{ratio.high:.2f}"


def _bound(result: Comparison, bounds: Mapping[str, float]) -> str:
    bound = bounds.get(result.name)
    return "" if bound is None else f"{bound:g} {'met' if result.cost.median <= bound else 'MISSED'}"
