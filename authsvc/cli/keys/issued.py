"""The answer that carries a secret: after create and rotate."""

from __future__ import annotations

from authsvc.cli.keys.show import key_card
from authsvc.cli.moments import now
from authsvc.cli.output import print_json, render, show_secret
from authsvc.cli.receipts import conclude
from authsvc.cli.session import Session
from authsvc.v1.key_service_pb2 import CreateKeyResponse, RotateKeyResponse


def show_issued(session: Session, answer: CreateKeyResponse | RotateKeyResponse, *, no_wait: bool) -> None:
    """Show the secret first, because nothing that fails later may lose it, then the key and how far the change has reached."""
    if session.as_json:
        print_json(answer)
    else:
        show_secret(answer.secret, "secret")
        render(key_card(answer.key, now()), aside=True)
    conclude(answer.receipt, as_json=session.as_json, no_wait=no_wait)
