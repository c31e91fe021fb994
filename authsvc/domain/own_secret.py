"""The service's own secrets: peppers, tag keys, key-encryption keys, as the store knows them. ADR 7 says how they are replaced.

Rules:
1. A process that lacks a required secret answers nothing: every row that is not retired is required.
2. New things are made under the current one, and one becomes current only after it was required everywhere.
3. Retired is final: the name is never used again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

from authsvc.domain.errors import FailedPrecondition


@unique
class OwnKind(StrEnum):
    """What a secret is for; the folder of its files."""

    PEPPER = "peppers"
    TAG_KEY = "tag-keys"
    KEK = "keks"

    @property
    def label(self) -> str:
        """What people call one of them."""
        return {"peppers": "pepper", "tag-keys": "tag key", "keks": "key-encryption key"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSecret:
    """One of them; nothing of it but a fingerprint. Times are None until it has come so far."""

    kind: OwnKind
    id: str
    fingerprint: str
    current: bool = False
    create_time: int
    """Since when every process must have it."""
    use_time: int | None = None
    """When it became the one that new things are made under."""
    retire_time: int | None = None
    """Since when nobody needs it."""

    @property
    def name(self) -> str:
        """Its file in the folder: `peppers/p1`."""
        return f"{self.kind}/{self.id}"

    @property
    def required(self) -> bool:
        """Whether a process without it must not answer."""
        return self.retire_time is None

    @property
    def mark(self) -> str:
        """Name and fingerprint: what a process says it has."""
        return mark(self.name, self.fingerprint)


def mark(name: str, fingerprint: str) -> str:
    """`peppers/p1=0123456789abcdef`."""
    return f"{name}={fingerprint}"


def check_complete(ours: Mapping[str, str], rows: Iterable[OwnSecret]) -> None:
    """Compare what is here with what the store requires.

    Args:
        ours: Fingerprints by name.
        rows: What the store knows; empty for a new store.

    Raises:
        FailedPrecondition: A required secret is another one here, or missing: answering would call good keys invalid.
    """
    required = [row for row in rows if row.required]
    wrong = [
        f"{row.name} is {ours[row.name]} here and {row.fingerprint} in the store"
        for row in required
        if ours.get(row.name, row.fingerprint) != row.fingerprint
    ]
    missing = [f"{row.name} ({row.fingerprint} in the store) is missing here" for row in required if row.name not in ours]
    if wrong or missing:
        raise FailedPrecondition(
            f"this secrets folder does not belong to this store: {'; '.join([*wrong, *missing])}. Put the folder of this store "
            "into AUTHSVC_SECRETS_DIR, or name the right database in AUTHSVC_DATABASE_URL"
        )


def current_ids(rows: Iterable[OwnSecret]) -> dict[OwnKind, str]:
    """The current id of each kind that has one."""
    return {row.kind: row.id for row in rows if row.current}


def retired_names(rows: Iterable[OwnSecret]) -> frozenset[str]:
    """What is not to be used any more, wherever a file of it is left."""
    return frozenset(row.name for row in rows if not row.required)
