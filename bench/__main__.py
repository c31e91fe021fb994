"""`make bench`: what a decision costs over the call that carries it.

A real service (embedded PostgreSQL, the dgidgi policy, real keys) against handlers that do nothing, as ratios.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from authsvc.transport.server import Transport
from bench import report
from bench.comparison import Comparison, Contender, answers_of, compare
from bench.counted import check, counts
from bench.floor import Floor, Kind
from bench.load import LoadFailed, Sample, Target, require_h2load
from bench.scenario import BATCH, Scenario, prepare
from tests.support.real_service import RealService, descendants

BOUNDS: Final = {"Verify, key": 1.6, "Verify, warm token": 1.7, "CheckScope": 1.7}
"""CPU-seconds per call over the empty handler's, native transport."""
WORKER: Final = b"authsvc.app"


def main() -> int:
    """Measure, print, write the report."""
    options = _options()
    disturbed = report.others()
    if disturbed:
        print(disturbed, file=sys.stderr)
    results: dict[str, list[Comparison]] = {}
    try:
        require_h2load()
        for transport in _transports(options):
            results[transport] = []
            print(f"\n{transport}, each line over the empty handler of the same transport unless it says otherwise", flush=True)
            for result in _Bench(transport, options.pairs, options.seconds, options.only).results():
                results[transport].append(result)
                print(report.table([result], BOUNDS if transport == "native" else {}).splitlines()[-1], flush=True)
    except LoadFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    sections = {transport: _section(transport, each) for transport, each in results.items()}
    print("", *sections.values(), sep="\n\n")
    if not options.quick and not options.only and not options.transport:
        report.write(sections, options.pairs, disturbed)
        print(f"\nwritten to {report.REPORT}")
    return 0


class _Bench:
    """All comparisons on one transport."""

    def __init__(self, transport: Transport, pairs: int, seconds: float, only: str) -> None:
        self._transport = transport
        self._pairs = pairs
        self._seconds = seconds
        self._only = only

    def results(self) -> Iterator[Comparison]:
        """One after the other."""
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="authsvc-bench-")))
            flags = {"transport": self._transport, "log-level": "info"}
            service = stack.enter_context(RealService(folder / "state", flags))
            caller, scenarios = prepare(service)
            floor = stack.enter_context(Floor(self._transport, scenarios))
            ours = {each.name: _service(service, caller, each) for each in scenarios}
            for each in scenarios:
                yield from self._compare(each.name, ours[each.name], _floor(floor, each, "empty"))
            mint, verify = next(each for each in scenarios if each.rpc == "Mint"), scenarios[0]
            yield from self._compare("Mint, over a handler that signs", ours[mint.name], _floor(floor, mint, "sign"))
            bare, empty = (_floor(floor, verify, kind) for kind in ("bytes", "empty"))
            yield from self._compare("the empty handler without protobuf", bare, empty)
            if self._transport == "native":
                other = stack.enter_context(Floor("grpcio", scenarios))
                name = "Verify, key, over grpcio's empty handler"
                yield from self._compare(name, ours[verify.name], _floor(other, verify, "empty"))

    def _compare(self, name: str, ours: Contender, theirs: Contender) -> Iterator[Comparison]:
        if self._only in name:
            yield compare(name, ours, theirs, self._pairs, self._seconds)


def _service(service: RealService, caller: str, scenario: Scenario) -> Contender:
    assert service.process is not None
    pid = next(pid for pid in descendants(service.process.pid) if WORKER in Path(f"/proc/{pid}/cmdline").read_bytes())

    def checked(load: Callable[[], Sample]) -> Sample:
        before = counts(service.admin)
        sample = load()
        check(scenario, sample.calls, before, counts(service.admin))
        return sample

    target = Target(service.grpc, scenario.path, pid, (f"authorization: Bearer {caller}",))
    return Contender(target, scenario.request, checked)


def _floor(floor: Floor, scenario: Scenario, kind: Kind) -> Contender:
    return Contender(floor.target(scenario, kind), scenario.request, answers_of(len(scenario.response)))


def _transports(options: argparse.Namespace) -> Sequence[Transport]:
    if options.transport:
        return tuple(dict.fromkeys(options.transport))
    return ("native",) if options.quick else ("native", "grpcio")


def _section(transport: str, results: list[Comparison]) -> str:
    named = {result.name: result for result in results}
    single, batch = named.get("Verify, key"), named.get(f"BatchVerify, {BATCH} keys")
    text = report.table(results, BOUNDS if transport == "native" else {})
    return text if single is None or batch is None else f"{text}\n\n{report.decisions(single, batch, BATCH)}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three short pairs, native transport; writes no report")
    parser.add_argument("--transport", action="append", choices=["native", "grpcio"], help="this one only; may be repeated")
    parser.add_argument("--pairs", type=int, help="pairs of runs, default 9")
    parser.add_argument("--seconds", type=float, help="length of a run, default 0.6")
    parser.add_argument("--only", default="", help="comparisons with this in their name")
    options = parser.parse_args()
    options.pairs = options.pairs or (3 if options.quick else 9)
    options.seconds = options.seconds or (0.4 if options.quick else 0.6)
    return options


if __name__ == "__main__":
    sys.exit(main())
