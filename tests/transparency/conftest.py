"""One world per session, and folders of sealed files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "seal"))

from log_world import World


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> World:
    return World.make(tmp_path_factory.mktemp("world"))


@pytest.fixture
def sealed_run(world, tmp_path) -> Callable[[int], Path]:
    """`sealed_run(3)` returns an output folder with that many sealed files."""

    def make(count: int) -> Path:
        world.seal_into(tmp_path / "out", count)
        return tmp_path / "out"

    return make
