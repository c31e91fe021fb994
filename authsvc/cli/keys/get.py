"""`authsvc keys get`."""

from __future__ import annotations

from authsvc.cli.command import remote
from authsvc.cli.json_form import json_form
from authsvc.cli.keys.show import key_card
from authsvc.cli.moments import now
from authsvc.cli.options import KeyId
from authsvc.cli.output import print_json, render
from authsvc.cli.session import Session
from authsvc.v1.key_service_pb2 import GetKeyRequest


@remote
def get(session: Session, key_id: KeyId) -> None:
    """Show one key, a revoked one too. Its secret is not known any more."""
    answer = session.call(session.keys.GetKey, GetKeyRequest(key_id=key_id))
    if session.as_json:
        print_json(json_form(answer))
    else:
        render(key_card(answer.key, now()))
