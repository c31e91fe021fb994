"""The engine's parts, put together once. What each use case needs is what its constructor takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from authsvc.domain.errors import InvalidArgument
from authsvc.domain.policy import Policy
from authsvc.domain.policy_file import default_policy, load_policy
from authsvc.engine.audit import ListAudit
from authsvc.engine.beginnings import Beginnings
from authsvc.engine.callers import Callers
from authsvc.engine.check import Check
from authsvc.engine.check_scope import CheckScope
from authsvc.engine.clock import Clock
from authsvc.engine.counters import Counters
from authsvc.engine.filling import Filler
from authsvc.engine.fleet import Fleet
from authsvc.engine.following import Follower
from authsvc.engine.hashing.hasher import Hasher
from authsvc.engine.hashing.pool import HashingPool, cores
from authsvc.engine.hashing.proving import Prover
from authsvc.engine.hashing.rehashing import Rehasher
from authsvc.engine.keys.bulk import BulkRevoke
from authsvc.engine.keys.change import KeyChange
from authsvc.engine.keys.create import CreateKey
from authsvc.engine.keys.importing import ImportKeys
from authsvc.engine.keys.read import ReadKeys
from authsvc.engine.keys.rotate import RotateKey
from authsvc.engine.keys.secrets import NewSecrets
from authsvc.engine.keys.states import ChangeState
from authsvc.engine.keys.update import UpdateKey
from authsvc.engine.limits import Limits
from authsvc.engine.membership import LeaseTerms, Membership
from authsvc.engine.mint import Mint
from authsvc.engine.moving import Mover
from authsvc.engine.own_secrets import OwnSecrets
from authsvc.engine.policies.apply import ApplyPolicy
from authsvc.engine.policies.compiled import CompiledPolicies
from authsvc.engine.policies.documents import Documents
from authsvc.engine.policies.explain import ExplainPolicy
from authsvc.engine.policies.read import ReadPolicy
from authsvc.engine.policies.test import TestPolicy
from authsvc.engine.ports import Store
from authsvc.engine.receipts import Receipts
from authsvc.engine.records import PolicyVersion
from authsvc.engine.root_key import RotateRootKey
from authsvc.engine.rotation import Rotation
from authsvc.engine.signing import Signer
from authsvc.engine.signing_keys import SigningKeyLife
from authsvc.engine.state import State
from authsvc.engine.tenants.change import TenantChange
from authsvc.engine.tenants.read import ReadTenants
from authsvc.engine.tenants.suspension import Suspension
from authsvc.engine.tenants.update import UpdateTenant
from authsvc.engine.tokens import RevokeToken
from authsvc.engine.upstream import UpstreamTokens
from authsvc.engine.usage import UsageCounter
from authsvc.engine.verify import Verifier
from authsvc.engine.vitals import Vitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Everything that a transport calls."""

    clock: Clock
    own: OwnSecrets
    state: State
    counters: Counters
    limits: Limits
    membership: Membership
    usage: UsageCounter
    verifier: Verifier
    rehasher: Rehasher
    mover: Mover
    callers: Callers
    check: Check
    check_scope: CheckScope
    mint: Mint
    revoke_token: RevokeToken
    create_key: CreateKey
    import_keys: ImportKeys
    read_keys: ReadKeys
    update_key: UpdateKey
    change_state: ChangeState
    rotate_key: RotateKey
    bulk_revoke: BulkRevoke
    read_policy: ReadPolicy
    apply_policy: ApplyPolicy
    test_policy: TestPolicy
    explain_policy: ExplainPolicy
    read_tenants: ReadTenants
    update_tenant: UpdateTenant
    suspension: Suspension
    list_audit: ListAudit
    fleet: Fleet
    beginnings: Beginnings
    rotation: Rotation
    rotate_root_key: RotateRootKey
    signing_keys: SigningKeyLife

    def vitals(self) -> Vitals:
        """How this process is doing at this moment."""
        return Vitals(
            lease_held=self.membership.holds,
            lease_remaining=max(0, self.state.lease_end - self.clock.own()),
            store_reachable=self.membership.answered,
            applied_revision=self.state.applied,
            cached_credentials=self.state.size,
            usage_pending_keys=self.usage.pending,
            usage_lag=self.usage.lag,
        )


