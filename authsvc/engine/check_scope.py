"""CheckScope: the same decision as Verify, explained; takes no limit and counts no use."""

from __future__ import annotations

from dataclasses import dataclass, replace

from authsvc.domain.access import Rights
from authsvc.domain.decision import Decision, Query, Requirement
from authsvc.engine.verify import Verifier


@dataclass(frozen=True, slots=True)
class ScopeGrant:
    """Which grant of the credential covers a required scope; `implied` when the catalogue's `implies` made it so."""

    scope: str
    grant: str
    implied: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with its grounds."""

    decision: Decision
    granted_by: tuple[ScopeGrant, ...]


class CheckScope:
    """Explains decisions."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def hit(self, credential: str, query: Query, within: str) -> Explanation | None:
        """Decide without a trace from memory, now; None when something has to be read first. Raises as `Verifier.hit` does."""
        decision = self._verifier.hit(credential, replace(query, cost=0), within)
        return None if decision is None else _explained(decision, query.requirement)

    async def __call__(self, credential: str, query: Query, within: str, min_revision: int = 0) -> Explanation:
        """Decide without a trace. Raises what `Verifier.decide` raises."""
        decision = await self._verifier.decide(credential, replace(query, cost=0), within, min_revision)
        return _explained(decision, query.requirement)


def _explained(decision: Decision, requirement: Requirement) -> Explanation:
    proof = decision.proof
    return Explanation(decision, () if proof is None else _grounds(proof.rights, requirement))


def _grounds(rights: Rights, requirement: Requirement) -> tuple[ScopeGrant, ...]:
    asked = [*requirement.scopes, *(requirement.expression.scopes if requirement.expression is not None else ())]
    found = [(scope, rights.scopes.covering(scope)) for scope in dict.fromkeys(asked)]
    return tuple(ScopeGrant(scope, grant, _implied(scope, grant)) for scope, grant in found if grant is not None)


def _implied(scope: str, grant: str) -> bool:
    return grant != scope and not (grant.endswith("*") and scope.startswith(grant[:-1]))
