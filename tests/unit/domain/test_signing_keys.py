"""Which signing key comes next, and what is due when."""

from __future__ import annotations

from typing import Any

import pytest

from authsvc.domain.policy import TokenRules
from authsvc.domain.signing_keys import activated, due_to_retire, due_to_rotate, due_to_sign, in_state, retired
from authsvc.domain.token import SigningKey, SigningKeyState

NEXT, ACTIVE, RETIRING, RETIRED = SigningKeyState
RULES = TokenRules(rotate_every=1000, publish_lead=100)


def a_key(name: str, state: SigningKeyState, **fields: Any) -> SigningKey:
    return SigningKey(
        **{
            "signing_key_id": name,
            "algorithm": "ES256",
            "state": state,
            "public_jwk": {},
            "kek_id": "k1",
            "sealed_private_key": b"sealed",
            "create_time": 1,
            **fields,
        }
    )


def test_a_next_key_is_due_when_its_time_has_come_and_not_a_moment_before() -> None:
    keys = [a_key("a", ACTIVE), a_key("b", NEXT, activate_time=500)]
    assert due_to_sign(keys, 499) is None
    assert due_to_sign(keys, 500) is keys[1]
    assert due_to_sign(keys[:1], 500) is None
    assert due_to_sign([a_key("c", NEXT)], 500) is None


def test_a_key_that_begins_to_sign_takes_over_from_the_one_that_did() -> None:
    keys = [a_key("a", ACTIVE, activate_time=1), a_key("b", NEXT, activate_time=500), a_key("c", RETIRING, retire_time=700)]
    now_active, former = activated(keys, keys[1], 510, 900)
    assert (now_active.signing_key_id, now_active.state, now_active.activate_time) == ("b", ACTIVE, 510)
    assert (former.signing_key_id, former.state, former.retire_time) == ("a", RETIRING, 900)
    assert former.activate_time == 1
    assert activated([keys[1]], keys[1], 510, 900) == (now_active,)


def test_a_key_is_retired_when_its_last_token_has_expired_and_loses_its_private_part() -> None:
    keys = [a_key("a", RETIRING, retire_time=700), a_key("b", ACTIVE), a_key("c", RETIRED, retire_time=1)]
    assert due_to_retire(keys, 699) == ()
    assert due_to_retire(keys, 700) == (keys[0],)
    gone = retired(keys[0], 701)
    assert (gone.state, gone.retire_time, gone.sealed_private_key) == (RETIRED, 701, b"")


@pytest.mark.parametrize(
    ("keys", "now", "due"),
    [
        ([a_key("a", ACTIVE, activate_time=1000)], 1899, False),
        ([a_key("a", ACTIVE, activate_time=1000)], 1900, True),
        ([a_key("a", ACTIVE, activate_time=1000), a_key("b", NEXT, activate_time=2000)], 5000, False),
        ([a_key("a", ACTIVE, create_time=1000)], 1900, True),
        ([a_key("a", RETIRED)], 0, True),
    ],
)
def test_a_key_is_replaced_so_early_that_the_next_one_is_published_in_time(keys: list[SigningKey], now: int, due: bool) -> None:
    assert due_to_rotate(keys, RULES, now) is due
    assert due_to_rotate(keys, TokenRules(), now) is False


def test_of_a_state_with_one_key_that_one_is_found() -> None:
    keys = [a_key("a", ACTIVE), a_key("b", NEXT)]
    assert in_state(keys, NEXT) is keys[1]
    assert in_state(keys, RETIRED) is None
