"""The world of the trust tests, with a bundle and sealed documents in it."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))

from trust_world import World, reference_with


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World.make(tmp_path_factory.mktemp("world"), reference_with())


@pytest.fixture(scope="session")
def bundle(world: World):
    return world.bundle()


@pytest.fixture(scope="session")
def late_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The same schools with certificates of the year of the examples."""
    return World.make(
        tmp_path_factory.mktemp("world-2037"), reference_with(), start=dt.datetime(2037, 6, 1, tzinfo=dt.UTC)
    )


@pytest.fixture(scope="session")
def late_bundle(late_world: World):
    issued = dt.datetime(2037, 8, 1, tzinfo=dt.UTC)
    return late_world.bundle(issued_at=issued, next_update=issued + dt.timedelta(days=60))
