"""The two HTTP applications: the public one, and the one for operators."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute


def application(routes: Sequence[BaseRoute]) -> Starlette:
    """An application whose errors are problem documents (RFC 9457)."""
    return Starlette(routes=routes, exception_handlers={HTTPException: _problem, Exception: _fault})


async def _problem(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise TypeError("registered for HTTPException")
    return _document(error.status_code, error.detail, dict(error.headers or {}))


async def _fault(_request: Request, _error: Exception) -> Response:
    """Says nothing of the error: it may hold what was sent to us. The log has it."""
    return _document(500, "Internal Server Error", {})


def _document(status: int, title: str, headers: dict[str, str]) -> Response:
    body = {"type": "about:blank", "title": title, "status": status}
    return JSONResponse(body, status, {**headers, "Cache-Control": "no-store"}, media_type="application/problem+json")
