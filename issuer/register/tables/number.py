"""Numbers that the register gives."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from issuer.register.columns import BigId, Utc


class NumberCounter(SQLModel, table=True):
    """The last number given in a book. A row is locked while numbers are taken, and given back with the transaction."""

    __tablename__ = "number_counter"

    book: str = Field(primary_key=True, max_length=60)
    last: int = 0


class GivenNumber(SQLModel, table=True):
    """A number of a book and the record that has it, for ever; `voided_at` when its document was never made."""

    __tablename__ = "given_number"
    __table_args__ = (UniqueConstraint("book", "number", name="number_once"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    book: str = Field(foreign_key="number_counter.book", max_length=60)
    number: int
    owner: str = Field(index=True, max_length=80)
    """The base identifier of the main document that the number was given to."""
    given_at: dt.datetime = Field(sa_type=Utc)
    voided_at: dt.datetime | None = Field(default=None, sa_type=Utc)
    reason: str = ""
