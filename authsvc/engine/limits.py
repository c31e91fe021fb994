"""What each key has used of its rate limits, as this process knows it."""

from __future__ import annotations

from authsvc.domain.key import Key
from authsvc.domain.limits import RateLimit, carry_over, standing

SWEEP_AT = 100_000


class Limits:
    """Rate-limit state by key. It outlives what is cached, or evicting a key would give it a fresh burst."""

    def __init__(self) -> None:
        self._spent: dict[str, tuple[tuple[RateLimit, ...], tuple[int, ...]]] = {}
        self._sweep_at = SWEEP_AT

    def tats(self, key: Key, now: int) -> tuple[int, ...]:
        """The state of a key under the limits it has now; changed limits take over what was used."""
        spent = self._spent.get(key.key_id)
        if spent is None:
            return ()
        limits, tats = spent
        return tats if limits == key.rate_limits else carry_over(limits, tats, key.rate_limits, now)

    def keep(self, key: Key, tats: tuple[int, ...], now: int) -> None:
        """Remember the state after a call."""
        self._spent[key.key_id] = (key.rate_limits, tats)
        if len(self._spent) > self._sweep_at:
            self._sweep(now)

    def _sweep(self, now: int) -> None:
        """Forget keys that have been idle long enough to have their whole burst again."""
        self._spent = {
            key_id: (limits, tats)
            for key_id, (limits, tats) in self._spent.items()
            if any(each.reset_after for each in standing(limits, tats, now))
        }
        self._sweep_at = max(SWEEP_AT, 2 * len(self._spent))
