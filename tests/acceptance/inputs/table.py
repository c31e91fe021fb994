"""The whole table."""

from __future__ import annotations

from typing import Final

from tests.acceptance.inputs import changing, checking, creating, everywhere, importing, minting, operating, reading, verifying
from tests.acceptance.inputs.row import Row

PARTS: Final = (everywhere, verifying, checking, minting, creating, importing, changing, reading, operating)
ROWS: Final[tuple[Row, ...]] = tuple(row for part in PARTS for row in part.ROWS)
