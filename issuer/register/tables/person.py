"""People, linked by an identifier of our own, because personal codes change once in life and some have none."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from issuer.register.columns import BigId, Utc


class Person(SQLModel, table=True):
    """Somebody who holds documents. `merged_into`: found out to be the same person as another entry."""

    id: str = Field(primary_key=True, max_length=36)
    made_at: dt.datetime = Field(sa_type=Utc)
    merged_into: str | None = Field(default=None, foreign_key="person.id")


class PersonCode(SQLModel, table=True):
    """A personal code, or another identifier, and since when it is this person's; codes are never given twice."""

    __tablename__ = "person_code"
    __table_args__ = (UniqueConstraint("kind", "value", name="person_code_once"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    person_id: str = Field(foreign_key="person.id", index=True)
    kind: str = Field(max_length=40)
    """`personal_code`, or what else identifies, with its domain: `pase/UKR`, `iestades_id/<registration number>`."""
    value: str = Field(max_length=80)
    since: dt.datetime = Field(sa_type=Utc)
    ended: dt.datetime | None = Field(default=None, sa_type=Utc)
    source: str = ""
