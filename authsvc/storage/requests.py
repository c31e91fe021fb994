"""Request stamps: what makes Create, Import and Rotate repeatable (CONTRACT.md section 2)."""

from __future__ import annotations

from typing import Final

from authsvc.domain.errors import AlreadyExists, InvalidArgument, Violation
from authsvc.engine.records import RequestStamp
from authsvc.storage.driver import Session

REMEMBERED: Final = 600_000_000
"""Microseconds that a request is remembered: 10 minutes."""

# Of two at once the second waits here for the end of the first: the row is theirs both.
_STAMP = """
INSERT INTO requests AS r (caller, request_id, method, body_digest, key_id, time) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (caller, request_id) DO UPDATE SET
    method = excluded.method, body_digest = excluded.body_digest, key_id = excluded.key_id, time = excluded.time
WHERE r.time <= $7
RETURNING r.request_id
"""
_SEEN = "SELECT method, body_digest, key_id FROM requests WHERE caller = $1 AND request_id = $2"


async def stamp(session: Session, request: RequestStamp) -> None:
    """Claim a request_id within the transaction.

    Raises:
        AlreadyExists: This request was done within the last 10 minutes.
        InvalidArgument: Another request had this id.
    """
    values = (request.caller, request.request_id, request.method, request.body_digest, request.key_id, request.now)
    if await session.value(_STAMP, *values, request.now - REMEMBERED) is not None:
        return
    seen = await session.row(_SEEN, request.caller, request.request_id)
    if seen is not None and (seen[0], seen[1]) != (request.method, request.body_digest):
        raise InvalidArgument(Violation("request_id", "was used for another request within the last 10 minutes; take a new one"))
    raise AlreadyExists("this request was done before", key_id="" if seen is None else seen[2])
