"""What a servicer knows of the call it answers."""

from __future__ import annotations

from dataclasses import dataclass

from authsvc.engine.callers import Caller


@dataclass(frozen=True, slots=True)
class Incoming:
    """One call whose caller is proven and permitted."""

    caller: Caller
    deadline: int
    """Own-clock time of its end, microseconds."""
