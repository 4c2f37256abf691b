"""One world for the room: scrypt and key generation cost half a second."""

from __future__ import annotations

import pytest
from trust_world import World, reference_with


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World.make(tmp_path_factory.mktemp("world"), reference_with())
