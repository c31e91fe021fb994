"""Page tokens: opaque, bound to what is listed, and checked before they are used."""

from __future__ import annotations

import base64
import hashlib
import json

from authsvc.domain.errors import InvalidArgument, Violation
from authsvc.domain.tenants import MAX_LENGTH

DEFAULT_PAGE, MOST_PAGE = 50, 1000
_RULE = "must be the next_page_token of a call with the same filters, or empty for the first page"


def page_size(asked: int) -> int:
    """The size of a page: 0 means 50; more than 1000 gives 1000."""
    return min(asked, MOST_PAGE) if asked else DEFAULT_PAGE


def write(after: str, filters: object) -> str:
    """The token to go on with; empty at the end."""
    if not after:
        return ""
    return base64.urlsafe_b64encode(json.dumps([after, _digest(filters)]).encode()).decode().rstrip("=")


def read(token: str, filters: object) -> str:
    """Where to go on; empty for the first page.

    Raises:
        InvalidArgument: Not a token of ours, or one of a list with other filters.
    """
    if not token:
        return ""
    try:
        after, digest = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
    except (ValueError, TypeError):
        raise InvalidArgument(Violation("page_token", _RULE)) from None
    if not isinstance(after, str) or not _is_name(after) or digest != _digest(filters):
        raise InvalidArgument(Violation("page_token", _RULE))
    return after


def _is_name(after: str) -> bool:
    """Whether it can be an id of ours or a tenant; the store would choke on NUL."""
    return 0 < len(after) <= MAX_LENGTH and after.isascii() and after.isprintable()


def _digest(filters: object) -> str:
    return hashlib.sha256(repr(filters).encode()).hexdigest()[:16]
