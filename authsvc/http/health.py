"""Liveness and readiness: `/healthz` asks whether to restart this process, `/readyz` whether to send it requests."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from authsvc.engine.vitals import Vitals

NO_STORE = {"Cache-Control": "no-store"}


class Readiness:
    """Whether this process should be asked."""

    def __init__(self, vitals: Callable[[], Vitals]) -> None:
        self._vitals = vitals
        self.phase = "starting"
        """`starting`, `serving` or `draining`."""

    def reasons(self) -> tuple[str, ...]:
        """Why not; empty: it should."""
        if self.phase != "serving":
            return (self.phase,)
        vitals = self._vitals()
        # A lease that is still good answers, with the store away too; without one, both reasons help.
        return () if vitals.lease_held else vitals.problems()


def routes(readiness: Readiness) -> list[Route]:
    """The two endpoints."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=NO_STORE)

    async def readyz(_request: Request) -> Response:
        reasons = readiness.reasons()
        body = {"ready": not reasons, "reasons": list(reasons)}
        return JSONResponse(body, status_code=503 if reasons else 200, headers=NO_STORE)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
