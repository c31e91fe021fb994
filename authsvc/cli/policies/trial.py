"""`authsvc policy test`: the tests that a policy file carries. With a file it needs no server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Protocol

import typer

from authsvc.cli.command import remote
from authsvc.cli.exits import Exit
from authsvc.cli.output import print_json
from authsvc.cli.policy_source import read_tests
from authsvc.cli.session import Session
from authsvc.cli.terminal import note, say
from authsvc.domain.policy_tests import run_tests
from authsvc.v1.policy_service_pb2 import TestPolicyRequest


class Result(Protocol):
    """What became of one test, here or on the server."""

    @property
    def name(self) -> str:
        """What the test shows."""

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""

    @property
    def differences(self) -> Sequence[str]:
        """What was not."""


@remote
def run(
    session: Session,
    file: Annotated[Path | None, typer.Argument(help="The policy file; by default the policy of the server.")] = None,
) -> None:
    """Run the tests of a policy. Ends with 2 when one of them fails."""
    results: Sequence[Result]
    if file is None:
        results = session.call(session.policies.TestPolicy, TestPolicyRequest()).results
    else:
        results = run_tests(*read_tests(file))
    passed = all(each.passed for each in results)
    if session.as_json:
        print_json({"passed": passed, "results": [result_form(each) for each in results]})
    else:
        show_results(results)
    if not passed:
        raise typer.Exit(Exit.USAGE)


def show_results(results: Iterable[Result], *, only_failed: bool = False) -> None:
    """Write a line for each test, with what was not as expected below it, and how many passed."""
    results = list(results)
    for each in results:
        if not (each.passed and only_failed):
            say(f"{'ok  ' if each.passed else 'FAIL'} {each.name}")
        for difference in each.differences:
            say(f"     {difference}")
    failed = sum(not each.passed for each in results)
    if failed or not only_failed:
        note(f"{len(results) - failed} of {len(results)} tests pass")


def result_form(result: Result) -> dict[str, object]:
    """One result as JSON."""
    return {"name": result.name, "passed": result.passed, "differences": list(result.differences)}
