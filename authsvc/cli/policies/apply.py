"""`authsvc policy apply`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from authsvc.cli.command import remote
from authsvc.cli.options import NoWait, Reason
from authsvc.cli.output import print_json
from authsvc.cli.policies.diff import show_changes
from authsvc.cli.policy_source import read_policy
from authsvc.cli.receipts import conclude, wait_for
from authsvc.cli.session import Session
from authsvc.cli.terminal import note, say
from authsvc.v1.policy_service_pb2 import ApplyPolicyRequest, GetPolicyRequest


@remote
def apply(
    session: Session,
    file: Annotated[Path, typer.Argument(help="The policy file; - for standard input.")],
    expected_version: Annotated[
        int | None, typer.Option(min=0, help="Only if this is the present version; by default the one read just before.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check, test and compare only.")] = False,
    reason: Reason = "",
    no_wait: NoWait = False,
) -> None:
    """Make a file the policy of every process. Refused whole when its tests fail, or living keys would lose their type."""
    document = read_policy(file).source
    if expected_version is None:
        expected_version = session.call(session.policies.GetPolicy, GetPolicyRequest()).policy.version
    request = ApplyPolicyRequest(
        document=document, expected_version=expected_version, dry_run=dry_run, reason=reason, wait=wait_for(no_wait)
    )
    answer = session.call(session.policies.ApplyPolicy, request)
    if session.as_json:
        print_json(answer)
    else:
        show_changes(answer.changes)
        for warning in answer.warnings:
            note(f"warning: {warning}")
        say(f"version {answer.policy.version}{' it would be; nothing was applied' if dry_run else ''}")
    if not dry_run:
        conclude(answer.receipt, as_json=session.as_json, no_wait=no_wait)
