"""`authsvc policy diff`: what a file would change."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Protocol

import typer

from authsvc.cli.command import remote
from authsvc.cli.output import print_json
from authsvc.cli.policy_source import read_policy
from authsvc.cli.session import Session
from authsvc.cli.terminal import note, say
from authsvc.domain.policy_file.comparing import compare
from authsvc.v1.policy_service_pb2 import GetPolicyRequest


class Change(Protocol):
    """One difference, computed here or by the server."""

    @property
    def path(self) -> str:
        """Where."""

    @property
    def before(self) -> str:
        """The value before; empty: there was none."""

    @property
    def after(self) -> str:
        """The value now; empty: there is none."""


@remote
def diff(session: Session, file: Annotated[Path, typer.Argument(help="The policy file; - for standard input.")]) -> None:
    """Show how a file differs from the policy of the server: its lines, and then what they mean. Changes nothing."""
    after = read_policy(file).source
    present = session.call(session.policies.GetPolicy, GetPolicyRequest()).policy
    changes = compare(present.document, after)
    if session.as_json:
        forms = [{"path": each.path, "before": each.before, "after": each.after} for each in changes]
        print_json({"version": present.version, "changes": forms})
        return
    lines = difflib.unified_diff(
        present.document.splitlines(), after.splitlines(), f"version {present.version}", str(file), lineterm=""
    )
    for line in lines:
        say(line)
    show_changes(changes)


def show_changes(changes: Iterable[Change]) -> None:
    """Write each difference on a line of standard error, and how many there are of each kind in each section."""
    counts: Counter[str] = Counter()
    for each in changes:
        kind = "+" if not each.before else "-" if not each.after else "~"
        values = " -> ".join(value for value in (each.before, each.after) if value)
        note(f"{kind} {each.path}: {values}")
        section = each.path.partition(".")[0].partition("[")[0]
        counts[f"{section} {({'+': 'added', '-': 'removed', '~': 'changed'})[kind]}"] += 1
    note(", ".join(f"{count} {what}" for what, count in counts.items()) or "nothing changes")
