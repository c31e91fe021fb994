"""ImportKey and BatchImportKeys: keys that were issued elsewhere go on working here.

No secret is imported twice. In whatever form it comes, it has a digest that the store knows or does not, under any pepper. So an
import can be repeated, also years later, and needs no request_id for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from authsvc.domain.errors import AlreadyExists, AuthsvcError, FailedPrecondition, NotFound
from authsvc.domain.import_draft import HmacSha256Digest, ImportDraft, check_import
from authsvc.domain.key import Key, KeyRecord, Usage
from authsvc.domain.policy import Policy
from authsvc.engine.callers import Call
from authsvc.engine.hashing.hasher import Hasher
from authsvc.engine.hashing.pool import Lane
from authsvc.engine.keys.change import Done, KeyChange, audit_entry, request_stamp
from authsvc.engine.keys.create import new_key
from authsvc.engine.keys.import_forms import ImportForms
from authsvc.engine.own_secrets import IMPORTS
from authsvc.engine.ports import Transaction
from authsvc.engine.receipts import Receipt
from authsvc.engine.records import Committed, Kind, RequestStamp

T = TypeVar("T")

SCOPE: Final = "authsvc:keys:import"
ATTEMPTS: Final = 3
"""Each further one sees what another import has put there meanwhile."""
STRETCH: Final = 25
"""Drafts looked at before other calls get a turn."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draft: the key it made, or why it made none. Both empty: it would have made one."""

    key_id: str = ""
    error: AuthsvcError | None = None


@dataclass(frozen=True, slots=True)
class BatchDone:
    """One outcome for each draft, in order. No receipt: nothing was written."""

    outcomes: tuple[Outcome, ...]
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that is right in itself, and every digest that its secret may be known by."""

    draft: ImportDraft
    policy: Policy
    """The one that it was checked by."""
    digests: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A key that is ready to be written."""

    key: Key
    digests: tuple[bytes, ...] = field(repr=False)


