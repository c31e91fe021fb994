"""Tenant paths: who owns a thing. `/` is the root and covers every tenant; `acme` covers `acme/etl`, never `acmex`."""

from __future__ import annotations

from typing import Final

from authsvc.domain.errors import InvalidValue

ROOT: Final = "/"
MAX_LENGTH: Final = 256
MAX_SEGMENTS: Final = 8
MAX_SEGMENT_LENGTH: Final = 64

_ALPHANUMERIC: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_CHARACTERS: Final = "".join(sorted(_ALPHANUMERIC)) + "._-"
_RULE: Final = (
    "a tenant is '/' or 1 to 8 segments joined by '/', at most 256 characters in all; "
    "a segment is 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-' and begins with a letter or digit"
)


def parse_tenant(text: str) -> str:
    """Return `text` when it is a tenant path: `/`, `acme`, `acme/etl`.

    Raises:
        InvalidValue: it is not.
    """
    if text != ROOT and not _is_path(text):
        raise InvalidValue(_RULE)
    return text


def _is_path(text: str) -> bool:
    if len(text) > MAX_LENGTH:
        return False
    segments = text.split("/")
    return len(segments) <= MAX_SEGMENTS and all(map(_is_segment, segments))


def _is_segment(segment: str) -> bool:
    # strip leaves something exactly when a character is foreign
    return 0 < len(segment) <= MAX_SEGMENT_LENGTH and segment[0] in _ALPHANUMERIC and not segment.strip(_CHARACTERS)


def covers(prefix: str, tenant: str) -> bool:
    """Whether `tenant` is `prefix` or lies below it."""
    return prefix in (ROOT, tenant) or tenant.startswith(prefix + "/")


def ancestors(tenant: str) -> tuple[str, ...]:
    """Name every tenant that covers this one: itself first, the root last."""
    path: list[str] = []
    while tenant != ROOT:
        path.append(tenant)
        tenant = tenant.rpartition("/")[0] or ROOT
    return (*path, ROOT)
