"""What ends a command early: lines for people, and the exit code."""

from __future__ import annotations

from authsvc.cli.exits import Exit
from authsvc.cli.terminal import note
from authsvc.redaction import redact


class Failure(Exception):
    """The command cannot go on.

    Args:
        message: what is wrong, one sentence.
        details: further lines, such as one for each wrong field.
        hint: what to do about it; empty: nothing is known to help.
        code: the exit code.
        reason: the stable name of an error that a server answered with; empty: it is not one.
    """

    def __init__(self, message: str, *details: str, hint: str = "", code: Exit = Exit.USAGE, reason: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.hint = hint
        self.code = code
        self.reason = reason

    def show(self) -> None:
        """Write it to standard error."""
        note(redact(f"authsvc: {self.message}"))
        for line in self.details:
            note(redact(f"  {line}"))
        if self.hint:
            note(f"hint: {self.hint}")
