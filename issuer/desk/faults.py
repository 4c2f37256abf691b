"""What somebody sees when something goes wrong: what happened, what to do, a problem number. Never a traceback.

The log gets the problem number, the kind of the fault and the places in our code that it went through: no values, as
those may be somebody's name.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer.desk import pages
from issuer.desk.limits import TooMany
from issuer.desk.settings import DeskError
from issuer.desk.visitor import LoginNeeded
from issuer.errors import AtestatsError

_LOG: Final = logging.getLogger("atestats.desk")
_STATUS: Final = {
    "NOT_FOUND": 404,
    "NOT_ALLOWED": 403,
    "NO_ACCESS": 403,
    "ORIGIN": 403,
    "FORM_EXPIRED": 403,
    "BODY_TOO_LARGE": 413,
    "TOO_MANY_REQUESTS": 429,
    "REGISTER_UNREACHABLE": 503,
    "REGISTER_SCHEMA": 503,
    "LOGIN_UNREACHABLE": 503,
}
_NOT_FOUND: Final = DeskError(
    "PAGE_NOT_FOUND",
    "Šādas lapas nav.",
    "There is no such page.",
    next_lv="Pārbaudiet adresi vai sāciet no sākumlapas.",
    next_en="Check the address or begin from the start page.",
)
_NOT_UNDERSTOOD: Final = DeskError(
    "NOT_UNDERSTOOD",
    "Nosūtīto nevar saprast.",
    "What was sent is not understood.",
    next_lv="Atgriezieties iepriekšējā lapā un aizpildiet veidlapu vēlreiz.",
    next_en="Go back to the page before and fill in the form again.",
)
_OURS: Final = DeskError(
    "INTERNAL",
    "Kļūda ir mūsu pusē; jūsu dati nav zuduši.",
    "The fault is on our side; your data are not lost.",
    next_lv="Mēģiniet vēlreiz. Ja kļūda atkārtojas, nosauciet problēmas numuru atbalsta dienestam.",
    next_en="Try again. If it happens again, tell the support desk the problem number.",
)


def register(app: FastAPI) -> None:
    """Put the handlers into an application."""
    app.add_exception_handler(AtestatsError, _told)
    app.add_exception_handler(LoginNeeded, _login)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_understood)


class LastResort:
    """ASGI middleware: what nobody has caught becomes a page with a number, and lines in the log without values."""

    def __init__(self, app: ASGIApp, *, owner: FastAPI) -> None:
        self._app, self._owner = app, owner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Errors after the answer has begun can only be logged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            number = _log(error) if not isinstance(error, AtestatsError) else _number()
            if begun:
                return
            scope["app"] = self._owner
            told = error if isinstance(error, AtestatsError) else _OURS
            page = _page(Request(scope), told, 500, number=number)
            await page(scope, receive, send)


def _told(request: Request, error: Exception) -> Response:
    if not isinstance(error, AtestatsError):  # pragma: no cover - registered for this class only
        raise error
    response = _page(request, error, 422)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _login(request: Request, _error: Exception) -> Response:
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = quote(target, safe="/") if request.method in ("GET", "HEAD") and target != "/" else ""
    return pages.go(f"/login?next={back}" if back else "/login")


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    told = _NOT_FOUND if status in (404, 405) else _NOT_UNDERSTOOD
    return _page(request, told, status, fixed=True)


def _not_understood(request: Request, _error: Exception) -> Response:
    return _page(request, _NOT_UNDERSTOOD, 400, fixed=True)


def _page(
    request: Request, error: AtestatsError, default: int, *, number: str = "", fixed: bool = False
) -> Response:
    status = default if fixed else _STATUS.get(error.code, default)
    who: Any = None
    return pages.answer(
        request,
        "problem.html",
        status=status,
        who=who,
        problem=error,
        number=number or _number(),
        code=status,
    )


def _number() -> str:
    return secrets.token_hex(4).upper()


def _log(error: BaseException) -> str:
    number = _number()
    places = " < ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
        for frame in reversed(traceback.extract_tb(error.__traceback__)[-12:])
    )
    _LOG.error("problem %s: %s at %s", number, type(error).__name__, places)
    return number
