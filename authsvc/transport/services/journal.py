"""One line for each deny: who was refused what, and why. Allows are logged only when everything is."""

from __future__ import annotations

import structlog

from authsvc.domain.decision import Decision
from authsvc.engine.callers import Caller

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
