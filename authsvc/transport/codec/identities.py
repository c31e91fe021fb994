"""What a found string is, as a message."""

from __future__ import annotations

from authsvc.engine.keys.read import Identified
from authsvc.transport.codec.keys import write_key
from authsvc.transport.codec.times import write_time
from authsvc.v1 import key_service_pb2


def write_identity(found: Identified, now: int) -> key_service_pb2.IdentifyCredentialResponse:
    """Whose a string is."""
    message = key_service_pb2.IdentifyCredentialResponse(
        kind=found.kind.value,  # type: ignore[arg-type]  # the numbers are those of the proto, which a test compares
        keys=[write_key(record, now) for record in found.records],
        secret_id=found.secret_id,
    )
    if found.token is not None:
        message.token_id = found.token.token_id
        write_time(message.token_expire_time, found.token.expire_time)
    return message
