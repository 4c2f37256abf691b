"""The desk put together: settings, register and store in, an ASGI application out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from fastapi import APIRouter, Depends, FastAPI
from sqlalchemy import select
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from issuer.desk import choosing, development_login, faults, login, pages, static_files
from issuer.desk.body_limit import BodyLimit
from issuer.desk.desk_store import open_store
from issuer.desk.guard import guard
from issuer.desk.headers import SecurityHeaders
from issuer.desk.limits import Limits
from issuer.desk.menu import menu
from issuer.desk.session import Sessions
from issuer.desk.session_keeper import SessionKeeper
from issuer.desk.settings import Settings
from issuer.register.database import Database
from issuer.register.tables import institution

UPLOADS = "/batches/upload"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def create_app(
    settings: Settings,
    database: Database,
    *,
    clock: Callable[[], dt.datetime] = _now,
    more: Iterable[APIRouter] = (),
) -> FastAPI:
    """The desk of one register. `more`: routers of other rooms (health, metrics) that stand beside the pages."""
    engine = open_store(database.url)
    app = FastAPI(
        title="Atestats", openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(guard)]
    )
    sessions = Sessions(
        engine, dt.timedelta(minutes=settings.idle_minutes), dt.timedelta(hours=settings.absolute_hours)
    )
    state = app.state
    state.settings, state.database, state.clock = settings, database, clock
    state.limits, state.sessions = Limits(engine), sessions
    state.templates, state.version = pages.environment(), static_files.digest()
    state.templates.globals["menu"] = menu
    state.oidc = login.client(settings.login) if settings.login else None
    state.institution_names = _names(database)
    faults.register(app)
    for router in _routers(settings, more):
        app.include_router(router)
    app.user_middleware = [
        Middleware(SecurityHeaders, secure=settings.secure),
        Middleware(faults.LastResort, owner=app),
        Middleware(TrustedHostMiddleware, allowed_hosts=[settings.host], www_redirect=False),
        Middleware(BodyLimit, limit_of=lambda path: _limit(settings, path)),
        Middleware(SessionKeeper, sessions=sessions, clock=clock, secure=settings.secure),
    ]
    return app


def _routers(settings: Settings, more: Iterable[APIRouter]) -> Iterable[APIRouter]:
    yield static_files.router
    yield login.router
    if settings.development:
        yield development_login.router
    yield choosing.router
    yield from more


def _limit(settings: Settings, path: str) -> int:
    return settings.upload_bytes if path == UPLOADS else settings.form_bytes


def _names(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return dict(session.execute(select(institution.c.reg_no, institution.c.name)).tuples().all())
