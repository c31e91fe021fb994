"""One line for each deny: who was refused what, and why. Allows are logged only when everything is."""

from __future__ import annotations

import structlog

from authsvc.domain.decision import Decision
from authsvc.engine.callers import Caller
from authsvc.engine.check import Facts

log = structlog.get_logger("authsvc.decisions")


class Journal:
    """Writes decisions to the log.

    Args:
        verbose: Log allows too, at the level debug.
    """

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose

    def note(self, rpc: str, caller: Caller, decision: Decision) -> None:
        """One decision."""
        if not decision.allowed:
            log.info("denied", rpc=rpc, reason=decision.reason.name, **_who(caller, decision))
        elif self._verbose:
            log.debug("allowed", rpc=rpc, **_who(caller, decision))

    def note_check(self, caller: Caller, facts: Facts) -> None:
        """The answer to one HTTP request; a deny that shadow mode let through is one too."""
        if not facts.reason and not self._verbose:
            return
        what: dict[str, object] = {"rpc": "Check", "route": facts.route or None}
        if facts.shadow:
            what["shadow"] = True
        if facts.cause:
            what["cause"] = facts.cause
        who = {"caller": caller.key_id, "key_id": None} if facts.decision is None else _who(caller, facts.decision)
        if facts.reason:
            log.info("denied", reason=facts.reason.name, **what, **who)
        else:
            log.debug("allowed", **what, **who)


def _who(caller: Caller, decision: Decision) -> dict[str, object]:
    """Ids only. Nothing about a key is known before its secret is proven, so none is named then."""
    principal = decision.principal
    who: dict[str, object] = {"caller": caller.key_id, "key_id": principal.key_id if principal else None}
    if principal is not None:
        who["tenant"] = principal.tenant
        if principal.token_id:
            who["token_id"] = principal.token_id
    if decision.missing_scopes:
        who["missing_scopes"] = list(decision.missing_scopes)
    return who
