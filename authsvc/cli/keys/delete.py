"""`authsvc keys delete`."""

from __future__ import annotations

from authsvc.cli.command import remote
from authsvc.cli.options import Etag, KeyId, NoWait, Reason
from authsvc.cli.output import print_json
from authsvc.cli.receipts import conclude, wait_for
from authsvc.cli.session import Session
from authsvc.cli.terminal import say
from authsvc.v1.key_service_pb2 import DeleteKeyRequest


@remote
def delete(session: Session, key_id: KeyId, etag: Etag = "", reason: Reason = "", no_wait: NoWait = False) -> None:
    """Revoke a key and hide it at once; it is purged after 30 days. Its audit entries stay."""
    request = DeleteKeyRequest(key_id=key_id, etag=etag, reason=reason, wait=wait_for(no_wait))
    answer = session.call(session.keys.DeleteKey, request)
    if session.as_json:
        print_json(answer)
    else:
        say(f"{key_id} deleted")
    conclude(answer.receipt, as_json=session.as_json, no_wait=no_wait)
