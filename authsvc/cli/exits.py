"""How a command ends: CONTRACT section 1. Only a decision ends with 1, so that no failure ever looks like a deny."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    OK = 0
    """Done, or ALLOW."""
    DENY = 1
    USAGE = 2
    """The call has to change: wrong arguments, no such key, not allowed to."""
    UNREACHABLE = 3
    """No answer, so nothing was decided: no server, a server that cannot decide, or a fault."""
    NOT_EFFECTIVE = 4
    """The change is committed and some process may still decide on the state before it."""
    INTERRUPTED = 130
    """Ctrl-C, as shells report it."""
    PIPE = 141
    """Whoever read the output has gone away, as shells report it."""
