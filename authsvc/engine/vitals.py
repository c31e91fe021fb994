"""How one process is doing, for readiness and metrics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """A look at one moment."""

    lease_held: bool
    lease_remaining: int
    """Microseconds; 0 without a lease."""
    store_reachable: bool
    """Whether the last renewal was answered."""
    applied_revision: int
    """-1: no state."""
    cached_credentials: int
    usage_pending_keys: int
    """Keys with uses that the store does not have yet."""
    usage_lag: int
    """Microseconds since usage was last written, or found to have nothing to write."""

    def problems(self) -> tuple[str, ...]:
        """Why no answer can be given from memory; empty: it can."""
        wrong = ((not self.store_reachable, "store_unreachable"), (not self.lease_held, "lease_not_held"))
        return tuple(name for holds, name in wrong if holds)
