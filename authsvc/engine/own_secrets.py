"""The service's own secrets as this process uses them: what its folder has, under what the store says of each (ADR 7).

`keyring` and `keks` are replaced as a whole, synchronously, whenever either side changes. Whoever uses one takes it once and is
done with it before the next await. What is remembered under fingerprints stays good: they need a tag or process key alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from authsvc.domain.errors import FailedPrecondition, Unavailable
from authsvc.domain.keyring import Keyring
from authsvc.domain.own_secret import OwnKind, OwnSecret, check_complete, current_ids, mark, retired_names
from authsvc.engine.sealing import KeyEncryptionKeys

IMPORTS: Final = "imports/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a folder of secrets has."""

    secrets: Mapping[OwnKind, Mapping[str, bytes]] = field(repr=False)
    """By kind and id."""
    current: Mapping[OwnKind, str]
    """What an empty store begins with; afterwards the store says what is current."""
    fingerprints: Mapping[str, str]
    """By name, `peppers/p1`."""
    foreign_keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Keys of others, by name; their fingerprints are those of `imports/<name>`."""

    @property
    def foreign_marks(self) -> Mapping[str, str]:
        """What is noted beside a digest that was made with one of them: name and fingerprint."""
        return {name: mark(name, self.fingerprints[IMPORTS + name]) for name in self.foreign_keys}

    def joined_with(self, earlier: Offer) -> Offer:
        """This, with the foreign keys that were there earlier: none is lost or replaced while a process runs."""
        kept = {IMPORTS + name: earlier.fingerprints[IMPORTS + name] for name in earlier.foreign_keys}
        return replace(
            self,
            foreign_keys={**self.foreign_keys, **earlier.foreign_keys},
            fingerprints={**self.fingerprints, **kept},
        )

    def check_foreign(self, needed: Iterable[str]) -> None:
        """Check that every foreign key is here that a stored secret needs.

        Args:
            needed: Marks, as `foreign_marks` has them.

        Raises:
            FailedPrecondition: One is not: answering would call good keys invalid.
        """
        lacking = sorted(set(needed) - set(self.foreign_marks.values()))
        if lacking:
            names = ", ".join(IMPORTS + each for each in lacking)
            raise FailedPrecondition(f"keys were imported that need files of the secrets folder which are not here: {names}")

    def rows(self, now: int) -> tuple[OwnSecret, ...]:
        """What an empty store is to know of it."""
        rows = []
        for kind, ids in self.secrets.items():
            for own_id in ids:
                current = own_id == self.current[kind]
                fingerprint = self.fingerprints[f"{kind}/{own_id}"]
                # One that is not current may have been: a rotation must not take it for a new one.
                rows.append(
                    OwnSecret(kind=kind, id=own_id, fingerprint=fingerprint, current=current, create_time=now, use_time=now)
                )
        return tuple(rows)


class OwnSecrets:
    """Belongs to one event loop."""

    def __init__(self, offer: Offer) -> None:
        self._process_key = secrets.token_bytes(32)
        self._offer = offer
        self._rows: tuple[OwnSecret, ...] = ()
        self._compile(offer, ())

    def offer(self, offer: Offer) -> None:
        """Use what the folder has now.

        Raises:
            FailedPrecondition: It lacks what the store requires; what was there before stays in use.
        """
        check_complete(offer.fingerprints, self._rows)
        self._compile(offer.joined_with(self._offer), self._rows)

    def install(self, rows: Sequence[OwnSecret]) -> None:
        """Go by what the store says now.

        Raises:
            Unavailable: Something that it requires is not here: this process must not answer.
        """
        try:
            check_complete(self._offer.fingerprints, rows)
        except FailedPrecondition as error:
            raise Unavailable(error.message) from None
        self._compile(self._offer, tuple(rows))

    def current(self, kind: OwnKind) -> str:
        """The id that new things are made under."""
        return current_ids(self._rows).get(kind, self._offer.current[kind])

    @property
    def required(self) -> tuple[OwnSecret, ...]:
        """What the store requires of every process."""
        return tuple(row for row in self._rows if row.required)

    def _compile(self, offer: Offer, rows: tuple[OwnSecret, ...]) -> None:
        retired = retired_names(rows)
        found = {
            kind: {own_id: secret for own_id, secret in ids.items() if f"{kind}/{own_id}" not in retired}
            for kind, ids in offer.secrets.items()
        }
        current = {**offer.current, **current_ids(rows)}
        keyring = Keyring(
            tag_keys=found[OwnKind.TAG_KEY],
            peppers=found[OwnKind.PEPPER],
            tag_generation=current[OwnKind.TAG_KEY],
            pepper=current[OwnKind.PEPPER],
            process_key=self._process_key,
            foreign_keys=offer.foreign_keys,
        )
        self._offer, self._rows = offer, rows
        self.keyring = keyring
        self.foreign_marks = offer.foreign_marks
        self.keks = KeyEncryptionKeys(found[OwnKind.KEK], current[OwnKind.KEK])
        self.marks = tuple(sorted(mark(name, fingerprint) for name, fingerprint in offer.fingerprints.items()))
        """What this process has, in words that say nothing of it."""
