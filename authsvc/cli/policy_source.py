"""Reads a policy file of this machine."""

from __future__ import annotations

import sys
from pathlib import Path

from authsvc.cli.failure import Failure
from authsvc.domain.policy import Policy
from authsvc.domain.policy_file import PolicyErrors, load_with_tests
from authsvc.domain.policy_tests import PolicyTest


def read_text(file: Path) -> str:
    """Read a policy file; `-` is standard input.

    Raises:
        Failure: it cannot be read.
    """
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return content.decode()
    except OSError as error:
        raise Failure(f"{file} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise Failure(f"{file} is not UTF-8") from None


def read_policy(file: Path) -> Policy:
    """Read and compile a policy file.

    Raises:
        Failure: it cannot be read, or has mistakes.
    """
    return read_tests(file)[0]


def read_tests(file: Path) -> tuple[Policy, tuple[PolicyTest, ...]]:
    """Read and compile a policy file with its tests. Raises Failure as `read_policy` does."""
    try:
        return load_with_tests(read_text(file))
    except PolicyErrors as errors:
        raise Failure(f"{file} has mistakes; see: authsvc policy check {file}") from errors
