"""Envoy's `envoy.service.auth.v3.Authorization/Check`: decode, check, encode.

A deny is an answer. What cannot be decided ends the call with an error, which Envoy tells apart (`status_on_error`). An answer
that would come after Envoy's deadline is not sent at all (`punctual`).
"""

from __future__ import annotations

from authsvc.engine.callers import Caller
from authsvc.engine.check import Check
from authsvc.envoy.v3 import ext_authz_pb2 as pb
from authsvc.transport.codec.ext_authz import read_request, write_verdict
from authsvc.transport.incoming import Incoming
from authsvc.transport.permissions import PERMISSIONS
from authsvc.transport.rpc import MAX_LARGE_REQUEST, Method
from authsvc.transport.services.journal import Journal

PACKAGE = "envoy.service.auth.v3"
NAME = "Authorization/Check"


class ExtAuthz:
    """Answers Envoy."""

    def __init__(self, check: Check, journal: Journal) -> None:
        self._check = check
        self._journal = journal

    def method(self) -> Method[pb.CheckRequest]:
        """The method as it is served."""
        return Method(
            name=NAME,
            package=PACKAGE,
            request=pb.CheckRequest,
            permission=PERMISSIONS[NAME],
            handle=self.check,
            at_once=self.check_at_once,
            most=MAX_LARGE_REQUEST,
            punctual=True,
        )

    def check_at_once(self, caller: Caller, request: pb.CheckRequest) -> pb.CheckResponse | None:
        """Answer from memory, without an await; None when something has to be read first."""
        verdict = self._check.at_once(caller, read_request(request))
        if verdict is None:
            return None
        self._journal.note_check(caller, verdict.facts)
        return write_verdict(verdict)

    async def check(self, incoming: Incoming, request: pb.CheckRequest) -> pb.CheckResponse:
        """Answer, after reading what is not here."""
        verdict = await self._check(incoming.caller, read_request(request))
        self._journal.note_check(incoming.caller, verdict.facts)
        return write_verdict(verdict)
