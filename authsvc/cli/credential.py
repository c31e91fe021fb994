"""The credential in question: from standard input or a file, never from the command line, which everybody can read."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

from authsvc.cli.failure import Failure
from authsvc.domain.credential import MAX_TOKEN_LENGTH


def read_credential(source: list[str] | None, file: Path | None) -> str:
    """Read it, without the white space around it. Empty when nothing is there: the server decides about that too.

    Args:
        source: positional arguments of the command: `-` for standard input, which is also meant by none.
        file: the file to read instead.

    Raises:
        Failure: it was given as an argument or twice, or is nothing that could be sent.
    """
    check_argument(source)
    if file is None:
        return _decoded(_from_input())
    if source:
        raise Failure("one credential, please: - or --credential-file, not both")
    try:
        with file.open("rb") as opened:
            return _decoded(opened.read(MAX_TOKEN_LENGTH * 2))
    except OSError as error:
        raise Failure(f"the credential file cannot be read ({error.strerror})") from None


def check_argument(source: list[str] | None) -> None:
    """Refuse a credential on the command line.

    Raises:
        Failure: there is one.
    """
    if source not in (None, [], ["-"]):
        raise Failure(
            "a credential is never an argument: other users of this machine can read the command line",
            hint="pass it on standard input (-) or with --credential-file; if it was a real one, rotate the key",
        )


def _from_input() -> bytes:
    if sys.stdin.isatty():
        return getpass.getpass("credential (not shown): ", stream=sys.stderr).encode(errors="surrogateescape")
    return sys.stdin.buffer.read(MAX_TOKEN_LENGTH * 2)


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError:
        raise Failure("a credential is ASCII") from None
    if len(text) > MAX_TOKEN_LENGTH:
        raise Failure(f"a credential has at most {MAX_TOKEN_LENGTH} characters")
    return text
