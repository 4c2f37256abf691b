"""The check before everything that changes something: it comes from our own page, and carries the session's token.

Two independent walls (OWASP CSRF Prevention): the Origin that the browser states, and a synchroniser token that only
our own pages know. SameSite on the cookie is the third.
"""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import UploadFile
from starlette.requests import Request

from issuer.desk.session import Held
from issuer.desk.settings import DeskError, Settings

SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
FIELD: Final = "csrf"
_MOST_FIELDS: Final = 2000


async def guard(request: Request) -> None:
    """A dependency of the whole application; raises `DeskError` ORIGIN or FORM_EXPIRED."""
    if request.method in SAFE:
        return
    settings: Settings = request.app.state.settings
    if not _from_here(request, settings.origin):
        raise _foreign()
    form = await request.form(max_files=1, max_fields=_MOST_FIELDS)
    given, held = form.get(FIELD), held_by(request)
    known = held.data.get("csrf")
    if (
        isinstance(given, UploadFile)
        or not given
        or not known
        or not hmac.compare_digest(given.encode(), str(known).encode())
    ):
        raise _expired()


def held_by(request: Request) -> Held:
    """The session of a request."""
    held: Held = request.scope["held"]
    return held


def _from_here(request: Request, origin: str) -> bool:
    stated = request.headers.get("origin")
    if stated is not None:
        return stated.lower() == origin
    referer = request.headers.get("referer")
    if referer is not None:
        parts = urlsplit(referer)
        return f"{parts.scheme}://{parts.netloc}".lower() == origin
    return request.headers.get("sec-fetch-site") == "same-origin"


def _foreign() -> DeskError:
    return DeskError(
        "ORIGIN",
        "Pieprasījums nāk no citas vietnes un netika izpildīts.",
        "The request came from another site and was not carried out.",
        next_lv="Atveriet darba vidi no jauna un atkārtojiet darbību tajā.",
        next_en="Open the desk again and repeat the action there.",
    )


def _expired() -> DeskError:
    return DeskError(
        "FORM_EXPIRED",
        "Veidlapa ir novecojusi, nekas netika mainīts.",
        "The form is out of date; nothing was changed.",
        next_lv="Atgriezieties iepriekšējā lapā, atsvaidziniet to un iesniedziet vēlreiz.",
        next_en="Go back, refresh the page and submit it again.",
    )
