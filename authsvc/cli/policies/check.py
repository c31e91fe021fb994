"""`authsvc policy check` and `schema`: a policy file before it is used. Needs no server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from authsvc.cli.command import local
from authsvc.cli.exits import Exit
from authsvc.cli.options import AsJson
from authsvc.cli.output import print_json
from authsvc.cli.policies.trial import result_form, show_results
from authsvc.cli.policy_source import read_text
from authsvc.cli.terminal import note, say
from authsvc.domain.policy_file import Mistake, PolicyErrors, load_with_tests, policy_schema
from authsvc.domain.policy_tests import run_tests


@local
def check(file: Annotated[Path, typer.Argument(help="The policy file; - for standard input.")], as_json: AsJson = False) -> None:
    """Check a policy file and run its tests; ends with 2 for a mistake, each with line, column and field, or a failed test."""
    try:
        policy, tests = load_with_tests(read_text(file))
    except PolicyErrors as errors:
        _show_mistakes(file, errors, as_json=as_json)
        raise typer.Exit(Exit.USAGE) from None
    results = run_tests(policy, tests)
    passed = all(each.passed for each in results)
    if as_json:
        forms = [result_form(each) for each in results]
        print_json({"valid": passed, "mistakes": [], "warnings": list(policy.warnings), "test_results": forms})
    else:
        for warning in policy.warnings:
            note(f"{file}: warning: {warning}")
        show_results(results, only_failed=True)
        if passed:
            say(f"{file}: ok, with {len(policy.key_types)} key types (authsvc's own included) and {len(results)} tests")
    if not passed:
        raise typer.Exit(Exit.USAGE)


def _show_mistakes(file: Path, errors: PolicyErrors, *, as_json: bool) -> None:
    if as_json:
        mistakes = [_form(each) for each in errors.mistakes]
        print_json({"valid": False, "mistakes": mistakes, "warnings": [], "test_results": []})
        return
    for each in errors.mistakes:
        field = f"{each.field}: " if each.field else ""
        say(f"{file}:{each.line}:{each.column}: {field}{each.message}")  # the form that editors jump to
    note(f"{file}: {len(errors.mistakes)} mistakes")


def _form(mistake: Mistake) -> dict[str, str | int]:
    return {"line": mistake.line, "column": mistake.column, "field": mistake.field, "message": mistake.message}


@local
def schema() -> None:
    """Print the JSON Schema of policy files, for editors."""
    print_json(policy_schema())
