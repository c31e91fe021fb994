"""BatchVerify: many questions, each decided by itself."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from authsvc.domain.errors import InvalidArgument, Violation
from authsvc.engine.callers import Caller
from authsvc.transport.errors import status_of
from authsvc.transport.incoming import Incoming
from authsvc.v1 import auth_service_pb2 as pb

MOST: Final = 1000
STRETCH: Final = 50
"""Decisions made before other calls get a turn: a whole batch would hold them up for milliseconds."""


class Deciding(Protocol):
    """How one question is decided."""

    def verify_at_once(self, caller: Caller, request: pb.VerifyRequest) -> pb.VerifyResponse | None:
        """From memory; None when something has to be read first."""

    async def verify(self, incoming: Incoming, request: pb.VerifyRequest) -> pb.VerifyResponse:
        """After reading what is not here."""


async def decide_all(service: Deciding, incoming: Incoming, request: pb.BatchVerifyRequest) -> pb.BatchVerifyResponse:
    """Decide what memory knows, then wait for all the rest together, so that it shares its lookups.

    Raises:
        InvalidArgument: too many questions.
    """
    questions = request.requests
    if len(questions) > MOST:
        raise InvalidArgument(Violation("requests", f"at most {MOST}"))
    results: list[pb.BatchVerifyResult | None] = []
    for number, question in enumerate(questions, 1):
        results.append(_at_once(service, incoming.caller, question))
        if number % STRETCH == 0:
            await asyncio.sleep(0)
    missed = [number for number, result in enumerate(results) if result is None]
    found = await asyncio.gather(*(_later(service, incoming, questions[number]) for number in missed))
    for number, result in zip(missed, found, strict=True):
        results[number] = result
    return pb.BatchVerifyResponse(responses=[result for result in results if result is not None])


def _at_once(service: Deciding, caller: Caller, question: pb.VerifyRequest) -> pb.BatchVerifyResult | None:
    try:
        response = service.verify_at_once(caller, question)
    except Exception as error:  # noqa: BLE001 - the error of one question is its result, whatever it is
        return pb.BatchVerifyResult(error=status_of(error, "BatchVerify"))
    return None if response is None else pb.BatchVerifyResult(response=response)


async def _later(service: Deciding, incoming: Incoming, question: pb.VerifyRequest) -> pb.BatchVerifyResult:
    try:
        return pb.BatchVerifyResult(response=await service.verify(incoming, question))
    except Exception as error:  # noqa: BLE001 - as above; a cancelled call is no Exception and ends the batch
        return pb.BatchVerifyResult(error=status_of(error, "BatchVerify"))