def build_engine(  # noqa: PLR0913 - what a process is given
    store: Store,
    own: OwnSecrets,
    clock: Clock,
    *,
    replica_id: str,
    terms: LeaseTerms,
    threads: int = 0,
    usage_flush: float = 1.0,
    compiler: Callable[[PolicyVersion | None], Policy] | None = None,
) -> Engine:
    """Put an engine together on a store. Nothing runs yet: `membership.run` and `usage.run` are the caller's to start.

    Args:
        store: What it works on.
        own: The service's own secrets.
        clock: The machine's.
        replica_id: Whose process this is.
        terms: Of its lease.
        threads: For Argon2id; 0: one for each core. Processes that share a machine share its cores.
        usage_flush: Seconds between two writes of usage.
        compiler: Compiles an applied policy; None: `compile_policy`.
    """
    counters = Counters()
    compiled = CompiledPolicies(compiler or compile_policy)
    state = State(compiled, own)
    follower = Follower(store, state, compiled.prepare)
    documents = Documents()
    membership = Membership(store, follower, state, clock, replica_id=replica_id, terms=terms)
    usage = UsageCounter(store, counters, clock, interval=usage_flush)
    limits = Limits()
    filler = Filler(store, follower, state, counters)
    pool = HashingPool(threads or cores())
    hasher = Hasher(own, pool)
    prover = Prover(state, own, clock, pool, counters)
    mover = Mover(store, state, own)
    rehasher = Rehasher(store, state, hasher, prover, mover, clock)
    verifier = Verifier(state, own, clock, membership, follower, filler, prover, rehasher.consider, limits, usage, counters)
    receipts = Receipts(store, follower, membership, clock)
    change = KeyChange(store, state, receipts, clock)
    tenant_change = TenantChange(store, state, receipts, clock)
    signer = Signer(own)
    new_secret = NewSecrets(hasher)
    return Engine(
        clock=clock,
        own=own,
        state=state,
        counters=counters,
        limits=limits,
        membership=membership,
        usage=usage,
        verifier=verifier,
        callers=Callers(verifier),
        check=Check(verifier, state, limits, clock, counters, UpstreamTokens(state, signer, clock)),
        check_scope=CheckScope(verifier),
        mint=Mint(verifier, state, signer, clock),
        revoke_token=RevokeToken(store, state, receipts, clock),
        rehasher=rehasher,
        mover=mover,
        create_key=CreateKey(change, new_secret),
        import_keys=ImportKeys(change, hasher),
        read_keys=ReadKeys(store, state, own, prover),
        update_key=UpdateKey(change),
        change_state=ChangeState(change),
        rotate_key=RotateKey(change, new_secret),
        bulk_revoke=BulkRevoke(change),
        read_policy=ReadPolicy(store, state, documents),
        apply_policy=ApplyPolicy(store, documents, receipts, clock),
        test_policy=TestPolicy(state, documents),
        explain_policy=ExplainPolicy(store, state, verifier, documents, clock),
        read_tenants=ReadTenants(store),
        update_tenant=UpdateTenant(tenant_change),
        suspension=Suspension(tenant_change),
        list_audit=ListAudit(store),
        fleet=Fleet(store, receipts),
        beginnings=Beginnings(store, new_secret, signer, clock),
        rotation=Rotation(store, own, receipts, clock),
        rotate_root_key=RotateRootKey(store, state, new_secret, receipts, clock),
        signing_keys=SigningKeyLife(store, state, signer, receipts, clock, compiler or compile_policy),
    )


def compile_policy(applied: PolicyVersion | None) -> Policy:
    """The policy of a store: what was applied last, or the one that serves without any file."""
    if applied is None:
        return default_policy()
    try:
        return load_policy(applied.source, version=applied.version)
    except InvalidArgument as error:
        # It was checked before it was applied, perhaps by a newer version of this service.
        raise ValueError(f"policy version {applied.version} cannot be compiled by this version: {error.message}") from None
