"""Every test of the register runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from postgres import Cluster, binaries, new_folder

from issuer.register.database import Database


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    if binaries() is None:
        reason = "no PostgreSQL (Debian: apt-get install postgresql): these tests ran on SQLite only"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = new_folder()
    cluster = Cluster(folder)
    yield cluster
    cluster.stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'register.sqlite'}"
    server: Cluster = request.getfixturevalue("cluster")
    return server.database(f"t_{uuid.uuid4().hex}")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A register with its schema and nothing in it."""
    database = Database.open(url, checked=False)
    database.upgrade()
    yield database
    database.close()
