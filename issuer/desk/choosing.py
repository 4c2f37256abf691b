"""Choosing: the language, and which of one's grants to act under."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from issuer.desk import pages
from issuer.desk.guard import held_by
from issuer.desk.visitor import Who
from issuer.desk.wording import LANGUAGES

router = APIRouter()
_YEAR_SECONDS = 365 * 24 * 3600


@router.get("/language/{language}")
def language(request: Request, language: str, next: str = "") -> Response:
    """The choice is kept in a cookie that says nothing else; it needs no session."""
    response = pages.go(pages.local_path(next))
    if language in LANGUAGES:
        response.set_cookie(
            pages.LANGUAGE_COOKIE,
            language,
            max_age=_YEAR_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.app.state.settings.secure,
        )
    return response


@router.get("/acting")
def acting(request: Request, who: Who) -> Response:
    """What this person may act as."""
    names = request.app.state.institution_names
    return pages.answer(request, "acting.html", who=who, names=names)


@router.post("/acting")
def act(request: Request, who: Who, grant: Annotated[str, Form()]) -> Response:
    """Act under another grant from now on; one that is not theirs changes nothing."""
    if any(each.key == grant for each in who.grants):
        held_by(request).data["user"]["chosen"] = grant
    return pages.go("/")
