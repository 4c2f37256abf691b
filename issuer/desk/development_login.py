"""A login without a provider, for one's own machine: choose an institution and a role, and be that person.

Three walls keep it out of production: the router is only there in development mode; development mode is only accepted
for an address on this machine (`Settings`); and each request must come from this machine.
"""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from sqlalchemy import select
from starlette.responses import Response

from issuer.desk import pages
from issuer.desk.guard import held_by
from issuer.desk.settings import LOOPBACK, DeskError
from issuer.desk.visitor import PEOPLE, Grant
from issuer.register.tables import institution

router = APIRouter()
_OF_A_SCHOOL: Final = ("clerk", "director")
_EXAMS: Final = ("SER_VPI", "SER_VVI")


@router.get("/login/development")
def choose(request: Request, next: str = "") -> Response:
    """Who do you want to be?"""
    _only_here(request)
    with request.app.state.database.reading() as session:
        schools = session.execute(
            select(institution.c.reg_no, institution.c.name).order_by(institution.c.name).limit(1000)
        ).all()
    return pages.answer(
        request, "login_development.html", schools=schools, roles=PEOPLE, next=pages.local_path(next)
    )


@router.post("/login/development")
def become(
    request: Request,
    role: Annotated[str, Form()],
    reg_no: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",
) -> Response:
    """Be somebody in that role."""
    _only_here(request)
    held_by(request).begin({"user": _somebody(request, role, reg_no)})
    return pages.go(pages.local_path(next))


def _somebody(request: Request, role: str, reg_no: str) -> dict[str, object]:
    with request.app.state.database.reading() as session:
        school = session.execute(select(institution).where(institution.c.reg_no == reg_no)).one_or_none()
    if role not in PEOPLE or (school is None and role in (*_OF_A_SCHOOL, "municipality")):
        raise DeskError("NOT_UNDERSTOOD", "Tādas lomas nav.", "There is no such role.")
    known = role
    grant = Grant(known)
    if role in _OF_A_SCHOOL:
        grant = Grant(known, reg_no=reg_no)
    elif role == "municipality":
        grant = Grant(known, municipality=school.municipality)
    elif role == "exam_body":
        grant = Grant(known, document_types=_EXAMS)
    limit = f"-{reg_no}" if role in _OF_A_SCHOOL else ""
    texts = pages.texts_of(request)
    return {
        "subject": f"dev-{role}{limit}",
        "name": texts(f"role.{role}"),
        "grants": [grant.as_data()],
    }


def _only_here(request: Request) -> None:
    host = request.client.host if request.client else ""
    if host not in (*LOOPBACK, "testclient") or not request.app.state.settings.development:
        raise DeskError("NOT_FOUND", "Šādas lapas nav.", "There is no such page.")
