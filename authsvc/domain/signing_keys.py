"""The life of signing keys: next -> active -> retiring -> retired. Which key comes next, and when what is due.

1. A key is published before it signs, and every process verifies it before any signs with it.
2. There is at most one next and one active key.
3. A retiring key signs nothing; it goes when the last token that it may have signed has expired.
4. A retired key has no private part any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from authsvc.domain.policy import TokenRules
from authsvc.domain.token import SigningKey, SigningKeyState


def in_state(keys: Iterable[SigningKey], state: SigningKeyState) -> SigningKey | None:
    """The key in a state, where there can be only one."""
    return next((key for key in keys if key.state is state), None)


def activated(keys: Iterable[SigningKey], next_key: SigningKey, now: int, last_token_ends: int) -> tuple[SigningKey, ...]:
    """What changes when a key begins to sign: it, and the one that signed until now.

    Args:
        keys: All of them.
        next_key: The one that begins.
        now: Microseconds since the epoch.
        last_token_ends: When no token of the other one can be good any more.
    """
    former = [
        replace(key, state=SigningKeyState.RETIRING, retire_time=last_token_ends)
        for key in keys
        if key.state is SigningKeyState.ACTIVE
    ]
    return (replace(next_key, state=SigningKeyState.ACTIVE, activate_time=now), *former)


def retired(key: SigningKey, now: int) -> SigningKey:
    """The key when none of its tokens is accepted any more."""
    return replace(key, state=SigningKeyState.RETIRED, retire_time=now, sealed_private_key=b"")


def due_to_sign(keys: Iterable[SigningKey], now: int) -> SigningKey | None:
    """The next key, when it has been published for long enough."""
    key = in_state(keys, SigningKeyState.NEXT)
    return key if key is not None and key.activate_time is not None and key.activate_time <= now else None


def due_to_retire(keys: Iterable[SigningKey], now: int) -> tuple[SigningKey, ...]:
    """Keys whose last token has expired."""
    return tuple(
        key for key in keys if key.state is SigningKeyState.RETIRING and key.retire_time is not None and key.retire_time <= now
    )


def due_to_rotate(keys: Iterable[SigningKey], rules: TokenRules, now: int) -> bool:
    """Whether the policy wants another key by now: so early that it can be published before it is due to sign."""
    keys = tuple(keys)
    active = in_state(keys, SigningKeyState.ACTIVE)
    if not rules.rotate_every or in_state(keys, SigningKeyState.NEXT) is not None:
        return False
    return active is None or (active.activate_time or active.create_time) + rules.rotate_every - rules.publish_lead <= now
