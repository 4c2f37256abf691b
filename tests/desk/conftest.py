"""Fixtures of the desk's tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

sys.path.insert(0, str(Path(__file__).parent))

from desk_setting import Browser, Clock, new_app, new_register

from issuer.register.database import Database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Database]:
    database = new_register(tmp_path)
    yield database
    database.close()


@pytest.fixture
def app(register: Database, clock: Clock) -> FastAPI:
    return new_app(register, clock)


@pytest.fixture
def browser(app: FastAPI) -> Browser:
    return Browser(app)
