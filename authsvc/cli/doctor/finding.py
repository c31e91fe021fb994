"""One thing that was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique


@unique
class Level(Enum):
    """How bad it is."""

    OK = "ok"
    ADVICE = "advice"
    """Works, and somebody should look at it."""
    FAULT = "fault"
    """Does not work, or is not safe."""

    @property
    def mark(self) -> str:
        """For the eye, with colour where there is any."""
        return {"ok": "[green]ok[/]", "advice": "[yellow]advice[/]", "fault": "[red]FAULT[/]"}[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and the command or the change that mends it."""

    subject: str
    level: Level
    what: str
    mend: str = ""

    def as_json(self) -> dict[str, str]:
        """For programs."""
        return {"subject": self.subject, "level": self.level.value, "finding": self.what, "mend": self.mend}


def ok(subject: str, what: str) -> Finding:
    """As it should be."""
    return Finding(subject, Level.OK, what)


def advice(subject: str, what: str, mend: str) -> Finding:
    """Works; somebody should look at it."""
    return Finding(subject, Level.ADVICE, what, mend)


def fault(subject: str, what: str, mend: str) -> Finding:
    """Wrong."""
    return Finding(subject, Level.FAULT, what, mend)
