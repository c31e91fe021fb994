"""Plain lines: answers to standard output, everything about them to standard error.

Names and reasons are chosen by other people: no control character of theirs reaches a terminal.
"""

from __future__ import annotations

import sys


def visible(text: str) -> str:
    """Replace what a terminal would act on, such as escape sequences, by what it is called."""
    return text if text.isprintable() else "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def is_watched() -> bool:
    """Whether a person sees standard output, rather than a program or a file."""
    return sys.stdout.isatty()


def note(text: str) -> None:
    """Tell a person something, on standard error."""
    print(visible(text), file=sys.stderr)


def say(text: str) -> None:
    """Write one line to standard output."""
    print(visible(text))
