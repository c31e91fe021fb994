"""Check: the decision about an HTTP request that a proxy asks about, and what becomes of the request.

Rules:
1. There are two outcomes and no default. `Passed` is made in three places: for a decision that allows, for a route that asks for
   nobody, and for a route in shadow mode.
2. Lease, policy and decision are read in one stretch without an await, so every answer is that of one whole policy.
3. Whatever goes through has every identity header of ours set or removed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from authsvc.domain.decision import Decision, deny
from authsvc.domain.errors import Unavailable
from authsvc.domain.http.identity import Mutation
from authsvc.domain.http.responses import Answer, Denial
from authsvc.domain.http.routes import Match
from authsvc.domain.http.rules import Anonymous, HttpRequest, HttpRules, Question, Refused
from authsvc.domain.limits import Standing, standing
from authsvc.domain.reason import Reason
from authsvc.engine.callers import Caller
from authsvc.engine.clock import Clock
from authsvc.engine.counters import Counters
from authsvc.engine.limits import Limits
from authsvc.engine.state import State
from authsvc.engine.upstream import UpstreamTokens
from authsvc.engine.verify import ATTEMPTS, CHANGES, Verifier


@dataclass(slots=True, kw_only=True)
class Facts:
    """What is known about one answer, for logs and for later stages of the proxy. Nothing in it is secret."""

    reason: Reason
    """NONE: allowed."""
    revision: int
    route: str = ""
    """The template of the route; empty: none was found."""
    shadow: bool = False
    """The route is in shadow mode, so the request goes through whatever was decided."""
    decision: Decision | None = None
    """None: it was never asked who it is."""
    cause: str = ""
    """Our own clause on what was malformed."""


@dataclass(slots=True)
class Passed:
    """The request goes through, with these changes to its headers."""

    facts: Facts
    mutation: Mutation = field(repr=False)


@dataclass(slots=True)
class TurnedAway:
    """The request ends here, with this answer."""

    facts: Facts
    answer: Answer


Verdict = Passed | TurnedAway


class Check:
    """Decides about HTTP requests."""

    def __init__(
        self, verifier: Verifier, state: State, limits: Limits, clock: Clock, counters: Counters, upstream: UpstreamTokens
    ) -> None:
        self._verifier = verifier
        self._state = state
        self._limits = limits
        self._clock = clock
        self._counters = counters
        self._upstream = upstream

    def at_once(self, caller: Caller, request: HttpRequest) -> Verdict | None:
        """Answer from memory, now; None when something has to be read first.

        Args:
            caller: who asks; keys outside its tenant are as if absent.
            request: what it asks about.

        Raises:
            Unavailable: the upstream's token cannot be signed.
        """
        looked = self._look(caller, request)
        return None if isinstance(looked, Question) else looked

    async def __call__(self, caller: Caller, request: HttpRequest) -> Verdict:
        """Answer, reading first what is not here. Arguments as for `at_once`.

        Raises:
            Unavailable: it cannot be decided: no lease, no store, no such revision yet, or everything changes too fast.
        """
        missed: Question | None = None
        for _ in range(ATTEMPTS):
            await self._verifier.ready(self._state.rules.policy.http.min_revision(request))
            looked = self._look(caller, request)
            if isinstance(looked, Passed | TurnedAway):
                if missed is not None and looked.facts.reason is Reason.NONE:
                    self._verifier.tell(missed.credential)
                return looked
            if looked is not None:
                self._counters.misses += missed is None
                missed = looked
                await self._verifier.prepare(looked.credential, looked.query)
        raise Unavailable(CHANGES)

    def _look(self, caller: Caller, request: HttpRequest) -> Verdict | Question | None:
        """The answer; the question that memory cannot answer; None without a lease or below the revision asked for."""
        state = self._state
        rules = state.rules.policy.http
        if self._clock.own() >= state.lease_end or rules.min_revision(request) > state.applied:
            return None
        read = rules.read(request)
        match read:
            case Question():
                decision = self._verifier.hit(read.credential, read.query, caller.tenant)
                return read if decision is None else self._decided(rules, request, read, decision)
            case Anonymous():
                return self._anonymous(rules, request, read.match)
            case Refused():
                return self._refused(rules, request, read)

    def _decided(self, rules: HttpRules, request: HttpRequest, question: Question, decision: Decision) -> Verdict:
        facts = self._facts(question.match, decision)
        principal = decision.principal
        if decision.allowed and principal is not None:
            identity, token = rules.identity, ""
            if rules.upstream_token is not None and identity.carries_token(shadow=facts.shadow):
                token = self._upstream(decision, rules.upstream_token)
            return Passed(facts, identity.known(principal, request.headers, token=token, shadow=facts.shadow))
        if facts.shadow:
            return self._shadowed(rules, request, facts)
        denial = Denial(
            reason=decision.reason,
            required=question.query.requirement.scopes,
            missing=decision.missing_scopes,
            retry_after=decision.retry_after,
            limits=decision.rate_limits,
            standings=self._standings(decision),
        )
        return TurnedAway(facts, rules.responses.answer(denial))

    def _refused(self, rules: HttpRules, request: HttpRequest, refused: Refused) -> Verdict:
        self._counters.decisions[refused.reason] += 1
        facts = self._facts(refused.match, deny(refused.reason), refused.cause)
        if facts.shadow:
            return self._shadowed(rules, request, facts)
        required = () if refused.match is None else refused.match.route.rule.requirement.scopes
        denial = Denial(reason=refused.reason, cause=refused.cause, required=required)
        return TurnedAway(facts, rules.responses.answer(denial))

    def _anonymous(self, rules: HttpRules, request: HttpRequest, match: Match) -> Passed:
        self._counters.anonymous += 1
        return Passed(self._facts(match), rules.identity.unknown(request.headers))

    def _shadowed(self, rules: HttpRules, request: HttpRequest, facts: Facts) -> Passed:
        """Let through what would be denied if its route were enforced."""
        self._counters.shadowed[facts.reason] += 1
        return Passed(facts, rules.identity.unknown(request.headers, shadow=True))

    def _standings(self, decision: Decision) -> tuple[Standing, ...]:
        """How the limits stand that refused a request."""
        proof = decision.proof
        if proof is None or decision.reason is not Reason.RATE_LIMITED:
            return ()
        now = self._clock.now()
        return standing(decision.rate_limits, self._limits.tats(proof.access.key, now), now)

    def _facts(self, match: Match | None, decision: Decision | None = None, cause: str = "") -> Facts:
        return Facts(
            reason=Reason.NONE if decision is None else decision.reason,
            revision=self._state.applied,
            route="" if match is None else match.route.template.text,
            shadow=match is not None and match.route.rule.shadow,
            decision=decision,
            cause=cause,
        )
