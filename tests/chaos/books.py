"""What was asked of the service, and what it acknowledged: kept by the client, so it cannot be wrong in the service's way.

Every call carries a mark of its own as its `reason`, which the service writes into the audit row of what it did. So each audit
row belongs to one call, and a call has at most one.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

CREATE, ROTATE, REVOKE, DEACTIVATE, ACTIVATE = "CreateKey", "RotateKey", "RevokeKey", "DeactivateKey", "ActivateKey"
LEADS_TO = {REVOKE: "REVOKED", DEACTIVATE: "INACTIVE", ACTIVATE: "ACTIVE"}
"""What a key is after a call that was acknowledged without having had anything to do."""


class Outcome(Enum):
    """What the client knows of a call."""

    OPEN = auto()
    """No answer: it was done, or it was not."""
    DONE = auto()
    """Acknowledged."""
    REPEATED = auto()
    """Acknowledged as done by an earlier attempt; its secret is lost."""
    REFUSED = auto()
    """Surely not done."""


@dataclass(slots=True)
class Call:
    """One mutation. Create and Rotate may be sent several times under their `request_id`, which is the mark."""

    mark: str
    action: str
    key_id: str = ""
    graceful: bool = False
    """A rotation that lets the older secrets live for an hour."""
    outcome: Outcome = Outcome.OPEN
    revision: int = 0
    """Of the receipt."""
    effective: bool = False
    secret: str = field(default="", repr=False)
    secret_id: str = ""

    @property
    def repeatable(self) -> bool:
        """Whether it has a request_id."""
        return self.action in (CREATE, ROTATE)

    @property
    def kills(self) -> bool:
        """Whether it may make a secret that was allowed be denied."""
        return self.action in (REVOKE, DEACTIVATE) or (self.action == ROTATE and not self.graceful)


class Books:
    """Every call of a run, and every violation that was found."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.calls: dict[str, Call] = {}
        self.of_key: defaultdict[str, list[Call]] = defaultdict(list)
        self.facts: Counter[str] = Counter()
        """How many facts of each kind were checked."""
        self.violations: list[str] = []
        self.touched: set[str] = set()
        """Keys that were called about since they were last checked."""
        self._numbers = itertools.count(1)

    def begin(self, action: str, key_id: str = "", *, graceful: bool = False) -> Call:
        """Note a call before it is sent."""
        call = Call(f"{self.name}-{next(self._numbers)}", action, key_id, graceful)
        self.calls[call.mark] = call
        if key_id:
            self._about(call, key_id)
        return call

    def done(self, call: Call, key_id: str, revision: int, *, effective: bool, secret: str = "", secret_id: str = "") -> None:
        """Note an acknowledgement."""
        self.expect("acknowledged once", call.outcome is Outcome.OPEN, f"{call} was acknowledged again")
        self.expect("right key", call.key_id in ("", key_id), f"{call} was acknowledged for {key_id}")
        call.outcome, call.revision, call.effective = Outcome.DONE, revision, effective
        call.secret, call.secret_id = secret, secret_id
        if not call.key_id:
            self._about(call, key_id)

    def repeated(self, call: Call, key_id: str) -> None:
        """Note that the service says: this was done before."""
        self.expect("right key", call.key_id in ("", key_id), f"{call} was done for {key_id}, says ALREADY_EXISTS")
        if call.outcome is Outcome.OPEN:
            call.outcome = Outcome.REPEATED
        if not call.key_id:
            self._about(call, key_id)

    def _about(self, call: Call, key_id: str) -> None:
        call.key_id = key_id
        self.of_key[key_id].append(call)
        self.touched.add(key_id)

    def expect(self, kind: str, holds: object, otherwise: str) -> None:
        """Check one fact."""
        self.facts[kind] += 1
        if not holds:
            self.violations.append(f"{kind}: {otherwise}")

    def expect_same(self, kind: str, found: Iterable[object], wanted: Iterable[object]) -> None:
        """Check that two sets are equal."""
        found, wanted = set(found), set(wanted)
        self.facts[kind] += len(found | wanted)
        self.violations += [f"{kind}: {each} is there and should not be" for each in found - wanted]
        self.violations += [f"{kind}: {each} should be there and is not" for each in wanted - found]

    def secrets_of(self, key_id: str) -> list[Call]:
        """The calls that returned a secret of a key, oldest first."""
        return sorted((call for call in self.of_key[key_id] if call.secret), key=lambda call: call.revision)

    def count(self, *outcomes: Outcome) -> int:
        """How many calls ended in one of these ways."""
        return sum(call.outcome in outcomes for call in self.calls.values())
