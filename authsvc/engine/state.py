"""All that this process answers from, and the rules by which it changes.

Rules (DESIGN section 6):
1. State is what revision `applied` says, no older and no newer, for everything that is here.
2. What was read at revision r enters only if r is applied already and nothing about it changed in (r, applied].
3. `forget` drops everything, so that a process that lost its place starts from nothing.
4. Every method is synchronous: whoever reads the lease, the state and decides in one stretch sees one state.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

from authsvc.domain.access import Access, Proof, compile_access, prove_key, prove_token
from authsvc.domain.errors import Unavailable
from authsvc.domain.key import Key, Tenant
from authsvc.domain.own_secret import OwnSecret
from authsvc.domain.policy import Policy
from authsvc.domain.token import Token
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.engine.records import Changes, Kind, PolicyVersion, RevokedToken, Snapshot
from authsvc.engine.signing import SigningKeys

REMEMBERED_CHANGES = 100_000
RECENT = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """Policy and tenant settings in force together. A new object whenever either changes: identity is the version."""

    policy: Policy
    tenants: dict[str, Tenant]


class Entry:
    """One cached key. Alive as long as something known points to it."""

    __slots__ = ("__weakref__", "access", "key", "key_id", "rules")

    def __init__(self, key: Key) -> None:
        self.key_id = key.key_id
        self.key: Key | None = key
        """None: changed since it was read; read it again."""
        self.access: Access | None = None
        self.rules: Rules | None = None

    def compiled(self, rules: Rules) -> Access | None:
        """The key under these rules; None when the key has to be read again."""
        if self.rules is not rules and self.key is not None:
            self.access = compile_access(self.key, rules.policy, rules.tenants)
            self.rules = rules
        return self.access

    def spoil(self) -> None:
        """The key changed."""
        self.key = self.access = self.rules = None


class Known:
    """A credential that was proven once: which secret of which key it is, or what token."""

    __slots__ = ("entry", "hot", "proof", "secret_id", "signing", "slow", "token")

    def __init__(self, entry: Entry, secret_id: str, token: Token | None = None, signing: SigningKeys | None = None) -> None:
        self.entry = entry
        self.secret_id = secret_id
        self.token = token
        self.signing = signing
        """The signing keys that the token was verified under: others, and it has to be verified again."""
        self.proof: Proof | None = None
        self.slow = False
        """Proven by an Argon2id hash."""
        self.hot = False
        """Used since it was last considered for eviction."""


class State:
    """See the module's rules. Not thread-safe: it belongs to one event loop."""

    def __init__(
        self, compile_policy: Callable[[PolicyVersion | None], Policy], own: OwnSecrets, *, capacity: int = 200_000
    ) -> None:
        self._compile_policy = compile_policy
        self.own = own
        self._capacity = capacity
        self._entries: WeakValueDictionary[str, Entry] = WeakValueDictionary()
        # Weak, so that whatever can still be answered from is found when it changes. What was just read by its id is held until
        # somebody has made use of it.
        self._recent: deque[Entry] = deque(maxlen=RECENT)
        self._known: dict[bytes, Known] = {}
        self._unknown: dict[bytes, None] = {}
        self._changed: dict[str, int] = {}
        self._secret_added = 0
        self._floor = 0
        self.lease_end = 0
        """Own-clock time until which this state may be answered from; 0: not at all."""
        self.forget()

    def forget(self) -> None:
        """Drop all state and the right to answer."""
        self.lease_end = 0
        self.applied = -1
        self.change_id = ""
        self.rules = Rules(self._compile_policy(None), {})
        self.signing = SigningKeys((), "")
        self.revoked_tokens: dict[str, int] = {}
        self._entries.clear()
        self._recent.clear()
        self._known.clear()
        self._unknown.clear()
        self._changed.clear()

    def install(self, snapshot: Snapshot) -> None:
        """Start from a snapshot.

        Raises:
            Unavailable: A secret of the service's own is missing here; there is no state then.
        """
        self.forget()
        self.own.install(snapshot.own_secrets)
        self.rules = Rules(self._compile_policy(snapshot.policy), {tenant.path: tenant for tenant in snapshot.tenants})
        self.signing = SigningKeys(snapshot.signing_keys, self.rules.policy.tokens.issuer)
        self._remember_revoked(snapshot.revoked_tokens)
        self._floor = self._secret_added = snapshot.revision
        self.applied, self.change_id = snapshot.revision, snapshot.change_id

    def apply(self, changes: Changes) -> bool:
        """Move on to a newer revision; False when there is a gap or something that this version does not know.

        Raises:
            Unavailable: A secret of the service's own is missing here; there is no state then.
        """
        expected = self.applied
        for change in changes.changes:
            if change.revision not in (expected, expected + 1) or change.revision == self.applied:
                return False
            expected = change.revision
        if expected != changes.revision:
            return False
        if changes.own_secrets is not None:
            self._install_own(changes.own_secrets)
        if not all(self._apply_one(revision, kind, ref) for revision, kind, ref in changes.changes):
            return False
        self._apply_rules(changes)
        self._remember_revoked(changes.revoked_tokens)
        self.applied, self.change_id = changes.revision, changes.change_id
        return True

    def _install_own(self, rows: Sequence[OwnSecret]) -> None:
        try:
            self.own.install(rows)
        except Unavailable:
            self.forget()
            raise

    def _apply_one(self, revision: int, kind: str, ref: str) -> bool:
        match kind:
            case Kind.KEY | Kind.SECRET:
                entry = self._entries.get(ref)
                if entry is not None:
                    entry.spoil()
                self._remember_change(ref, revision)
                if kind == Kind.SECRET:
                    self._unknown.clear()
                    self._secret_added = revision
                return True
            case Kind.POLICY | Kind.SIGNING_KEY | Kind.TENANT | Kind.TOKEN | Kind.OWN_SECRET:
                return True
            case _:
                return False

    def _apply_rules(self, changes: Changes) -> None:
        paths = {change.ref for change in changes.changes if change.kind == Kind.TENANT}
        if changes.policy is not None or paths:
            tenants = {path: tenant for path, tenant in self.rules.tenants.items() if path not in paths}
            tenants.update((tenant.path, tenant) for tenant in changes.tenants)
            policy = self.rules.policy if changes.policy is None else self._compile_policy(changes.policy)
            if policy.argon2 != self.rules.policy.argon2:
                self._known = {name: known for name, known in self._known.items() if not known.slow}
            self.rules = Rules(policy, tenants)
        if changes.signing_keys is not None or changes.policy is not None:
            keys = self.signing.keys if changes.signing_keys is None else changes.signing_keys
            self.signing = SigningKeys(keys, self.rules.policy.tokens.issuer)

    def _remember_change(self, key_id: str, revision: int) -> None:
        self._changed.pop(key_id, None)
        self._changed[key_id] = revision
        if len(self._changed) > REMEMBERED_CHANGES:
            oldest = next(iter(self._changed))
            self._floor = max(self._floor, self._changed.pop(oldest))

    def _remember_revoked(self, tokens: Iterable[RevokedToken]) -> None:
        self.revoked_tokens.update((token.token_id, token.expire_time) for token in tokens)

    def forget_expired(self, now: int) -> None:
        """Let go of revoked tokens that have expired by themselves."""
        for token_id in [token_id for token_id, end in self.revoked_tokens.items() if end <= now]:
            del self.revoked_tokens[token_id]

    def fresh(self, key_id: str, revision: int) -> bool:
        """Whether a key read at this revision is still what `applied` says (rule 2)."""
        return self._floor <= revision <= self.applied and self._changed.get(key_id, 0) <= revision

    def fresh_absence(self, revision: int) -> bool:
        """Whether "there is no such secret", read at this revision, still holds."""
        return self._floor <= revision <= self.applied and self._secret_added <= revision

    def entry(self, key_id: str) -> Entry | None:
        """The cached key, if it is here and unchanged."""
        entry = self._entries.get(key_id)
        return entry if entry is not None and entry.key is not None else None

    def admit_key(self, key: Key, revision: int) -> Entry | None:
        """Take in a key that was read at a revision; None when it may have changed since."""
        if not self.fresh(key.key_id, revision):
            return None
        entry = self._entries.get(key.key_id)
        if entry is None:
            entry = self._entries[key.key_id] = Entry(key)
        elif entry.key is None:
            entry.key = key
        self._recent.append(entry)
        return entry

    def admit_known(self, fingerprint: bytes, known: Known) -> None:
        """Remember what a credential proved to be."""
        self._known[fingerprint] = known
        while len(self._known) > self._capacity:
            self._evict()

    def admit_proven(self, fingerprint: bytes, key_id: str, secret_id: str) -> None:
        """Remember that a credential is a secret of a key, if anything is known of the key.

        It is that secret for good, so this needs no revision. What the key and the secret are now is looked up for every proof; a
        key that has changed meanwhile is read again before it proves anything.
        """
        entry = self._entries.get(key_id)
        if entry is not None:
            known = Known(entry, secret_id)
            known.slow = True
            self.admit_known(fingerprint, known)

    def stored_otherwise(self, pepper_id: str) -> list[bytes]:
        """The credentials known that are stored under another pepper than this one."""
        found = []
        for fingerprint, known in self._known.items():
            key = known.entry.key
            secret = None if key is None or known.token is not None else key.secret(known.secret_id)
            if secret is not None and secret.pepper_id != pepper_id:
                found.append(fingerprint)
        return found

    def let_go(self, fingerprint: bytes) -> None:
        """Forget what one credential proved to be; its next use reads it again."""
        self._known.pop(fingerprint, None)

    def admit_unknown(self, fingerprint: bytes, revision: int) -> bool:
        """Remember that no key has this credential, as read at a revision; False when that may have changed since."""
        if not self.fresh_absence(revision):
            return False
        self._unknown[fingerprint] = None
        if len(self._unknown) > self._capacity:
            del self._unknown[next(iter(self._unknown))]
        return True

    def _evict(self) -> None:
        """Second chance: the oldest goes, unless it was used since it was last looked at."""
        fingerprint = next(iter(self._known))
        known = self._known.pop(fingerprint)
        if known.hot:
            known.hot = False
            self._known[fingerprint] = known

    def is_unknown(self, fingerprint: bytes) -> bool:
        """Whether this credential is known to belong to nobody."""
        return fingerprint in self._unknown

    @property
    def size(self) -> int:
        """How many credentials are known."""
        return len(self._known)

    def known(self, fingerprint: bytes) -> Known | None:
        """What this credential proved to be, the last time it was read."""
        return self._known.get(fingerprint)

    def proof(self, known: Known) -> Proof | None:
        """What a known credential proves under the state of now; None when its key or signature has to be read again."""
        known.hot = True
        access = known.entry.compiled(self.rules)
        if access is None:
            return None
        if known.token is not None:
            return self._token_proof(known, known.token, access)
        proof = known.proof
        if proof is None or proof.access is not access:
            secret = access.key.secret(known.secret_id)
            proof = known.proof = Proof(access, access.rights, None) if secret is None else prove_key(access, secret)
        return proof

    def _token_proof(self, known: Known, token: Token, access: Access) -> Proof | None:
        if known.signing is not self.signing:
            return None
        revoked = token.token_id in self.revoked_tokens
        proof = known.proof
        if proof is None or proof.access is not access or proof.token_revoked is not revoked:
            proof = known.proof = prove_token(access, token, revoked=revoked)
        return proof
