"""What the process counts about itself: plain integers, read by whoever exports them."""

from __future__ import annotations

from authsvc.domain.reason import Reason


class Counters:
    """One per process. Indexed by number where there are labels, so that counting is one addition."""

    __slots__ = (
        "anonymous",
        "calls",
        "decisions",
        "hash_checks",
        "hash_failures",
        "hash_refusals",
        "lookups",
        "misses",
        "shadowed",
        "usage_flush_failures",
        "usage_flushed",
        "usage_lost",
    )

    def __init__(self) -> None:
        self.decisions = [0] * len(Reason)
        """By reason; NONE is ALLOW."""
        self.anonymous = 0
        """HTTP requests let through by routes that ask for nobody."""
        self.shadowed = [0] * len(Reason)
        """HTTP requests let through in shadow mode that would have been denied, by reason."""
        self.misses = 0
        """Decisions that had to wait for the store or the lease."""
        self.lookups = 0
        """Statements sent for misses."""
        self.hash_checks = 0
        """Credentials checked against an Argon2id hash."""
        self.hash_failures = 0
        """Of them, those that were wrong."""
        self.hash_refusals = 0
        """Checks refused because a bound was reached: neither ALLOW nor DENY was said."""
        self.usage_flushed = 0
        self.usage_flush_failures = 0
        self.usage_lost = 0
        """Uses dropped because the store was away longer than memory lasts."""
        self.calls: dict[tuple[str, str], int] = {}
        """By RPC name and status code name; both are from fixed sets."""

    @property
    def hits(self) -> int:
        """Decisions from memory, without an await."""
        return sum(self.decisions) - self.misses
