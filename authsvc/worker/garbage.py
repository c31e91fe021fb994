"""The cyclic garbage collector in a process that serves.

What calls leave behind is freed by its reference counts, and what is in memory when serving begins stays there.
"""

from __future__ import annotations

import gc
from typing import Final

YOUNG: Final = 20_000
"""Objects more than were freed, before the young ones are looked through: calls under way are some ten objects each. Python's own
threshold is reached in every turn of the event loop under load, and each time nothing is found."""


def settle() -> None:
    """Never look again at what is here now, and look less often at what comes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
