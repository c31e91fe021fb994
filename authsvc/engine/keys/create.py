"""CreateKey: the one moment at which a secret exists outside its owner."""

from __future__ import annotations

from dataclasses import replace

from authsvc.domain.errors import NotFound
from authsvc.domain.key import Key, KeyRecord, Secret, Usage
from authsvc.domain.key_rules import KeyDraft, check_draft
from authsvc.domain.keyring import Keyring, display_prefix
from authsvc.domain.policy import BUILTIN_TYPE, KeyType
from authsvc.engine import ids
from authsvc.engine.callers import Call
from authsvc.engine.keys.change import Done, KeyChange, audit_entry, check_authority, request_stamp
from authsvc.engine.ports import Kind, Transaction


class CreateKey:
    """Creates keys."""

    def __init__(self, change: KeyChange, keyring: Keyring) -> None:
        self._change = change
        self._keyring = keyring

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
            raise NotFound(f"there is no tenant {draft.tenant} within the caller's")
        text, secret = new_secret(self._keyring, policy.key_types[draft.type], now)
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


def new_secret(keyring: Keyring, key_type: KeyType, now: int) -> tuple[str, Secret]:
    """A new secret of a type: the text for its owner, and what is stored of it."""
    text = keyring.issue(key_type.prefix, ids.base62(key_type.random_length))
    pepper_id, digest = keyring.digest(text)
    prefix = display_prefix(key_type.prefix, text)
    return text, Secret(secret_id=ids.secret_id(), prefix=prefix, pepper_id=pepper_id, digest=digest, create_time=now)


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
