"""Revoking all keys of a tenant or creator."""

from __future__ import annotations

import typer

from authsvc.cli.failure import Failure
from authsvc.cli.output import print_json
from authsvc.cli.receipts import conclude
from authsvc.cli.session import Session
from authsvc.cli.terminal import note, say
from authsvc.v1.key_service_pb2 import BulkRevokeKeysRequest, BulkRevokeKeysResponse


def revoke_many(session: Session, request: BulkRevokeKeysRequest, *, ask: bool, no_wait: bool) -> None:
    """Revoke them, or with `dry_run` say which it would be. `ask`: a person is there and has to agree first.

    Raises:
        Failure: the person does not agree.
    """
    if ask and not request.dry_run:
        _ask(session, request)
    answer = session.call(session.keys.BulkRevokeKeys, request)
    if session.as_json:
        print_json(answer)
    else:
        _show(answer, "would be revoked" if request.dry_run else "revoked")
    if not request.dry_run:
        conclude(answer.receipt, as_json=session.as_json, no_wait=no_wait)


def _ask(session: Session, request: BulkRevokeKeysRequest) -> None:
    trial = BulkRevokeKeysRequest(tenant=request.tenant, created_by=request.created_by, dry_run=True)
    found = session.call(session.keys.BulkRevokeKeys, trial)
    if not typer.confirm(f"Revoke {found.matched} keys for good?", err=True):
        raise Failure("nothing was revoked")


def _show(answer: BulkRevokeKeysResponse, what: str) -> None:
    for each in answer.key_ids:
        say(each)
    cut = f" (the first {len(answer.key_ids)} are listed)" if answer.matched > len(answer.key_ids) else ""
    note(f"{answer.matched} keys {what}{cut}")
