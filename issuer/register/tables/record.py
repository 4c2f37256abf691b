"""Source records as they came, every version of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from issuer.register.columns import BigId, Bytes, Json, Utc


class SourceRecord(SQLModel, table=True):
    """One version of a record: known fields only, told apart by the hash of its content.

    `provenance`: `{"": [source, exported_at, received_at], path: […]}`: where the fields come from; a path stands there
    when its value is newer than the record's first version.
    """

    __tablename__ = "source_record"
    __table_args__ = (UniqueConstraint("reg_no", "record_id", "content_hash", name="record_version_once"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    reg_no: str = Field(foreign_key="institution.reg_no", max_length=10)
    record_id: str = Field(max_length=200)
    content_hash: str = Field(max_length=64)
    """`issuer.records.content_hash`: SHA-256, hex."""
    person_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    content: bytes | None = Field(default=None, sa_type=Bytes)
    """zstd of the JSON; None once it has been erased."""
    provenance: Any = Field(default=None, sa_type=Json, nullable=True)
    received_at: dt.datetime = Field(sa_type=Utc)
    erased_at: dt.datetime | None = Field(default=None, sa_type=Utc)
