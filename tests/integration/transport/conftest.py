from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.service import RunningService, running_service


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[RunningService]:
    async with running_service(database_url) as running:
        yield running
