"""Structured logs on stderr: JSON lines, or lines for people on a terminal. One shape for ours and for what libraries log.

Tracebacks never show local variables, and every finished line goes through `redaction.redact`.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from typing_extensions import override

from authsvc.redaction import redact

# Chatty about every connection, or repeating what we log ourselves.
_QUIET = {"uvicorn.error": logging.WARNING, "asyncio": logging.WARNING, "grpc": logging.INFO}

_GRPC = "grpc._cython.cygrpc"


def configure(form: str, level: str, stream: TextIO | None = None) -> None:
    """Set up logging for this process.

    Args:
        form: `console`, `json`, or `auto`: console when the stream is a terminal.
        level: `debug`, `info`, `warning` or `error`.
        stream: Where to; stderr by default.
    """
    stream = stream or sys.stderr
    console = form == "console" or (form == "auto" and stream.isatty())
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_chain(),
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(console, stream), _redact],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger(_GRPC).filters[:] = [_is_worth_a_line]
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_chain(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _chain() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _add_process,
    ]


def _rendering(console: bool, stream: TextIO) -> list[Processor]:  # noqa: FBT001 - one of two
    if console:
        colours = stream.isatty() and "NO_COLOR" not in os.environ
        # The default formatter of tracebacks shows local variables.
        return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)]
    return [
        structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=30)),
        structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
    ]


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Not that an answer could not be sent: whoever hangs up in time would write a traceback into our log for each call."""
    return not record.getMessage().startswith("ExecuteBatchError raised in core")


def _add_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["pid"] = os.getpid()
    return event


def _redact(_logger: WrappedLogger, _method: str, rendered: Any) -> str:
    return redact(str(rendered))


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to a stream; a log that nobody reads any more must not end the service."""

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """Python's own handler would print the record's arguments, unredacted."""
