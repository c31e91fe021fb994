"""An import from its first line to its last: many batches under way, settled in the order of the file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from authsvc.cli.imports.progress import Notes, Report
from authsvc.cli.imports.records import Record
from authsvc.cli.imports.requests import Defaults, Refusal, check_columns, read_request
from authsvc.cli.imports.sending import Answer, Sender
from authsvc.v1.key_service_pb2 import ImportKeyRequest

MOST_BYTES: Final = 1 << 20
"""Of one batch."""
AHEAD: Final = 2
"""Batches for each call at once: while one is settled, others are on their way."""


@dataclass
class Batch:
    """Records that are sent together; those that cannot be sent are among them, so that the order is kept."""

    lines: list[int] = field(default_factory=list)
    requests: list[ImportKeyRequest] = field(default_factory=list, repr=False)
    """Of the records that can be sent."""
    sent: list[int] = field(default_factory=list)
    """Their lines."""
    refusals: list[Refusal] = field(default_factory=list)
    size: int = 0

    def add(self, record: Record, request: ImportKeyRequest, refusals: list[Refusal]) -> None:
        """One more record."""
        self.lines.append(record.line)
        self.refusals += refusals
        if not refusals:
            self.requests.append(request)
            self.sent.append(record.line)
            self.size += request.ByteSize()


class Importing:
    """One run.

    Args:
        sender: Gets the answers.
        notes: Where the run begins, and how far it has come.
        refused: What is wrong with which record.
        keys: Which record became which key; None: nobody asked.
        show: Called with the line that was settled last.
    """

    def __init__(self, sender: Sender, notes: Notes, refused: Report, keys: Report | None, show: Callable[[int], None]) -> None:
        self._sender = sender
        self._notes = notes
        self._refused = refused
        self._keys = keys
        self._show = show

    def run(self, records: Iterable[Record], defaults: Defaults, *, size: int, at_once: int) -> None:
        """Import every record after what is settled.

        Raises:
            Failure: it cannot go on; what is settled is noted.
        """
        window: deque[tuple[Batch, Future[list[Answer]]]] = deque()
        with ThreadPoolExecutor(at_once, thread_name_prefix="import") as pool:
            try:
                for batch in self._batches(records, defaults, size):
                    if len(window) >= at_once * AHEAD:
                        self._settle(*window.popleft())
                    window.append((batch, pool.submit(self._sender.send, batch.requests)))
                while window:
                    self._settle(*window.popleft())
            finally:
                self._sender.stop()
                for _, future in window:
                    future.cancel()
                self._notes.keep(now=True)

    def _batches(self, records: Iterable[Record], defaults: Defaults, size: int) -> Iterator[Batch]:
        batch, first = Batch(), True
        for record in records:
            if first and not record.problem:
                check_columns(record.values)
            first = False
            if record.line <= self._notes.progress.line:
                continue
            batch.add(record, *read_request(record, defaults))
            if len(batch.lines) >= size or batch.size >= MOST_BYTES:
                yield batch
                batch = Batch()
        if batch.lines:
            yield batch

    def _settle(self, batch: Batch, future: Future[list[Answer]]) -> None:
        """Write down what became of a batch: first about its records, then that they are settled."""
        answers = list(zip(batch.sent, future.result(), strict=True))
        refusals = [*batch.refusals, *(Refusal(line, *wrong) for line, answer in answers for wrong in answer.wrong)]
        refusals.sort(key=lambda refusal: refusal.line)
        self._refused.add({"line": each.line, "field": each.field, "why": each.why} for each in refusals)
        taken = [(line, answer) for line, answer in answers if not answer.wrong]
        if self._keys is not None:
            self._keys.add({"line": line, "key_id": each.key_id, "existed": each.existed} for line, each in taken)
        progress = self._notes.progress
        progress.imported += sum(not answer.existed for _, answer in taken)
        progress.existed += sum(answer.existed for _, answer in taken)
        progress.refused += len({refusal.line for refusal in refusals})
        progress.last_key_id = next((each.key_id for _, each in reversed(taken) if each.key_id), progress.last_key_id)
        progress.line = batch.lines[-1]
        self._notes.keep()
        self._show(progress.line)
