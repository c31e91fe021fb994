"""Lists come in pages; this reads one of them, or all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from authsvc.cli.exits import Exit
from authsvc.cli.failure import Failure
from authsvc.cli.terminal import note


class Page(Protocol):
    """What every list answers with."""

    next_page_token: str


P = TypeVar("P", bound=Page)
E = TypeVar("E")


def read_pages(
    read: Callable[[int, str], P], entries_of: Callable[[P], Iterable[E]], *, every: bool, size: int, token: str
) -> tuple[list[E], str]:
    """Read a page, or every page from it on.

    Args:
        read: reads one page, given its size and token.
        entries_of: what is on a page.
        every: go on to the last page.
        size: entries on a page.
        token: the page to begin with; empty: the first.

    Returns:
        The entries, and the token of the page after them; empty: there is none.

    Raises:
        Failure: the server sent the same token twice, so that this would never end.
    """
    entries: list[E] = []
    while True:
        page = read(size, token)
        entries += entries_of(page)
        if not every or not page.next_page_token:
            return entries, page.next_page_token
        if page.next_page_token == token:
            raise Failure("the server does not go on to the next page", code=Exit.UNREACHABLE)
        token = page.next_page_token


def note_more(token: str) -> None:
    """Tell a person that there is more."""
    if token:
        note(f"there is more: --all, or --page-token {token}")
