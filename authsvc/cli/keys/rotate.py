"""`authsvc keys rotate`."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

import typer

from authsvc.cli.command import remote
from authsvc.cli.durations import parse_duration
from authsvc.cli.keys.issued import show_issued
from authsvc.cli.options import Etag, KeyId, NoWait, Reason, RequestId, reads
from authsvc.cli.receipts import wait_for
from authsvc.cli.session import Session
from authsvc.v1.key_service_pb2 import RotateKeyRequest

_Grace = Annotated[
    int | None, typer.Option(parser=reads(parse_duration), metavar="DURATION", help="How long the present secrets go on working.")
]


@remote
def rotate(
    session: Session,
    key_id: KeyId,
    grace: _Grace = None,
    etag: Etag = "",
    reason: Reason = "",
    request_id: RequestId = "",
    no_wait: NoWait = False,
) -> None:
    """Give a key another secret and show it, once. The key_id stays.

    Without --grace the present secrets and the tokens minted with them die at once.
    The secret alone goes to standard output unless that is a terminal: SECRET=$(authsvc keys rotate KEY_ID).
    """
    request = RotateKeyRequest(
        key_id=key_id, request_id=request_id or str(uuid4()), etag=etag, reason=reason, wait=wait_for(no_wait)
    )
    if grace is not None:
        request.grace_period.FromMicroseconds(grace)
    show_issued(session, session.call(session.keys.RotateKey, request), no_wait=no_wait)
