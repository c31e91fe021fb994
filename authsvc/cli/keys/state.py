"""`authsvc keys activate` and `deactivate`."""

from __future__ import annotations

from authsvc.cli.command import remote
from authsvc.cli.keys.show import state_name
from authsvc.cli.options import Etag, KeyId, NoWait, Reason
from authsvc.cli.output import print_json
from authsvc.cli.receipts import conclude, wait_for
from authsvc.cli.session import Session
from authsvc.cli.terminal import say
from authsvc.v1.key_service_pb2 import ActivateKeyRequest, ActivateKeyResponse, DeactivateKeyRequest, DeactivateKeyResponse


@remote
def activate(session: Session, key_id: KeyId, etag: Etag = "", reason: Reason = "", no_wait: NoWait = False) -> None:
    """Let a deactivated key work again, and its tokens that have not expired."""
    request = ActivateKeyRequest(key_id=key_id, etag=etag, reason=reason, wait=wait_for(no_wait))
    _finish(session, session.call(session.keys.ActivateKey, request), no_wait=no_wait)


@remote
def deactivate(session: Session, key_id: KeyId, etag: Etag = "", reason: Reason = "", no_wait: NoWait = False) -> None:
    """Suspend a key and its tokens until it is activated again."""
    request = DeactivateKeyRequest(key_id=key_id, etag=etag, reason=reason, wait=wait_for(no_wait))
    _finish(session, session.call(session.keys.DeactivateKey, request), no_wait=no_wait)


def _finish(session: Session, answer: ActivateKeyResponse | DeactivateKeyResponse, *, no_wait: bool) -> None:
    if session.as_json:
        print_json(answer)
    else:
        say(f"{answer.key.key_id} {state_name(answer.key)}")
    conclude(answer.receipt, as_json=session.as_json, no_wait=no_wait)
