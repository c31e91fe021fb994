"""Receipts into messages."""

from __future__ import annotations

from authsvc.engine.receipts import Receipt
from authsvc.transport.codec.times import write_duration, write_time
from authsvc.v1 import receipt_pb2


def write_receipt(receipt: Receipt) -> receipt_pb2.Receipt:
    """From when on a change holds everywhere."""
    message = receipt_pb2.Receipt(revision=receipt.revision, effective=receipt.effective)
    for process in receipt.processes:
        message.processes.add(process_id=process.process_id, outcome=process.outcome.value)
    write_duration(message.elapsed, receipt.elapsed)
    if receipt.offline_until is not None:
        write_time(message.offline_until, receipt.offline_until)
    return message