class ImportKeys:
    """Takes over keys."""

    def __init__(self, change: KeyChange, hasher: Hasher) -> None:
        self._change = change
        self._forms = ImportForms(hasher)

    async def __call__(self, call: Call, draft: ImportDraft) -> Done:
        """Take over one key.

        Raises:
            PermissionDenied: The caller has no authsvc:keys:import, or is not of the root tenant.
            InvalidArgument: Every field that is wrong, with what is allowed.
            AlreadyExists: The request_id was used for this before, or a key has this secret; `key_id` says which.
            FailedPrecondition: Not every process has the foreign key yet.
        """
        call.caller.require_root(SCOPE)
        await self._check_fleet([draft])
        candidate = await self._candidate(call, self._check(call, draft), Lane.FIRST)
        key = candidate.key

        async def work(tx: Transaction) -> None:
            error = _known(candidate.digests, await tx.owners(candidate.digests))
            if error is not None:
                raise error
            await _insert(tx, call, [key])

        stamp = request_stamp(call, "ImportKey", key.key_id, self._change.clock.now())
        _, committed = await self._write(work, stamp)
        receipt = await self._change.receipts.wait(committed.revision, deadline=call.deadline, wait=call.wait)
        return Done(KeyRecord(replace(key, revision=committed.revision), Usage()), receipt)

    async def batch(self, call: Call, drafts: Sequence[ImportDraft | AuthsvcError], *, dry_run: bool) -> BatchDone:
        """Take over many keys in one transaction, each or none of them refused for itself.

        Args:
            call: Who, why, until when.
            drafts: The keys; an error where one could not even be read.
            dry_run: Only say what would become of each.

        Raises:
            PermissionDenied: The caller has no authsvc:keys:import, or is not of the root tenant.
            FailedPrecondition: Not every process has the foreign keys yet.
        """
        call.caller.require_root(SCOPE)
        await self._check_fleet(drafts)
        checked = await self._checked(call, drafts)
        if dry_run:
            return BatchDone(tuple(Outcome(error=each if isinstance(each, AuthsvcError) else None) for each in checked), None)
        ready = await asyncio.gather(*(self._ready(call, each) for each in checked))
        owners, revision = await self._put(call, [each for each in ready if isinstance(each, Candidate)])
        receipt = None
        if revision is not None:
            receipt = await self._change.receipts.wait(revision, deadline=call.deadline, wait=call.wait)
        return BatchDone(tuple(_outcome(each, owners) for each in ready), receipt)

    async def _check_fleet(self, drafts: Iterable[ImportDraft | AuthsvcError]) -> None:
        """A process without a foreign key would call the keys invalid that need it."""
        marks = self._forms.hasher.own.foreign_marks
        sources = [draft.source for draft in drafts if isinstance(draft, ImportDraft)]
        names = {each.foreign_key for each in sources if isinstance(each, HmacSha256Digest)} & marks.keys()
        if not names:
            return
        wanted = {IMPORTS + marks[name] for name in names}
        rows = await self._change.store.processes()
        lacking = [row.process_id for row in rows if not row.dead and not wanted <= set(row.own_secrets)]
        if lacking:
            files, processes = ", ".join(sorted(wanted)), ", ".join(lacking)
            raise FailedPrecondition(f"not every process has {files} in its secrets folder; these lack it: {processes}")

    async def _checked(self, call: Call, drafts: Sequence[ImportDraft | AuthsvcError]) -> list[Checked | AuthsvcError]:
        """What is right in itself, new in this batch, and not in the store. Costs no hash."""
        checked: list[Checked | AuthsvcError] = []
        for number, draft in enumerate(drafts, 1):
            checked.append(draft if isinstance(draft, AuthsvcError) else self._attempt(call, draft))
            if number % STRETCH == 0:
                await asyncio.sleep(0)
        owners = dict(await self._change.store.owners(_digests(checked)))
        for index, each in enumerate(checked):
            if isinstance(each, Checked):
                error = _known(each.digests, owners)
                if error is not None:
                    checked[index] = error
                owners.update(dict.fromkeys(each.digests, ""))
        return checked

    def _attempt(self, call: Call, draft: ImportDraft) -> Checked | AuthsvcError:
        try:
            return self._check(call, draft)
        except AuthsvcError as error:
            return error

    def _check(self, call: Call, draft: ImportDraft) -> Checked:
        policy = self._change.state.rules.policy
        draft = check_import(draft, policy, self._forms.hasher.keyring, self._change.clock.now())
        if not call.caller.reaches(draft.key.tenant):
            raise NotFound("there is no such tenant within the caller's")
        return Checked(draft, policy, self._forms.digests(draft.source, policy.key_types[draft.key.type]))

    async def _ready(self, call: Call, checked: Checked | AuthsvcError) -> Candidate | AuthsvcError:
        if isinstance(checked, AuthsvcError):
            return checked
        try:
            return await self._candidate(call, checked, Lane.BULK)
        except AuthsvcError as error:
            return error

    async def _candidate(self, call: Call, checked: Checked, lane: Lane) -> Candidate:
        now = self._change.clock.now()
        secret = await self._forms.secret(checked.draft, checked.policy, now, lane)
        return Candidate(new_key(checked.draft.key, secret, call.caller.key_id, now), checked.digests)

    async def _put(self, call: Call, candidates: Sequence[Candidate]) -> tuple[Mapping[bytes, str], int | None]:
        """Write those that are still new: the owners of the others, and the revision if there was anything to write."""

        async def work(tx: Transaction) -> Mapping[bytes, str]:
            owners = await tx.owners(_digests(candidates))
            await _insert(tx, call, [each.key for each in candidates if _known(each.digests, owners) is None])
            return owners

        if not candidates:
            return {}, None
        owners, committed = await self._write(work)
        return owners, committed.revision if committed.changed else None

    async def _write(self, work: Callable[[Transaction], Awaitable[T]], stamp: RequestStamp | None = None) -> tuple[T, Committed]:
        """Run a transaction that reads who owns a digest, again if another import put it there in between."""
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._change.store.mutate(work, stamp)
            except AlreadyExists as error:
                if error.key_id:
                    raise
        return await self._change.store.mutate(work, stamp)


async def _insert(tx: Transaction, call: Call, keys: Sequence[Key]) -> None:
    if not keys:
        return
    await tx.insert_keys(keys)
    for key in keys:
        tx.log(Kind.SECRET, key.key_id)
        tx.audit(audit_entry(call, "ImportKey", key, key.create_time, _details(key)))


def _digests(items: Iterable[Checked | Candidate | AuthsvcError]) -> list[bytes]:
    return [digest for each in items if not isinstance(each, AuthsvcError) for digest in each.digests]


def _known(digests: Iterable[bytes], owners: Mapping[bytes, str]) -> AlreadyExists | None:
    """Why a secret with these digests is not taken, given who has which."""
    for digest in digests:
        if digest in owners:
            key_id = owners[digest]
            where = "a key" if key_id else "an earlier one of this call"
            return AlreadyExists(f"{where} has this secret, or the same public id", key_id=key_id)
    return None


def _outcome(ready: Candidate | AuthsvcError, owners: Mapping[bytes, str]) -> Outcome:
    if isinstance(ready, AuthsvcError):
        return Outcome(error=ready)
    error = _known(ready.digests, owners)
    return Outcome(error=error) if error is not None else Outcome(key_id=ready.key.key_id)


def _details(key: Key) -> dict[str, object]:
    (secret,) = key.secrets
    return {
        "display_name": key.display_name,
        "type": key.type,
        "prefix": secret.prefix,
        "hash": secret.hash.value,
        "environment": key.environment,
        "scopes": list(key.scopes),
        "resources": list(key.resources),
        "allowed_cidrs": list(key.allowed_cidrs),
        "expire_time": key.expire_time,
    }
