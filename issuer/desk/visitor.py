"""Who is asking: somebody who has logged in, with what they may act as.

A person may have several grants (two schools, a clerk here and a director there); one of them is chosen at a time, and
`actor` is what the register knows them as.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast, get_args

from fastapi import Depends
from sqlalchemy import or_, select
from sqlmodel import Session
from starlette.requests import Request

from issuer.desk.guard import held_by
from issuer.desk.settings import DeskError
from issuer.register.actor import Actor
from issuer.register.life import Role
from issuer.register.tables import access_grant

PEOPLE: Final[tuple[Role, ...]] = tuple(role for role in get_args(Role) if role not in ("source", "system"))
"""The roles that people have; the others belong to systems."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One thing a person may act as."""

    role: Role
    reg_no: str | None = None
    municipality: str | None = None
    document_types: tuple[str, ...] | None = None

    @property
    def key(self) -> str:
        """What the form that chooses sends."""
        types = "" if self.document_types is None else ",".join(self.document_types)
        return "|".join((self.role, self.reg_no or "", self.municipality or "", types))

    def as_data(self) -> dict[str, Any]:
        """As the session keeps it."""
        return {
            "role": self.role,
            "reg_no": self.reg_no,
            "municipality": self.municipality,
            "document_types": list(self.document_types) if self.document_types is not None else None,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Grant:
        """The opposite."""
        types = data.get("document_types")
        return cls(
            cast("Role", data["role"]),
            data.get("reg_no"),
            data.get("municipality"),
            tuple(types) if types is not None else None,
        )


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody logged in, acting under one of their grants."""

    subject: str
    name: str
    grants: tuple[Grant, ...]
    chosen: Grant

    @property
    def actor(self) -> Actor:
        """As the register knows them."""
        types = self.chosen.document_types
        return Actor(
            self.subject,
            self.chosen.role,
            self.chosen.reg_no,
            self.chosen.municipality,
            frozenset(types) if types is not None else None,
            self.name,
        )

    @property
    def role(self) -> Role:
        """The role of the chosen grant."""
        return self.chosen.role


class LoginNeeded(Exception):  # noqa: N818  (not an error: the answer is the login page)
    """Nobody is logged in, or no longer."""


def visitor(request: Request) -> Visitor:
    """A dependency of every page behind the login; raises `LoginNeeded` or `DeskError` NO_ACCESS.

    Grants of the register are read each time: one that is ended ends at once, not with the session.
    """
    user = held_by(request).data.get("user")
    if not user:
        raise LoginNeeded
    with request.app.state.database.reading() as session:
        known = grants_of(session, user["subject"], request.app.state.clock())
    claimed = [Grant.from_data(each) for each in user.get("grants", ())]
    grants = tuple(dict.fromkeys((*known, *claimed)))
    if not grants:
        raise no_access()
    chosen = next((grant for grant in grants if grant.key == user.get("chosen")), grants[0])
    return Visitor(user["subject"], user["name"], grants, chosen)


Who = Annotated[Visitor, Depends(visitor)]
"""What an endpoint behind the login asks for."""


def grants_of(session: Session, subject: str, now: dt.datetime) -> Sequence[Grant]:
    """What the register says that a person may act as, at present."""
    rows = session.execute(
        select(access_grant)
        .where(
            access_grant.c.subject == subject,
            access_grant.c.granted_at <= now,
            or_(access_grant.c.ended_at.is_(None), access_grant.c.ended_at > now),
        )
        .order_by(access_grant.c.id)
    )
    return [
        Grant(
            row.role,
            row.reg_no,
            row.municipality,
            tuple(row.document_types.split(",")) if row.document_types else None,
        )
        for row in rows
        if row.role in PEOPLE
    ]


def no_access() -> DeskError:
    """Logged in, but nobody has said what this person may do here."""
    return DeskError(
        "NO_ACCESS",
        "Jums vēl nav piešķirta piekļuve nevienai iestādei.",
        "You have not been given access to any institution yet.",
        next_lv="Lūdziet iestādes vadītāju pieteikt jūs sistēmas uzturētājam.",
        next_en="Ask the head of your institution to have you registered with the operator.",
    )
