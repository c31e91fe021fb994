from __future__ import annotations

from authsvc.domain.errors import InvalidValue


class Malformed(InvalidValue):
    """A request could be read in more than one way, or in none: REQUEST_MALFORMED.

    The message is the cause, a short clause of ours that is safe to show to the client.
    """
