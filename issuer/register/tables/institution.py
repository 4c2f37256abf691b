"""Institutions, who heads them, and who may act for them."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from issuer.register.columns import BigId, Utc


class Institution(SQLModel, table=True):
    """One entry of the Register of Educational Institutions. A closed one stays, with the day and its successor."""

    reg_no: str = Field(primary_key=True, max_length=10)
    legal_code: str = Field(max_length=11)
    """The number behind `NTRLV-` in the seal certificate."""
    name: str
    type: str
    municipality: str = Field(index=True)
    """ATVK code of the territory: whose education board answers for the school once it is closed."""
    closed_on: dt.date | None = None
    successor: str | None = Field(default=None, max_length=10)
    updated_at: dt.datetime = Field(sa_type=Utc)


class Office(SQLModel, table=True):
    """A head or deputy in office, both days inclusive: whose name stands on documents of that time."""

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    reg_no: str = Field(foreign_key="institution.reg_no", index=True)
    given_names: str
    family_name: str
    position: str
    from_on: dt.date
    until_on: dt.date | None = None


class AccessGrant(SQLModel, table=True):
    """Who may act in which role, where, since when and by whose decision: the record of onboarding.

    `subject` is the login provider's identifier of the person; `reg_no`, `municipality` and `document_types` say what
    the role is limited to (see `issuer.register.scope`).
    """

    __tablename__ = "access_grant"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    subject: str = Field(index=True)
    name: str
    role: str
    reg_no: str | None = Field(default=None, foreign_key="institution.reg_no")
    municipality: str | None = None
    document_types: str | None = None
    """Codes with commas between them; None: no such limit."""
    granted_by: str
    granted_at: dt.datetime = Field(sa_type=Utc)
    reason: str = ""
    ended_at: dt.datetime | None = Field(default=None, sa_type=Utc)
