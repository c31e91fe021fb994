"""ExplainPolicy: how an HTTP request would be decided, and why. Takes no limit and counts no use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from authsvc.domain.access import Proof, compile_access, prove_key, prove_token
from authsvc.domain.decide import decide
from authsvc.domain.decision import Decision
from authsvc.domain.errors import InvalidArgument, NotFound, Violation
from authsvc.domain.http.candidates import Candidate, candidates
from authsvc.domain.http.host import canonical_host
from authsvc.domain.http.malformed import Malformed
from authsvc.domain.http.path import canonical_path
from authsvc.domain.http.rules import Anonymous, HttpRequest, HttpRules, Question, Refused
from authsvc.domain.key_rules import KeyDraft, check_draft
from authsvc.domain.policy import Policy
from authsvc.domain.reason import Reason
from authsvc.domain.trial import Trial, conclude, imagine, present, prove
from authsvc.engine.callers import Caller
from authsvc.engine.clock import Clock
from authsvc.engine.policies.documents import Documents
from authsvc.engine.ports import Reading
from authsvc.engine.state import State
from authsvc.engine.verify import Verifier

CHECK = "authsvc:check"
ANY_HOST = "any-host.example"


@dataclass(frozen=True, slots=True)
class Explained:
    """What would become of a request, and what could have."""

    trial: Trial
    canonical_path: str
    """Empty: it can be read in more than one way."""
    candidates: tuple[Candidate, ...]


class ExplainPolicy:
    """Explains."""

    def __init__(self, store: Reading, state: State, verifier: Verifier, documents: Documents, clock: Clock) -> None:
        self._store = store
        self._state = state
        self._verifier = verifier
        self._documents = documents
        self._clock = clock

    async def __call__(self, caller: Caller, source: str, request: HttpRequest, sender: str | KeyDraft | None) -> Explained:
        """Explain a request.

        Args:
            caller: Who asks; keys outside its tenant are as if absent.
            source: The document to explain it by; empty: the policy in force.
            request: The request; without a host, any of the policy that has a route for it.
            sender: The key_id of a stored key, a key that does not exist, or None: as the headers say.

        Raises:
            InvalidArgument: Mistakes of the document, of the key, or a credential besides a sender.
            NotFound: The key is not there for this caller.
            PermissionDenied: A stored key is asked about, and the caller may not check.
        """
        policy = (await self._documents.read(source)).policy if source else self._state.rules.policy
        rules = policy.http
        proof = None if sender is None else await self._prove(caller, policy, sender)
        headers = {**(rules.address.said_of(request.peer) if request.peer else {}), **request.headers}
        request = replace(request, headers=headers if proof is None else _presented(rules, headers))
        request, read = _read(rules, request)
        decision = None
        if isinstance(read, Question):
            decision = await self._decide(caller, policy, read, proof, is_present=not source)
        trial = conclude(rules, request, read, decision)
        return Explained(trial, *_candidates(rules, request, trial))

    async def _prove(self, caller: Caller, policy: Policy, sender: str | KeyDraft) -> Proof | Reason:
        now, tenants = self._clock.now(), self._state.rules.tenants
        if isinstance(sender, str):
            caller.require(CHECK)
            record = await self._store.key(sender)
            if record is None or not caller.reaches(record.key.tenant):
                raise NotFound(f"there is no key {sender}")
            return prove(record.key, policy, tenants, now)
        draft = check_draft(replace(sender, display_name=sender.display_name or "explained"), policy, now)
        if not caller.reaches(draft.tenant):
            raise NotFound("there is no such tenant within the caller's")
        return prove(imagine(draft), policy, tenants, now)

    async def _decide(
        self, caller: Caller, policy: Policy, question: Question, proof: Proof | Reason | None, *, is_present: bool
    ) -> Decision:
        query = replace(question.query, cost=0)
        if proof is None:
            caller.require(CHECK)
            decision = await self._verifier.decide(question.credential, query, caller.tenant)
            if is_present or decision.proof is None:
                return decision
            proof = _proven_again(decision.proof, policy, self._state)
        return decide(query, proof, self._clock.now())


def _proven_again(proof: Proof, policy: Policy, state: State) -> Proof:
    """The same credential under another policy."""
    access = compile_access(proof.access.key, policy, state.rules.tenants)
    if proof.token is not None:
        return prove_token(access, proof.token, revoked=proof.token_revoked)
    return replace(proof, access=access, rights=access.rights) if proof.secret is None else prove_key(access, proof.secret)


def _presented(rules: HttpRules, headers: Mapping[str, str]) -> dict[str, str]:
    presented = present(rules, headers)
    if presented is None:
        place = rules.sources.places[0].header
        raise InvalidArgument(Violation("request.headers", f"no {place} besides a key, whose credential goes there"))
    return presented


def _read(rules: HttpRules, request: HttpRequest) -> tuple[HttpRequest, Refused | Anonymous | Question]:
    """The request with a host, and what the rules make of it."""
    hosts = [request.host] if request.host else [ANY_HOST, *sorted({host for each in rules.routes.all for host in each.hosts})]
    tried = [replace(request, host=host) for host in hosts]
    for each in tried:
        read = rules.read(each)
        if not (isinstance(read, Refused) and read.reason is Reason.ROUTE_UNKNOWN):
            return each, read
    return tried[0], rules.read(tried[0])


def _candidates(rules: HttpRules, request: HttpRequest, trial: Trial) -> tuple[str, tuple[Candidate, ...]]:
    try:
        path, host = canonical_path(request.path), canonical_host(request.host)
    except Malformed:
        return "", ()
    chosen = None if trial.match is None else trial.match.route
    return path, tuple(candidates(rules.routes, chosen, request.method, host, path))
