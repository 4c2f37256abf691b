"""A desk for tests: a register with the example's schools, a client that behaves as a browser, people to log in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import insert
from starlette.testclient import TestClient

from issuer.catalogue.reference import Reference
from issuer.desk import Settings, create_app
from issuer.register import institutions
from issuer.register.actor import SYSTEM
from issuer.register.database import Database
from issuer.register.tables import access_grant

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
REFERENCE = Reference.load(EXAMPLES / "reference.json")
SCHOOL, OTHER = "9937900001", "9926900002"
NOW = dt.datetime(2037, 7, 1, 9, tzinfo=dt.UTC)
ORIGIN = "http://localhost:8000"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: dt.datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


def new_register(folder: Path) -> Database:
    database = Database.open(f"sqlite:///{folder / 'register.sqlite'}", checked=False)
    database.upgrade()
    with database.writing() as session:
        institutions.take_over(session, SYSTEM, REFERENCE, NOW)
    return database


def development(**changes: Any) -> Settings:
    return Settings(address=ORIGIN, development=True, **changes)


def grant(database: Database, subject: str, role: str, reg_no: str | None = SCHOOL, **more: Any) -> None:
    with database.writing() as session:
        session.execute(
            insert(access_grant).values(
                subject=subject,
                name=subject,
                role=role,
                reg_no=reg_no,
                granted_by="test",
                granted_at=NOW,
                **more,
            )
        )


class Browser:
    """As a browser: keeps cookies, sends the Origin, fills in the token of the page that it is on."""

    def __init__(self, app: FastAPI) -> None:
        self.client = TestClient(app, base_url=ORIGIN, raise_server_exceptions=False, follow_redirects=True)
        self.page: httpx.Response | None = None

    def get(self, path: str, **more: Any) -> Any:
        self.page = self.client.get(path, **more)
        return self.page

    @property
    def token(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.page.text if self.page else "")
        assert found, "the page has no form"
        return found.group(1)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        headers = {"Origin": ORIGIN, **more.pop("headers", {})}
        fields = {"csrf": self.token, **(data or {})}
        self.page = self.client.post(path, data=fields, headers=headers, **more)
        return self.page

    def log_in(self, role: str = "clerk", reg_no: str = SCHOOL) -> Any:
        self.get("/login/development")
        return self.post("/login/development", {"role": role, "reg_no": reg_no})


def all_routes(app: FastAPI) -> list[Any]:
    """Every route, also those of routers that were put in (FastAPI keeps them nested)."""
    found, waiting = [], list(app.routes)
    while waiting:
        route = waiting.pop()
        within = getattr(route, "original_router", None) or getattr(route, "router", None)
        if hasattr(route, "path"):
            found.append(route)
        elif within is not None:
            waiting += within.routes
    return found


def post_routes(app: FastAPI) -> Sequence[str]:
    return [route.path for route in all_routes(app) if "POST" in (getattr(route, "methods", None) or ())]


def new_app(database: Database, clock: Clock, **changes: Any) -> FastAPI:
    return create_app(development(**changes), database, clock=clock)
