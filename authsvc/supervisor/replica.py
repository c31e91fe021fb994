"""The name of this supervisor among others, the same after every start."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from authsvc.domain.errors import FailedPrecondition
from authsvc.state_folder import write_new

_FORM = re.compile(r"rep_[0-9a-f]{16}")


def replica_id(path: Path) -> str:
    """The name in a file, made at the first start.

    Raises:
        FailedPrecondition: The file holds something else.
    """
    if not path.exists():
        write_new(path, f"rep_{secrets.token_hex(8)}\n".encode())
    try:
        name = path.read_text("ascii", "replace").strip()
    except OSError as error:
        raise FailedPrecondition(f"{path} cannot be read ({error.strerror})") from None
    if not _FORM.fullmatch(name):
        raise FailedPrecondition(f"{path} does not hold the name of a replica. Remove it to be given a new one")
    return name
