"""`authsvc policy show`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from authsvc.cli.command import remote
from authsvc.cli.moments import show_moment
from authsvc.cli.output import card, print_json, render
from authsvc.cli.session import Session
from authsvc.cli.terminal import note
from authsvc.v1.policy_service_pb2 import GetPolicyRequest


@remote
def show(
    session: Session,
    version: Annotated[int, typer.Option(min=0, help="An earlier version; by default the present one.")] = 0,
) -> None:
    """Print the policy of the server, byte for byte: authsvc policy show > policy.yaml. What is known of it goes beside it."""
    answer = session.call(session.policies.GetPolicy, GetPolicyRequest(version=version))
    if session.as_json:
        print_json(answer)
        return
    policy = answer.policy
    if not policy.document:
        note("the built-in policy: one type `default` with the prefix ak_; no file was ever applied")
        return
    facts = [
        ("version", str(policy.version)),
        ("applied", show_moment(policy.apply_time) if policy.HasField("apply_time") else ""),
        ("applied by", policy.applied_by or "nobody (first start)"),
        ("revision", str(policy.revision or "")),
        ("sha256", policy.sha256),
    ]
    render(card(facts), aside=True)
    sys.stdout.write(policy.document)
