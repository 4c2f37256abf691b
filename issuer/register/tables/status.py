"""Status lists: which slot is whose, and what became of each document (see `issuer.status`)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from issuer.register.columns import BigId, Utc


class StatusList(SQLModel, table=True):
    """One list of an issuing year; `number` as in identifiers."""

    __tablename__ = "status_list"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    slots: int
    taken: int = 0


class StatusSlot(SQLModel, table=True):
    """A slot and the form of a document that stands in it; never moved, never given twice."""

    __tablename__ = "status_slot"
    __table_args__ = (UniqueConstraint("document", "form", name="slot_of"),)

    list: int = Field(primary_key=True, foreign_key="status_list.number")
    slot: int = Field(primary_key=True)
    document: str = Field(max_length=60)
    """Base identifier of the document (without slot)."""
    form: str = Field(default="", max_length=20)


class StatusEvent(SQLModel, table=True):
    """A change of a document's public state, as its lists tell it."""

    __tablename__ = "status_event"
    __table_args__ = (Index("status_events_of", "document", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    document: str = Field(max_length=60)
    state: str = Field(max_length=20)
    reason: str = Field(max_length=40)
    at: dt.datetime = Field(sa_type=Utc)
    published_at: dt.datetime | None = Field(default=None, sa_type=Utc)
