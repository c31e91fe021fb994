"""RotateKey: a new secret for the same key."""

from __future__ import annotations

from dataclasses import replace

from authsvc.domain.errors import FailedPrecondition, InvalidArgument, Violation
from authsvc.domain.key import Key, State
from authsvc.domain.keyring import Keyring
from authsvc.domain.policy import DAY
from authsvc.engine.callers import Call
from authsvc.engine.keys.change import Done, KeyChange
from authsvc.engine.keys.create import new_secret
from authsvc.engine.ports import Kind, Transaction

MOST_GRACE = 90 * DAY
MOST_SECRETS = 8


class RotateKey:
    """Rotates keys."""

    def __init__(self, change: KeyChange, keyring: Keyring) -> None:
        self._change = change
        self._keyring = keyring

    async def __call__(self, call: Call, key_id: str, etag: str, grace: int) -> Done:
        """Add a secret and let the older ones die after `grace` microseconds; 0: at once.

        Raises:
            InvalidArgument: The grace period is out of bounds.
            FailedPrecondition: The key is revoked or expired, or has too many living secrets.
        """
        if not 0 <= grace <= MOST_GRACE:
            raise InvalidArgument(Violation("grace_period", f"must be 0 s to {MOST_GRACE // 1_000_000} s (90 days)"))
        policy = self._change.state.rules.policy
        texts: list[str] = []

        async def rule(tx: Transaction, key: Key, now: int) -> Key:
            _check(key, now, grace)
            key_type = policy.key_types.get(key.type)
            if key_type is None:
                raise FailedPrecondition(f"the policy has no key type {key.type} any more")
            text, secret = new_secret(self._keyring, key_type, now)
            # A retried transaction makes another secret: only the one that was committed counts.
            texts[:] = [text]
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
        return replace(done, secret=texts[0])


def _check(key: Key, now: int, grace: int) -> None:
    state = key.shown_state(now)
    if state not in (State.ACTIVE, State.INACTIVE):
        raise FailedPrecondition(f"the key is {state.name}; only ACTIVE and INACTIVE keys are rotated")
    if grace and sum(secret.lives(now) for secret in key.secrets) >= MOST_SECRETS:
        raise FailedPrecondition(f"the key has {MOST_SECRETS} living secrets; rotate with a grace period of 0")
