"""One world for all attacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.envoy.attack_world import World


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("attacks")) as made:
        yield made
