"""Getting an answer for every request of a batch, whatever the server goes through meanwhile.

Repeating is safe: the server takes no secret twice, and says which key has it. So a call without an answer is made again, and one
that takes too long is made again in halves.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status

from authsvc.cli.exits import Exit
from authsvc.cli.failure import Failure
from authsvc.cli.session import Session
from authsvc.v1.key_service_pb2 import BatchImportKeysRequest, BatchImportKeysResult, ImportKeyRequest
from authsvc.v1.receipt_pb2 import WAIT_NONE

PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 3.0
LATE: Final = "DEADLINE_EXCEEDED"

_AGAIN: Final = frozenset({grpc.StatusCode.RESOURCE_EXHAUSTED.value[0], grpc.StatusCode.UNAVAILABLE.value[0]})
_KNOWN: Final = grpc.StatusCode.ALREADY_EXISTS.value[0]
_INNER: Final = re.compile(r"^(key|argon2id_digest|hmac_sha256_digest)\.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request: a key that was made, one that has the secret already, or what is wrong."""

    key_id: str = ""
    existed: bool = False
    wrong: tuple[tuple[str, str], ...] = ()
    """Field, as the file calls it, and why."""


class Sender:
    """Sends batches; several threads may use it at once.

    Args:
        session: The server.
        reason: For the audit log.
        dry_run: Only ask what would become of each.
        patience: Seconds to go on asking a server that gives no answer.
    """

    def __init__(self, session: Session, reason: str, *, dry_run: bool, patience: float) -> None:
        self._session = session
        self._reason = reason
        self._dry_run = dry_run
        self._patience = patience
        self._stopped = threading.Event()
        self._most = 1000
        self.revision = 0
        """The newest one that made a key."""

    def stop(self) -> None:
        """Ask nobody again."""
        self._stopped.set()

    def send(self, requests: Sequence[ImportKeyRequest]) -> list[Answer]:
        """An answer for each request, in order.

        Raises:
            Failure: the server gave none in time, or says that the command has to change.
        """
        answers: list[Answer | None] = [None] * len(requests)
        pause, left = PAUSE, self._patience
        while missing := [index for index, answer in enumerate(answers) if answer is None]:
            some = missing[: self._most]
            found, failure = self._ask([requests[index] for index in some])
            for index, answer in zip(some, found, strict=True):
                answers[index] = answer
            if failure is None:
                pause, left = PAUSE, self._patience
            elif left <= 0:
                raise failure
            elif self._stopped.wait(pause):
                raise Failure("the import was stopped", code=Exit.INTERRUPTED)
            else:
                left -= pause
                pause = min(pause * 2, LONGEST_PAUSE)
        return [answer for answer in answers if answer is not None]

    def _ask(self, requests: Sequence[ImportKeyRequest]) -> tuple[Sequence[Answer | None], Failure | None]:
        """Ask once: None for what has to be asked again, and why if that is everything."""
        nothing = [None] * len(requests)
        batch = BatchImportKeysRequest(requests=requests, reason=self._reason, wait=WAIT_NONE, dry_run=self._dry_run)
        try:
            response = self._session.call(self._session.keys.BatchImportKeys, batch)
        except Failure as failure:
            if failure.code is not Exit.UNREACHABLE or failure.reason == "INTERNAL":
                raise
            if failure.reason == LATE:
                self._most = max(1, len(requests) // 2)
            return nothing, failure
        self.revision = max(self.revision, response.receipt.revision)
        answers = [_answer(result) for result in response.results]
        return answers, Failure("the server has too much to do", code=Exit.UNREACHABLE) if answers == nothing else None


def _answer(result: BatchImportKeysResult) -> Answer | None:
    if result.WhichOneof("result") == "key_id":
        return Answer(result.key_id)
    error = result.error
    if error.code in _AGAIN:
        return None
    if error.code == _KNOWN:
        return Answer(_key_id(error), existed=True)
    return Answer(wrong=_wrong(error))


def _key_id(error: Status) -> str:
    info = ErrorInfo()
    for detail in error.details:
        detail.Unpack(info)
    return str(info.metadata.get("key_id", ""))


def _wrong(error: Status) -> tuple[tuple[str, str], ...]:
    request = BadRequest()
    for detail in error.details:
        detail.Unpack(request)
    found = tuple((_INNER.sub("", each.field), each.description) for each in request.field_violations)
    return found or (("", error.message),)
