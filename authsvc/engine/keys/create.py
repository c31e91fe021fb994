"""CreateKey: the one moment at which a secret exists outside its owner."""

from __future__ import annotations

from dataclasses import replace

from authsvc.domain.errors import NotFound
from authsvc.domain.key import Key, KeyRecord, Secret, Usage
from authsvc.domain.key_rules import KeyDraft, check_draft
from authsvc.domain.policy import BUILTIN_TYPE
from authsvc.engine import ids
from authsvc.engine.callers import Call
from authsvc.engine.keys.change import Done, KeyChange, audit_entry, check_authority, request_stamp
from authsvc.engine.keys.secrets import NewSecrets
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind


class CreateKey:
    """Creates keys."""

    def __init__(self, change: KeyChange, new_secret: NewSecrets) -> None:
        self._change = change
        self._new_secret = new_secret

    async def __call__(self, call: Call, draft: KeyDraft) -> Done:
        """Create a key; its secret is in the answer and nowhere else.

        Raises:
            InvalidArgument: Every field that is wrong, with what is allowed.
            NotFound: The tenant is not the caller's.
            PermissionDenied: A key of the built-in type without authsvc:keys:grant, or wider than the caller.
            AlreadyExists: The request_id was used for this before.
        """
        policy = self._change.state.rules.policy
        now = self._change.clock.now()
        draft = check_draft(draft, policy, now)
        if not call.caller.reaches(draft.tenant):
            raise NotFound("there is no such tenant within the caller's")
        text, secret = await self._new_secret(policy.key_types[draft.type], policy.argon2, now)
        key = new_key(draft, secret, call.caller.key_id, now)
        check_authority(call.caller, key)

        async def work(tx: Transaction) -> None:
            await tx.insert_key(key)
            tx.log(Kind.SECRET, key.key_id)
            tx.audit(audit_entry(call, "CreateKey", key, now, _details(key)))

        stamp = request_stamp(call, "CreateKey", key.key_id, now)
        _, committed = await self._change.store.mutate(work, stamp)
        receipt = await self._change.receipts.wait(committed.revision, deadline=call.deadline, wait=call.wait)
        return Done(KeyRecord(replace(key, revision=committed.revision), Usage()), receipt, text)


def new_key(draft: KeyDraft, secret: Secret, created_by: str, now: int) -> Key:
    """A checked draft as a key."""
    key_id = ids.key_id()
    return Key(
        key_id=key_id,
        display_name=draft.display_name,
        type=draft.type,
        tenant=draft.tenant,
        subject=draft.subject or key_id,
        environment=draft.environment,
        scopes=draft.scopes,
        resources=draft.resources,
        allowed_cidrs=draft.allowed_cidrs,
        rate_limits=draft.rate_limits,
        metadata=draft.metadata,
        expire_time=draft.expire_time,
        created_by=created_by,
        create_time=now,
        update_time=now,
        etag=ids.etag(),
        secrets=(secret,),
    )


def _details(key: Key) -> dict[str, object]:
    return {
        "display_name": key.display_name,
        "type": key.type,
        "prefix": key.secrets[0].prefix,
        "environment": key.environment,
        "scopes": list(key.scopes),
        "resources": list(key.resources),
        "allowed_cidrs": list(key.allowed_cidrs),
        "expire_time": key.expire_time,
        "builtin": key.type == BUILTIN_TYPE,
    }
