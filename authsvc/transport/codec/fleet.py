"""The fleet into messages."""

from __future__ import annotations

from authsvc.engine.fleet import FleetStatus
from authsvc.engine.records import Process
from authsvc.transport.codec.times import write_duration, write_time
from authsvc.v1 import fleet_service_pb2


def write_status(status: FleetStatus, process_id: str) -> fleet_service_pb2.GetFleetStatusResponse:
    """The fleet, as the process with this id sees it; live processes first."""
    rows = sorted(status.processes, key=lambda row: (row.dead, row.join_time))
    return fleet_service_pb2.GetFleetStatusResponse(
        revision=status.revision, processes=[_write_process(row) for row in rows], process_id=process_id
    )


def _write_process(row: Process) -> fleet_service_pb2.Process:
    message = fleet_service_pb2.Process(
        process_id=row.process_id,
        replica_id=row.replica_id,
        state=fleet_service_pb2.PROCESS_STATE_DEAD if row.dead else fleet_service_pb2.PROCESS_STATE_LIVE,
        acknowledged_revision=row.acknowledged,
    )
    write_time(message.join_time, row.join_time)
    write_duration(message.lease, row.lease)
    write_duration(message.stale_allowance, row.allowance)
    return message
