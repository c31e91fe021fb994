"""RotateKey: a new secret for the same key."""

from __future__ import annotations

from dataclasses import replace

from authsvc.domain.errors import FailedPrecondition, InvalidArgument, NotFound, Violation
from authsvc.domain.key import Key, Secret, State
from authsvc.domain.policy import DAY
from authsvc.engine.callers import Call
from authsvc.engine.keys.change import Done, KeyChange
from authsvc.engine.keys.secrets import NewSecrets
from authsvc.engine.ports import Transaction
from authsvc.engine.records import Kind

MOST_GRACE = 90 * DAY
MOST_SECRETS = 8


class RotateKey:
    """Rotates keys."""

    def __init__(self, change: KeyChange, new_secret: NewSecrets) -> None:
        self._change = change
        self._new_secret = new_secret

    async def __call__(self, call: Call, key_id: str, etag: str, grace: int) -> Done:
        """Add a secret and let the older ones die after `grace` microseconds; 0: at once.

        Raises:
            InvalidArgument: The grace period is out of bounds.
            FailedPrecondition: The key is revoked or expired, or has too many living secrets.
        """
        if not 0 <= grace <= MOST_GRACE:
            raise InvalidArgument(Violation("grace_period", f"must be 0 s to {MOST_GRACE // 1_000_000} s (90 days)"))
        text, secret = await self._secret_for(call, key_id)

        async def rule(tx: Transaction, key: Key, now: int) -> Key:
            _check(key, now, grace)
            await tx.insert_secret(key.key_id, secret)
            kept = []
            for old in key.secrets:
                if old.lives(now):
                    end = min(now + grace, old.expire_time or now + grace)
                    await tx.end_secret(old.secret_id, end)
                    kept.append(replace(old, expire_time=end))
            tx.log(Kind.SECRET, key.key_id)
            return replace(key, secrets=(secret, *kept))

        done = await self._change(call, "RotateKey", key_id, etag, rule)
        return replace(done, secret=text)

    async def _secret_for(self, call: Call, key_id: str) -> tuple[str, Secret]:
        """Make the secret before the transaction, which others wait for; the type of a key never changes."""
        record = await self._change.store.key(key_id)
        if record is None or not call.caller.reaches(record.key.tenant):
            raise NotFound(f"there is no key {key_id}")
        policy = self._change.state.rules.policy
        key_type = policy.key_types.get(record.key.type)
        if key_type is None:
            raise FailedPrecondition(f"the policy has no key type {record.key.type} any more")
        return await self._new_secret(key_type, policy.argon2, self._change.clock.now())


def _check(key: Key, now: int, grace: int) -> None:
    state = key.shown_state(now)
    if state not in (State.ACTIVE, State.INACTIVE):
        raise FailedPrecondition(f"the key is {state.name}; only ACTIVE and INACTIVE keys are rotated")
    if grace and sum(secret.lives(now) for secret in key.secrets) >= MOST_SECRETS:
        raise FailedPrecondition(f"the key has {MOST_SECRETS} living secrets; rotate with a grace period of 0")
